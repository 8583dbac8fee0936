"""What the API's description promises holds, whatever a program sends: schemathesis finds nothing.

A longer run: ``SCHEMATHESIS_EXAMPLES=100 pytest tests/api/test_schemathesis.py``.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from werkzeug.serving import make_server

from app.extensions import db
from app.models import RoleName, Territory
from tests.api.conftest import item
from tests.api.test_figures import SURVEY

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES") or 1)
REFUSING = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "429"]
# Each item of a list has a verdict of its own, so a list with bad items is no bad request.
SENDING = {
    "include-path": "/api/v1/responses",
    "include-method": "POST",
    "checks": {"negative_data_rejection": {"enabled": False}},
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.filterwarnings("ignore")  # of hypothesis, about what it draws
def test_nothing_is_found(app: Flask, field, send, key) -> None:
    with app.app_context():
        db.session.add(Territory(code="T-1", name="Uno"))
        db.session.commit()
    field(SURVEY)
    send([item(answers={"territory": "T-1", "mark": mark}) for mark in (1, 6, 7)])
    config = {
        "seed": 1,
        "headers": {**key(role=RoleName.MANAGER), "Accept-Encoding": "identity"},
        "parameters": {"slug": "barrio", "survey": "barrio", "version": "1"},
        "checks": {
            "negative_data_rejection": {"expected-statuses": REFUSING},
        },
        "generation": {"max-examples": EXAMPLES, "database": "none"},
        # What is asked for is followed: a job, and its file.
        "phases": {"stateful": {"max-steps": 4, "generation": {"max-examples": EXAMPLES}}},
        "operations": [SENDING],
    }
    # Over HTTP: of what is called in this process it cannot follow links.
    with served(app) as address:
        schema = schemathesis.openapi.from_url(
            f"{address}/api/v1/openapi.json", config=SchemathesisConfig.from_dict(config)
        )
        found, checked = findings(schema)
    assert found == [], "\n".join(found)
    assert checked > 500


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a port of this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def findings(schema: schemathesis.BaseSchema) -> tuple[list[str], int]:
    """What is wrong, in words, and how many checks were made."""
    found, checked = [], 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.FatalError | events.NonFatalError):
            found.append(f"{getattr(event, 'label', '')}: {event.info.message}")
        if not isinstance(event, events.ScenarioFinished):
            continue
        for check in (each for checks in event.recorder.checks.values() for each in checks):
            checked += 1
            if check.failure_info is not None:
                info = check.failure_info
                found.append(f"{event.label}: {info.failure.message}\n{info.code_sample}")
    return found, checked

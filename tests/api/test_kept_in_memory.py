"""What is known of a collection is used again for a moment, and for no longer than it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from app import postgres
from app.extensions import db
from app.models import Response
from app.services import surveys
from tests.api.conftest import NOW, SURVEY, item

_WORK = {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}
_COSTS = {"sqlite": {"INSERT": 2}, "postgresql": {"WITH": 1}}
Send = Callable[..., TestResponse]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    made = make_app(page_seconds=3600)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def statements(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts statements by their first word."""
    counted: Counter[str] = Counter()
    last = [""]
    with app.app_context():
        engine = db.engine

    def note(statement: str) -> None:
        if statement != last[0]:  # the trace tells a statement again for each trigger of it
            counted[statement.split()[0]] += 1
            last[0] = statement

    def sent(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        note(statement)

    def taken(connection: object, *_: object) -> None:
        connection.set_trace_callback(note)  # it tells what runs beside SQLAlchemy too

    if engine.dialect.name == "sqlite":
        engine.dispose()
        event.listen(engine, "checkout", taken)
    else:
        event.listen(engine, "before_cursor_execute", sent)
        run = postgres._Connection.run_plan

        def planned(connection: object, operation: str, *more: object) -> object:
            note(operation)
            return run(connection, operation, *more)

        monkeypatch.setattr(postgres._Connection, "run_plan", planned)
    return counted


def test_a_response_costs_two_statements_or_one_trip(
    app: Flask, field: Callable[..., None], send: Send, statements: Counter[str]
) -> None:
    with app.app_context():
        cost = _COSTS[db.engine.dialect.name]
    field()
    assert send(item()).status_code == 201
    statements.clear()
    assert send(item()).status_code == 201
    assert {name: n for name, n in statements.items() if name in _WORK} == cost
    statements.clear()
    assert send([item() for _ in range(50)]).status_code == 200
    assert statements["INSERT"] + statements["WITH"] <= 4
    assert statements["SELECT"] == 0


def test_a_new_version_is_known_at_once(app: Flask, field: Callable[..., None], send: Send) -> None:
    field()
    assert send(item()).status_code == 201
    with app.app_context():
        surveys.save_definition(SURVEY.replace('"1"', '"2"').replace("[1, 7]", "[1, 5]"))
        surveys.publish("barrio", "2")
    assert send(item(version="2", answers={"mark": 5})).json["status"] == "stored"
    with app.app_context():
        surveys.save_definition(SURVEY.replace("¿Qué nota?", "¿Qué nota le pone?"))
    assert send(item(correction=1)).json["status"] == "stored"


def test_closing_an_anonymous_collection_counts_at_once(
    field: Callable[..., None], change: Callable[..., None], send: Send
) -> None:
    field(mode="anonymous")
    assert send(item()).status_code == 201
    change(closes_at=NOW - timedelta(seconds=1))
    assert send(item()).json["status"] == "quarantined"


def test_a_collection_that_is_gone_keeps_nothing(
    app: Flask, field: Callable[..., None], rows: Callable[..., list], send: Send
) -> None:
    field()
    assert send(item()).status_code == 201
    with app.app_context():
        db.session.execute(db.delete(Response))
        db.session.execute(db.text("DELETE FROM receipts"))
        db.session.execute(db.text("DELETE FROM collections"))
        db.session.commit()
    assert send(item()).status_code == 503  # it is to be sent again, and will then be refused
    assert rows(Response) == []

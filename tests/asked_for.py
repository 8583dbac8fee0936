"""Files that a page has a worker make."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import work
from app.services.jobs import working


def worked(client: FlaskClient) -> bool:
    """Whether there was anything to do, and it was done."""
    with client.application.app_context():
        return working.work_once("w", work.KINDS, work.authorise)


def asked_for(client: FlaskClient, address: str, **form: str) -> TestResponse:
    """The file that the worker makes of what a form asks for, as whoever asked takes it."""
    client.application.config["WTF_CSRF_ENABLED"] = False
    sent = client.post(address, data=form)
    assert sent.status_code == 303, sent.text
    assert worked(client)
    page = client.get(sent.headers["Location"])
    newest = re.search(r'href="([^"]+)" download', page.text)
    assert newest is not None, page.text
    return client.get(newest[1])

"""What leaves the house: figures as JSON, responses as files, and the note of who took them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import AuditEntry
from app.services.analytics.analyse import analyse
from app.services.analytics.protecting import protected
from tests.analytics.conftest import OPINION, answer, field, make_territories, people


@pytest.fixture
def rows(app: Flask) -> list[dict[str, object]]:
    rows = people(25)
    with app.app_context():
        make_territories()
        collection = field(OPINION, "opinion", selection="probability")
        answer(collection, rows)
        answer(collection, people(2), preview=True)
    return rows


def test_the_json_of_the_page_is_the_analysis(
    app: Flask, rows: object, signed_in: Callable[[str], FlaskClient]
) -> None:
    sent = signed_in("evaluator").get("/analysis/opinion.json?by=sex&measure=again").get_json()
    with app.app_context():
        whole = analyse("opinion", by="sex", measure="again")
        assert sent == protected(whole).to_dict()


def test_responses_leave_as_csv_and_json_and_it_is_noted(
    app: Flask, rows: list[dict[str, object]], signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("manager")
    text = client.get("/analysis/opinion/export.csv").get_data(as_text=True)
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert sorted(line["mark"] for line in lines) == sorted(str(row["mark"]) for row in rows)
    words = client.get("/analysis/opinion/export.csv?labels=1").get_data(as_text=True)
    assert "Mujer" in words
    sent = client.get("/analysis/opinion/export.json").get_json()
    assert len(sent["responses"]) == len(rows)
    with app.app_context():
        notes = db.session.query(AuditEntry).filter_by(action="collection.export").all()
        assert {note.actor for note in notes} == {"manager@example.cl"}
        assert sorted((n.details["format"], n.details["labels"]) for n in notes) == [
            ("csv", False),
            ("csv", True),
            ("json", False),
        ]


@pytest.mark.parametrize(
    "address",
    [
        "/analysis",
        "/analysis/opinion",
        "/analysis/opinion.json",
        "/analysis/opinion/satisfied.svg",
        "/analysis/opinion/export.csv",
    ],
)
def test_only_who_may_analyse(
    app: Flask, rows: object, signed_in: Callable[[str], FlaskClient], address: str
) -> None:
    turned_away = app.test_client().get(address)
    assert turned_away.status_code == 302
    assert "/login" in turned_away.headers["Location"]
    assert signed_in("interviewer").get(address).status_code == 403
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(action="collection.export").count() == 0


def test_what_is_not_there(rows: object, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("administrator")
    assert client.get("/analysis/opinion/export.exe").status_code == 404
    assert client.get("/analysis/nothing/export.csv").status_code == 404

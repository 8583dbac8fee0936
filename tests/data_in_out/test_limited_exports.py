"""Whoever is limited to some territories takes away those alone, and the file says so."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyarrow import parquet

from app.extensions import db
from app.models import AuditEntry, Territory, User
from tests.analytics.conftest import OPINION, answer, field, make_territories, people


@pytest.fixture
def limited(app: Flask, signed_in: Callable[[str], FlaskClient]) -> FlaskClient:
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="probability"), people(24))
    client = signed_in("evaluator")
    with app.app_context():
        user = db.session.query(User).filter_by(email="evaluator@example.cl").one()
        user.territories = [db.session.query(Territory).filter_by(code="T-2").one()]
        db.session.commit()
    return client


def test_only_their_territories_leave(app: Flask, limited: FlaskClient) -> None:
    sent = limited.get("/analysis/opinion/export.csv")
    assert "opinion-algunos-territorios.csv" in sent.headers["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(sent.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [line["_territory"] for line in lines] == ["T-2"] * 12
    told = limited.get("/analysis/opinion/export.json").get_json()
    assert (told["territories"], len(told["responses"])) == (["T-2"], 12)
    table = parquet.read_table(io.BytesIO(limited.get("/analysis/opinion/export.parquet").data))
    assert json.loads(table.schema.metadata[b"cabildo"])["territories"] == ["T-2"]
    assert table.num_rows == 12
    with app.app_context():
        noted = db.session.query(AuditEntry).filter_by(action="collection.export").first()
        assert len(noted.details["scope"]) == 1


@pytest.mark.parametrize("fmt", ["xlsx", "sav", "dta"])
def test_a_finished_file_says_it_too(app: Flask, limited: FlaskClient, fmt: str) -> None:
    sent = limited.get(f"/analysis/opinion/export.{fmt}")
    assert sent.status_code == 200
    assert re.search(r"opinion-algunos-territorios\.", sent.headers["Content-Disposition"])
    if fmt != "xlsx":
        assert b"T-2" in sent.data

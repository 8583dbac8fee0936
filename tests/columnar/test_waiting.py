"""What would take longer than a request is prepared aside; who asks is told how far it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.extensions import db
from app.models import Collection, Response
from app.services.columnar import keeping, parts, waiting
from tests.analytics.conftest import answer, make_territories
from tests.analytics.sample import drawn, sampled
from tests.columnar.test_keeping import noted
from tests.pages import check_page

Client = Callable[[str], FlaskClient]
PAGE = "/analysis/sample/explore?by=sex"
API = "/api/v1/collections/sample/analysis/explore?by=sex"


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """SQLite alone: a page is the same page on both."""
    return new_database(request.param)


@pytest.fixture
def many(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than are read at once, for once in a few parts."""
    monkeypatch.setattr(waiting, "SOON", 100)
    for module in (parts, keeping):
        monkeypatch.setattr(module, "LARGEST", 40)
    with app.app_context():
        make_territories()
        answer(drawn(), sampled(150))


@pytest.mark.usefixtures("many")
def test_a_page_says_how_far_it_is_and_ends_at_what_was_asked(
    app: Flask, signed_in: Client
) -> None:
    evaluator = signed_in("evaluator")
    found = evaluator.get(PAGE)
    assert found.status_code == 202
    # Without an address: the same one, with all that was asked.
    assert found.headers["Refresh"].isdigit()
    assert found.headers["Cache-Control"] == "no-store"
    seen = check_page(found.text)
    assert "0 de 150 respuestas leídas" in seen.text
    assert '<progress value="0" max="150"' in found.text
    with app.app_context():  # a stretch at a time, between jobs: of 40 responses at most
        assert keeping.catch_some(least=1)
    found = evaluator.get(PAGE)
    assert found.status_code == 202
    assert '<progress value="0" max="150"' not in found.text
    with app.app_context():
        keeping.catch_up(least=1)
    there = evaluator.get(PAGE)
    assert there.status_code == 200
    assert "Refresh" not in there.headers
    assert "150" in check_page(there.text).text


@pytest.mark.usefixtures("many")
def test_a_program_is_told_when_to_ask_again(app: Flask, signed_in: Client) -> None:
    evaluator = signed_in("evaluator")
    for address, headers in ((API, {}), (PAGE, {"Accept": "application/json"})):
        found = evaluator.get(address, headers=headers)
        assert found.status_code == 503
        assert found.headers["Retry-After"].isdigit()
        assert found.json["code"] == "preparing"
    described = evaluator.get(API)
    assert described.mimetype == "application/problem+json"
    assert "0 de 150" in described.json["detail"]
    with app.app_context():
        keeping.catch_up(least=1)
    assert evaluator.get(API).json["responses"] == 150


@pytest.mark.usefixtures("many")
def test_few_are_read_at_once(
    app: Flask, signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "SOON", 150)
    assert signed_in("evaluator").get(PAGE).status_code == 200
    with app.app_context():
        assert noted() == 0


@pytest.mark.usefixtures("many")
def test_what_was_read_before_is_no_reason_to_wait(app: Flask, signed_in: Client) -> None:
    """But many more are, and so are changes all over the parts."""
    evaluator = signed_in("evaluator")
    with app.app_context():
        keeping.catch_up(least=1)
        collection = db.session.query(Collection).one()
        answer(collection, sampled(20))
    assert evaluator.get(PAGE).status_code == 200
    with app.app_context():
        collection = db.session.query(Collection).one()
        answer(collection, sampled(101))
    found = evaluator.get(PAGE)
    assert found.status_code == 202
    assert "170 de 271 respuestas leídas" in check_page(found.text).text
    with app.app_context():
        keeping.catch_up(least=1)
        db.session.execute(update(Response).values(language="en"))
        db.session.commit()
    assert evaluator.get(PAGE).status_code == 202
    with app.app_context():
        keeping.catch_up(least=1)
    assert evaluator.get(PAGE).status_code == 200


@pytest.mark.usefixtures("many")
def test_parts_that_are_missing_are_made_again_before_somebody_waits_for_ever(
    app: Flask, signed_in: Client
) -> None:
    evaluator = signed_in("evaluator")
    with app.app_context():
        keeping.catch_up(least=1)
        for path in keeping.columns_folder().glob("*/*.parquet"):
            path.unlink()
        assert noted() == 0
    assert evaluator.get(PAGE).status_code == 202
    with app.app_context():
        keeping.catch_up(least=1)
    assert evaluator.get(PAGE).status_code == 200

"""The document with which a phone asks a whole survey: the same for everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.respond.phone import address
from app.services import collections, surveys
from tests.respond.conftest import DEFINITION

DEFINITIONS = DEFINITION.parent


@pytest.fixture
def document(field: Callable[..., str]) -> str:
    return f"{field()}/phone"


def test_it_is_the_same_for_everybody(app: Flask, document: str) -> None:
    one, other = app.test_client(), app.test_client()
    one.get("/e/barrio")
    one.post("/e/barrio/start")
    mine, yours = one.get(document), other.get(document, headers={"Accept-Encoding": "br"})
    assert mine.status_code == 200
    assert "Set-Cookie" not in mine.headers
    assert mine.headers["ETag"].split("-")[0] == yours.headers["ETag"].split("-")[0]
    assert yours.headers["Content-Encoding"] == "br"
    again = other.get(document, headers={"If-None-Match": mine.headers["ETag"]})
    assert again.status_code == 304


def test_its_own_address_may_be_kept_for_long(app: Flask, document: str) -> None:
    with app.test_request_context():
        kept = address(collections.find("barrio"), "es")
    assert kept is not None
    for part in ("v=", "c=0", "lang=es", "r="):
        assert part in kept
    client = app.test_client()
    found = client.get(kept)
    assert found.get_data() == client.get(document).get_data()
    assert found.cache_control.max_age
    assert client.get(document).cache_control.no_cache


def test_every_page_of_the_survey_is_in_it(app: Flask, field: Callable[..., str]) -> None:
    text = (DEFINITIONS / "skip-logic.yaml").read_text()
    html = app.test_client().get(f"{field(text)}/phone").get_data(as_text=True)
    assert [html.count(f'data-page="{key}"') for key in ("first", "second", "third")] == [1, 1, 1]


@pytest.mark.parametrize("query", ["v=9", "v=%00", "c=7", "c=-1", "v=9&c=0"])
def test_a_version_that_is_not(app: Flask, document: str, query: str) -> None:
    found = app.test_client().get(f"{document}?{query}")
    assert (found.status_code, found.location) == (303, "/e/barrio")


def test_what_a_phone_cannot_ask_alone(app: Flask, field: Callable[..., str]) -> None:
    text = Path(DEFINITION).read_text() + (
        "  - id: more\n    questions:\n"
        "      - {name: odd, type: text, label: {es: O}, relevant: \"digest('x', 'MD5') = 1\"}\n"
    )
    found = app.test_client().get(f"{field(text)}/phone")
    assert (found.status_code, found.location) == (303, "/e/barrio")


def test_it_speaks_each_language(app: Flask, field: Callable[..., str]) -> None:
    start = field((DEFINITIONS.parent / "browser" / "alive.yaml").read_text())
    client = app.test_client()
    spanish, english = (client.get(f"{start}/phone?lang={code}") for code in ("es", "en"))
    assert "Siguiente" in spanish.get_data(as_text=True)
    assert "Siguiente" not in english.get_data(as_text=True)


def test_a_collection_that_staff_fills_has_none(app: Flask, field: Callable[..., str]) -> None:
    start = field(public=False)
    assert app.test_client().get(f"{start}/phone").status_code == 303


def test_a_document_of_an_older_version_stays(app: Flask, field: Callable[..., str]) -> None:
    text = DEFINITION.read_text()
    start = field(text)
    with app.test_request_context():
        kept = address(collections.find("barrio"), "es")
    newer = text.replace("version: ", "version: 9", 1)
    with app.app_context():
        version = surveys.save_definition(newer)
        surveys.publish(version.survey_id)
        collections.use_version("barrio", version.name)
    client = app.test_client()
    assert client.get(str(kept)).status_code == 200
    assert client.get(str(kept)).get_data() != client.get(f"{start}/phone").get_data()

"""A start page is given again as it is to whoever may get the same, and to nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from tests.pages import Person, check_page

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 10) Chrome/87.0", "Accept-Encoding": "gzip, br"}
WHATSAPP = PHONE | {"User-Agent": "Mozilla/5.0 (Linux; Android 10; wv) Chrome/87.0 WhatsApp/2"}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    made = make_app(page_seconds=3600)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def asked(app: Flask) -> Iterator[Counter[str]]:
    """Counts what the database is asked."""
    counted: Counter[str] = Counter()
    with app.app_context():
        engine = db.engine

    def statement(*_: object) -> None:
        counted["statements"] += 1

    event.listen(engine, "before_cursor_execute", statement)
    yield counted
    event.remove(engine, "before_cursor_execute", statement)


def test_a_crowd_costs_one_rendering(
    app: Flask, field: Callable[..., str], asked: Counter[str]
) -> None:
    address = field()
    first = app.test_client().get(address, headers=PHONE)
    asked.clear()
    again = app.test_client().get(address, headers=PHONE)
    assert asked["statements"] == 0
    assert again.data == first.data
    assert dict(again.headers) == dict(first.headers)
    assert again.headers["Content-Encoding"] == "br"
    plain = app.test_client().get(address)
    assert "Content-Encoding" not in plain.headers
    assert check_page(plain.text).h1
    assert app.test_client().head(address, headers=PHONE).data == b""


def test_languages_are_kept_apart(app: Flask, field: Callable[..., str]) -> None:
    address = field()
    assert check_page(app.test_client().get(address).text).lang == "es"
    english = app.test_client()
    english.get(f"{address}?lang=en")
    assert check_page(english.get(address).text).lang == "en"
    assert check_page(app.test_client().get(address).text).lang == "es"


def test_who_has_begun_gets_a_page_of_their_own(app: Flask, field: Callable[..., str]) -> None:
    address = field()
    app.test_client().get(address)
    person = Person(app.test_client())
    person.open(address)
    person.press("Comenzar")
    assert "Continuar donde quedé" in person.open(address).links()
    assert "Continuar donde quedé" not in check_page(app.test_client().get(address).text).links()


def test_a_browser_inside_an_app_is_told_the_way_out(app: Flask, field: Callable[..., str]) -> None:
    address = field()
    plain = app.test_client().get(address, headers=PHONE)
    assert app.test_client().get(address, headers=WHATSAPP).data != plain.data
    assert app.test_client().get(address, headers=PHONE).data == plain.data


def test_a_page_from_before_closing_begins_nothing(
    app: Flask, field: Callable[..., str], change: Callable[..., None]
) -> None:
    person = Person(app.test_client())
    person.open(field())
    change(
        closes_at=datetime.now(UTC) - timedelta(seconds=1),
        opens_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    person.open("/e/barrio")
    refused = person.client.post("/e/barrio/start")
    assert refused.status_code == HTTPStatus.GONE
    assert not refused.headers.getlist("Set-Cookie")

"""Going on with a draft on another phone, and out of the browser inside another app."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.models import Attempts, Draft, Mode, Response
from app.models.columns import utc_now
from app.respond import elsewhere
from app.services import codes, throttle
from app.services.drafts import drafts
from tests.pages import Person

CODE = re.compile(r"\b[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}\b")
ANDROID = "Mozilla/5.0 (Linux; Android 9; SM-A105M; wv) AppleWebKit/537.36 Chrome/87.0 Mobile"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/1.0]"
CHROME = "Mozilla/5.0 (Linux; Android 9; SM-A105M) AppleWebKit/537.36 Chrome/87.0 Mobile"
BUTTON = "Seguir respondiendo con este código"


def shown_code(person: Person) -> str:
    [code] = CODE.findall(person.page.text)
    return code


@pytest.fixture
def code(person: Person) -> str:
    """The code of somebody who answered the first page."""
    person.press("Comenzar")
    first = shown_code(person)
    person.press("Siguiente", member="no")
    assert shown_code(person) == first
    return first


@pytest.fixture
def other(app: Flask, code: str) -> Person:
    """Somebody at the start page on another phone."""
    someone = Person(app.test_client())
    someone.open("/e/barrio")
    someone.open(someone.page.links()["¿Ya comenzó en otro teléfono? Siga con su código"])
    return someone


def test_the_code_leads_back_to_the_answers(
    other: Person, code: str, rows: Callable[..., list]
) -> None:
    assert other.url == "/e/barrio/resume"
    other.press(BUTTON, code=code)
    assert other.url == "/e/barrio/p/marks"
    assert shown_code(other) == code
    other.press("Siguiente", overall=7)
    other.press("Siguiente")
    assert shown_code(other) == code
    other.press("Enviar mis respuestas")
    assert rows(Response)[0].answers == {"member": "no", "overall": 7}


@pytest.mark.parametrize("change", [str.lower, lambda c: c.replace("-", " "), lambda c: f" {c} "])
def test_a_code_may_be_typed_in_many_ways(
    other: Person, code: str, change: Callable[[str], str]
) -> None:
    other.press(BUTTON, code=change(code))
    assert other.url == "/e/barrio/p/marks"


@pytest.mark.parametrize("mode", Mode)
def test_it_works_whatever_is_kept_of_the_person(
    app: Flask, field: Callable[..., str], mode: Mode
) -> None:
    person, other = Person(app.test_client()), Person(app.test_client())
    person.open(field(mode=mode))
    person.press("Comenzar")
    code = shown_code(person)
    other.open("/e/barrio/resume")
    other.press(BUTTON, code=code)
    assert other.url == "/e/barrio/p/member"


def test_a_slip_is_told_and_not_counted(
    other: Person, code: str, rows: Callable[..., list]
) -> None:
    wrong = code[:-1] + next(char for char in codes.ALPHABET if char != code[-1])
    swapped = next(
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for at in (0, 1, 4, 5, 8, 9)
        if code[at] != code[at + 1]
    )
    for typed in (wrong, "", "K7M", swapped, "0O1-IL2-Z5S", "ñ\0" * 30):
        other.press(BUTTON, code=typed)
        assert other.status == 422
        assert "Revise el código" in other.page.text
    assert rows(Attempts) == []


def test_guessing_is_counted_and_stopped(
    other: Person, code: str, rows: Callable[..., list], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "IN_ALL", 3)
    for _ in range(3):
        other.press(BUTTON, code=codes.resume_code(codes.resume_body()))
        assert other.status == 422
        assert "No encontramos respuestas con ese código" in other.page.text
    other.press(BUTTON, code=code)
    assert other.status == 429
    assert "Espere 15 minutos" in other.page.text
    assert {row.kind for row in rows(Attempts)} == {"resume"}
    later = utc_now() + throttle.WINDOW
    monkeypatch.setattr("app.respond.visit.utc_now", lambda: later)
    other.press(BUTTON, code=code)
    assert other.url == "/e/barrio/p/marks"


def test_one_code_cannot_be_tried_for_ever(other: Person) -> None:
    unknown = codes.resume_code(codes.resume_body())
    for _ in range(throttle.PER_KEY):
        other.press(BUTTON, code=unknown)
    other.press(BUTTON, code=unknown)
    assert other.status == 429


def test_a_code_of_what_was_sent_says_so(person: Person, code: str, other: Person) -> None:
    person.press("Siguiente", overall=7)
    person.press("Siguiente")
    person.press("Enviar mis respuestas")
    other.press(BUTTON, code=code)
    assert other.page.h1 == "Gracias"
    assert "Su código de comprobante es" in other.page.text


def test_a_code_belongs_to_one_collection(
    other: Person, code: str, field: Callable[..., str]
) -> None:
    other.open(field(slug="otra") + "/resume")
    other.press(BUTTON, code=code)
    assert other.status == 422


def test_opening_the_page_changes_nothing(
    person: Person, code: str, rows: Callable[..., list]
) -> None:
    before = [(draft.counter, draft.answers) for draft in rows(Draft)]
    answer = person.client.get("/e/barrio/resume", query_string={"code": code})
    assert code not in answer.text
    assert [(draft.counter, draft.answers) for draft in rows(Draft)] == before


def test_the_code_alone_opens_nothing(app: Flask, code: str) -> None:
    body = codes.read_resume_code(code)
    for secret in (body, f"{body}.", f"{body}.{'A' * 24}"):
        answer = app.test_client().post("/e/barrio/p/marks", data={"draft": secret, "overall": 1})
        assert answer.status_code == 410


def test_a_secret_of_the_first_release_has_no_code() -> None:
    assert drafts.resume_code("pOIUhj78_-sd7") is None
    assert drafts.resume_code("") is None


@pytest.mark.parametrize("agent", [ANDROID, IPHONE])
def test_inside_an_app_the_pages_show_the_way_out(
    app: Flask, field: Callable[..., str], agent: str
) -> None:
    person = Person(app.test_client())
    person.client.environ_base["HTTP_USER_AGENT"] = agent
    person.open(field())
    assert "http://localhost/e/barrio" in person.page.text
    person.press("Comenzar")
    code = CODE.search(person.page.text)[0]
    assert f"http://localhost/e/barrio/resume#{code}" in person.page.text
    links = [href for href in person.page.links().values() if "intent" in href]
    if agent is ANDROID:
        assert links == [f"intent://localhost/e/barrio/resume#{code}#Intent;scheme=http;end"]
    else:
        assert links == []
    person.press("Siguiente", member="no")
    assert "otra aplicación" not in person.page.text


def test_the_phones_own_browser_is_not_told_to_leave(app: Flask, field: Callable[..., str]) -> None:
    person = Person(app.test_client())
    person.client.environ_base["HTTP_USER_AGENT"] = CHROME
    person.open(field())
    person.press("Comenzar")
    assert "otra aplicación" not in person.page.text


@pytest.mark.parametrize(("seconds", "minutes"), [(1, 1), (60, 1), (61, 2), (900, 15)])
def test_waiting_is_said_in_whole_minutes(seconds: int, minutes: int) -> None:
    assert elsewhere._minutes(timedelta(seconds=seconds)) == minutes

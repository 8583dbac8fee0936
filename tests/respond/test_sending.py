"""However often and from wherever a draft is sent, it is one response and one receipt."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from app.extensions import db
from app.models import Draft, Organisation, Plan, Receipt, Response, ResponseState, Territory
from app.services.codes import ALPHABET, check_character, receipt_code
from app.services.drafts import sending
from tests.pages import Person

both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@both
def test_sending_again_gives_the_same_receipt(ready: Person, rows: Callable[..., list]) -> None:
    form = ready.page.forms[0].fields
    first = ready.press("Enviar mis respuestas").text
    ready.open("/e/barrio/thanks")
    assert ready.page.text == first
    assert ready.post("/e/barrio/send", form).text == first
    assert (len(rows(Response)), len(rows(Receipt)), len(rows(Draft))) == (1, 1, 0)


@both
def test_two_sendings_at_once_are_one_response(
    app: Flask, ready: Person, rows: Callable[..., list]
) -> None:
    secret = ready.page.forms[0].fields["draft"]
    together = Barrier(4)

    def send(_number: int) -> tuple[int, str]:
        together.wait(10)
        answer = app.test_client().post("/e/barrio/send", data={"draft": secret})
        return answer.status_code, answer.headers["Location"]

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(4)))
    assert answers == {(303, "/e/barrio/thanks")}
    assert (len(rows(Response)), len(rows(Receipt)), len(rows(Draft))) == (1, 1, 0)


@both
def test_a_page_and_a_sending_at_once_leave_one_response(
    app: Flask, ready: Person, rows: Callable[..., list]
) -> None:
    secret = ready.page.forms[0].fields["draft"]
    together = Barrier(2)

    def post(path: str) -> int:
        together.wait(10)
        return app.test_client().post(path, data={"draft": secret, "overall": "5"}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(post, ("/e/barrio/send", "/e/barrio/p/marks")))
    assert statuses == [303, 303]
    [response] = rows(Response)
    assert response.answers["overall"] in {5, 6}
    assert rows(Draft) == []


def test_going_back_after_sending_changes_nothing(ready: Person, rows: Callable[..., list]) -> None:
    ready.open("/e/barrio/p/marks")
    late = ready.page.forms[0].fields
    ready.open("/e/barrio/review")
    ready.press("Enviar mis respuestas")
    ready.open("/e/barrio/p/marks")
    assert ready.page.h1 == "Gracias"
    ready.post("/e/barrio/p/marks", late.to_dict() | {"overall": "1", "next": "1"})
    assert ready.page.h1 == "Gracias"
    assert "Usted ya había enviado sus respuestas." in ready.page.text
    assert [response.answers["overall"] for response in rows(Response)] == [6]


def test_another_person_on_the_same_phone_answers_too(
    ready: Person, rows: Callable[..., list]
) -> None:
    ready.press("Enviar mis respuestas")
    ready.open("/e/barrio")
    assert "Ya recibimos sus respuestas." in ready.page.text
    ready.press("Responder otra vez")
    assert "member" not in ready.page.forms[0].fields
    ready.press("Siguiente", member="no")
    ready.press("Siguiente", overall=1)
    ready.press("Siguiente", **{"draft:": "Todo"})
    ready.press("Siguiente")
    ready.press("Enviar mis respuestas")
    assert sorted(response.answers["overall"] for response in rows(Response)) == [1, 6]
    assert len({receipt.code for receipt in rows(Receipt)}) == 2


@both
def test_a_code_that_is_taken_is_drawn_again(
    ready: Person, rows: Callable[..., list], monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = itertools.chain(["AA-AAA-A"] * 2, ["CC-CCC-C"] * 9)
    monkeypatch.setattr(sending, "receipt_code", lambda length: next(codes))
    ready.press("Enviar mis respuestas")
    ready.open("/e/barrio")
    ready.press("Responder otra vez")
    ready.press("Siguiente", member="no")
    ready.press("Siguiente", overall=7)
    ready.press("Siguiente")
    ready.press("Enviar mis respuestas")
    assert sorted(receipt.code for receipt in rows(Receipt)) == ["AA-AAA-A", "CC-CCC-C"]
    assert len(rows(Response)) == 2


def test_codes_can_be_read_aloud_and_checked() -> None:
    for _ in range(200):
        code = receipt_code(5)
        assert re.fullmatch(rf"[{ALPHABET}]{{2}}-[{ALPHABET}]{{3}}-[{ALPHABET}]", code)
    assert re.fullmatch(
        rf"[{ALPHABET}]{{2}}(-[{ALPHABET}]{{3}}){{2}}-[{ALPHABET}]", receipt_code(8)
    )
    body = "K7MPQ"
    slips = {body[:at] + char + body[at + 1 :] for at in range(5) for char in ALPHABET}
    slips |= {body[:at] + body[at + 1] + body[at] + body[at + 2 :] for at in range(4)}
    assert all(check_character(slip) != check_character(body) for slip in slips - {body})


ORGANISATIONS = """
id: plan
version: "1"
title: {es: El plan}
respondent: organisation
choices: {organisations: register}
pages:
  - id: one
    questions:
      - name: organisation
        type: select_one
        choices: organisations
        required: true
        label: {es: ¿Cuál?}
      - {name: mark, type: scale, range: [1, 7], required: true, label: {es: ¿Qué nota?}}
"""


@pytest.fixture
def voters(app: Flask, field: Callable[..., str]) -> Callable[[int], Person]:
    """Somebody who gives the organisation's mark and stands before the last button."""
    with app.app_context():
        territory = Territory(code="T-1", name="Uno")
        names = {"O-1": "Junta", "O-2": "Club"}
        db.session.add_all(
            Organisation(code=code, name=name, kind="junta", territory=territory)
            for code, name in names.items()
        )
        db.session.add(Plan(code="P-1", title="Plan", territory=territory))
        db.session.commit()
    field(ORGANISATIONS, slug="plan", selection="census", territories=["T-1"])

    def make(mark: int) -> Person:
        person = Person(app.test_client())
        person.open("/e/plan")
        person.press("Comenzar")
        person.press("Siguiente", organisation="O-1", mark=mark)
        return person

    return make


@both
def test_a_second_vote_is_kept_and_said(
    voters: Callable[[int], Person], rows: Callable[..., list]
) -> None:
    voters(7).press("Enviar mis respuestas")
    second = voters(1)
    second.press("Enviar mis respuestas")
    assert second.page.h1 == "Gracias"
    assert "Ya había una respuesta de esta organización." in second.page.text
    states = {response.answers["mark"]: response.state for response in rows(Response)}
    assert states == {7: ResponseState.SUBMITTED, 1: ResponseState.CONFLICT}
    assert sorted(receipt.conflict for receipt in rows(Receipt)) == [False, True]


@both
def test_two_votes_at_once_count_one(
    voters: Callable[[int], Person], rows: Callable[..., list]
) -> None:
    people = [voters(7), voters(1)]
    together = Barrier(2)

    def send(person: Person) -> str:
        together.wait(10)
        return person.press("Enviar mis respuestas").h1

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, people)) == ["Gracias", "Gracias"]
    states = sorted(response.state for response in rows(Response))
    assert states == [ResponseState.CONFLICT, ResponseState.SUBMITTED]

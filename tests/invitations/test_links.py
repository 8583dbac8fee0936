"""Somebody opens a personal link: what they read, what they may do, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.extensions import db
from app.models import (
    Access,
    Attempts,
    Collection,
    Draft,
    Invitation,
    Mode,
    Receipt,
    Response,
)
from app.services import throttle
from app.services.codes import check_character
from app.services.demo import programme
from app.services.invitations import inviting
from app.services.invitations.links import code_of, token_of
from tests.invitations.conftest import BOTH, MODES, SLUG, answer

SENT = "Enviar mis respuestas"


def test_the_door_speaks_as_the_invitation_does(field, invite, phone) -> None:
    field()
    link = invite(name="Ana Soto", language="en")
    ana = phone()
    assert ana.open(link).lang == "en"
    assert ana.open(f"{link}?lang=es").lang == "es"
    assert phone().open(invite(name="Rosa")).lang == "es"


@BOTH
def test_from_the_link_to_the_receipt(field, invite, phone, rows) -> None:
    field()
    link = invite(name="Ana Soto")
    ana = phone()
    ana.open(link)
    assert "Invitación para Ana Soto." in ana.page.text
    assert "el equipo puede ver que son suyas" in ana.page.text
    answer(ana)
    ana.press(SENT)
    assert ana.page.h1 == "Gracias"
    assert "Puede cambiarlas con este mismo enlace" in ana.page.text
    [response], [invitation] = rows(Response), rows(Invitation)
    assert response.invitation_id == invitation.id
    assert rows(Draft) == []


@MODES
def test_opening_a_link_changes_nothing(field, invite, phone, app: Flask, mode: Mode) -> None:
    field(mode=mode)
    link = invite()

    def everything() -> list[list[tuple]]:
        with app.app_context():
            tables = db.metadata.sorted_tables
            return [[tuple(row) for row in db.session.execute(db.select(t))] for t in tables]

    before = everything()
    for agent in ("WhatsApp/2.23", "facebookexternalhit/1.1", "Mozilla/5.0"):
        for method in (phone().client.get, phone().client.head):
            assert method(link, headers={"User-Agent": agent}).status_code == 200
    assert everything() == before


def test_what_was_begun_goes_on_in_another_phone(field, invite, phone, rows) -> None:
    field()
    link = invite()
    first, second = phone(), phone()
    first.open(link)
    first.press("Comenzar")
    first.press("Siguiente", member="no")
    second.open(link)
    second.press("Continuar donde quedé")
    assert second.url == first.url
    assert len(rows(Draft)) == 1


@BOTH
def test_an_answer_can_be_changed_until_closing(field, invite, phone, rows, change) -> None:
    now = datetime.now(UTC)
    field(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=20))
    link = invite()
    ana = phone()
    ana.open(link)
    answer(ana, overall=3)
    assert ana.page.h1 != "Revise sus respuestas"  # a low mark asks for more
    ana.press("Siguiente", **{"draft:": "Los semáforos"})
    ana.press("Siguiente")
    ana.press(SENT)
    for mark in (5, 6):
        ana = phone()
        ana.open(link)
        assert "Ya recibimos sus respuestas. Puede cambiarlas con este mismo enlace hasta el" in (
            ana.page.text
        )
        ana.press("Ver y cambiar mis respuestas")
        assert ana.page.h1 == "Revise sus respuestas"
        ana.open("/e/barrio/p/marks")
        ana.press("Siguiente", overall=mark)
        ana.open("/e/barrio/review")
        ana.press(SENT)
        assert ana.page.h1 == "Gracias"
    kept = {response.state: response for response in rows(Response)}
    assert len(rows(Response)) == 3
    assert kept["submitted"].answers["overall"] == 6
    assert kept["submitted"].answers["member"] == "no"
    earlier = next(r for r in rows(Response) if r.id == kept["submitted"].revises_id)
    assert (earlier.state, earlier.answers["overall"]) == ("replaced", 5)
    assert len(rows(Receipt)) == 3
    change(Collection, closes_at=now)
    ana.open(link)
    assert ana.page.h1 == "Esta encuesta ya se cerró"


def test_what_is_not_sent_again_changes_nothing(field, invite, phone, rows) -> None:
    field()
    link = invite()
    ana = phone()
    ana.open(link)
    answer(ana)
    ana.press(SENT)
    ana.open(link)
    ana.press("Ver y cambiar mis respuestas")
    ana.open("/e/barrio/p/marks")
    ana.press("Siguiente", overall=1)
    [response] = rows(Response)
    assert (response.state, response.answers["overall"]) == ("submitted", 6)


@BOTH
def test_a_demonstration_leaves_with_its_invitations(app, field, invite, phone, rows) -> None:
    field(simulated=True, territories=[])
    link = invite()
    for button in ("Comenzar", "Ver y cambiar mis respuestas"):
        ana = phone()
        ana.open(link)
        if button == "Comenzar":
            answer(ana)
            ana.press(SENT)
        else:
            ana.press(button)
    assert rows(Draft)[0].revises_id == rows(Response)[0].id
    with app.app_context():
        programme.remove()
    assert rows(Invitation) == rows(Response) == rows(Draft) == []


@MODES
@BOTH
def test_one_answer_however_often_it_is_sent(field, invite, phone, rows, mode: Mode) -> None:
    """A double click, and the same page posted again from the history."""
    field(mode=mode)
    ana = phone()
    ana.open(invite())
    answer(ana)
    form = ana.page.forms[0]
    for _ in range(3):
        ana.post(form.action, form.fields | {"send": "1"})
        assert ana.page.h1 == "Gracias"
    assert len(rows(Response)) == len(rows(Receipt)) == 1


@MODES
@BOTH
def test_two_drafts_of_one_link_give_one_answer(
    app: Flask, field, invite, phone, rows, mode: Mode
) -> None:
    """Two phones that began before either had sent: the second is kept for review."""
    field(mode=mode)
    link = invite()
    first, second = phone(), phone()
    for each in (first, second):
        each.open(link)
        if mode == Mode.ANONYMOUS:
            answer(each)
    if mode == Mode.CONFIDENTIAL:  # there both lead to one draft
        answer(first)
        second.open(link)
        second.press("Continuar donde quedé")
        assert second.page.h1 == "Revise sus respuestas"
    first.press(SENT)
    second.press(SENT)
    assert second.page.h1 == "Gracias"
    states = sorted(response.state for response in rows(Response))
    assert states == (["submitted"] if mode == Mode.CONFIDENTIAL else ["conflict", "submitted"])
    assert all(response.invitation_id is None for response in rows(Response)) == (
        mode == Mode.ANONYMOUS
    )


@BOTH
def test_an_anonymous_link_is_used_without_a_trace(field, invite, phone, rows, app) -> None:
    field(mode=Mode.ANONYMOUS)
    link = invite()
    ana = phone()
    ana.open(link)
    assert "anotamos que la invitación se usó, pero no qué se respondió con ella" in ana.page.text
    ana.press("Comenzar")
    [draft], [before] = rows(Draft), rows(Invitation)
    assert draft.invitation_id is None
    ana.open(link)
    ana.press("Continuar donde quedé")
    assert len(rows(Draft)) == 1
    ana.press("Siguiente", member="no")
    ana.press("Siguiente", overall=6)
    ana.press("Siguiente")
    ana.press(SENT)
    [response], [receipt], [after] = rows(Response), rows(Receipt), rows(Invitation)
    assert (response.invitation_id, response.revises_id, receipt.response_id) == (None,) * 3
    changed = {
        column.name
        for column in Invitation.__table__.columns
        if getattr(before, column.name) != getattr(after, column.name)
    }
    assert changed == {"used"}
    for each in (ana, phone()):
        each.open(link)
        assert "Esta invitación ya se usó" in each.page.text
        assert each.page.forms == ()
        each.post(link, {"lang": "es"})
    assert ana.page.h1 == "Gracias"  # this phone has its receipt
    assert each.page.h1 == "Esta invitación ya se usó"
    assert len(rows(Response)) == 1


def test_an_anonymous_draft_of_another_phone_is_sent_with_the_code(
    app: Flask, field, invite, phone, rows
) -> None:
    field(mode=Mode.ANONYMOUS)
    first, second = phone(), phone()
    first.open(invite())
    answer(first)
    resume = first.page.text.partition("en otro teléfono: ")[2].split()[0]
    second.open("/e/barrio/resume")
    second.press("Seguir respondiendo con este código", code=resume)
    second.press(SENT)
    assert second.page.h1 == "El código de su invitación"
    second.press(SENT, code="no")
    assert "tiene 12 letras y números" in second.page.text
    [invitation] = rows(Invitation)
    with app.app_context():
        code = code_of(invitation)
    second.press(SENT, code=code.lower().replace("-", " "))
    assert second.page.h1 == "Gracias"
    assert rows(Invitation)[0].used


def test_without_a_link_nobody_answers_a_personal_collection(
    app: Flask, field, invite, phone, rows, change
) -> None:
    field(access=Access.BOTH)
    stranger = phone()
    stranger.open("/e/barrio")
    answer(stranger)
    change(Collection, access=Access.PERSONAL)
    stranger.press(SENT)
    assert stranger.page.h1 == "El código de su invitación"
    stranger = phone()
    words = "Esta encuesta se responde con una invitación"
    assert (stranger.open("/e/barrio").h1, stranger.status) == (words, 403)
    assert (stranger.post("/e/barrio/start", {"lang": "es"}).h1, stranger.status) == (words, 403)
    assert rows(Response) == []
    assert "/e/barrio" not in stranger.open("/").links().values()


@pytest.mark.parametrize(
    ("values", "status", "heading"),
    [
        ({"revoked_at": datetime.now(UTC)}, 410, "Esta invitación ya no vale"),
        ({"expires_at": datetime.now(UTC)}, 410, "Esta invitación venció"),
    ],
)
def test_a_link_that_ended_says_so_and_keeps_what_was_typed(
    field, invite, phone, rows, change, values, status: int, heading: str
) -> None:
    field()
    link = invite()
    ana = phone()
    ana.open(link)
    answer(ana)
    change(**values)
    ana.press(SENT)
    assert (ana.status, ana.page.h1) == (status, heading)
    for visit in (lambda: ana.open(link), lambda: ana.post(link, {"lang": "es"})):
        visit()
        assert (ana.status, ana.page.h1) == (status, heading)
    assert len(rows(Draft)) == 1
    assert rows(Response) == []


def test_a_renewed_link_goes_on_and_the_old_one_ends(app, field, invite, phone, rows) -> None:
    field()
    old = invite()
    ana = phone()
    ana.open(old)
    ana.press("Comenzar")
    ana.press("Siguiente", member="no")
    here = ana.url
    with app.app_context():
        renewed = inviting.renew(SLUG, rows(Invitation)[0].id)
        new = f"/i/{token_of(renewed)}"
    ana.open(old)
    assert (ana.status, ana.page.h1) == (404, "No encontramos esta invitación")
    ana.open(here)  # whoever had only the old link's draft has it no more
    assert ana.page.h1 != "Su opinión"
    ana.open(new)
    ana.press("Continuar donde quedé")
    assert ana.url == here
    assert len(rows(Draft)) == 1


def test_a_code_that_is_read_aloud_opens_the_invitation(app, field, invite, phone, rows) -> None:
    field()
    link = invite()
    [invitation] = rows(Invitation)
    with app.app_context():
        code = code_of(invitation)
    ana = phone()
    ana.open("/i")
    ana.press("Abrir mi invitación", code=code[:-1] + ("A" if code[-1] != "A" else "C"))
    assert "Revise el código: tiene 12 letras y números" in ana.page.text
    ana.press("Abrir mi invitación", code=f" {code.lower().replace('-', '')} ")
    assert ana.url == link


def test_guessing_is_slowed_down_and_those_with_a_link_are_not(
    field, invite, phone, rows, monkeypatch
) -> None:
    monkeypatch.setattr(throttle, "IN_ALL", 3)
    field()
    link = invite()
    thief = phone()
    for _ in range(3):
        thief.open("/i/" + "A" * 24)
        assert thief.status == 404
    thief.open("/i/" + "B" * 24)
    assert thief.status == 429
    assert phone().open(link).h1
    assert len(rows(Attempts)) == 1
    for code in ("K7MP-Q4RT-XAC", "AAAA-AAAA-AAA"):
        body = code.replace("-", "")
        thief.open("/i")
        for _ in range(3):
            thief.press("Abrir mi invitación", code=body + check_character(body))
    assert thief.status == 429


@pytest.mark.parametrize("token", ["x", "%00", "%ff", "a" * 5000, "..", "A" * 24])
def test_a_link_that_is_none(field, phone, token: str) -> None:
    field()
    someone = phone()
    words = "No encontramos esta invitación"
    assert (someone.open(f"/i/{token}").h1, someone.status) == (words, 404)
    assert (someone.post(f"/i/{token}", {"lang": "es"}).h1, someone.status) == (words, 404)


def test_a_link_opens_its_own_collection_alone(app, field, invite, phone, rows) -> None:
    field(mode=Mode.ANONYMOUS)
    field("otra", mode=Mode.ANONYMOUS)
    token = invite("otra").removeprefix("/i/")
    ana = phone()
    ana.open(invite())
    answer(ana)
    form = ana.page.forms[0]
    secret = form.fields["draft"].partition("~")[0]
    ana.post(form.action, {"draft": f"{secret}~{token}", "send": "1"})
    assert ana.page.h1 == "El código de su invitación"
    assert rows(Response) == []
    assert not any(invitation.used for invitation in rows(Invitation))


def test_nothing_of_a_link_is_kept_or_logged(
    app: Flask, field, invite, phone, caplog, database: str, monkeypatch
) -> None:
    caplog.set_level("DEBUG")
    field()
    link = invite()
    token = link.removeprefix("/i/")
    ana = phone()
    ana.open(link)
    answer(ana)
    ana.press(SENT)
    with app.app_context():
        for table in db.metadata.sorted_tables:
            for row in db.session.execute(db.select(table)):
                assert token not in str(tuple(row))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("app.services.invitations.links.require_valid", lambda *_: 1 / 0)
    answered = ana.client.get(link)
    assert answered.status_code == 500
    assert answered.headers["Referrer-Policy"] == "no-referrer"
    assert "ZeroDivisionError" in caplog.text
    assert "/i/<token>" in caplog.text
    assert token not in caplog.text

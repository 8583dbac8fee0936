"""What could not simply be counted is looked at and decided by a person, in words and once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import AuditEntry, Organisation, Quarantined, Response, Territory
from app.services.analytics import analyse
from app.services.invitations import inviting, links
from app.services.invitations.inviting import Invitee
from tests.api.conftest import NOW, item
from tests.pages import Person
from tests.respond.test_sending import ORGANISATIONS

REPEATS = """
id: barrio
version: "1"
title: {es: El barrio}
respondent: person
choices:
  yn: [{value: si, label: {es: Sí}}, {value: no, label: {es: No}}]
pages:
  - id: one
    questions:
      - {name: mark, type: scale, range: [1, 7], required: true, label: {es: ¿Qué nota?}}
      - {name: cooks, type: select_one, choices: yn, label: {es: ¿Cocina?}}
      - {name: what, type: text, relevant: "${cooks} = 'si'", label: {es: ¿Qué?}}
      - name: people
        type: repeat
        label: {es: Personas}
        questions:
          - {name: age, type: integer, constraint: ". < 120", label: {es: ¿Edad?}}
"""


@pytest.fixture
def manager(app: Flask, signed_in: Callable[[str], FlaskClient]) -> Person:
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.globals.setdefault("csrf_token", lambda: "")
    return Person(signed_in("manager"))


def counted(app: Flask, slug: str = "barrio") -> int:
    with app.app_context():
        return next(each.responses for each in analyse.listed() if each.slug == slug)


def follow(person: Person, words: str) -> None:
    person.open(person.page.links()[words])


def test_nothing_waits(field, manager: Person) -> None:
    field()
    manager.open("/collections/barrio")
    follow(manager, "Respuestas por revisar")
    assert "No hay respuestas por revisar." in manager.page.text


def test_what_is_good_of_a_response_is_accepted(app, field, send, rows, manager) -> None:
    field(REPEATS)
    answers = {
        "mark": 9,
        "cooks": "si",
        "what": "Pan",
        "other\0": "a\0b\ud800",
        "people": [{"age": 30}, {"age": 200}],
    }
    assert send(item(answers=answers)).json["status"] == "quarantined"
    assert counted(app) == 0
    manager.open("/collections/barrio/review")
    follow(manager, "Hay respuestas que no cumplen lo que pide la encuesta.")
    text = manager.page.text
    for words in (
        "Elija una nota del 1 al 7.",
        "Sí",
        "no hay esa pregunta",
        "¿Edad? (people[2]/age)",
    ):
        assert words in text
    manager.press("Aceptar y contar", comment="Llamé y confirmó")
    assert "Se aceptó y se cuenta." in manager.page.text
    assert "No hay respuestas por revisar." in manager.page.text
    [response] = rows(Response)
    assert response.answers == {"cooks": "si", "what": "Pan", "people": [{"age": 30}, {}]}
    assert response.state == "accepted"
    assert counted(app) == 1
    [noted] = rows(AuditEntry, AuditEntry.action == "review.accept")
    assert noted.actor == "manager@example.cl"
    assert noted.details["comment"] == "Llamé y confirmó"
    assert noted.details["dropped"] == ["mark", "other\N{REPLACEMENT CHARACTER}", "people[2]/age"]


def test_clocks_that_were_off_are_told(field, send, manager) -> None:
    field()
    send([item(), item(finished_at=(NOW + timedelta(days=400)).isoformat())])
    manager.open("/collections/barrio/review")
    assert "1 respuesta que se cuenta vino de un aparato" in manager.page.text


def test_a_decision_is_taken_once(app, field, send, rows, manager) -> None:
    field()
    sent = item(answers={"mark": 9, "why": "Porque sí"})
    send(sent)
    [held] = rows(Quarantined)
    page = f"/collections/barrio/review/{held.id}"
    manager.open(page)
    manager.press("Rechazar")
    assert "Se rechazó." in manager.page.text
    assert send(sent).json["status"] == "quarantined"
    manager.post(page, {"accept": "1"})
    assert "Otra persona ya lo había decidido." in manager.page.text
    manager.open(page)
    assert "Se rechazó." in manager.page.text
    assert rows(Response) == []


def test_one_of_two_contents_counts(app, field, send, rows, manager) -> None:
    field()
    sent = item()
    send(sent)
    send(sent | {"answers": {"mark": 1, "why": "Me equivoqué"}})
    manager.open("/collections/barrio/review")
    follow(manager, "Llegó dos veces con respuestas distintas.")
    assert "Me equivoqué" in manager.page.text
    assert "Distinto" in manager.page.text
    manager.press("Guardar la decisión")
    assert "Elija cuál se cuenta." in manager.page.text
    other = next(row for row in rows(Response) if row.state == "conflict")
    manager.press("Guardar la decisión", chosen=other.id)
    assert "No hay respuestas por revisar." in manager.page.text
    states = {row.answers["mark"]: row.state for row in rows(Response)}
    assert states == {1: "accepted", 6: "conflict"}
    assert counted(app) == 1
    assert send(sent).json["status"] == "same"
    assert send(sent | {"answers": {"mark": 3}}).json["status"] == "conflict"
    assert counted(app) == 1


@pytest.fixture
def voters(app: Flask, field) -> None:
    with app.app_context():
        territory = Territory(code="T-1", name="Uno")
        db.session.add(Organisation(code="O-1", name="Junta", kind="junta", territory=territory))
        db.session.commit()
    field(ORGANISATIONS, slug="plan", selection="census", territories=["T-1"])


def test_one_of_two_votes_counts(app, voters, send, rows, manager) -> None:
    def vote(mark: int, **more: object) -> dict:
        answers = {"organisation": "O-1", "mark": mark}
        return send(item(collection="plan", answers=answers, **more)).json

    assert [vote(7)["status"], vote(1)["status"], vote(2)["status"]] == [
        "stored", "conflict", "conflict",
    ]  # fmt: skip
    manager.open("/collections/plan/review")
    follow(manager, "Otra respuesta de la misma organización.")
    chosen = next(row for row in rows(Response) if row.answers["mark"] == 2)
    manager.press("Guardar la decisión", chosen=chosen.id)
    assert "No hay respuestas por revisar." in manager.page.text
    states = {row.answers["mark"]: row.state for row in rows(Response)}
    assert states == {7: "rejected", 1: "conflict", 2: "accepted"}
    assert counted(app, "plan") == 1


def test_an_anonymous_invitation_that_was_used_twice(app, field, send, rows, manager) -> None:
    field(mode="anonymous")
    with app.app_context():
        token = links.token_of(inviting.invite("barrio", Invitee(name="Ana")))
    said = [send(item(token=token)).json["status"] for _ in range(2)]
    assert said == ["stored", "conflict"]
    manager.open("/collections/barrio/review")
    follow(manager, "Llegó dos veces con respuestas distintas, o con una invitación ya usada.")
    assert "No se puede saber cuál es la otra." in manager.page.text
    manager.press("Guardar la decisión", chosen="none")
    assert "No hay respuestas por revisar." in manager.page.text
    assert sorted(row.state for row in rows(Response)) == ["conflict", "submitted"]
    assert counted(app) == 1


def test_late_ones_of_an_anonymous_collection_come_in_together(
    app, field, send, rows, change, manager
) -> None:
    field(mode="anonymous")
    send(item())
    change(closes_at=NOW - timedelta(hours=1))
    send([item(answers={"mark": 2}), item(answers={"mark": 3}), item(answers={"mark": 99})])
    manager.open("/collections/barrio/review")
    manager.press("Aceptar todas las que están bien respondidas")
    assert "Se aceptaron 2 respuestas." in manager.page.text
    assert sorted(row.answers["mark"] for row in rows(Response)) == [2, 3, 6]
    assert {row.received_at for row in rows(Response)} == {None}
    assert "Llegó después del cierre." in manager.page.text


def test_an_accepted_one_may_clash(app, field, send, rows, manager) -> None:
    field()
    sent = item()
    send(sent)
    send(sent | {"answers": {"mark": 9, "why": "Sí"}})
    manager.open("/collections/barrio/review")
    follow(manager, "Hay respuestas que no cumplen lo que pide la encuesta.")
    manager.press("Aceptar y contar")
    assert "decida cuál se cuenta" in manager.page.text
    assert "Llegó dos veces con respuestas distintas." in manager.page.text
    assert counted(app) == 1


def test_who_was_invited_is_still_known_when_it_is_accepted(
    app, voters, send, rows, manager
) -> None:
    with app.app_context():
        invitee = Invitee(organisation="O-1")
        token = links.token_of(inviting.invite("plan", invitee))
    first = send(item(collection="plan", token=token, answers={"mark": 9, "organisation": "X"}))
    assert first.json["code"] == "invalid"
    [held] = rows(Quarantined)
    assert token not in held.item
    assert send(item(collection="plan", token=token, answers={"mark": 5})).status_code == 201
    manager.open(f"/collections/plan/review/{held.id}")
    manager.press("Aceptar y contar")
    assert "Otra respuesta de la misma organización." in manager.page.text
    counts = {row.state: (row.invitation_id, row.organisation_id) for row in rows(Response)}
    assert counts["conflict"] == counts["submitted"]
    assert None not in counts["conflict"]


def load(manager: Person, content: bytes) -> None:
    data = {"file": (io.BytesIO(content), "respuestas.json")}
    manager.post("/collections/barrio/review/file", data, content_type="multipart/form-data")


def test_a_phones_file_goes_the_same_way(app, field, rows, manager) -> None:
    field()
    kept = [item(format="form", answers={"mark": [str(1 + n % 7)]}) for n in range(503)]
    bad = [item(answers={}), {"instance_id": "x"}]
    content = json.dumps({"cabildo": 1, "responses": [*kept, kept[0], *bad]}).encode()
    load(manager, content)
    text = manager.page.text
    for words in ("503 guardadas", "1 ya estaba", "1 por revisar", "1 no se recibió"):
        assert words in text
    load(manager, content)
    assert "504 ya estaban" in manager.page.text
    assert len(rows(Response)) == 503


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b'{"cabildo": 2, "responses": [{}]}', b'{"cabildo": 1}']
)
def test_a_file_that_is_none(field, manager: Person, content: bytes) -> None:
    field()
    load(manager, content)
    assert "Ese archivo no tiene respuestas guardadas por un teléfono." in manager.page.text


@pytest.mark.parametrize("key", ["%00", "nothing", "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"])
def test_what_is_not_there(field, manager: Person, key: str) -> None:
    field()
    assert manager.client.get(f"/collections/barrio/review/{key}").status_code == 404
    assert manager.client.get(f"/collections/barrio/review/conflicts/{key}").status_code == 404


def test_only_who_runs_collections(field, signed_in) -> None:
    field()
    assert signed_in("evaluator").get("/collections/barrio/review").status_code == 403
    assert signed_in("interviewer").get("/collections/barrio/review").status_code == 403


def test_more_that_waits_costs_no_more(app, field, send, manager) -> None:
    from sqlalchemy import event

    field()

    def count() -> int:
        seen: list[int] = []
        with app.app_context():
            engine = db.engine
        listener = lambda *_: seen.append(1)  # noqa: E731 it must be the same object to be removed
        event.listen(engine, "before_cursor_execute", listener)
        manager.open("/collections/barrio/review")
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    same = item()
    send([same, item(answers={}), same | {"answers": {"mark": 1}}])
    few = count()
    send(
        [*(item(answers={}) for _ in range(20)), *(same | {"answers": {"mark": m}} for m in (2, 3))]
    )
    assert count() == few

"""Responses found, looked at one by one, decided, changed as a new version, and erased."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from app.cli import cabildo
from app.extensions import db
from app.models import AuditEntry, Quarantined, Receipt, Response, ReviewNote
from app.services.analytics import analyse
from app.services.analytics.overview import overview
from tests.analytics.conftest import statements
from tests.api.conftest import NOW, item
from tests.pages import Person, Seen

SURVEY = """
id: barrio
version: "1"
title: {es: El barrio}
respondent: person
choices:
  yn: [{value: si, label: {es: Sí}}, {value: no, label: {es: No}}]
pages:
  - id: one
    questions:
      - name: mark
        type: scale
        range: [1, 7]
        special: [no_sabe]
        required: true
        label: {es: ¿Qué nota?}
      - {name: cooks, type: select_one, choices: yn, label: {es: ¿Cocina?}}
      - {name: what, type: text, relevant: "${cooks} = 'si'", label: {es: ¿Qué?}}
      - {name: twice, type: calculate, calculation: "${mark} * 2"}
      - name: people
        type: repeat
        label: {es: Personas}
        questions:
          - {name: age, type: integer, constraint: ". < 120", label: {es: ¿Edad?}}
"""
LIST = "/collections/barrio/responses"


@pytest.fixture
def manager(app: Flask, signed_in: Callable[[str], FlaskClient]) -> Person:
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.globals.setdefault("csrf_token", lambda: "")
    return Person(signed_in("manager"))


def counted(app: Flask) -> int:
    with app.app_context():
        return next(each.responses for each in analyse.listed() if each.slug == "barrio")


def given(**answers: object) -> dict[str, object]:
    return item(answers={"mark": 6, **answers})


def listed(page: Seen) -> set[str]:
    """Two keys may be told apart by more digits than are shown."""
    links = (a.get("href", "") for a in page.tree.iter("a"))
    return {link for link in links if link.startswith(LIST + "/")}


def test_the_list_is_filtered_and_turned_in_few_queries(app, field, send, manager) -> None:
    field(SURVEY)
    send([item(instance_id=str(uuid.uuid4())) for _ in range(30)])
    manager.open(LIST)
    assert "30 respuestas" in manager.page.text
    with app.app_context(), statements() as few:
        manager.open(LIST)
    send([item(finished_at=(NOW - timedelta(days=3)).isoformat()) for _ in range(40)])
    with app.app_context(), statements() as many:
        manager.open(LIST)
    assert len(few) == len(many)
    seen = listed(manager.page)
    manager.open(manager.page.links()["Ver las siguientes"])
    seen |= listed(manager.page)
    assert len(seen) == 70
    assert "Ver las siguientes" not in manager.page.links()
    day = (NOW - timedelta(days=2)).date().isoformat()
    manager.open(f"{LIST}?since={day}")
    assert "30 respuestas" in manager.page.text
    manager.open(f"{LIST}?until={day}&channel=web&state=submitted&version=1")
    assert "40 respuestas" in manager.page.text
    manager.open(f"{LIST}?channel=paper")
    assert "Ninguna respuesta es así." in manager.page.text


def test_what_the_overview_counts_is_a_filter_of_the_list(app, field, send, manager) -> None:
    field(SURVEY)
    sent = [given(mark=1 + n % 7, cooks="si", what=f"plato {n}") for n in range(21)]
    quick = [item(started_at=(NOW - timedelta(seconds=9)).isoformat()) for _ in range(4)]
    send(sent + quick)
    with app.app_context():
        found = {each.name: each.count for each in overview("barrio").quality}
    assert found == {"fast": 4, "same": 4}
    for name in found:
        manager.open(f"{LIST}?flag={name}")
        assert "4 respuestas" in manager.page.text
    manager.open(manager.page.links()["Quitar filtros"])
    assert "25 respuestas" in manager.page.text
    manager.open(f"{LIST}?flag=straight")  # this survey has no grid
    assert "Ninguna respuesta es así." in manager.page.text
    manager.open("/analysis/barrio/overview")
    manager.open(manager.page.links()["Ver estas respuestas: Muy rápidas"])
    with app.app_context(), statements() as few:
        manager.open(f"{LIST}?flag=same")
    send([item() for _ in range(20)])
    manager.open(f"{LIST}?flag=same")  # what is new is read once
    with app.app_context(), statements() as many:
        manager.open(f"{LIST}?flag=same")
    assert "24 respuestas" in manager.page.text
    assert len(few) == len(many)


@pytest.mark.parametrize("query", ["q=%00", "after=x~%00", "since=nada", "state=%00&territory=%00",
                                   "ids=%00,,x", "version=%00", "flag=%00", "q='%25"])  # fmt: skip
def test_what_is_no_filter_does_no_harm(field, send, manager, query: str) -> None:
    field(SURVEY)
    send(item())
    manager.open(f"{LIST}?{query}")


def test_one_is_found_by_its_receipt_and_its_key(field, send, rows, manager) -> None:
    field(SURVEY)
    receipt = send([item(), item()]).json[0]["receipt"]
    [kept] = rows(Receipt, Receipt.code == receipt)
    for words in (receipt.lower().replace("-", " "), kept.response_id[:8], kept.response_id):
        manager.open(f"{LIST}?q={words}")
        assert "1 respuesta" in manager.page.text
        assert f"{LIST}/{kept.response_id}" in manager.page.links().values()


def test_one_is_shown_as_it_was_answered(field, send, rows, manager) -> None:
    field(SURVEY)
    send(given(mark="no_sabe", cooks="no", people=[{"age": 30}, {"age": 4}]))
    [one] = rows(Response)
    manager.open(f"{LIST}/{one.id}")
    text = manager.page.text
    assert "¿Qué nota? No sé" in text
    assert "¿Cocina? No" in text
    assert "¿Qué? No se preguntó." in text
    assert "¿Edad? (people[2]/age) 4" in text
    [seen] = rows(AuditEntry, AuditEntry.action == "response.read")
    assert (seen.actor, seen.subject) == ("manager@example.cl", f"barrio/{one.id}")
    manager.open(f"{LIST}/{one.id}")
    assert "manager@example.cl · Vio la respuesta" in manager.page.text


def test_decided_one_by_one_and_many_at_once(app, field, send, rows, manager) -> None:
    field(SURVEY)
    send([item(), item(), item()])
    keys = [each.id for each in rows(Response)]
    page = f"{LIST}/{keys[0]}"
    manager.open(page)
    manager.press("Rechazar")
    assert "Escriba por qué." in manager.page.text
    manager.press("Rechazar", text="Es de otra comuna")
    assert "Rechazada" in manager.page.text
    assert "Es de otra comuna" in manager.page.text
    assert counted(app) == 2
    manager.press("Aceptar")
    assert counted(app) == 3
    manager.post(f"{LIST}/decide", {"key": keys, "action": "reject"})
    assert "Rechazar 3 respuestas" in manager.page.text
    assert counted(app) == 3
    manager.press("Rechazar 3 respuestas", reason="Duplicadas")
    assert "Cambiaron 3 respuestas." in manager.page.text
    assert counted(app) == 0
    noted = rows(AuditEntry, AuditEntry.action == "response.reject")
    assert {each.subject for each in noted} == {f"barrio/{key}" for key in keys}
    assert "Duplicadas" not in str([each.details for each in noted])


def test_a_change_is_a_new_version_and_the_old_one_stays(app, field, send, rows, manager) -> None:
    field(SURVEY)
    send(given(cooks="si", what="Pan", people=[{"age": 30}]))
    [old] = rows(Response)
    manager.open(f"{LIST}/{old.id}")
    manager.open(manager.page.links()["Cambiar las respuestas"])
    manager.press("Guardar como versión nueva")
    assert "Escriba por qué la cambia" in manager.page.text
    manager.press("Guardar como versión nueva", reason="Nada")
    assert "No cambió ninguna respuesta" in manager.page.text
    changes = {"a:mark": "9", "a:people[2]/age": "200", "reason": "Llamó para corregir"}
    manager.press("Guardar como versión nueva", **changes)
    assert "Elija una nota del 1 al 7." in manager.page.text
    changes |= {"a:mark": "2", "a:cooks": "2", "a:people[2]/age": "5"}
    manager.press("Guardar como versión nueva", **changes)
    text = manager.page.text
    assert "Desde ahora se cuenta esta versión." in text
    assert "¿Qué nota? 6 2" in text
    assert "¿Qué? Pan –" in text
    assert "Llamó para corregir" in text
    [before] = rows(Response, Response.id == old.id)
    [after] = rows(Response, Response.revises_id == old.id)
    assert (before.state, after.state) == ("replaced", "accepted")
    assert before.answers == old.answers
    assert after.answers["people"] == [{"age": 30}, {"age": 5}]
    assert after.answers["twice"] == 4
    assert "what" not in after.answers
    assert (after.submitted_on, after.submitted_at) == (old.submitted_on, old.submitted_at)
    assert counted(app) == 1
    [noted] = rows(AuditEntry, AuditEntry.action == "response.edit")
    assert set(noted.details["questions"]) == {"mark", "cooks", "what", "twice", "people[2]/age"}
    # Back to what was sent: one more version.
    manager.open(f"{LIST}/{old.id}")
    manager.open(manager.page.links()["Volver a lo que decía esta versión"])
    manager.press("Guardar como versión nueva", reason="Era así", **{"a:people[2]/age": ""})
    [third] = rows(Response, Response.revises_id == after.id)
    assert (third.answers["mark"], third.answers["what"]) == (6, "Pan")
    assert counted(app) == 1


def test_two_who_change_it_at_once(field, send, rows, manager) -> None:
    field(SURVEY)
    send(given())
    [old] = rows(Response)
    page = f"{LIST}/{old.id}/edit"
    manager.open(page)
    manager.post(page, {"a:mark": "1", "reason": "Uno"})
    manager.client.post(page, data={"a:mark": "3", "reason": "Otra"})
    assert len(rows(Response)) == 2
    assert manager.client.get(page).status_code == 409


def test_an_anonymous_one_is_never_changed(app, field, send, rows, change, manager) -> None:
    field(SURVEY, mode="anonymous")
    send(given())
    [one] = rows(Response)
    for page in (LIST, f"{LIST}/{one.id}"):
        assert manager.client.get(page).status_code == 403
    change(closes_at=NOW - timedelta(minutes=1))
    manager.open(f"{LIST}/{one.id}")
    assert "Cambiar las respuestas" not in manager.page.links()
    assert manager.client.get(f"{LIST}/{one.id}/edit").status_code == 409
    manager.press("Rechazar", text="Es una prueba")
    assert counted(app) == 0


def test_erasing_leaves_a_stone_and_nothing_that_was_said(app, field, send, rows, manager) -> None:
    field(SURVEY)
    sent = given(cooks="si", what="Mi nombre es Zoila")
    send([sent, item()])
    send(sent | {"answers": {"mark": 1, "what": "Zoila otra vez"}})  # a conflict of the same
    [old] = rows(Response, Response.answers["what"].as_string() == "Mi nombre es Zoila")
    manager.open(f"{LIST}/{old.id}/edit")
    manager.press("Guardar como versión nueva", reason="Zoila llamó", **{"a:mark": "7"})
    manager.open(manager.page.links()["Borrar esta respuesta a pedido de quien respondió"])
    manager.press("Borrar la respuesta")
    assert "no se puede deshacer" in manager.page.text
    manager.press("Borrar la respuesta", sure="1")
    assert "Las cifras ya no la cuentan." in manager.page.text
    assert counted(app) == 1
    with app.app_context():
        everything = str([
            db.session.execute(db.text(f"SELECT * FROM {table}")).all()  # noqa: S608 our own names
            for table in db.metadata.tables
        ])  # fmt: skip
    assert "Zoila" not in everything
    stones = rows(Response, Response.state == "erased")
    assert len(stones) == 2
    assert {str(each.answers) for each in stones} == {"{}"}
    assert not rows(ReviewNote)
    # A phone that sends it again is told that it was received, and nothing comes back.
    assert send(sent).json["status"] == "same"
    assert send(sent | {"answers": {"mark": 99}}).json["status"] == "quarantined"
    assert not rows(Quarantined)
    assert counted(app) == 1
    assert len(rows(Response)) == 3


def test_the_command_erases_by_receipt(app, field, send, rows) -> None:
    field(SURVEY)
    receipt = send([given(cooks="si", what="Zoila")]).json[0]["receipt"]

    def run(*words: str) -> Result:
        with app.app_context():
            return CliRunner().invoke(cabildo, ["responses", "erase", "barrio", *words])

    assert run("AA-AAA-A", "--yes").exit_code != 0
    assert run(receipt).exit_code != 0  # nobody said yes
    assert "Se borró 1 versión." in run(receipt, "--yes").output
    [stone] = rows(Response)
    assert (stone.state, stone.answers) == ("erased", {})
    assert "Ya estaba borrada." in run(stone.id, "--yes").output
    [noted] = rows(AuditEntry, AuditEntry.action == "response.erase")
    assert (noted.actor, noted.subject) == ("cli", f"barrio/{stone.id}")

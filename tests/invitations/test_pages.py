"""The pages where people are invited: lists, files, messages, and what ends a link."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from app.models import Access, AuditEntry, Collection, Invitation, Mode, Selection
from app.services.exports.stream import export_bytes
from app.services.invitations import inviting_many, listing
from app.services.invitations.links import token_of
from tests.invitations.conftest import BOTH, SLUG, VOTES, answer
from tests.pages import Person

HERE = f"/collections/{SLUG}/invitations"


@pytest.fixture
def manager(signed_in: Callable[[str], object]) -> Person:
    return Person(signed_in("manager"))


def test_one_is_invited_and_opens_the_link_that_the_page_shows(
    field, manager: Person, phone, rows
) -> None:
    field()
    manager.open(HERE)
    assert "Todavía no hay invitaciones." in manager.page.text
    manager.press("Invitar", name="Ana Soto", email="ana@@x", phone="9 1234 5678")
    assert manager.status == 400
    assert "«ana@@x» no sirve como correo." in manager.page.text
    manager.press("Invitar", email="ana@example.org")
    assert manager.page.h1 == "Ana Soto"
    assert rows(Invitation)[0].phone == "+56912345678"
    link = re.search(r"http://localhost(/i/[\w-]+)", manager.page.text)[1]
    whatsapp = manager.page.links()["Por WhatsApp"]
    assert whatsapp.startswith("https://wa.me/56912345678?text=")
    assert unquote(whatsapp).endswith(f"http://localhost{link}")
    ana = phone()
    ana.open(link)
    answer(ana)
    ana.press("Enviar mis respuestas")
    manager.open(f"{HERE}?which=answered&q=ana")
    assert "Ana Soto" in manager.page.text
    manager.open(f"{HERE}?which=silent")
    assert "No hay invitaciones con esas señas." in manager.page.text


def test_ending_renewing_and_extending(field, invite, manager: Person, phone, rows) -> None:
    field()
    link = invite(name="Ana")
    key = rows(Invitation)[0].id
    manager.open(f"{HERE}/{key}")
    manager.press("Guardar", expires=(datetime.now(UTC) - timedelta(3)).date())
    assert "El vencimiento debe ser después de este momento" in manager.page.text
    later = (datetime.now(UTC) + timedelta(30)).date()
    manager.press("Guardar", expires=later)
    assert rows(Invitation)[0].expires_at.date() in {later, later + timedelta(1)}
    manager.press("Retirar la invitación")
    assert "Retirada" in manager.page.text
    assert phone().client.get(link).status_code == 410
    manager.press("Hacer un enlace nuevo")
    assert "Sin respuesta" in manager.page.text
    assert phone().client.get(link).status_code == 404
    new = re.search(r"http://localhost(/i/[\w-]+)", manager.page.text)[1]
    assert phone().client.get(new).status_code == 200
    actions = {entry.action for entry in rows(AuditEntry)}
    assert {"invitation.revoke", "invitation.renew", "invitation.extend"} <= actions


FILE = """Name;Email;Phone;Language;Notas
Ana Soto;ana@example.org;;es;x
;;;;
Eva;eva@;;;
Ana otra vez;ANA@example.org;;;
Luis;;12;;
Rosa;;+56 2 2345 6789;en;
Juan;;;arn;
Sin separadores
"""


def test_a_file_is_looked_at_before_anything_is_stored(
    field, manager: Person, rows, app: Flask
) -> None:
    field()
    manager.open(f"{HERE}/import")
    token = manager.page.forms[-1].fields["csrf_token"]

    def upload(text: bytes) -> None:
        data = {"csrf_token": token, "file": (io.BytesIO(text), "lista.csv")}
        manager.post(f"{HERE}/import", data, content_type="multipart/form-data")

    upload(b"")
    assert "Elija primero un archivo CSV." in manager.page.text
    upload(b"a,b\n1,2\n")
    assert "Al archivo le faltan columnas." in manager.page.text
    upload(FILE.encode("cp1252"))
    assert manager.page.h1 == "Revise antes de invitar"
    assert "Se invitaría a 2." in manager.page.text
    faulty = {
        row: " ".join("".join(cell.itertext()) for cell in list(line)[1:])
        for line in manager.page.tree.iter("tr")
        if (row := "".join(next(iter(line)).itertext())).isdigit()
    }
    assert {int(row) for row in faulty} == {4, 5, 6, 8, 9}
    assert "«eva@» no sirve como correo. Escríbalo como nombre@ejemplo.cl." in faulty["4"]
    assert "ya tiene una invitación" in faulty["5"]
    assert "«12» no sirve como teléfono." in faulty["6"]
    assert "no se ofrece en el idioma «arn»" in faulty["8"]
    assert "La fila tiene 1 celdas y el encabezado 5." in faulty["9"]
    assert "Columnas que no se usan: Notas." in manager.page.text
    assert rows(Invitation) == []
    manager.press("Hacer 2 invitaciones")
    assert {row.name for row in rows(Invitation)} == {"Ana Soto", "Rosa"}
    upload(FILE.encode())
    assert "Se invitaría a 0." in manager.page.text  # nobody twice


def test_files_to_take_away(field, invite, manager: Person, phone, rows) -> None:
    field(mode=Mode.ANONYMOUS)
    invite(name="=HYPERLINK(1)", phone="+56912345678")
    link = invite(name="Ana", email="ana@example.org", language="en")
    manager.open(HERE)
    token = manager.page.forms[-1].fields["csrf_token"]
    got = manager.client.post(f"{HERE}/export.csv", data={"csrf_token": token})
    lines = list(csv.DictReader(io.StringIO(got.get_data().decode("utf-8-sig"))))
    by_name = {line["name"]: line for line in lines}
    assert set(by_name) == {"'=HYPERLINK(1)", "Ana"}
    assert by_name["Ana"]["link"] == f"http://localhost{link}"
    assert by_name["Ana"]["message"].startswith("Hello, Ana. We invite you to answer")
    assert by_name["'=HYPERLINK(1)"]["phone"] == "'+56912345678"
    pdf = manager.client.post(f"{HERE}/export.pdf", data={"csrf_token": token})
    assert pdf.get_data().startswith(b"%PDF")
    assert manager.client.post(f"{HERE}/export.exe", data={"csrf_token": token}).status_code == 404
    assert [e.details["format"] for e in rows(AuditEntry) if e.action == "invitation.export"] == [
        "csv",
        "pdf",
    ]
    manager.open(f"{HERE}/messages")
    assert "Hello, Ana." in manager.page.text
    assert "Sin teléfono: copie el mensaje." in manager.page.text


def test_the_roll_and_an_earlier_wave(field_votes, field, manager: Person, rows) -> None:
    field_votes()
    manager.open(HERE)
    for said in ("Se hicieron 2 invitaciones.", "No había a quién más invitar."):
        manager.press("A todas las organizaciones de la lista")
        assert said in manager.page.text
    field("segunda", source=VOTES, selection=Selection.CENSUS)
    manager.open("/collections/segunda/invitations")
    manager.press("Invitar a las mismas", earlier=SLUG)
    assert "Se hicieron 2 invitaciones." in manager.page.text
    waves: dict[str, set[str]] = {}
    for row in rows(Invitation):
        waves.setdefault(row.collection_id, set()).add(row.person_id)
    first, second = waves.values()
    assert first == second


@BOTH
def test_answers_of_two_waves_join_by_the_person(app, field, invite, phone) -> None:
    people: list[list[str]] = []
    for slug in (SLUG, "segunda"):
        field(slug)
        if not people:
            links = [invite(slug, name=name) for name in ("Ana", "Eva")]
        else:
            with app.app_context():
                assert inviting_many.from_wave(slug, SLUG) == 2
                made = db.session.scalars(
                    db.select(Invitation).join(Collection).where(Collection.slug == slug)
                )
                links = [f"/i/{token_of(each)}" for each in made]
        for link in links:
            person = phone()
            person.open(link)
            answer(person)
            person.press("Enviar mis respuestas")
        with app.app_context():
            exported = b"".join(export_bytes(slug, fmt="csv", lang="es")).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(exported)))
        people.append(sorted(row["_person_id"] for row in rows))
    assert people[0] == people[1]
    assert len(set(people[0])) == 2


@pytest.mark.parametrize("role", ["evaluator", "interviewer"])
def test_who_does_not_manage_is_kept_out(field, signed_in, role: str) -> None:
    field()
    client = signed_in(role)
    assert client.get(HERE).status_code == 403
    assert client.get(f"{HERE}/messages").status_code == 403


def test_a_key_of_another_collection_opens_nothing(field, invite, manager, rows) -> None:
    field()
    field("otra")
    invite("otra")
    key = rows(Invitation)[0].id
    assert manager.client.get(f"{HERE}/{key}").status_code == 404
    assert manager.client.get(f"{HERE}/%00").status_code == 404


def test_who_may_answer_is_changed(field, manager: Person, rows) -> None:
    field(access=Access.OPEN)
    manager.open(HERE)
    forms = [form for form in manager.page.forms if "access" in form.fields]
    manager.post(forms[0].action, forms[0].fields.to_dict() | {"access": "personal"})
    assert rows(Collection)[0].access == "personal"


def test_a_list_takes_as_many_queries_for_many_as_for_few(app: Flask, field, invite) -> None:
    field()
    counts = []
    for more in (1, 30):
        for number in range(more):
            invite(name=f"Persona {more} {number}")
        with app.app_context():
            collection = db.session.scalars(db.select(Collection)).one()
            seen: list[str] = []

            def note(*args: object, seen: list[str] = seen) -> None:
                seen.append(str(args[2]))

            event.listen(db.engine, "before_cursor_execute", note)
            assert len(listing.listed(collection).lines) == min(more + len(counts), 50)
            event.remove(db.engine, "before_cursor_execute", note)
            counts.append(len(seen))
    assert counts[0] == counts[1]

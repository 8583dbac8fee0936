"""The register as those who keep it see it: found, added, changed, brought in, taken away."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry, Organisation, Territory
from app.services.register import places
from app.services.register.places import Noun
from tests.analytics.conftest import field, make_plan, statements
from tests.pages import Person

FILE = "code,name,kind,territory,active,phone\nO-1,Junta Ñandú,junta,T-2,no,912345678\n"


@pytest.fixture
def manager(in_app: Flask, signed_in: Callable[[str], FlaskClient]) -> Person:
    make_plan()
    return Person(signed_in("manager"))


def organisation(code: str) -> Organisation | None:
    db.session.expire_all()
    return db.session.scalars(select(Organisation).where(Organisation.code == code)).first()


def held(who: Person, name: str) -> str:
    """What a field of the page has in it."""
    return next(form.fields[name] for form in who.page.forms if name in form.fields)


def send(who: Person, content: bytes, noun: str = "organisations", name: str = "lista.csv") -> None:
    who.open(f"/register/{noun}/import")
    who.press("Ver qué cambiaría", file=[(io.BytesIO(content), name)])


def test_somebody_keeps_an_organisation(manager: Person) -> None:
    manager.open("/register")
    assert "45 en el registro" in manager.page.text
    manager.open("/register/organisations/new")
    manager.press(
        "Guardar", code="JV-1", name="Unión  Ñuñoa", kind="junta de vecinos", territory="T-2",
        active="y", contact_name="Ana Soto", phone="9 1234 5678", email="ana@ejemplo.cl",
    )  # fmt: skip
    assert "Guardado." in manager.page.text
    row = organisation("JV-1")
    assert (row.name, row.phone, row.active) == ("Unión Ñuñoa", "+56912345678", True)
    manager.open("/register/organisations?q=UNION+nunoa&territory=T-2&active=yes")
    assert manager.page.links()["Unión Ñuñoa"] == "/register/organisations/JV-1/edit"
    assert "1 en total" in manager.page.text
    manager.open("/register/organisations/JV-1/edit")
    manager.press("Guardar", without=("active",), phone="", name="Unión")
    row = organisation("JV-1")
    assert (row.name, row.phone, row.active) == ("Unión", "", False)
    actions = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject == "organisations/JV-1")
        .order_by(AuditEntry.id)
    )
    # Whoever saw how to reach somebody is noted too.
    assert list(actions) == ["register.add", "contacts.read", "register.change"]
    for entry in db.session.scalars(select(AuditEntry)):
        assert "12345678" not in str(entry.details)


def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(manager: Person) -> None:
    manager.open("/register/organisations/new")
    manager.press("Guardar", code="O-1", name="", kind="club", phone="123", email="ana@")
    assert manager.status == 422
    for words in (
        "El código «O-1» ya está en uso", "Falta este dato", "«123» no es un número de teléfono",
        "«ana@» no es un correo",
    ):  # fmt: skip
        assert words in manager.page.text
    assert held(manager, "phone") == "123"
    assert organisation("O-1").name == "Organización 1"


def test_territories_and_plans(manager: Person) -> None:
    places.load_geography()
    manager.open("/register/territories/new")
    manager.press(
        "Guardar", code="T-9", name="La costa", comunas="la ligua\n05402 Cabildo\nAtlántida"
    )
    assert "«Atlántida» no es una comuna" in manager.page.text
    manager.press("Guardar", comunas="la ligua\n05402 Cabildo")
    row = db.session.scalars(select(Territory).where(Territory.code == "T-9")).one()
    assert sorted(comuna.name for comuna in row.comunas) == ["Cabildo", "La Ligua"]
    manager.open("/register/territories/T-9/edit")
    assert "05402 Cabildo" in held(manager, "comunas")
    manager.open("/register/plans/new")
    manager.press(
        "Guardar", code="PDT-9", title="Plan de la costa", territory="T-9", active="y",
        summary_es="Agua.\r\n\r\nCaminos.",
    )  # fmt: skip
    manager.open("/register/plans/PDT-9/edit")
    assert held(manager, "summary_es").strip() == "Agua.\n\nCaminos."


def test_a_file_is_looked_at_before_it_is_stored(manager: Person) -> None:
    send(manager, FILE.encode("cp1252"))
    assert manager.status == 200
    assert "0 filas nuevas. 1 fila cambia." in manager.page.text
    assert "active: sí → no" in manager.page.text
    assert organisation("O-1").active is True, "nothing is stored yet"
    manager.press("Guardar estos cambios")
    assert "1 fila cambia" in manager.page.text
    row = organisation("O-1")
    assert (row.name, row.active, row.territory.code) == ("Junta Ñandú", False, "T-2")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "register.load")).one()
    assert entry.actor == "manager@example.cl"
    send(manager, FILE.encode())
    assert "no hay nada que guardar" in manager.page.text


def test_the_largest_file_comes_through(manager: Person) -> None:
    rows = [f"P-{n},Plan {n},T-1,{'ñ' * 5000}" for n in range(208)]
    content = "\n".join(["code,title,territory,summary_es", *rows]).encode("cp1252")
    assert (1 << 20) - 10_000 < len(content) <= 1 << 20
    send(manager, content, "plans")
    manager.press("Guardar estos cambios")
    assert "208 filas nuevas" in manager.page.text


def test_each_faulty_row_says_what_to_do(manager: Person) -> None:
    text = "code,name,kind,territory,phone\nO 1,Junta,junta,T-7,x\nO-2\n"
    send(manager, text.encode())
    assert (manager.status, manager.page.h1) == (422, "Hay 4 cosas que corregir en el archivo")
    for words in ("no sirve como código", "el territorio «T-7»", "teléfono", "La fila tiene 1"):
        assert words in manager.page.text
    assert "Guardar estos cambios" not in manager.page.text


def test_what_is_no_list(manager: Person) -> None:
    manager.open("/register/plans/import")
    manager.press("Ver qué cambiaría")
    assert "Elija primero un archivo CSV" in manager.page.text
    for content, words in {
        b"": "está vacío",
        b"PK\x03\x04\0\0\0": "no es texto",
        b'code,title,territory\n"': "comillas",
        b"\xff\xfe\x00": "utf-16",
        b"a,b\n1,2\n": "Falta esta columna",
    }.items():
        send(manager, content, "plans", name="../../../etc/passwd")
        assert manager.status == 422
        assert words in manager.page.text
    send(manager, b"x" * ((1 << 20) + 1), "plans")
    assert manager.status == 413
    assert "más de 1 MB" in manager.page.text
    large = manager.client.post("/register/plans/import", data=b"x" * (5 << 20))
    assert large.status_code == 413


def test_what_became_wrong_meanwhile_is_shown(manager: Person) -> None:
    send(manager, b"code,title,territory\nP-1,Plan,T-3\n", noun="plans")
    db.session.execute(db.update(Territory).where(Territory.code == "T-3").values(code="T-33"))
    db.session.commit()
    manager.press("Guardar estos cambios")
    assert manager.status == 422
    assert "el territorio «T-3»" in manager.page.text


def test_what_is_taken_away_can_be_brought_in_again(manager: Person) -> None:
    row = organisation("O-1")
    row.name, row.phone, row.notes = "=SUMA(A1)", "+56912345678", "una\n- dos"
    db.session.commit()
    manager.open("/register/organisations")
    form = next(form for form in manager.page.forms if form.action.endswith("/export"))
    answer = manager.client.post(form.action, data=form.fields)
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "'=SUMA(A1)" in answer.text
    assert "'+56912345678" in answer.text
    send(manager, answer.data)
    assert "45 filas quedan igual" in manager.page.text
    assert db.session.scalars(
        select(AuditEntry.actor).where(AuditEntry.action == "register.export")
    ).all() == ["manager@example.cl"]


def test_a_list_costs_the_same_however_long(manager: Person) -> None:
    def cost() -> int:
        with statements() as seen:
            manager.open("/register/organisations?page=1")
        return len(seen)

    before = cost()
    row = organisation("O-1")
    db.session.add_all(
        Organisation(code=f"X-{n}", name="x", kind="x", territory_id=row.territory_id)
        for n in range(120)
    )
    db.session.commit()
    assert cost() == before
    assert "Página 1 de 4" in manager.page.text
    manager.open("/register/organisations?page=99&q=x")
    assert "Página 3 de 3" in manager.page.text


def test_contacts_are_for_those_who_keep_the_register(
    in_app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    make_plan()
    for role in ("evaluator", "interviewer"):
        client = signed_in(role)
        assert {client.get(f"/register/{noun}").status_code for noun in Noun} == {403}
        assert "/register" not in client.get("/collections").text


def test_addresses_of_nothing(manager: Person) -> None:
    for rest in ("x", "plans/a%00b/edit", "plans/..%2e/edit", "plans/P/x"):
        assert manager.client.get(f"/register/{rest}").status_code == 404


def test_the_demonstration_stays_a_demonstration(manager: Person) -> None:
    place = places.new_territory("T-D", "Demostración", [], simulated=True)
    db.session.add(
        Organisation(code="O-D", name="De ensayo", kind="club", territory=place, simulated=True)
    )
    db.session.commit()
    manager.open("/register/organisations/O-D/edit")
    manager.press("Guardar", name="De prueba")
    assert "Guardado." in manager.page.text
    manager.post(
        "/register/organisations/O-1/edit",
        {**manager.open("/register/organisations/O-1/edit").forms[-1].fields, "territory": "T-D"},
    )
    assert manager.status == 422
    assert "es de la demostración" in manager.page.text


def test_an_open_collection_follows_the_page(manager: Person) -> None:
    field("pdt-quality", "otra", selection="census", territories=["T-3"])
    manager.open("/register/organisations/O-1/edit")
    manager.press("Guardar", territory="T-3")
    manager.open("/collections/otra/progress")
    assert "Organización 1" in manager.page.text

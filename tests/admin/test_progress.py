"""Who has answered, live, and who is still to be called."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry, Collection, Organisation
from app.services import collections, progress
from tests.analytics.conftest import (
    OPINION,
    answer,
    ballot,
    field,
    make_plan,
    make_territories,
    people,
    statements,
)
from tests.pages import Person


@pytest.fixture
def plan(in_app: Flask) -> Collection:
    """31 of 45 have answered: 20 of 20, 11 of 15 and none of 10."""
    made = make_plan()
    answer(made, [ballot(n, 1 + n % 7) for n in range(1, 32)])
    row = db.session.scalars(select(Organisation).where(Organisation.code == "O-45")).one()
    row.name, row.kind, row.contact_name = "Coro Ñandú", "coro", "Ana <b>"
    row.phone, row.email = "+56912345678", "ana@ejemplo.cl"
    db.session.commit()
    return made


def test_rates_against_the_roll(plan: Collection) -> None:
    found = progress.progress("plan")
    assert (found.total.answered, found.total.of) == (31, 45)
    assert [(rate.name, rate.answered, rate.of) for rate in found.territories] == [
        ("Territorio 1", 20, 20),
        ("Territorio 2", 11, 15),
        ("Territorio 3", 0, 10),
    ]
    assert [(rate.name, rate.answered, rate.of) for rate in found.kinds] == [
        ("club", 31, 44),
        ("coro", 0, 1),
    ]
    assert [one.code for one in found.silent] == [f"O-{n}" for n in (32, 33, 34, 35, 45)] + [
        f"O-{n}" for n in range(36, 45)
    ]


def test_a_manager_sees_whom_to_call_and_notes_what_came_of_it(
    plan: Collection, signed_in: Callable[[str], FlaskClient]
) -> None:
    who = Person(signed_in("manager"))
    who.open("/collections/plan")
    assert who.page.links()["Avance"] == "/collections/plan/progress"
    who.open("/collections/plan/progress?territory=Territorio+3")
    for words in (
        "68,9 %",
        "31 de 45",
        "11 de 15",
        "73,3 %",
        "10 organizaciones no han",
        "Ana <b>",
    ):
        assert words in who.page.text
    assert "Organización 32" not in who.page.text
    html = who.response.text
    assert 'href="tel:+56912345678"' in html
    assert 'href="https://wa.me/56912345678?text=Hola.' in html
    assert 'href="mailto:ana@ejemplo.cl"' in html
    who.open("/collections/plan/progress/O-45")
    who.press("Anotar", note="x")
    assert (who.status, "Elija qué pasó" in who.page.text) == (422, True)
    who.press("Anotar", result="promised", note="El lunes\r\n=1+1")
    assert "Prometió responder" in who.page.text
    who.open("/collections/plan/progress/O-45")
    who.press("Anotar", result="no_answer")
    assert "No contesta" in who.page.text
    assert "2 intentos" in who.page.text
    who.open("/collections/plan/progress/O-45")
    assert "El lunes" in who.page.text
    assert "manager@example.cl" in who.page.text
    who.open("/collections/plan/progress")
    form = next(form for form in who.page.forms if form.action.endswith("/calls.csv"))
    lines = who.client.post(form.action, data=form.fields).text.splitlines()
    assert len(lines) == 15
    assert "Territorio 3,O-45,Coro Ñandú,coro,Ana <b>,'+56912345678,ana@ejemplo.cl,No contesta" in (
        "\n".join(lines)
    )
    taken = select(AuditEntry.actor).where(AuditEntry.action == "collection.calls")
    assert db.session.scalars(taken).all() == ["manager@example.cl"]


def test_who_answered_disappears_from_the_list_and_closing_makes_it_final(
    plan: Collection, signed_in: Callable[[str], FlaskClient]
) -> None:
    who = Person(signed_in("manager"))
    who.open("/collections/plan/progress")
    assert "Coro Ñandú" in who.page.text
    assert "sigue abierta" in who.page.text
    answer(plan, [ballot(45, 3)])
    collections.close_collection("plan")
    who.open("/collections/plan/progress")
    assert "Coro Ñandú" not in who.page.text
    assert "está cerrada" in who.page.text
    assert "32 de 45" in who.page.text


def test_nothing_of_what_was_answered(
    plan: Collection, signed_in: Callable[[str], FlaskClient]
) -> None:
    """A manager may see figures elsewhere; here every vote could be read beside a name."""
    who = Person(signed_in("manager"))
    who.open("/collections/plan/progress")
    before = who.page.text
    answers = {**ballot(1, 1)}
    row = plan_response("O-1")
    row.answers = answers | {"overall": 7}
    db.session.commit()
    who.open("/collections/plan/progress")
    assert who.page.text.split("Actualizar")[1] == before.split("Actualizar")[1]
    who.open("/collections/plan/progress/O-1")
    assert "Ya respondió" in who.page.text


def plan_response(code: str) -> object:
    from app.models import Response

    query = select(Response).join(Response.organisation).where(Organisation.code == code)
    return db.session.scalars(query).one()


def test_people_against_the_universe(
    in_app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    make_territories()
    sizes = {"T-1": 40, "T-2": 60, "T-3": 100}
    from app.services.analytics.sampling import read_sampling

    design = read_sampling({"strata": "territory", "population": sizes})
    made = field(OPINION, "opinion", selection="probability", design=design)
    answer(made, people(30))
    found = progress.progress("opinion")
    assert (found.total.answered, found.total.of) == (30, 200)
    assert [(rate.answered, rate.of) for rate in found.territories] == [
        (15, 40),
        (15, 60),
        (0, 100),
    ]
    loose = field(OPINION, "abierta", selection="open")
    answer(loose, people(3))
    who = Person(signed_in("manager"))
    who.open("/collections/abierta/progress")
    assert "A quién llamar" not in who.page.text
    assert [rate.of for rate in progress.progress("abierta").territories] == [None] * 3


def test_it_costs_the_same_however_many(
    plan: Collection, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("manager")

    def cost() -> int:
        with statements() as seen:
            assert client.get("/collections/plan/progress").status_code == 200
        return len(seen)

    before = cost()
    answer(plan, [ballot(n, 5) for n in range(32, 40)])
    for code in ("O-41", "O-42", "O-43"):
        client.application.config["WTF_CSRF_ENABLED"] = False
        path = f"/collections/plan/progress/{code}"
        assert client.post(path, data={"result": "refused"}).status_code == 303
    assert cost() == before


def test_what_is_not_on_the_roll(plan: Collection, signed_in: Callable[[str], FlaskClient]) -> None:
    client = signed_in("manager")
    client.application.config["WTF_CSRF_ENABLED"] = False
    for code in ("X", "a%00b", "O-1%2f.."):
        path = f"/collections/plan/progress/{code}"
        assert client.get(path).status_code == 404
        assert client.post(path, data={"result": "refused"}).status_code == 404
    path = "/collections/plan/progress/O-45"
    assert client.post(path, data={"result": "dead"}).status_code == 422
    assert client.post(path, data={"result": "refused", "note": "x" * 1001}).status_code == 422
    assert client.post(path, data={"result": "refused", "note": "a\0"}).status_code == 400

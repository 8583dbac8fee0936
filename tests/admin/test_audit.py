"""Who administers sees who did, saw and took away what, and limits people to territories."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import app as package
from app.extensions import db
from app.models import AuditEntry, Response, Territory, User
from app.services import accounts
from app.words.audit import ACTIONS, GROUPS
from tests.analytics.conftest import statements
from tests.api.conftest import item
from tests.pages import Person

APP = Path(package.__file__).parent


@pytest.fixture
def administrator(app: Flask, signed_in: Callable[[str], FlaskClient]) -> Person:
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.globals.setdefault("csrf_token", lambda: "")
    return Person(signed_in("administrator"))


def _noted() -> Iterator[str]:
    """The actions that the program notes, as its source says them."""
    for path in sorted(APP.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            function = call.func
            name = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
            if name in {"note", "note_read"} and call.args:
                yield from _texts(call.args[0])
            for each in call.keywords:
                if each.arg == "noted":
                    yield from _texts(each.value)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_action_has_words() -> None:
    noted = set(_noted())
    assert {"collection.open", "report.read", "webhook.add"} <= noted
    assert not noted - ACTIONS.keys()
    begun = tuple(GROUPS)
    unlisted = {each for each in noted if not each.startswith(begun)}
    assert {each.partition(".")[0] for each in unlisted} <= {
        "demo",
        "fieldwork",
        "paper",
        "plan",
        "roll",
    }


def test_what_was_seen_and_taken_away_is_found_by_who_and_what(
    app, field, send, rows, signed_in, administrator
) -> None:
    field()
    send([item(answers={"mark": 6, "why": "SECRETO"})])
    [one] = rows(Response)
    manager = signed_in("manager")
    for address in (
        f"/collections/barrio/responses/{one.id}",
        "/collections/barrio/responses",
        "/collections/barrio/progress",
        "/analysis/barrio/report",
        "/analysis/barrio/export.csv",
        "/collections/barrio/files",
    ):
        assert manager.get(address).status_code == 200, address
    administrator.open("/audit?actor=manager")
    text = administrator.page.text
    for words in ("Vio la respuesta", "Vio la lista de respuestas", "Vio contactos",
                  "Vio o descargó el informe", "Descargó respuestas", one.id):  # fmt: skip
        assert words in text
    assert "SECRETO" not in text
    administrator.open(f"/audit?subject=barrio/{one.id}&action=response.")
    assert "Vio la respuesta" in administrator.page.text
    assert "Vio contactos" not in administrator.page.text
    administrator.open("/audit?since=2999-01-01")
    assert "Nada es así." in administrator.page.text


def test_many_entries_are_turned_page_by_page_in_as_few_statements(app, administrator) -> None:
    def add(count: int) -> None:
        with app.app_context():
            db.session.add_all(
                AuditEntry(actor="cli", action="user.add", subject=f"p{n}", details={})
                for n in range(count)
            )
            db.session.commit()

    add(3)
    administrator.open("/audit")
    with app.app_context(), statements() as few:
        administrator.open("/audit")
    add(150)
    with app.app_context(), statements() as many:
        administrator.open("/audit")
    assert len(few) == len(many)
    administrator.open(administrator.page.links()["Ver lo anterior"])
    assert "p0" in administrator.page.text
    assert "Ver lo anterior" not in administrator.page.links()


@pytest.mark.parametrize(
    "query", ["before=x", "since=nada", "actor=%00", "action=%25", "until=9999-12-31"]
)
def test_what_is_no_filter_does_no_harm(administrator, query: str) -> None:
    administrator.open(f"/audit?{query}")


def test_somebody_is_limited_on_a_page(app, rows, signed_in, administrator) -> None:
    with app.app_context():
        db.session.add_all(Territory(code=f"T-{n}", name=f"Zona {n}") for n in (1, 2))
        db.session.commit()
    signed_in("evaluator")
    administrator.open("/people")
    administrator.open(administrator.page.links()["evaluator@example.cl"])
    administrator.press("Guardar", territory=["T-2"])
    assert "Guardado." in administrator.page.text
    with app.app_context():
        user = accounts.find_user("evaluator@example.cl")
        assert [each.code for each in user.territories] == ["T-2"]
        own = db.session.scalars(db.select(User.id).where(User.email.startswith("admin"))).one()
    administrator.post(f"/people/{own}", {"territory": "T-1"})
    assert "Nadie limita su propia cuenta" in administrator.page.text
    assert administrator.client.get("/people/999999999999").status_code == 404
    assert signed_in("manager").get("/people").status_code == 403

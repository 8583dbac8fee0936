"""Previews, and what anonymous and confidential keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask_security import hash_password

from app.extensions import db, security
from app.models import Draft, Mode, Receipt, Response, RoleName
from tests.pages import Person

LATER = datetime.now(UTC) + timedelta(days=9)
PASSWORD = "una clave larga de prueba"


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Person], None]:
    def enter(person: Person, *roles: RoleName) -> None:
        with app.app_context():
            store = security.datastore
            found = [store.find_or_create_role(role) for role in roles]
            store.create_user(email="a@example.org", password=hash_password(PASSWORD), roles=found)
            db.session.commit()
        page = person.open("/login")
        fields = page.forms[0].fields.to_dict() | {"email": "a@example.org", "password": PASSWORD}
        assert person.client.post("/login", data=fields).status_code == 302

    return enter


@pytest.mark.parametrize("change_to", [{"opens_at": LATER}, {"public": False}, {}])
def test_a_preview_is_kept_apart(
    person: Person,
    sign_in: Callable[..., None],
    change: Callable[..., None],
    rows: Callable[..., list],
    change_to: dict[str, object],
) -> None:
    sign_in(person, RoleName.INTERVIEWER)
    change(**change_to)
    person.open("/preview/barrio")
    person.press("Comenzar")
    for answers in ({"member": "no"}, {"overall": 7}, {}):
        assert "Vista previa." in person.page.text
        person.press("Siguiente", **answers)
    person.press("Enviar mis respuestas")
    assert person.page.h1 == "Gracias"
    assert "Vista previa." in person.page.text
    assert [response.preview for response in rows(Response)] == [True]
    assert [receipt.preview for receipt in rows(Receipt)] == [True]


def test_a_preview_begun_is_not_offered_to_whoever_answers(
    person: Person, sign_in: Callable[..., None], rows: Callable[..., list]
) -> None:
    sign_in(person, RoleName.EVALUATOR)
    person.open("/preview/barrio")
    person.press("Comenzar")
    person.open("/e/barrio")
    person.press("Comenzar")
    assert sorted(draft.preview for draft in rows(Draft)) == [False, True]


def test_only_staff_preview(person: Person, sign_in: Callable[..., None]) -> None:
    for method in (person.client.get, person.client.post):
        answer = method("/preview/barrio")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login?next=")
    sign_in(person)
    person.open("/preview/barrio")
    assert person.status == 403


def answer_all(person: Person) -> None:
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("Siguiente", overall=6)
    person.press("Siguiente")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_anonymous_leaves_no_link(
    app: Flask, field: Callable[..., str], rows: Callable[..., list]
) -> None:
    person = Person(app.test_client())
    person.open(field(mode=Mode.ANONYMOUS))
    assert "Sus respuestas son anónimas" in person.page.text
    answer_all(person)
    [draft] = rows(Draft)
    assert draft.started_at is None
    person.press("Enviar mis respuestas")
    [response], [receipt] = rows(Response), rows(Receipt)
    assert (response.started_at, response.submitted_at, receipt.response_id) == (None, None, None)
    assert rows(Draft) == []
    kept = {receipt.code, receipt.draft_id}
    assert kept.isdisjoint(
        {response.id, response.instance_id, response.content_hash, *map(str, response.answers)}
    )
    assert UUID(response.instance_id).version == 4


def test_confidential_says_so_and_keeps_times(person: Person, rows: Callable[..., list]) -> None:
    assert "Sus respuestas son confidenciales" in person.page.text
    answer_all(person)
    person.press("Enviar mis respuestas")
    [response], [receipt] = rows(Response), rows(Receipt)
    assert receipt.response_id == response.id
    assert response.started_at < response.submitted_at


def test_nothing_secret_is_logged(
    person: Person, caplog: pytest.LogCaptureFixture, rows: Callable[..., list]
) -> None:
    caplog.set_level("DEBUG")
    answer_all(person)
    secret = person.page.forms[0].fields["draft"]
    instance = rows(Draft)[0].instance_id
    person.press("Enviar mis respuestas")
    logged = caplog.text
    assert secret not in logged
    assert instance not in logged


def test_what_was_deleted_cannot_be_read_out_of_the_file(
    app: Flask, field: Callable[..., str], database: str
) -> None:
    person = Person(app.test_client())
    person.open(field(mode=Mode.ANONYMOUS))
    person.press("Comenzar")
    typed = "a secret of mine " * 20
    person.post("/e/barrio/p/end", {"lang:": typed, "draft": person.page.forms[0].fields["draft"]})
    with app.app_context():
        assert db.session.query(Draft).one().answers == {"lang": [typed]}
        db.session.query(Draft).delete()
        db.session.commit()
        db.session.remove()
        connection = db.engine.raw_connection()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.close()
    assert b"a secret of mine" not in Path(database.removeprefix("sqlite:///")).read_bytes()

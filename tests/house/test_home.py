"""Where whoever signs in begins: what waits for them alone, and finding what they may see."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Collection, Quarantined, Territory, User
from app.models.columns import utc_now
from app.models.job import Job
from tests.analytics.conftest import (
    OPINION,
    answer,
    field,
    make_plan,
    make_territories,
    people,
    statements,
)
from tests.pages import check_page

Client = Callable[[str], FlaskClient]


def hold(collection: Collection, territory: Territory | None, times: int = 1) -> None:
    for _ in range(times):
        db.session.add(
            Quarantined(
                collection_id=collection.id,
                mode=collection.mode,
                instance_id=str(uuid.uuid4()),
                content_hash=uuid.uuid4().hex,
                territory_id=territory.id if territory else None,
                reason="invalid",
                channel="web",
                item=json.dumps({}),
                received_on=utc_now().date(),
            )
        )
    db.session.commit()


def limit(email: str, *codes: str) -> None:
    user = db.session.query(User).filter_by(email=email).one()
    user.territories = db.session.query(Territory).filter(Territory.code.in_(codes)).all()
    db.session.commit()


def test_what_waits_is_named_with_its_page(app: Flask, signed_in: Client) -> None:
    client = signed_in("manager")
    empty = check_page(client.get("/home").text)
    assert empty.h1 == "Nada espera por usted"
    assert "cabildo collection open" in empty.text
    with app.app_context():
        first, *_rest = make_territories()
        collection = field(OPINION, "opinion", selection="open", population=400)
        collection.closes_at = utc_now() + timedelta(days=3)
        hold(collection, first, 3)
        answer(collection, people(30))
        closed = field(OPINION.replace("id: opinion", "id: other"), "other", selection="open")
        answer(closed, people(12))
        closed.closes_at = utc_now() - timedelta(days=1)
        db.session.commit()
    seen = check_page(client.get("/home").text)
    links = seen.links()
    assert seen.h1 == "3 asuntos esperan por usted"
    assert links["3 respuestas por revisar"] == "/collections/opinion/review"
    assert any("han respondido 30 de 400" in words for words in links)
    assert "/collections/other/publication" in links.values()
    assert client.get("/home").headers["Cache-Control"] == "no-store"
    assert check_page(client.get("/home?lang=en").text).h1 == "3 things wait for you"


def test_who_is_limited_sees_what_is_theirs(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        first, second, _third = make_territories()
        collection = field(OPINION, "opinion", selection="open")
        hold(collection, first, 1)
        hold(collection, second, 4)
        hold(collection, None, 2)
    client = signed_in("manager")
    assert "7 respuestas por revisar" in check_page(client.get("/home").text).links()
    with app.app_context():
        limit("manager@example.cl", "T-1")
    seen = check_page(client.get("/home").text)
    assert "1 respuesta por revisar" in seen.links()
    assert "Usted ve y cuenta solo: Territorio 1." in seen.text


@pytest.mark.parametrize("role", ["evaluator", "interviewer"])
def test_nobody_is_led_where_they_may_not_go(app: Flask, signed_in: Client, role: str) -> None:
    with app.app_context():
        hold(field(OPINION, "opinion", selection="open", territories=[]), None)
    client = signed_in(role)
    seen = check_page(client.get("/home").text)
    for address in seen.links().values():
        if address.startswith("/") and "lang=" not in address:
            assert client.get(address).status_code == 200, address


def test_searching_by_name_and_code(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        make_plan()
        territory = db.session.query(Territory).filter_by(code="T-1").one()
        territory.name = "Población Ñuñoa Árbol"
        db.session.commit()
    client = signed_in("manager")

    def found(text: str) -> list[str]:
        page = check_page(client.get("/search", query_string={"q": text}).text)
        return [url for url in page.links().values() if "lang=" not in url]

    assert "/register/territories/T-1/edit" in found("nunoa arbol")
    assert "/register/organisations/O-17/edit" in found("ORGANIZACION 17")
    assert "/collections/plan" in found("plan")
    assert "Escriba al menos dos letras." in client.get("/search?q=a").text
    assert "No se encontró" in check_page(client.get("/search?q=zzzz%00").text).text
    check_page(client.get("/search", query_string={"q": "<b>'\" %_\\"}).text)
    with app.app_context():
        limit("manager@example.cl", "T-2")
    assert "/register/territories/T-1/edit" not in found("nunoa arbol")
    assert "/register/organisations/O-17/edit" not in found("organizacion 17")
    evaluator = signed_in("evaluator").get("/search?q=organizacion").text
    assert "/register/" not in evaluator.replace('href="/register"', "")


def test_a_home_page_costs_the_same_with_many_collections(in_app: Flask) -> None:
    from app.services import attention
    from app.services.attention import Task

    def cost() -> int:
        with statements() as seen:
            attention.desk(Task, now=utc_now())
        return len(seen)

    make_territories()
    field(OPINION, "opinion", selection="open").closes_at = utc_now() + timedelta(days=2)
    db.session.commit()
    few = cost()
    for n in range(5):
        collection = field(OPINION, f"opinion-{n}", selection="open")
        collection.closes_at = utc_now() + timedelta(days=2)
        hold(collection, None)
    assert cost() == few


def test_files_that_were_asked_for_are_named(app: Flask, signed_in: Client) -> None:
    client = signed_in("evaluator")
    with app.app_context():
        make_territories()
        collection = field(OPINION, "opinion", selection="open")
        user = db.session.query(User).one()
        how = {"kind": "export", "user_id": user.id, "collection_id": collection.id}
        how |= {"language": "es"}
        ready = Job(
            state="done", file_name="opinion.sav", file_bytes=3, finished_at=utc_now(), **how
        )
        broken = {"code": "export_too_long", "context": {"sheet": "x", "limit": "9"}}
        failed = Job(state="failed", finished_at=utc_now(), problem=broken, **how)
        db.session.add_all([ready, Job(done=1, total=4, **how), failed])
        db.session.commit()
        address = f"/api/v1/jobs/{ready.id}/file"
    seen = check_page(client.get("/home").text)
    assert seen.links()["opinion.sav"] == address
    assert "Preparándose: 25 %" in seen.text
    assert "Archivos que pidió" not in signed_in("manager").get("/home").text

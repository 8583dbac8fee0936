"""A large page of results is prepared by a worker, looked at, and then published as it was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import work
from app.extensions import db
from app.models import Job, Publication, Territory
from app.models.columns import utc_now
from app.services import collections
from app.services.jobs import queue, working
from app.services.publication import publishing
from app.services.publication.publishing import Choice
from tests.analytics.conftest import answer
from tests.pages import check_page
from tests.publication.test_results_page import said, town

Client = Callable[[str], FlaskClient]
PLACE = "/collections/opinion/publication"
LARGE = {"measure": "satisfied", "by": ["territory", "sex"]}


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """A page is the same page on both databases; jobs on both are tested with exports."""
    return new_database(request.param)


@pytest.fixture
def manager(app: Flask, signed_in: Client) -> FlaskClient:
    """Of a town with so many territories that its page takes a while."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.session.add_all(Territory(code=f"U-{n}", name=f"Unidad {n}") for n in range(12))
        collection = town()
        choice = Choice(measures=("satisfied",), by=("territory", "sex"))
        assert publishing.check(collection, choice) > publishing.AT_ONCE
    return signed_in("manager")


def run(app: Flask, worker: str = "w") -> bool:
    with app.app_context():
        return working.work_once(worker, work.KINDS, work.authorise)


def asked(client: FlaskClient, **more: object) -> str:
    answer = client.post(f"{PLACE}/proposals", data=LARGE | more)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_it_is_prepared_looked_at_and_published(app: Flask, manager: FlaskClient) -> None:
    address = asked(manager)
    waiting = manager.get(address)
    page = check_page(waiting.text)
    assert "Se prepara la propuesta" in page.text
    assert page.links()["Ver si ya está"] == address
    assert int(waiting.headers["Refresh"]) > 0
    assert "Así quedaría" not in page.text
    assert asked(manager) == address, "what is under way is not asked for twice"
    assert run(app)
    assert not run(app)
    ready = manager.get(address)
    assert "Refresh" not in ready.headers
    seen = check_page(ready.text)
    assert "Así quedaría" in seen.text
    assert "Entre 47 y 61 de cada 100 personas están satisfechas" in seen.text
    anybody = app.test_client()
    assert anybody.get("/r/opinion").status_code == 404
    key = address.rsplit("/", 1)[-1]
    done = manager.post(PLACE, data={"proposal": key}, follow_redirects=True)
    assert "/r/opinion" in check_page(done.text).text
    assert "Entre 47 y 61 de cada 100 personas" in check_page(anybody.get("/r/opinion").text).text
    with app.app_context():
        (made,) = db.session.query(Publication)
        straight = publishing.propose("opinion", Choice.from_data(made.choice))
        assert (made.content, made.cells) == (straight.content, straight.cells)


def test_a_worker_that_dies_loses_nothing(app: Flask, manager: FlaskClient) -> None:
    address = asked(manager)
    with app.app_context():
        assert queue.take("dead", utc_now()) is not None
    assert "Se prepara la propuesta" in manager.get(address).text
    assert not run(app), "it is held"
    with app.app_context():
        db.session.query(Job).update({"lease_until": utc_now() - timedelta(seconds=1)})
        db.session.commit()
    assert run(app, "next")
    assert "Así quedaría" in manager.get(address).text


def test_what_changed_meanwhile_is_not_published(app: Flask, manager: FlaskClient) -> None:
    address = asked(manager)
    run(app)
    with app.app_context():
        answer(collections.find("opinion"), said(1, "f", 7, 1))
    key = address.rsplit("/", 1)[-1]
    refused = manager.post(PLACE, data={"proposal": key})
    assert refused.status_code == 400
    assert "La propuesta ya no es la de estas respuestas" in check_page(refused.text).text
    assert app.test_client().get("/r/opinion").status_code == 404
    again = asked(manager)
    assert again != address
    run(app)
    manager.post(PLACE, data={"proposal": again.rsplit("/", 1)[-1]})
    assert app.test_client().get("/r/opinion").status_code == 200


def test_a_proposal_is_published_once(app: Flask, manager: FlaskClient) -> None:
    address = asked(manager)
    run(app)
    key = address.rsplit("/", 1)[-1]
    assert manager.post(PLACE, data={"proposal": key}).status_code == 303
    assert manager.post(PLACE, data={"proposal": key}).status_code == 400
    with app.app_context():
        assert db.session.query(Publication).count() == 1


def test_what_cannot_be_is_said_at_once_or_when_it_is_known(
    app: Flask, manager: FlaskClient
) -> None:
    nothing = manager.post(f"{PLACE}/proposals", data={"by": "territory"})
    assert nothing.status_code == 400
    check_page(nothing.text)
    with app.app_context():
        assert db.session.query(Job).count() == 0
        publishing.publish("opinion", Choice(measures=("satisfied",)))
    address = asked(manager)  # the same people in other tables: too soon
    run(app)
    assert "Todavía no se puede publicar de nuevo" in check_page(manager.get(address).text).text


def test_a_large_choice_is_never_prepared_within_the_request(
    app: Flask, manager: FlaskClient
) -> None:
    looked = manager.get(PLACE, query_string=LARGE)
    assert "Así quedaría" not in check_page(looked.text).text
    posted = manager.post(PLACE, data=LARGE)
    assert "/publication/proposals/" in posted.headers["Location"]
    assert app.test_client().get("/r/opinion").status_code == 404


def test_a_small_choice_is_looked_at_at_once(app: Flask, manager: FlaskClient) -> None:
    small = {"measure": "satisfied", "by": "sex"}
    shown = manager.post(f"{PLACE}/proposals", data=small, follow_redirects=True)
    assert "Así quedaría" in check_page(shown.text).text
    with app.app_context():
        assert db.session.query(Job).count() == 0


def test_a_proposal_is_its_own_managers(
    app: Flask, manager: FlaskClient, signed_in: Client
) -> None:
    address = asked(manager)
    run(app)
    other = signed_in("administrator")
    assert other.get(address).status_code == 404
    stolen = other.post(PLACE, data={"proposal": address.rsplit("/", 1)[-1]})
    assert stolen.status_code == 404
    assert app.test_client().get("/r/opinion").status_code == 404
    key = address.rsplit("/", 1)[-1]
    assert manager.get(f"/collections/opinion/exports/{key}").status_code == 404
    assert address not in manager.get("/collections/opinion/exports").text

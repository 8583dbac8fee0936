"""A service with a collection that is asked by interviewers, and the phone of one of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app import create_app
from app.extensions import db
from app.models import RoleName, Territory
from app.services import accounts, collections, surveys
from app.services.collections import Fielding
from app.services.fieldwork import quotas
from benchmarks.servers import SERVERS, serving
from tests.chromium import TIMEOUT
from tests.conftest import test_settings

DEFINITION = Path(__file__).with_name("household.yaml")
NEIGHBOURHOOD = Path(__file__).parents[1] / "definitions" / "neighbourhood.yaml"
SLUG = "casas"
PIN = "483920"


@dataclass(frozen=True)
class Service:
    address: str
    database: str
    data: Path
    login: tuple[str, str]
    manager: tuple[str, str]


def set_up_collection(mode: str = "confidential") -> None:
    """Two territories, a survey that only interviewers ask, and a quota of one woman in Norte."""
    db.session.add_all([Territory(code="N", name="Norte"), Territory(code="S", name="Sur")])
    db.session.commit()
    version = surveys.save_definition(DEFINITION.read_text())
    surveys.publish(version.survey_id)
    collections.open_collection(version.survey_id, SLUG, Fielding(mode=mode, public=False))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    from flask_migrate import upgrade

    data = tmp_path_factory.mktemp("field")
    database = f"sqlite:///{data / 'cabildo.sqlite3'}"
    app = create_app(test_settings(database, data))
    with app.app_context():
        upgrade()
        accounts.ensure_roles()
        set_up_collection()
        word = accounts.add_user("terreno@example.org", RoleName.INTERVIEWER)
        word2 = accounts.add_user("direccion@example.org", RoleName.MANAGER)
        version = surveys.save_definition(NEIGHBOURHOOD.read_text())
        surveys.publish(version.survey_id)
        collections.open_collection(version.survey_id, "barrio", Fielding(territories=[]))
        user = next(u for u in accounts.list_users())
        cell = (("gender", "woman"), ("territory", "N"))
        quotas.set_targets(SLUG, {cell: 1}, user=user)
        db.session.remove()
        db.engine.dispose()
    settings = {"CABILDO_DATA": str(data), "CABILDO_URL": "", "DATABASE_URL": "", "PORT": ""}
    with serving(SERVERS["granian"], os.environ | settings) as address:
        interviewer, manager = ("terreno@example.org", word), ("direccion@example.org", word2)
        yield Service(address, database, data, interviewer, manager)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        geolocation={"latitude": -33.45, "longitude": -70.66, "accuracy": 12},
        permissions=["geolocation"],
    )
    context.set_default_timeout(TIMEOUT)
    yield context
    context.close()


@pytest.fixture
def ready(phone: BrowserContext, service: Service) -> Callable[[], Page]:
    """Signs in, gets the phone ready, and chooses a PIN: the interviewer's list is open."""

    def make() -> Page:
        page = phone.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{service.address}/field")
        page.fill("#email", service.login[0])
        page.fill("#password", service.login[1])
        page.click("p.buttons button")
        page.click("text=Preparar este teléfono")
        page.fill("#pin-1", PIN)
        page.fill("#pin-2", PIN)
        page.click("text=Guardar PIN")
        page.wait_for_selector("#home:visible")
        page.wait_for_selector("body[data-ready=yes]")
        return page

    return make

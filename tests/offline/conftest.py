"""The real service, which can be killed and come back under its address, and phones to open it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app import create_app
from app.extensions import db
from app.services import collections, surveys
from app.services.collections import Fielding
from benchmarks.servers import PROJECT, SERVERS, free_port, wait_until_ready
from tests.chromium import TIMEOUT
from tests.conftest import test_settings

DEFINITION = Path(__file__).parents[1] / "definitions" / "neighbourhood.yaml"
FILES = DEFINITION.with_name("files.yaml")


@dataclass
class Service:
    """A service with open collections: ``barrio``, ``cierra``, and ``archivos``, which asks for
    files; ``home`` is its release."""

    data: Path
    port: int
    home: Path = PROJECT
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def within(self) -> Iterator[None]:
        """The database as those have it who run the service."""
        app = create_app(test_settings(f"sqlite:///{self.data / 'cabildo.sqlite3'}", self.data))
        with app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()

    def responses(self) -> list[tuple[str, str]]:
        """(instance id, state) of all that was received, read past the service."""
        with closing(sqlite3.connect(self.data / "cabildo.sqlite3")) as base:
            return base.execute("SELECT instance_id, state FROM responses").fetchall()

    def quarantined(self) -> int:
        with closing(sqlite3.connect(self.data / "cabildo.sqlite3")) as base:
            return int(base.execute("SELECT count(*) FROM quarantine").fetchone()[0])

    def start(self) -> None:
        if self.process is not None:
            return
        settings = {"CABILDO_DATA": str(self.data), "CABILDO_URL": "", "DATABASE_URL": ""}
        command = [sys.executable, *(part.format(port=self.port) for part in SERVERS["granian"])]
        self.process = subprocess.Popen(
            command, cwd=self.home, env=os.environ | settings, start_new_session=True
        )
        try:
            wait_until_ready(self.address)
        except RuntimeError:  # other tests had the processors
            wait_until_ready(self.address)

    def kill(self) -> None:
        """As when the power fails: nobody is told."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture(scope="session")
def _service(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[str], str]
) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("offline")
    shutil.copyfile(new_database("sqlite").removeprefix("sqlite:///"), data / "cabildo.sqlite3")
    service = Service(data, free_port())
    with service.within():
        version = surveys.save_definition(DEFINITION.read_text())
        surveys.publish(version.survey_id)
        for slug in ("barrio", "cierra"):
            collections.open_collection(version.survey_id, slug, Fielding(territories=[]))
        version = surveys.save_definition(FILES.read_text())
        surveys.publish(version.survey_id)
        collections.open_collection(version.survey_id, "archivos", Fielding(territories=[]))
    yield service
    service.kill()


@pytest.fixture
def service(_service: Service) -> Service:
    _service.start()
    return _service


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone that nobody used before."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(TIMEOUT)
    yield context
    context.close()


@pytest.fixture
def stored(service: Service) -> Callable[[type], list]:
    """Rows of a model, as the service has them at that moment."""

    def read(model: type) -> list:
        with service.within():
            return list(db.session.scalars(db.select(model)))

    return read


@pytest.fixture
def keeper(phone: BrowserContext, service: Service) -> Callable[[], Page]:
    """Opens a page that has `cabildo` of keep.js, and nothing else of a survey."""

    def open_page() -> Page:
        page = phone.new_page()
        page.goto(f"{service.address}/healthz")
        page.add_script_tag(url="/static/keep.js")
        return page

    return open_page


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    complaints: list[str] = []
    opened = phone.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []

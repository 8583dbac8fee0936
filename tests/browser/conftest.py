"""The service as `make run` has it, with the demonstration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import create_app
from app.extensions import db
from app.models import RoleName, Selection
from app.services import accounts, collections, surveys
from app.services.collections import Fielding
from app.services.setup import set_up
from benchmarks.servers import SERVERS, serving
from tests.conftest import test_settings

DEFINITION = Path(__file__).parents[1] / "definitions" / "neighbourhood.yaml"
ALIVE = Path(__file__).with_name("alive.yaml")
NAMES = Path(__file__).with_name("names.yaml")
NOW = datetime.now(UTC)
# One collection for each state that a page tells of; their answers are nobody's.
FIELDINGS = {
    "barrio": Fielding(territories=[], selection=Selection.OPEN),
    "futura": Fielding(territories=[], opens_at=NOW + timedelta(days=30)),
    "pasada": Fielding(
        territories=[], opens_at=NOW - timedelta(days=30), closes_at=NOW - timedelta(days=1)
    ),
}


@dataclass(frozen=True, slots=True)
class Service:
    """Where it answers, and (email, password) by role."""

    address: str
    logins: dict[str, tuple[str, str]]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("service")
    logins = _prepare(data)
    settings = {"CABILDO_DATA": str(data), "CABILDO_URL": "", "DATABASE_URL": "", "PORT": ""}
    with serving(SERVERS["granian"], os.environ | settings) as address:
        yield Service(address, logins)


def _prepare(data: Path) -> dict[str, tuple[str, str]]:
    app = create_app(test_settings(f"sqlite:///{data / 'cabildo.sqlite3'}", data))
    with app.app_context():
        set_up(data)
        version = surveys.save_definition(DEFINITION.read_text())
        surveys.publish(version.survey_id)
        for slug, fielding in FIELDINGS.items():
            collections.open_collection(version.survey_id, slug, fielding)
        version = surveys.save_definition(ALIVE.read_text())
        surveys.publish(version.survey_id)
        collections.open_collection(version.survey_id, "viva", Fielding(territories=[]))
        version = surveys.save_definition(NAMES.read_text())
        surveys.publish(version.survey_id)
        collections.open_collection(version.survey_id, "nombres", Fielding(territories=[]))
        email = "terreno@example.org"
        password = accounts.add_user(email, RoleName.INTERVIEWER)
        accounts.remember_first_login(data, email, RoleName.INTERVIEWER, password)
        logins = {role: (name, word) for name, word, role in accounts.first_logins(data)}
        db.session.remove()
        db.engine.dispose()
    return logins

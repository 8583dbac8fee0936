from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.models import Access, Invitation, Mode, Organisation, Selection, Territory
from app.services import collections, surveys
from app.services.collections import Fielding
from app.services.invitations import inviting, links
from app.services.invitations.inviting import Invitee
from tests.pages import Person

FOLDER = Path(__file__).parents[1] / "definitions"
SLUG = "barrio"
VOTES = """
id: votes
version: "1"
title: {es: El plan, en: The plan}
languages: [es, en]
respondent: organisation
choices: {organisations: register, territories: register}
pages:
  - id: who
    questions:
      - name: organisation
        type: select_one
        choices: organisations
        required: true
        label: {es: ¿Cuál es?}
      - {name: territory, type: select_one, choices: territories, label: {es: ¿Dónde?}}
  - id: marks
    questions:
      - {name: mark, type: scale, range: [1, 7], required: true, label: {es: ¿Qué nota le pone?}}
"""


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """SQLite alone, but for tests that ask for both."""
    return new_database(request.param)


@pytest.fixture
def field(app: Flask) -> Callable[..., None]:
    """Fields the neighbourhood's survey, by default for people with a personal link."""

    def make(slug: str = SLUG, *, source: str = "", **fielding: object) -> None:
        definition = source or (FOLDER / "neighbourhood.yaml").read_text()
        usual: dict[str, object] = {"access": Access.PERSONAL}
        with app.app_context():
            version = surveys.save_definition(definition)
            surveys.publish(version.survey_id)
            collections.open_collection(version.survey_id, slug, Fielding(**(usual | fielding)))

    return make


@pytest.fixture
def field_votes(app: Flask, field: Callable[..., None]) -> Callable[..., None]:
    """A census of two organisations in two territories."""

    def make(slug: str = SLUG) -> None:
        with app.app_context():
            for number in (1, 2):
                place = Territory(code=f"T-{number}", name=f"Quebrada {number}", comunas=[])
                name = f"Junta {number}"
                db.session.add(
                    Organisation(code=f"O-{number}", name=name, kind="jjvv", territory=place)
                )
            db.session.commit()
        field(slug, source=VOTES, selection=Selection.CENSUS)

    return make


@pytest.fixture
def invite(app: Flask) -> Callable[..., str]:
    """Makes an invitation and gives the path of its link."""

    def make(slug: str = SLUG, **values: object) -> str:
        with app.app_context():
            invitation = inviting.invite(slug, Invitee(**(values or {"name": "Ana"})))
            return f"/i/{links.token_of(invitation)}"

    return make


@pytest.fixture
def rows(app: Flask) -> Iterator[Callable[..., list]]:
    """Rows of a model, detached."""

    def read(model: type, *where: object) -> list:
        with app.app_context():
            return list(db.session.scalars(db.select(model).where(*where)))

    return read


@pytest.fixture
def change(app: Flask) -> Callable[..., None]:
    """Changes a row of the model, as time or staff would."""

    def write(model: type = Invitation, **values: object) -> None:
        with app.app_context():
            row = db.session.scalars(db.select(model)).one()
            for name, value in values.items():
                setattr(row, name, value)
            db.session.commit()

    return write


@pytest.fixture
def phone(app: Flask) -> Callable[[], Person]:
    """Another telephone, with nothing in it."""
    return lambda: Person(app.test_client())


def answer(person: Person, *, overall: int = 6) -> None:
    """From the start page to the review."""
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("Siguiente", overall=overall)
    person.press("Siguiente")


BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
MODES = pytest.mark.parametrize("mode", list(Mode))

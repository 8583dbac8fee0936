from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.models import Collection
from app.services import collections, surveys
from app.services.collections import Fielding
from tests.pages import Person

DEFINITION = Path(__file__).parents[1] / "definitions" / "neighbourhood.yaml"
SLUG = "barrio"


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """SQLite alone, but for tests that ask for both: a page is the same page on both."""
    return new_database(request.param)


@pytest.fixture
def field(app: Flask) -> Callable[..., str]:
    """Fields a definition as /e/<slug>; gives the start page's address."""

    def make(source: str = "", *, slug: str = SLUG, **fielding: object) -> str:
        with app.app_context():
            version = surveys.save_definition(source or DEFINITION.read_text())
            surveys.publish(version.survey_id)
            collections.open_collection(version.survey_id, slug, Fielding(**fielding))
        return f"/e/{slug}"

    return make


@pytest.fixture
def person(app: Flask, field: Callable[..., str]) -> Person:
    """Somebody at the start page of the neighbourhood's survey."""
    someone = Person(app.test_client())
    someone.open(field())
    return someone


@pytest.fixture
def rows(app: Flask) -> Iterator[Callable[..., list]]:
    """Rows of a model, detached."""

    def read(model: type, *where: object) -> list:
        with app.app_context():
            return list(db.session.scalars(db.select(model).where(*where)))

    return read


@pytest.fixture
def change(app: Flask) -> Callable[..., None]:
    """Changes the collection, as time or staff would."""

    def write(slug: str = SLUG, **values: object) -> None:
        with app.app_context():
            collection = db.session.scalars(db.select(Collection).filter_by(slug=slug)).one()
            for name, value in values.items():
                setattr(collection, name, value)
            db.session.commit()

    return write


@pytest.fixture
def ready(person: Person) -> Person:
    """Somebody at the review page, with everything answered."""
    person.press("Comenzar")
    person.press("Siguiente", member="no")
    person.press("Siguiente", overall=6)
    person.press("Siguiente")
    return person

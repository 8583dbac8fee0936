from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Collection, Role, RoleName, Territory, TokenScope, User
from app.models.columns import today
from app.services import collections, surveys, tokens
from app.services.collections import Fielding

SURVEY = """
id: barrio
version: "1"
title: {es: El barrio}
respondent: person
pages:
  - id: one
    questions:
      - {name: mark, type: scale, range: [1, 7], required: true, label: {es: ¿Qué nota?}}
      - {name: why, type: text, label: {es: ¿Por qué?}}
"""
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def field(app: Flask) -> Callable[..., None]:
    def make(source: str = SURVEY, *, slug: str = "barrio", **fielding: object) -> None:
        with app.app_context():
            version = surveys.save_definition(source)
            surveys.publish(version.survey_id)
            usual = {"opens_at": NOW - timedelta(days=30)}
            collections.open_collection(version.survey_id, slug, Fielding(**usual | fielding))

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
    """Changes the collection, as time or staff would."""

    def write(slug: str = "barrio", **values: object) -> None:
        with app.app_context():
            collection = db.session.scalars(db.select(Collection).filter_by(slug=slug)).one()
            for name, value in values.items():
                setattr(collection, name, value)
            db.session.commit()

    return write


def item(**values: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "instance_id": str(uuid.uuid4()),
        "collection": "barrio",
        "version": "1",
        "correction": 0,
        "started_at": (NOW - timedelta(minutes=5)).isoformat(),
        "finished_at": NOW.isoformat(),
        "zone": "America/Santiago",
        "channel": "web",
        "answers": {"mark": 6},
    }
    return usual | values


@pytest.fixture
def send(app: Flask) -> Callable[..., TestResponse]:
    def post(body: object, **more: object) -> TestResponse:
        return app.test_client().post("/api/v1/responses", json=body, **more)

    return post


@pytest.fixture
def key(app: Flask) -> Callable[..., dict[str, str]]:
    """The header of a key for programs, of somebody with that role and limits."""

    def make(
        *,
        role: str = RoleName.EVALUATOR,
        scopes: Sequence[str] = tuple(TokenScope),
        territories: Sequence[str] = (),
    ) -> dict[str, str]:
        with app.app_context():
            row = db.session.query(Role).filter_by(name=role).first() or Role(name=role)
            places = db.session.query(Territory).filter(Territory.code.in_(territories)).all()
            owner = User(email=f"{uuid.uuid4()}@example.org", roles=[row], territories=places)
            db.session.add(owner)
            db.session.commit()
            _row, secret = tokens.add(
                owner, name="", scopes=scopes, days=30, day=today(), actor=None
            )
        return {"Authorization": f"Bearer {secret}"}

    return make

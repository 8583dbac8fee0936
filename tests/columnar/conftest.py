"""Responses of every kind, and what the database itself says of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import db
from app.models import Collection, Mode, Organisation, Response, Territory
from app.services import surveys
from app.storage import columns_folder
from tests.analytics.conftest import field, make_territories

DEFINITIONS = Path(__file__).parents[1] / "definitions"
ANSWERS: Sequence[Mapping[str, object]] = (
    {"words": "ñandú \U0001f426", "people": 12, "hectares": 0.1, "day": "2026-05-04"},
    {"words": "7", "people": "no_sabe", "hectares": 3, "share": 0.3, "percent": 15, "mark": 7},
    {"words": '["x"]', "hectares": 1e22, "mark": "no_sabe", "advice": 0, "colour": "rojo"},
    {"palette": ["rojo", "3"], "order": ["3", "azul", "rojo"], "places": ["05101"], "advice": 10},
    {"palette": ["no_sabe"], "order": ["no_sabe"], "home": "05109", "read_it": "OK", "score": 70},
    {"score": 3.5, "hour": "12:30", "point": "-33.1 -71.5 0 0", "kit": "A", "code": None},
    {"score": "", "way": "-33 -71;-34 -72", "odd": {"a": [1]}, "members": [{"age": 3}, {}]},
    {},
)


@pytest.fixture
def places(in_app: Flask) -> tuple[Territory, ...]:
    return make_territories()


@pytest.fixture
def every_type(places: tuple[Territory, ...]) -> Collection:
    text = (DEFINITIONS / "every-type.yaml").read_text(encoding="utf-8")
    return field(text, "every-type", selection="probability")


def add(collection: Collection, answers: Mapping[str, object], **how: object) -> Response:
    """A response as it is kept, whatever a validator would say of it."""
    text = surveys.newest_text(collection.version_id)
    row = Response(
        **{
            "id": str(uuid.uuid4()),
            "collection_id": collection.id,
            "mode": collection.mode,
            "version_id": text.version_id,
            "correction": text.correction,
            "instance_id": str(uuid.uuid4()),
            "channel": "import",
            "language": "es",
            "answers": dict(answers),
            "content_hash": uuid.uuid4().hex * 2,
            "submitted_on": date(2026, 5, 4),
        }
        | how
    )
    if collection.mode == Mode.CONFIDENTIAL:
        row.submitted_at = datetime(2026, 5, 4, 12, 30, 15, 123456, tzinfo=UTC)
    db.session.add(row)
    return row


def fill(collection: Collection, places: Sequence[Territory], times: int = 3) -> None:
    """Each of the answers, in each place and state."""
    organisation = Organisation(code="O-1", name="Junta", kind="jjvv", territory_id=places[0].id)
    db.session.add(organisation)
    db.session.flush()
    keys = [*(place.id for place in places), None]
    for n, answers in enumerate(ANSWERS * times):
        row = add(collection, answers, territory_id=keys[n % 4])
        row.state = ("submitted", "accepted", "rejected", "conflict", "submitted")[n % 5]
        row.preview = n % 7 == 6
    one = add(collection, {"words": "una"}, territory_id=places[0].id)
    one.organisation_id = organisation.id
    db.session.commit()


def files(collection: Collection) -> list[Path]:
    return sorted((columns_folder() / collection.id).glob("*.parquet"))

"""Responses page by page, in the order in which they changed.

A response that changes moves to the end, so whoever turns pages may meet it twice and never misses
it. Days are the finest that the order tells; within one it is that of random keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from sqlalchemy import Row, Select, select, tuple_

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    Collection,
    Invitation,
    Mode,
    Organisation,
    Response,
    ResponseState,
    SurveyVersion,
    Territory,
)
from app.models.columns import utc_now
from app.models.response import COUNTED
from app.services import collections
from app.services.scope import Scope

MOST = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """Between two responses: after the one with this key, which changed on this day."""

    day: date
    key: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError."""
        day, _dot, key = text.partition(".")
        if len(key) != 36 or not key.isascii() or not key.isprintable():
            raise ValueError(text)
        return cls(date.fromisoformat(day), key)

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which responses: in these states, changed on that day or later, after a place."""

    states: Sequence[ResponseState] = COUNTED
    since: date | None = None
    after: Place | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Mapping[str, Any]]
    next: Place | None


def page(collection: Collection, wanted: Wanted, *, scope: Scope) -> Page:
    """Raises Problem RESULTS_AT_CLOSING."""
    collections.require_results(collection, utc_now())
    query = (
        _query(collection, scope)
        .where(Response.state.in_(wanted.states))
        .order_by(Response.changed_on, Response.id)
        .limit(wanted.limit + 1)
    )
    if wanted.since is not None:
        query = query.where(Response.changed_on >= wanted.since)
    if wanted.after is not None:
        place = tuple_(Response.changed_on, Response.id)
        query = query.where(place > tuple_(wanted.after.day, wanted.after.key))
    rows = db.session.execute(query).all()
    shown = rows[: wanted.limit]
    more = len(rows) > wanted.limit
    end = Place(shown[-1].changed_on, shown[-1].id) if more else None
    return Page([_told(collection, row) for row in shown], end)


def one(collection: Collection, key: str, *, scope: Scope) -> Mapping[str, Any]:
    """Raises Problem RESULTS_AT_CLOSING or NOT_FOUND, which one that may not be seen is too."""
    collections.require_results(collection, utc_now())
    row = db.session.execute(_query(collection, scope).where(Response.id == key)).first()
    if row is None:
        raise Problem(ProblemCode.NOT_FOUND)
    return _told(collection, row)


def _query(collection: Collection, scope: Scope) -> Select[Any]:
    return (
        select(
            Response.id,
            Response.instance_id,
            SurveyVersion.name.label("version"),
            Response.correction,
            Response.state,
            Response.channel,
            Response.language,
            Territory.code.label("territory"),
            Organisation.code.label("organisation"),
            Invitation.person_id,
            Response.started_at,
            Response.submitted_at,
            Response.submitted_on,
            Response.changed_on,
            Response.revises_id,
            Response.simulated,
            Response.answers,
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .outerjoin(Territory, Territory.id == Response.territory_id)
        .outerjoin(Organisation, Organisation.id == Response.organisation_id)
        .outerjoin(Invitation, Invitation.id == Response.invitation_id)
        .where(Response.collection_id == collection.id, ~Response.preview, scope.rows())
    )


CONFIDENTIAL = (
    "instance_id",
    "organisation",
    "person_id",
    "started_at",
    "submitted_at",
    "revises_id",
)
"""What an anonymous response does not have, or must not tell: its sender's phone knows the id."""


def _told(collection: Collection, row: Row[Any]) -> Mapping[str, Any]:
    hidden = CONFIDENTIAL if collection.mode != Mode.CONFIDENTIAL else ()
    return {name: value for name, value in row._mapping.items() if name not in hidden}

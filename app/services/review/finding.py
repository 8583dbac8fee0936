"""The responses of a collection as a list: filtered, a page at a time, in a constant number of
queries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    Channel,
    Collection,
    Organisation,
    Receipt,
    Response,
    ResponseState,
    SurveyVersion,
    Territory,
)
from app.models.columns import utc_now
from app.models.response import SETTLED_ROWS
from app.services import codes, collections
from app.services.analytics import quality
from app.services.analytics.opened import opened
from app.services.scope import Scope

PAGE = 50
MOST_KEYS = 200
"""Keys that a list can be limited to."""

SHOWN_STATES = tuple(state for state in ResponseState if state is not ResponseState.CONFLICT)
"""What conflicts is decided on its own page."""
_KEY = re.compile(r"[0-9a-f-]{4,36}")
_WHOLE, _LAST = 36, "g"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list is limited to. ``keys``: responses that another page names. ``flag``: those that
    a rule of `app.services.analytics.quality` finds, such as those that were answered very fast.
    ``after``: where the page before ended."""

    state: str = ""
    territory: str = ""
    channel: str = ""
    version: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""
    keys: tuple[str, ...] = ()
    flag: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A response as the list tells of it: nothing that was answered."""

    key: str
    state: ResponseState
    channel: Channel
    version: str
    territory: str
    organisation: str
    day: date
    revises: bool
    simulated: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A page; ``after``: what the next one begins after, if there is one."""

    lines: Sequence[Line]
    found: int
    after: str


def listed(collection: Collection, asked: Asked, *, scope: Scope) -> Found:
    """What changed last comes first, as an index has it. Raises Problem RESULTS_AT_CLOSING."""
    collections.require_results(collection, utc_now())
    where = conditions(collection, asked, scope)
    if asked.flag:
        named = quality.keys(opened(collection.slug, scope=scope), asked.flag)
        where = where if named is None else and_(where, Response.id.in_(named))
    count = select(func.count(Response.id)).outerjoin(Territory, Response.territory).where(where)
    query = _rows().where(where, _later(asked.after)).limit(PAGE + 1)
    order = (Response.changed_on.desc(), Response.id.desc())
    rows = db.session.execute(query.order_by(*order)).all()
    shown = [_line(row) for row in rows[:PAGE]]
    more = f"{rows[PAGE - 1].changed_on}~{shown[-1].key}" if len(rows) > PAGE else ""
    return Found(shown, db.session.scalar(count) or 0, more)


def conditions(collection: Collection, asked: Asked, scope: Scope) -> ColumnElement[bool]:
    """Which responses are asked for, of those that may be seen; conflicts are on their own page."""
    found: list[ColumnElement[bool]] = [
        Response.collection_id == collection.id,
        ~Response.preview,
        Response.state.in_(SHOWN_STATES),
        scope.rows(),
    ]
    if asked.state in SHOWN_STATES:
        found.append(Response.state == asked.state)
    if asked.channel in set(Channel):
        found.append(Response.channel == asked.channel)
    if asked.territory:
        found.append(Territory.code == asked.territory.replace("\0", ""))
    if asked.version:
        named = select(SurveyVersion.id).where(
            SurveyVersion.survey_id == collection.version.survey_id,
            SurveyVersion.name == asked.version.replace("\0", ""),
        )
        found.append(Response.version_id.in_(named))
    if asked.since is not None:
        found.append(Response.submitted_on >= asked.since)
    if asked.until is not None:
        found.append(Response.submitted_on <= asked.until)
    if asked.keys:
        found.append(Response.id.in_(asked.keys[:MOST_KEYS]))
    if asked.text.strip():
        found.append(_named(collection, asked.text))
    return and_(*found)


def _named(collection: Collection, text: str) -> ColumnElement[bool]:
    """By the beginning of its key, by its own number, or by the receipt that its sender holds.

    Each is asked for by itself, as an index has it: together they read the whole collection.
    """
    words = text.replace("\0", "").strip()
    code, key = codes.read_receipt_code(words[:40]), words.lower()
    found = set(db.session.scalars(select(Receipt.response_id).where(Receipt.code == code)))
    if _KEY.fullmatch(key):
        begins = select(Response.id).where(Response.id.between(key, key + _LAST))
        found |= set(db.session.scalars(begins.limit(MOST_KEYS)))
    if len(key) == _WHOLE:
        here = (Response.collection_id == collection.id) & (Response.instance_id == key)
        found |= set(db.session.scalars(select(Response.id).where(here, SETTLED_ROWS)))
    return Response.id.in_(found - {None})


def key_of(collection: Collection, words: str) -> str:
    """The one response with that key or receipt. Raises Problem NOT_FOUND."""
    here = Response.collection_id == collection.id
    found = db.session.scalars(
        select(Response.id).where(here, _named(collection, words)).limit(2)
    ).all()
    if len(found) != 1:
        raise Problem(ProblemCode.NOT_FOUND)
    return found[0]


def versions(collection: Collection, *, scope: Scope) -> list[str]:
    """Names of the versions that were answered."""
    query = (
        select(SurveyVersion.name)
        .join(Response, Response.version_id == SurveyVersion.id)
        .where(Response.collection_id == collection.id, scope.rows())
        .distinct()
    )
    return sorted(db.session.scalars(query))


def states(collection: Collection, *, scope: Scope) -> Mapping[ResponseState, int]:
    """How many there are in each state."""
    query = (
        select(Response.state, func.count())
        .where(
            Response.collection_id == collection.id,
            ~Response.preview,
            Response.state.in_(SHOWN_STATES),
            scope.rows(),
        )
        .group_by(Response.state)
    )
    return {ResponseState(state): count for state, count in db.session.execute(query)}


def _rows() -> Select[Any]:
    return (
        select(
            Response.id,
            Response.state,
            Response.channel,
            SurveyVersion.name.label("version"),
            Territory.name.label("territory"),
            Organisation.name.label("organisation"),
            Response.submitted_on,
            Response.changed_on,
            Response.revises_id,
            Response.simulated,
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .outerjoin(Territory, Territory.id == Response.territory_id)
        .outerjoin(Organisation, Organisation.id == Response.organisation_id)
    )


def _later(after: str) -> ColumnElement[bool]:
    """Those that come after the place where the page before ended."""
    day, _, key = after.partition("~")
    try:
        last = date.fromisoformat(day)
    except ValueError:
        return Response.id.is_not(None)
    key = key.replace("\0", "")
    # As one comparison, an index finds the place at once.
    return tuple_(Response.changed_on, Response.id) < tuple_(literal(last), literal(key))


def _line(row: Any) -> Line:
    return Line(
        key=row.id,
        state=ResponseState(row.state),
        channel=Channel(row.channel),
        version=row.version,
        territory=row.territory or "",
        organisation=row.organisation or "",
        day=row.submitted_on,
        revises=row.revises_id is not None,
        simulated=row.simulated,
    )

"""Who is invited to a collection and how far each has come, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true

from app.extensions import db
from app.models import Collection, CollectionRoll, Invitation, Letter, Organisation, Response
from app.models.columns import utc_now
from app.models.response import COUNTED
from app.services.scope import EVERYWHERE, Scope

PAGE = 50


class Which(StrEnum):
    ALL = "all"
    ANSWERED = "answered"
    SILENT = "silent"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An invitation. Name and contact are the organisation's where the invitation has none."""

    invitation: Invitation
    name: str
    code: str
    email: str
    phone: str
    language: str
    answered: bool
    revoked: bool
    expired: bool
    letters: int = 0
    last_letter: datetime | None = None
    unsure: int = 0

    @property
    def open(self) -> bool:
        """Whether somebody could still answer with it for the first time."""
        return not (self.answered or self.revoked or self.expired)


@dataclass(frozen=True, slots=True)
class Counts:
    all: int
    answered: int
    ended: int

    @property
    def silent(self) -> int:
        return self.all - self.answered - self.ended


@dataclass(frozen=True, slots=True)
class Listed:
    lines: Sequence[Line]
    found: int
    counts: Counts


def listed(
    collection: Collection,
    *,
    which: Which = Which.ALL,
    search: str = "",
    page: int = 1,
    scope: Scope = EVERYWHERE,
) -> Listed:
    """One page of the list. Four queries, whatever its length."""
    now = utc_now()
    query = _lines(collection, now, search).where(inside(collection, scope))
    if which is not Which.ALL:
        query = query.where(_conditions(now)[which])
    found = db.session.scalar(query.order_by(None).with_only_columns(func.count())) or 0
    rows = db.session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    letters = _letters([row.Invitation.id for row in rows])
    return Listed(
        [_line(row, now, letters) for row in rows], found, counts(collection, scope=scope)
    )


def every(
    collection: Collection, *, which: Which = Which.ALL, scope: Scope = EVERYWHERE
) -> list[Line]:
    """All of them, for files and letters."""
    now = utc_now()
    query = _lines(collection, now, "").where(inside(collection, scope))
    if which is not Which.ALL:
        query = query.where(_conditions(now)[which])
    return [_line(row, now, {}) for row in db.session.execute(query)]


def one(invitation: Invitation) -> Line:
    """The line of an invitation."""
    now = utc_now()
    query = _lines(invitation.collection, now, "").where(Invitation.id == invitation.id)
    return _line(db.session.execute(query).one(), now, _letters([invitation.id]))


def letters_of(invitation: Invitation) -> list[Letter]:
    """The log of its letters, the newest first."""
    query = select(Letter).where(Letter.invitation_id == invitation.id)
    return list(db.session.scalars(query.order_by(Letter.at.desc())))


def counts(collection: Collection, *, scope: Scope = EVERYWHERE) -> Counts:
    conditions = _conditions(utc_now())

    def number(which: Which) -> Any:
        return func.coalesce(func.sum(case((conditions[which], 1), else_=0)), 0)

    query = select(func.count(), number(Which.ANSWERED), number(Which.ENDED)).where(
        Invitation.collection_id == collection.id, inside(collection, scope)
    )
    return Counts(*db.session.execute(query).one())


def inside(collection: Collection, scope: Scope) -> ColumnElement[bool]:
    """Which invitations are of these territories: those of organisations that the roll has there.
    Where a person is, nobody knows before they answer, unless all of the collection is there."""
    if scope.covers(collection):
        return true()
    return (
        select(CollectionRoll.organisation_id)
        .where(
            CollectionRoll.collection_id == collection.id,
            CollectionRoll.organisation_id == Invitation.organisation_id,
            scope.among(CollectionRoll.territory_id),
        )
        .exists()
    )


def _answered() -> ColumnElement[bool]:
    counted = select(Response.id).where(
        Response.invitation_id == Invitation.id, Response.state.in_(COUNTED)
    )
    return or_(Invitation.used, counted.exists())


def _conditions(now: datetime) -> dict[Which, ColumnElement[bool]]:
    over = Invitation.revoked_at.is_not(None) | (
        Invitation.expires_at.is_not(None) & (Invitation.expires_at <= now)
    )
    return {
        Which.ANSWERED: _answered(),
        Which.ENDED: ~_answered() & over,
        Which.SILENT: ~_answered() & ~over,
    }


def _lines(collection: Collection, now: datetime, search: str) -> Select[Any]:
    called = func.coalesce(Organisation.name, Invitation.name)
    query = (
        select(Invitation, Organisation, _answered().label("answered"))
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.collection_id == collection.id)
        .order_by(func.lower(called), Invitation.email, Invitation.id)
    )
    words = search.replace("\0", "").casefold().strip()
    if not words:
        return query
    # Where the database folds no accented letters, at least as it was typed.
    wanted = {words, search.replace("\0", "").strip()}
    columns = (
        Invitation.name, Invitation.email, Invitation.phone, Organisation.name, Organisation.code,
    )  # fmt: skip
    told = [
        match
        for column in columns
        for text in wanted
        for match in (
            func.lower(column).contains(text, autoescape=True),
            column.contains(text, autoescape=True),
        )
    ]
    return query.where(or_(*told))


def _line(row: Any, now: datetime, letters: dict[str, Any]) -> Line:
    invitation, organisation = row.Invitation, row.Organisation
    sent = letters.get(invitation.id)
    ends = invitation.expires_at
    return Line(
        invitation=invitation,
        name=organisation.name if organisation else invitation.name,
        code=organisation.code if organisation else "",
        email=invitation.email or (organisation.email if organisation else ""),
        phone=invitation.phone or (organisation.phone if organisation else ""),
        language=invitation.language,
        answered=bool(row.answered),
        revoked=invitation.revoked_at is not None,
        expired=ends is not None and ends <= now,
        letters=sent.count if sent else 0,
        last_letter=sent.last if sent else None,
        unsure=sent.unsure if sent else 0,
    )


def _letters(keys: Sequence[str]) -> dict[str, Any]:
    unsure = func.sum(case((Letter.state == "sending", 1), else_=0))
    query = (
        select(
            Letter.invitation_id,
            func.count().label("count"),
            func.max(Letter.at, type_=Letter.at.type).label("last"),
            unsure.label("unsure"),
        )
        .where(Letter.invitation_id.in_(keys), Letter.state != "refused")
        .group_by(Letter.invitation_id)
    )
    return {row.invitation_id: row for row in db.session.execute(query)} if keys else {}

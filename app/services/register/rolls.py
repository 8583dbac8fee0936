"""The roll of a collection of organisations: who has a vote, and where.

While a collection is open its roll follows the register: whoever becomes active in its territories
comes onto it, whoever leaves comes off. Those whose vote counts stay, in the territory where they
voted. Nothing touches the roll of a closed collection, also where it closed by the clock alone: the
register's writers are the only ones that move a roll, and they pass over what is closed. So the
roll that a figure is made of is the one of the closing moment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, insert, or_, select, update

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    Collection,
    CollectionRoll,
    Mode,
    Organisation,
    Response,
    Selection,
    Territory,
    User,
)
from app.models.collection import collection_territories
from app.models.columns import utc_now
from app.services.audit import note


class _Seat(NamedTuple):
    collection: str
    organisation: str


_Roll = dict[_Seat, str]
"""The territory of each seat."""


def call(collection: Collection) -> None:
    """Write the roll of a new collection down. The caller commits.

    Raises Problem CENSUS_NEEDS_ROLL where there is nobody to ask, and no number of people either.
    """
    if collection.respondent != "organisation":
        if collection.selection == Selection.CENSUS and collection.population is None:
            raise Problem(ProblemCode.CENSUS_NEEDS_ROLL)
        return
    _hold_register()
    seats = _active(Collection.id == collection.id)
    if not seats:
        raise Problem(ProblemCode.CENSUS_NEEDS_ROLL)
    _add(seats)


def follow_register(*, now: datetime | None = None, actor: User | None = None) -> None:
    """Bring the roll of every open collection up to date. The caller commits.

    Whoever changes an organisation calls this before the end of the same transaction.
    """
    _hold_register()
    db.session.flush()
    moment = now or utc_now()
    _follow(
        or_(Collection.closes_at.is_(None), Collection.closes_at > moment),
        actor,
    )


def follow_before_closing(collection: Collection) -> None:
    """The last look at the register, at the moment of closing. The caller commits."""
    _hold_register()
    _follow(Collection.id == collection.id, None)


def territory_of(collection: Collection, organisation_id: str) -> str | None:
    """The id of the territory in which the organisation is on the roll."""
    query = select(CollectionRoll.territory_id).where(
        CollectionRoll.collection_id == collection.id,
        CollectionRoll.organisation_id == organisation_id,
    )
    return db.session.scalar(query)


def catch_up() -> None:
    """Bring open rolls up to date where releases before did not: those from before rolls followed
    the register were written when they opened."""
    follow_register()
    db.session.commit()


def is_provisional(collection: Collection, now: datetime) -> bool:
    """Whether the roll may still change, and with it what is counted against it."""
    if collection.respondent != "organisation":
        return False
    return collection.closes_at is None or collection.closes_at > now


def _hold_register() -> None:
    """One after another: whoever opens a collection, and whoever changes the register.

    Otherwise each could miss what the other has not committed yet. SQLite lets one write at a time
    anyway; answers refer to territories, and the lock that PostgreSQL takes leaves them alone.
    """
    query = select(Territory.id).order_by(Territory.id).with_for_update(key_share=True)
    db.session.execute(query).all()


def _follow(which: ColumnElement[bool], actor: User | None) -> None:
    of_organisations = which & (Collection.respondent == "organisation")
    query = select(Collection.id, Collection.slug).where(of_organisations)
    slugs = dict(db.session.execute(query).all())
    if not slugs:
        return
    kept = _kept(of_organisations)
    wanted = _active(of_organisations) | _voted(of_organisations)
    added = {seat: place for seat, place in wanted.items() if seat not in kept}
    moved = {seat: place for seat, place in wanted.items() if kept.get(seat, place) != place}
    removed = [seat for seat in kept if seat not in wanted]
    _add(added)
    _move(moved)
    _remove(removed)
    _note(slugs, {"added": added, "moved": moved, "removed": removed}, actor)
    db.session.expire_all()  # a roll that was read before this is another one now


def _add(seats: _Roll) -> None:
    rows = [
        {
            "collection_id": seat.collection,
            "organisation_id": seat.organisation,
            "territory_id": territory,
            "mode": Mode.CONFIDENTIAL,
        }
        for seat, territory in seats.items()
    ]
    if rows:
        db.session.execute(insert(CollectionRoll), rows)


def _move(seats: _Roll) -> None:
    rows = [
        {
            "collection_id": seat.collection,
            "organisation_id": seat.organisation,
            "territory_id": territory,
        }
        for seat, territory in seats.items()
    ]
    if rows:
        db.session.execute(update(CollectionRoll), rows)


def _remove(seats: Sequence[_Seat]) -> None:
    rows = [{"whose": seat.collection, "who": seat.organisation} for seat in seats]
    if rows:  # one statement with many values: a list of them all may be longer than one can be
        one = delete(CollectionRoll.__table__).where(
            CollectionRoll.collection_id == bindparam("whose"),
            CollectionRoll.organisation_id == bindparam("who"),
        )
        db.session.connection().execute(one, rows)


def _kept(which: ColumnElement[bool]) -> _Roll:
    query = (
        select(
            CollectionRoll.collection_id,
            CollectionRoll.organisation_id,
            CollectionRoll.territory_id,
        )
        .join(Collection, Collection.id == CollectionRoll.collection_id)
        .where(which)
        .order_by(CollectionRoll.collection_id, CollectionRoll.organisation_id)
        # Votes on their way are waited for: `_voted`, asked afterwards, sees them.
        .with_for_update(of=CollectionRoll)
    )
    return _seats(db.session.execute(query))


def _active(which: ColumnElement[bool]) -> _Roll:
    """Who belongs on the roll by the register alone."""
    places = collection_territories.c
    query = (
        select(places.collection_id, Organisation.id, Organisation.territory_id)
        .join(Organisation, Organisation.territory_id == places.territory_id)
        .join(Collection, Collection.id == places.collection_id)
        .where(Organisation.active, which)
    )
    return _seats(db.session.execute(query))


def _voted(which: ColumnElement[bool]) -> _Roll:
    query = (
        select(Response.collection_id, Response.organisation_id, Response.territory_id)
        .join(Collection, Collection.id == Response.collection_id)
        .where(
            Response.counts(),
            Response.organisation_id.is_not(None),
            Response.territory_id.is_not(None),
            which,
        )
    )
    return _seats(db.session.execute(query))


def _seats(rows: Iterable[tuple[str, str, str]]) -> _Roll:
    return {_Seat(collection, organisation): place for collection, organisation, place in rows}


def _note(
    slugs: Mapping[str, str], changes: Mapping[str, Container[_Seat]], actor: User | None
) -> None:
    """Leave a trace of who came and went, collection by collection."""
    lines: dict[str, dict[str, list[str]]] = defaultdict(dict)
    if not any(changes.values()):
        return
    codes = dict(db.session.execute(select(Organisation.id, Organisation.code)).all())
    for what, seats in changes.items():
        for seat in seats:
            lines[seat.collection].setdefault(what, []).append(codes[seat.organisation])
    for collection, line in lines.items():
        told = {what: sorted(names) for what, names in line.items()}
        note("roll.follow", slugs[collection], actor=actor, **told)

"""How far a collection has come: who has answered, never what. Live, in a few queries."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    Collection,
    CollectionRoll,
    ContactAttempt,
    ContactResult,
    Organisation,
    Response,
    Territory,
    User,
)
from app.models.columns import utc_now
from app.models.response import COUNTED_ROWS
from app.services import collections
from app.services.analytics import populations
from app.services.analytics.sampling import declared
from app.services.audit import note
from app.services.register import rolls
from app.services.scope import EVERYWHERE, Scope
from encuestas.export import harmless

LONGEST_NOTE = 1000


@dataclass(frozen=True, slots=True)
class Rate:
    """How many answered, of how many. ``of`` None: nobody knows how many there are."""

    name: str
    answered: int
    of: int | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last time somebody tried to reach an organisation, and how often it was tried."""

    at: datetime
    result: ContactResult
    note: str
    times: int


@dataclass(frozen=True, slots=True)
class Silent:
    """An organisation that has not answered, and how to reach it."""

    code: str
    name: str
    kind: str
    territory: str
    contact_name: str
    phone: str
    email: str
    last: Attempt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The state of a collection at ``at``. Without a roll there are no kinds and no silent ones."""

    collection: Collection
    at: datetime
    provisional: bool
    total: Rate
    territories: tuple[Rate, ...]
    kinds: tuple[Rate, ...]
    silent: tuple[Silent, ...]


@dataclass(frozen=True, slots=True)
class _Seat:
    organisation: Organisation
    territory: str
    answered: bool


def progress(slug: str, *, scope: Scope = EVERYWHERE) -> Progress:
    """Raises Problem UNKNOWN_COLLECTION."""
    collection = collections.find(slug)
    now = utc_now()
    if collection.respondent == "organisation":
        return _of_organisations(collection, now, scope)
    total, territories = _of_people(collection, scope)
    return Progress(
        collection=collection,
        at=now,
        provisional=False,
        total=total,
        territories=territories,
        kinds=(),
        silent=(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """An organisation of the roll, and every attempt to reach it: (attempt, who tried)."""

    collection: Collection
    organisation: Organisation
    answered: bool
    attempts: tuple[tuple[ContactAttempt, str], ...]


def followed(slug: str, code: str, *, scope: Scope = EVERYWHERE) -> Followed:
    """Raises Problem UNKNOWN_COLLECTION, or NOT_FOUND for who is not on the roll."""
    collection = collections.find(slug)
    seats = [] if "\0" in code else _seats(collection, scope, code)
    if not seats:
        raise Problem(ProblemCode.NOT_FOUND)
    (seat,) = seats
    query = (
        select(ContactAttempt, User.name, User.email)
        .outerjoin(User, User.id == ContactAttempt.user_id)
        .where(
            ContactAttempt.collection_id == collection.id,
            ContactAttempt.organisation_id == seat.organisation.id,
        )
        .order_by(ContactAttempt.at.desc())
    )
    return Followed(
        collection=collection,
        organisation=seat.organisation,
        answered=seat.answered,
        attempts=tuple(
            (attempt, name or email or "") for attempt, name, email in db.session.execute(query)
        ),
    )


def record(
    slug: str, code: str, result: str, text: str, *, actor: User, scope: Scope = EVERYWHERE
) -> None:
    """Write down that somebody tried to reach an organisation of the roll.

    Raises Problem as `followed`; MALFORMED for a result that is none, or too long a note.
    """
    whom = followed(slug, code, scope=scope)
    if result not in set(ContactResult) or len(text) > LONGEST_NOTE or "\0" in text:
        raise Problem(ProblemCode.MALFORMED)
    attempt = ContactAttempt(
        collection_id=whom.collection.id,
        organisation_id=whom.organisation.id,
        user_id=actor.id,
        result=ContactResult(result),
        note=text.strip(),
    )
    db.session.add(attempt)
    db.session.commit()


def calls(
    slug: str,
    header: Sequence[str],
    say: Callable[[ContactResult], str],
    *,
    scope: Scope = EVERYWHERE,
) -> str:
    """Whom to call, as a CSV. ``header``: the names of its columns; ``say``: a result in words."""
    out = io.StringIO("\ufeff")
    out.seek(0, io.SEEK_END)
    writer = csv.writer(out)
    writer.writerow(header)
    for one in progress(slug, scope=scope).silent:
        last = one.last
        tried = ["", "", "0", ""]
        if last is not None:
            tried = [say(last.result), last.at.isoformat(timespec="minutes"), str(last.times)]
            tried.append(last.note)
        cells = [one.territory, one.code, one.name, one.kind, one.contact_name, one.phone]
        writer.writerow([harmless(cell) for cell in (*cells, one.email, *tried)])
    return out.getvalue()


def note_calls(slug: str, *, actor: User) -> None:
    """Write down who took the contacts away."""
    note("collection.calls", slug, actor=actor)
    db.session.commit()


def _of_organisations(collection: Collection, now: datetime, scope: Scope) -> Progress:
    seats = _seats(collection, scope)
    attempts = _attempts(collection)
    return Progress(
        collection=collection,
        at=now,
        provisional=rolls.is_provisional(collection, now),
        total=Rate("", sum(seat.answered for seat in seats), len(seats)),
        territories=_rates(seats, lambda seat: seat.territory),
        kinds=_rates(seats, lambda seat: seat.organisation.kind),
        silent=tuple(
            Silent(
                code=seat.organisation.code,
                name=seat.organisation.name,
                kind=seat.organisation.kind,
                territory=seat.territory,
                contact_name=seat.organisation.contact_name,
                phone=seat.organisation.phone,
                email=seat.organisation.email,
                last=attempts.get(seat.organisation.id),
            )
            for seat in seats
            if not seat.answered
        ),
    )


def _seats(collection: Collection, scope: Scope, code: str | None = None) -> list[_Seat]:
    """The roll by territory and name (or one of it), and whether a vote of each counts."""
    answered = (
        select(Response.id)
        .where(
            Response.collection_id == collection.id,
            Response.organisation_id == Organisation.id,
            COUNTED_ROWS,
        )
        .exists()
    )
    query = (
        select(Organisation, Territory.name, answered)
        .join(CollectionRoll, CollectionRoll.organisation_id == Organisation.id)
        .join(Territory, Territory.id == CollectionRoll.territory_id)
        .where(
            CollectionRoll.collection_id == collection.id,
            scope.among(CollectionRoll.territory_id),
        )
        .order_by(Territory.name, Organisation.name, Organisation.code)
    )
    if code is not None:
        query = query.where(Organisation.code == code)
    return [_Seat(*row) for row in db.session.execute(query)]


def _rates(seats: Sequence[_Seat], group: Callable[[_Seat], str]) -> tuple[Rate, ...]:
    of = Counter(map(group, seats))
    answered = Counter(group(seat) for seat in seats if seat.answered)
    return tuple(Rate(name, answered[name], number) for name, number in sorted(of.items()))


def _attempts(collection: Collection) -> Mapping[str, Attempt]:
    """The last attempt at each organisation, by its id."""
    query = (
        select(ContactAttempt)
        .where(ContactAttempt.collection_id == collection.id)
        .order_by(ContactAttempt.at, ContactAttempt.id)
    )
    found: dict[str, Attempt] = {}
    for row in db.session.scalars(query):
        before = found.get(row.organisation_id)
        times = before.times + 1 if before else 1
        found[row.organisation_id] = Attempt(row.at, ContactResult(row.result), row.note, times)
    return found


def _of_people(collection: Collection, scope: Scope) -> tuple[Rate, tuple[Rate, ...]]:
    query = (
        select(Response.territory_id, func.count())
        .where(Response.collection_id == collection.id, Response.counts(), scope.rows())
        .group_by(Response.territory_id)
    )
    counted = dict(db.session.execute(query).all())
    universe = populations.by_territory(declared(collection))
    of = populations.people(collection, scope=scope)
    return Rate("", sum(counted.values()), of), tuple(
        Rate(territory.name, counted.get(territory.id, 0), universe.get(territory.code))
        for territory in scope.of(collection.territories)
    )

"""Many invitations at once: from the roll, from a CSV, or taken along from an earlier collection.

A file is looked at first, and what is wrong with each row is told; nothing of it is stored before
somebody says so. Making the same ones again makes none twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, CollectionRoll, Invitation, Mode, User
from app.services import collections
from app.services.audit import note
from app.services.imports.table import CsvFile, Row, read_rows
from app.services.invitations import inviting
from app.services.invitations.inviting import Invitee, build, new_invitation, require_expiry
from app.services.scope import EVERYWHERE, Scope

COLUMNS = ("organisation", "name", "email", "phone", "language")


@dataclass(frozen=True, slots=True)
class Faulty:
    """A row that invites nobody, and why. ``row`` is as a spreadsheet numbers it."""

    row: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file would do: who would be invited, which rows are faulty, which columns unused."""

    ready: Sequence[Invitation]
    faulty: Sequence[Faulty]
    unused: Sequence[str]


def from_roll(
    slug: str,
    *,
    expires_at: datetime | None = None,
    actor: User | None = None,
    scope: Scope = EVERYWHERE,
) -> int:
    """Invite every organisation of the collection's roll that is not invited yet; how many.

    Raises Problem UNKNOWN_COLLECTION, NO_ROLL or BAD_EXPIRY.
    """
    collection = collections.find(slug)
    require_expiry(collection, expires_at)
    if collection.respondent != "organisation":
        raise Problem(ProblemCode.NO_ROLL)
    invited = select(Invitation.organisation_id).where(
        Invitation.collection_id == collection.id, Invitation.organisation_id.is_not(None)
    )
    query = select(CollectionRoll.organisation_id).where(
        CollectionRoll.collection_id == collection.id,
        CollectionRoll.organisation_id.not_in(invited),
        scope.among(CollectionRoll.territory_id),
    )
    made = [
        build(collection, organisation_id=key, expires_at=expires_at)
        for key in db.session.scalars(query)
    ]
    return _store(collection, made, "roll", actor)


def from_wave(
    slug: str,
    earlier: str,
    *,
    expires_at: datetime | None = None,
    actor: User | None = None,
    scope: Scope = EVERYWHERE,
) -> int:
    """Invite whoever had an invitation to an earlier collection of the survey; how many.

    Each keeps the person's key, by which exports join their answers of both. Only confidential
    collections can follow anybody.

    Raises Problem UNKNOWN_COLLECTION, OTHER_SURVEY, WAVES_CONFIDENTIAL, BAD_EXPIRY or NOT_FOR_SOME.
    """
    collection, before = collections.find(slug), collections.find(earlier)
    require_expiry(collection, expires_at)
    if before.id == collection.id or before.version.survey_id != collection.version.survey_id:
        raise Problem(ProblemCode.OTHER_SURVEY, slug=earlier)
    if {collection.mode, before.mode} != {Mode.CONFIDENTIAL}:
        raise Problem(ProblemCode.WAVES_CONFIDENTIAL)
    inviting.require_reach(collection, scope)
    invited = set(
        db.session.scalars(
            select(Invitation.person_id).where(Invitation.collection_id == collection.id)
        )
    )
    taken = _invited_organisations(collection)
    roll = set(_roll(collection, scope).values())
    query = select(Invitation).where(
        Invitation.collection_id == before.id, Invitation.revoked_at.is_(None)
    )
    made = [
        build(
            collection,
            person_id=old.person_id,
            organisation_id=old.organisation_id,
            name=old.name,
            email=old.email,
            phone=old.phone,
            language=old.language if old.language in collection.languages else "",
            expires_at=expires_at,
        )
        for old in db.session.scalars(query)
        if old.person_id not in invited
        and old.organisation_id not in taken
        and (old.organisation_id is None or old.organisation_id in roll)
    ]
    return _store(collection, made, f"wave {earlier}", actor)


def look(
    slug: str,
    file: CsvFile,
    *,
    expires_at: datetime | None = None,
    scope: Scope = EVERYWHERE,
) -> Looked:
    """What the file would do. Nothing is stored.

    Raises Problem UNKNOWN_COLLECTION, MISSING_COLUMNS, BAD_EXPIRY or NOT_FOR_SOME, or
    ImportRefused.
    """
    collection = collections.find(slug)
    require_expiry(collection, expires_at)
    inviting.require_reach(collection, scope)
    places = _places(collection, file)
    roll, known = _roll(collection, scope), set(_known(collection))
    ready: list[Invitation] = []
    faulty: list[Faulty] = []
    for row in read_rows(file):
        if row.blank:
            continue
        try:
            invitee = _invitee(row, places, len(file.header), expires_at)
            invitation = new_invitation(collection, invitee, roll=roll)
            key = _key(invitation)
            if key in known:
                raise Problem(ProblemCode.ALREADY_INVITED, name=inviting.called(invitee))
        except Problem as problem:
            faulty.append(Faulty(row.number, problem))
            continue
        known.add(key)
        ready.append(invitation)
    return Looked(ready, faulty, [name for name in file.header if name.casefold() not in COLUMNS])


def make(slug: str, looked: Looked, *, actor: User | None = None) -> int:
    """Make the invitations of the good rows; how many. Raises Problem BUSY."""
    return _store(collections.find(slug), looked.ready, "file", actor)


def _store(
    collection: Collection, made: Sequence[Invitation], source: str, actor: User | None
) -> int:
    if not made:
        return 0
    count, slug = len(made), collection.slug
    db.session.add_all(made)
    note("invitation.make-many", slug, actor=actor, source=source, count=count)
    try:
        db.session.commit()
    except IntegrityError as error:  # somebody else invited one of them at this moment
        db.session.rollback()
        raise Problem(ProblemCode.INVITED_MEANWHILE) from error
    return count


def _places(collection: Collection, file: CsvFile) -> Mapping[str, int]:
    header = [name.casefold() for name in file.header]
    places = {name: header.index(name) for name in COLUMNS if name in header}
    needed = ("organisation",) if collection.respondent == "organisation" else COLUMNS[1:4]
    if not any(name in places for name in needed):
        raise Problem(ProblemCode.MISSING_COLUMNS, columns=", ".join(needed))
    return places


def _invitee(
    row: Row, places: Mapping[str, int], width: int, expires_at: datetime | None
) -> Invitee:
    if len(row.cells) < width or any(extra.strip() for extra in row.cells[width:]):
        raise Problem(ProblemCode.BAD_ROW, cells=len(row.cells), columns=width)
    cells = {
        name: " ".join(unicodedata.normalize("NFC", row.cells[place]).split())
        for name, place in places.items()
    }
    return Invitee(**cells, expires_at=expires_at)


def _roll(collection: Collection, scope: Scope) -> Mapping[str, str]:
    """Ids of the roll's organisations by their codes."""
    if collection.respondent != "organisation":
        return {}
    return inviting.roll_of(collection, scope=scope)


def _invited_organisations(collection: Collection) -> set[str]:
    query = select(Invitation.organisation_id).where(
        Invitation.collection_id == collection.id, Invitation.organisation_id.is_not(None)
    )
    return set(db.session.scalars(query))


def _known(collection: Collection) -> Iterator[tuple[str, str]]:
    query = select(Invitation).where(Invitation.collection_id == collection.id)
    yield from map(_key, db.session.scalars(query))


def _key(invitation: Invitation) -> tuple[str, str]:
    """By what somebody in a list is known: the surest that there is."""
    for name in ("organisation_id", "email", "phone", "name"):
        if value := getattr(invitation, name):
            return name, value.casefold()
    return "id", invitation.id

"""Erasing a response for good: a stone is left that says one was here, and nothing that it said.

Every version of it goes, with files, comments, what waits for review under its number, what was
being changed, and the downloads that a worker made of the collection. What is derived follows:
figures are made of what is left.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update

from app.extensions import db
from app.models import (
    Collection,
    Draft,
    FieldContact,
    Quarantined,
    Receipt,
    Response,
    ResponseState,
    ReviewNote,
    TextCode,
    User,
)
from app.services.attachments import attachments
from app.services.audit import note
from app.services.columnar import keeping
from app.services.jobs import queue
from app.services.review.looking import find_any, subject, versions_of
from app.services.scope import EVERYWHERE, Scope

NOTHING = "0" * 64
"""The hash of a stone: of no answers at all."""


def erase(
    collection: Collection, key: str, *, actor: User | None = None, scope: Scope = EVERYWHERE
) -> int:
    """Gives how many versions were erased; none if it had been erased already.

    Raises Problem NOT_FOUND.
    """
    one = find_any(collection, key, scope=scope, for_update=True)
    if one.state == ResponseState.ERASED:
        return 0
    chain = versions_of(one)
    keys = [row.id for row in chain]
    instances = [row.instance_id for row in chain]
    unused = attachments.drop_of(instances)
    _forget(collection, keys, instances)
    for row in chain:
        _to_stone(row)
    unused += queue.drop_files_of(collection)
    for each in keys:
        note("response.erase", subject(collection, each), actor=actor)
    db.session.commit()
    attachments.forget(unused)
    keeping.refresh(collection)
    return len(keys)


def _forget(collection: Collection, keys: list[str], instances: list[str]) -> None:
    """Whatever repeats what was answered, or says whose it was."""
    here = Response.collection_id == collection.id
    for told in (ReviewNote, TextCode, Receipt):
        db.session.execute(delete(told).where(told.response_id.in_(keys)))
    db.session.execute(delete(Draft).where(Draft.revises_id.in_(keys)))
    db.session.execute(
        delete(Quarantined).where(
            Quarantined.collection_id == collection.id, Quarantined.instance_id.in_(instances)
        )
    )
    clashing = select(Response.id).where(
        here, Response.instance_id.in_(instances), Response.id.not_in(keys)
    )
    db.session.execute(delete(ReviewNote).where(ReviewNote.response_id.in_(clashing)))
    db.session.execute(
        delete(Response).where(here, Response.instance_id.in_(instances), Response.id.not_in(keys))
    )
    db.session.execute(
        update(FieldContact)
        .where(FieldContact.collection_id == collection.id, FieldContact.instance_id.in_(instances))
        .values(instance_id=None, address="", note="", place=None)
    )


def _to_stone(row: Response) -> None:
    """The day stays: it is what the list is ordered by."""
    row.state, row.answers, row.content_hash = ResponseState.ERASED, {}, NOTHING
    row.sent_values = row.started_at = row.submitted_at = row.received_at = None
    row.organisation_id = row.invitation_id = row.revises_id = None
    row.over_quota = row.clock_off = False

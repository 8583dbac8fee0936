"""Accepting, rejecting and saying something about responses, one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models import Collection, Response, ResponseState, ReviewAction, ReviewNote, User
from app.models.columns import utc_now
from app.services import collections
from app.services.audit import note
from app.services.review.looking import find, subject
from app.services.scope import Scope

MOST_AT_ONCE = 200
LONGEST_TEXT = 2000
STATES = {ReviewAction.ACCEPT: ResponseState.ACCEPTED, ReviewAction.REJECT: ResponseState.REJECTED}
DECIDABLE = frozenset({ResponseState.SUBMITTED, ResponseState.ACCEPTED, ResponseState.REJECTED})
"""States that somebody may change; the others came about in another way."""


def comment(collection: Collection, key: str, text: str, *, actor: User, scope: Scope) -> None:
    """Say something about a response. Raises Problem as `find`."""
    row = find(collection, key, scope=scope)
    if text and row.state != ResponseState.ERASED:
        db.session.add(_note(row, ReviewAction.COMMENT, text, actor))
        note("response.comment", subject(collection, row.id), actor=actor)
        db.session.commit()


def decide(
    collection: Collection,
    keys: Sequence[str],
    action: ReviewAction,
    text: str,
    *,
    actor: User,
    scope: Scope,
) -> int:
    """Accept or reject; gives how many changed. Those that cannot be decided, or may not be seen,
    are left as they are.

    Raises Problem RESULTS_AT_CLOSING.
    """
    collections.require_results(collection, utc_now())
    query = (
        select(Response)
        .where(
            Response.id.in_([key.replace("\0", "") for key in keys[:MOST_AT_ONCE]]),
            Response.collection_id == collection.id,
            Response.state.in_(DECIDABLE),
            scope.rows(),
        )
        .order_by(Response.id)
        .with_for_update()
    )
    changed = []
    for row in db.session.scalars(query).all():
        if row.state != STATES[action] and _change(row, STATES[action]):
            db.session.add(_note(row, action, text, actor))
            note(f"response.{action}", subject(collection, row.id), actor=actor)
            changed.append(row.id)
    if changed:
        db.session.commit()
    return len(changed)


def _change(row: Response, state: ResponseState) -> bool:
    """False: another response holds its place, of the organisation or the invitation."""
    try:
        with db.session.begin_nested():
            row.state = state
    except IntegrityError:
        db.session.refresh(row)
        return False
    return True


def _note(row: Response, action: ReviewAction, text: str, actor: User) -> ReviewNote:
    return ReviewNote(response_id=row.id, user_id=actor.id, action=action, text=text[:LONGEST_TEXT])

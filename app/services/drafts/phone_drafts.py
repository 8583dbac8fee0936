"""The copy on the server of a draft that a phone leads: its code opens it on another phone.

A phone says which copy of the server's its own comes from. Where that is the one that is here, the
phone's is kept in its place; where another phone wrote meanwhile, nothing is written, and this
phone is given what the other wrote, so that the person chooses. A confidential personal link leads
to one copy from every phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Draft, Invitation, Mode, Receipt, Response
from app.models.columns import random_key
from app.services import collections
from app.services.drafts import drafts, sending
from app.services.drafts.drafts import LIFETIME, Raw
from app.services.invitations import links
from app.services.receiving.rule import ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A phone's draft. ``base``: the counter of the server's copy that it comes from, 0 for none;
    ``secret`` is what the phone was given for it, or empty."""

    instance_id: str
    secret: str
    base: int
    counter: int
    version_id: str
    correction: int
    language: str
    page: str
    answers: Raw
    invitation: Invitation | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """``counter`` of the copy that is here now; ``other`` is that copy where it is not the phone's,
    and ``receipt`` the code where it was sent from elsewhere. Without a secret nothing was kept."""

    secret: str
    counter: int
    other: Draft | None = None
    receipt: str = ""


def keep(collection: Collection, copy: Copy, *, now: datetime) -> Kept:
    """Keep the phone's copy, or give the one that it does not come from.

    Raises
    ------
    Problem
        Why the collection takes no answers now, or the invitation lets nobody in; MALFORMED for a
        secret of other answers; TOO_LARGE.
    """
    collections.require_answerable(collection, now)
    if copy.invitation is not None:
        return _keep_invited(collection, copy, copy.invitation, now)
    draft = _find(collection, copy, now)
    if draft is None:
        receipt = sending.find_receipt(collection, copy.secret) if copy.secret else None
        if receipt is not None:
            return Kept(copy.secret, 0, receipt=receipt.code)
        return _begin(collection, copy, now, drafts.new_secret(collection))
    if copy.secret and draft.counter != copy.base and draft.answers != copy.answers:
        return Kept(copy.secret, draft.counter, other=draft)
    secret = copy.secret or drafts.new_secret(collection)
    draft.id = drafts.draft_id(secret)
    return _write(draft, copy, secret)


def _keep_invited(
    collection: Collection, copy: Copy, invitation: Invitation, now: datetime
) -> Kept:
    """The link leads to the copy, whichever phone wrote it, and whatever instance it began."""
    links.require_valid(invitation, now)
    secret = links.draft_secret(invitation)
    if secret is None:
        return Kept("", 0, receipt=_answered(invitation))
    draft = drafts.find(collection, secret, now=now, for_update=True)
    if draft is None:
        return _begin(collection, copy, now, secret)
    if draft.counter != copy.base and draft.answers != copy.answers:
        return Kept(secret, draft.counter, other=draft)
    return _write(draft, copy, secret)


def _answered(invitation: Invitation) -> str:
    query = (
        select(Receipt.code)
        .join(Response, Response.id == Receipt.response_id)
        .where(Response.invitation_id == invitation.id)
    )
    return db.session.scalar(query.limit(1)) or ""


def _write(draft: Draft, copy: Copy, secret: str) -> Kept:
    # One more is added by `save`: the counter never falls, so that no copy is taken for another.
    draft.counter = max(draft.counter, copy.counter - 1)
    drafts.save(draft, copy.answers, page=copy.page, language=copy.language)
    return Kept(secret, draft.counter)


def drop(collection: Collection, secret: str) -> None:
    """The phone sent it: nobody goes on with this copy, and its code tells that it was received.

    What stays for that, as long as the draft would have, names neither answers nor response.
    """
    sent = update(Draft).where(
        Draft.id == drafts.draft_id(secret), Draft.collection_id == collection.id
    )
    left = {"answers": {}, "page": "", "started_at": None, "invitation_id": None}
    left |= {"instance_id": random_key(), "revises_id": None, "received": True}
    db.session.execute(sent.values(left))
    db.session.commit()


def was_received(collection: Collection, secret: str) -> bool:
    """Whether a phone said that it sent the draft of that secret."""
    query = select(Draft.received).where(
        Draft.id == drafts.draft_id(secret), Draft.collection_id == collection.id
    )
    return bool(db.session.scalar(query))


def _find(collection: Collection, copy: Copy, now: datetime) -> Draft | None:
    if copy.secret:
        draft = drafts.find(collection, copy.secret, now=now, for_update=True)
        if draft is not None and draft.instance_id != copy.instance_id:
            raise Problem(ProblemCode.MALFORMED)
        return draft
    # The answer with the secret was lost on its way: whoever knows the id of the draft made it.
    query = select(Draft).where(
        Draft.collection_id == collection.id, Draft.instance_id == copy.instance_id
    )
    return db.session.scalars(query.with_for_update()).first()


def _begin(collection: Collection, copy: Copy, now: datetime, secret: str) -> Kept:
    draft = Draft(
        id=drafts.draft_id(secret),
        collection_id=collection.id,
        mode=collection.mode,
        version_id=copy.version_id,
        correction=copy.correction,
        instance_id=copy.instance_id,
        invitation_id=copy.invitation.id if copy.invitation else None,
        counter=copy.counter - 1,
        started_at=now if collection.mode == Mode.CONFIDENTIAL else None,
        expires_on=now.astimezone(ZONE).date() + LIFETIME,
    )
    db.session.add(draft)
    try:
        drafts.save(draft, copy.answers, page=copy.page, language=copy.language)
    except IntegrityError as error:  # the same was posted twice at this moment
        db.session.rollback()
        raise Problem(ProblemCode.BUSY) from error
    return Kept(secret, draft.counter)

"""Sending a draft: once, however often the button is pressed, and the receipt for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Channel, Collection, Draft, Mode, Receipt
from app.services import collections, drafts
from app.services.codes import receipt_code
from app.services.receiving import ZONE, Received, Submission, Verdict, receive
from encuestas import AnswerFault, Source

_SHORT, _LONG = 5, 8
_TRIES = 5


def find_receipt(collection: Collection, secret: str) -> Receipt | None:
    """The receipt of what was sent with this secret."""
    query = select(Receipt).where(
        Receipt.draft_id == drafts.draft_id(secret), Receipt.collection_id == collection.id
    )
    return db.session.scalars(query).first()


def send(collection: Collection, secret: str, *, now: datetime) -> tuple[AnswerFault, ...]:
    """Turn the draft into a response and a receipt; the faults that stand in the way, if any.

    Sending again what was sent changes nothing: unique constraints decide between two at once.

    Raises
    ------
    Problem
        DRAFT_EXPIRED: the secret opens neither a draft nor a receipt.
        The collection's own problem when it takes no answers at this moment.
    """
    collection_id = collection.id
    for attempt in range(_TRIES):
        if find_receipt(collection, secret):
            return ()
        draft = drafts.find(collection, secret, now=now, for_update=True)
        if draft is None:
            # Another request may have sent it while this one waited for the lock.
            if find_receipt(collection, secret):
                return ()
            raise Problem(ProblemCode.DRAFT_EXPIRED)
        if not draft.preview:
            collections.require_answerable(collection, now)
        try:
            return _send(
                collection, draft, code=receipt_code(_SHORT if attempt < 3 else _LONG), now=now
            )
        except IntegrityError:
            # Either the same draft was sent at this moment, or the code is taken: look again.
            db.session.rollback()
            collection = db.session.get_one(Collection, collection_id)
    raise Problem(ProblemCode.BUSY)


def _send(
    collection: Collection, draft: Draft, *, code: str, now: datetime
) -> tuple[AnswerFault, ...]:
    received = receive(_submission(collection, draft, now))
    if received.verdict is Verdict.INVALID:
        return tuple(received.faults)
    db.session.add(_receipt(draft, received, code=code, now=now))
    db.session.delete(draft)
    db.session.commit()
    return ()


def _submission(collection: Collection, draft: Draft, now: datetime) -> Submission:
    return Submission(
        collection=collection,
        survey=collections.fielded(collection, draft.version_id, draft.correction),
        version_id=draft.version_id,
        correction=draft.correction,
        instance_id=draft.instance_id,
        answers=draft.answers,
        source=Source.FORM,
        channel=Channel.WEB,
        language=draft.language,
        finished_at=now,
        received_at=now,
        started_at=draft.started_at,
        preview=draft.preview,
    )


def _receipt(draft: Draft, received: Received, *, code: str, now: datetime) -> Receipt:
    confidential, new = draft.mode == Mode.CONFIDENTIAL, received.verdict is not Verdict.SAME
    return Receipt(
        code=code,
        draft_id=draft.id,
        collection_id=draft.collection_id,
        mode=draft.mode,
        # What came by the phone's own way has its receipt already, which names it.
        response_id=received.response_id if confidential and new else None,
        preview=draft.preview,
        conflict=received.verdict is Verdict.CONFLICT,
        received_on=now.astimezone(ZONE).date(),
    )

"""Sending a draft: once, however often the button is pressed, and the receipt for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Channel, Collection, Draft, Invitation, Mode, Receipt, Response
from app.services import collections
from app.services.attachments import attachments
from app.services.codes import receipt_code
from app.services.drafts import drafts
from app.services.invitations import links
from app.services.receiving.rule import ZONE, Received, Submission, Verdict, receive
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
        The collection's own problem when it takes no answers at this moment, or the invitation's;
        INVITATION_NEEDED: only a personal link leads in, and this draft has none.
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
        invitation = _invitation(collection, draft, secret, now)
        try:
            submission = _submission(collection, draft, invitation, now)
            return _send(
                submission, draft, code=receipt_code(_SHORT if attempt < 3 else _LONG), now=now
            )
        except IntegrityError:
            # Either the same draft was sent at this moment, or the code is taken: look again.
            db.session.rollback()
            collection = db.session.get_one(Collection, collection_id)
    raise Problem(ProblemCode.BUSY)


def _invitation(
    collection: Collection, draft: Draft, secret: str, now: datetime
) -> Invitation | None:
    """The personal link that the draft was begun with, which must still let its person in."""
    if draft.invitation_id is not None:
        found = db.session.get(Invitation, draft.invitation_id)
    else:
        found = links.of_collection(collection, links.token_in(secret))
    if found is not None:
        links.require_valid(found, now)
    elif not draft.preview:
        collections.require_open_to_all(collection)
    return found


def _send(
    submission: Submission, draft: Draft, *, code: str, now: datetime
) -> tuple[AnswerFault, ...]:
    received = receive(submission)
    if received.verdict is Verdict.INVALID:
        return tuple(received.faults)
    unused: list[str] = []
    if received.verdict is Verdict.STORED and attachments.asks_for_files(submission.survey):
        kept = db.session.get_one(Response, received.response_id)
        unused = attachments.drop_unnamed(draft, submission.survey, kept.answers)
    db.session.add(_receipt(draft, received, code=code, now=now))
    db.session.delete(draft)
    db.session.commit()
    attachments.forget(unused)
    return ()


def _submission(
    collection: Collection, draft: Draft, invitation: Invitation | None, now: datetime
) -> Submission:
    return Submission(
        collection=collection,
        survey=drafts.survey_of(collection, draft),
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
        invitation=invitation,
        revises_id=draft.revises_id,
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

"""The one rule for receiving a response, whichever way it came.

Same instance and same content: success again. Same instance, other content: both are kept, the
later one for review and uncounted. A second vote of one organisation: likewise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models import (
    Channel,
    Collection,
    CollectionRoll,
    Mode,
    Organisation,
    Response,
    ResponseState,
    Territory,
)
from app.models.response import COUNTED
from app.services import collections
from encuestas import AnswerFault, Source, Survey, validate

ZONE = ZoneInfo("America/Santiago")


class Verdict(StrEnum):
    STORED = "stored"
    SAME = "same"
    CONFLICT = "conflict"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A finished response as it arrived: ``answers`` is raw, in the manner that ``source`` says."""

    collection: Collection
    survey: Survey
    version_id: str
    correction: int
    instance_id: str
    answers: Mapping[str, object]
    source: Source
    channel: Channel
    language: str
    finished_at: datetime
    started_at: datetime | None = None
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a submission. ``response`` is None when it was invalid."""

    verdict: Verdict
    response: Response | None
    faults: Sequence[AnswerFault] = ()


def receive(submission: Submission) -> Received:
    """Validate and add the response to the session. The caller commits.

    Nothing is stored for an invalid submission: its faults are returned.
    """
    checked = validate(
        submission.survey, submission.answers, source=submission.source, now=submission.finished_at
    )
    if checked.faults:
        return Received(Verdict.INVALID, None, checked.faults)
    try:
        with db.session.begin_nested():
            return _keep(submission, checked.answers)
    except IntegrityError:
        # The same answer came in at the same moment by another worker and is committed by now.
        return _keep(submission, checked.answers)


def _keep(submission: Submission, answers: Mapping[str, object]) -> Received:
    content = content_hash(answers)
    response = _new_response(submission, answers, content)
    earlier = _same_instance(submission)
    if earlier is not None and content in {row.content_hash for row in earlier}:
        kept = next(row for row in earlier if row.content_hash == content)
        return Received(Verdict.SAME, kept)
    verdict = Verdict.STORED
    if earlier or _has_voted(response):
        response.state, verdict = ResponseState.CONFLICT, Verdict.CONFLICT
    db.session.add(response)
    db.session.flush()
    return Received(verdict, response)


def content_hash(answers: Mapping[str, object]) -> str:
    """The same for the same answers, whatever order they came in."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _new_response(
    submission: Submission, answers: Mapping[str, object], content: str
) -> Response:
    collection = submission.collection
    confidential = collection.mode == Mode.CONFIDENTIAL
    organisation = _organisation(collection, answers)
    return Response(
        collection_id=collection.id,
        mode=collection.mode,
        version_id=submission.version_id,
        correction=submission.correction,
        instance_id=submission.instance_id,
        state=ResponseState.SUBMITTED,
        channel=submission.channel,
        language=submission.language,
        organisation_id=organisation.id if organisation else None,
        territory_id=organisation.territory_id if organisation else _territory(collection, answers),
        preview=submission.preview,
        simulated=collection.simulated,
        answers=dict(answers),
        content_hash=content,
        started_at=submission.started_at if confidential else None,
        submitted_at=submission.finished_at if confidential else None,
        submitted_on=submission.finished_at.astimezone(ZONE).date(),
    )


def _same_instance(submission: Submission) -> Sequence[Response]:
    query = select(Response).where(
        Response.collection_id == submission.collection.id,
        Response.instance_id == submission.instance_id,
    )
    return db.session.scalars(query).all()


def _has_voted(response: Response) -> bool:
    if response.organisation_id is None or response.preview:
        return False
    query = select(Response.id).where(
        Response.collection_id == response.collection_id,
        Response.organisation_id == response.organisation_id,
        Response.state.in_(COUNTED),
        ~Response.preview,
    )
    return db.session.scalars(query.limit(1)).first() is not None


def _organisation(
    collection: Collection, answers: Mapping[str, object]
) -> Organisation | None:
    code = answers.get(collections.ORGANISATION_QUESTION)
    if collection.respondent != "organisation" or not isinstance(code, str):
        return None
    query = (
        select(Organisation)
        .join(CollectionRoll, CollectionRoll.organisation_id == Organisation.id)
        .where(CollectionRoll.collection_id == collection.id, Organisation.code == code)
    )
    return db.session.scalars(query).first()


def _territory(collection: Collection, answers: Mapping[str, object]) -> str | None:
    code = answers.get(collections.TERRITORY_QUESTION)
    if not isinstance(code, str):
        return collections.only_territory(collection)
    return db.session.scalars(select(Territory.id).where(Territory.code == code)).first()

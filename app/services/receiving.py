"""The one rule for receiving a response, whichever way it came.

Same instance and same content: success again. Same instance, other content: both are kept, the
later one for review and uncounted. A second vote of one organisation: likewise.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.config import TIME_ZONE
from app.extensions import db
from app.models import (
    ORGANISATION_QUESTION,
    TERRITORY_QUESTION,
    Channel,
    Collection,
    CollectionRoll,
    Mode,
    Organisation,
    Response,
    ResponseState,
    Territory,
)
from app.models.response import COUNTED_ROWS, SETTLED_ROWS
from app.services import collections
from encuestas import AnswerFault, ErrorCode, Source, Survey, validate
from encuestas.types import MEDIA

ZONE = ZoneInfo(TIME_ZONE)


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


@dataclass(frozen=True, slots=True)
class Checked:
    """A submission whose answers passed `validate`: ``answers`` are the clean ones, ``differing``
    what the client had computed otherwise."""

    submission: Submission
    answers: Mapping[str, object]
    differing: Mapping[str, object] = field(default_factory=dict)


def receive(submission: Submission) -> Received:
    """Validate and add the response to the session. The caller commits.

    Nothing is stored for an invalid submission: its faults are returned.
    """
    started, finished = submission.started_at, submission.finished_at
    checked = validate(
        submission.survey,
        submission.answers,
        source=submission.source,
        now=finished,
        instance=submission.instance_id,
        language=submission.language,
        started=started and started.astimezone(finished.tzinfo),
        anonymous=submission.collection.mode == Mode.ANONYMOUS,
    )
    web = submission.channel == Channel.WEB
    faults = [f for f in checked.faults if not web or can_be_mended(submission.survey, f)]
    if faults:
        return Received(Verdict.INVALID, None, faults)
    return receive_checked([Checked(submission, checked.answers, checked.differing)])[0]


def can_be_mended(survey: Survey, fault: AnswerFault) -> bool:
    """Whether whoever answers on a page could do anything about it: no form sends files yet."""
    missing = fault.code is ErrorCode.REQUIRED and survey.has(fault.name)
    return not (missing and survey.question(fault.name).type in MEDIA)


def receive_checked(batch: Sequence[Checked]) -> list[Received]:
    """Add valid responses of one collection to the session, in order. The caller commits."""
    try:
        with db.session.begin_nested():
            return _keep(batch)
    except IntegrityError:
        # The same answer came in at the same moment by another worker and is committed by now.
        if len(batch) == 1:
            return _keep(batch)
        return [receive_checked([checked])[0] for checked in batch]


def _keep(batch: Sequence[Checked]) -> list[Received]:
    earlier = _earlier(batch)
    territories = _territories(batch)
    received = []
    for checked in batch:
        same_instance = earlier.setdefault(checked.submission.instance_id, {})
        content = content_hash(checked.answers)
        if content in same_instance:
            received.append(Received(Verdict.SAME, same_instance[content]))
            continue
        response = _new_response(checked, content, territories)
        verdict = Verdict.STORED
        if same_instance or _has_voted(response):
            response.state, verdict = ResponseState.CONFLICT, Verdict.CONFLICT
        db.session.add(response)
        same_instance[content] = response
        received.append(Received(verdict, response))
    db.session.flush()
    return received


def content_hash(answers: Mapping[str, object]) -> str:
    """The same for the same answers, whatever order they came in."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _new_response(checked: Checked, content: str, territories: Mapping[str, str]) -> Response:
    submission, answers = checked.submission, checked.answers
    collection = submission.collection
    confidential = collection.mode == Mode.CONFIDENTIAL
    voter = _on_roll(collection, answers)
    if voter is not None:
        territory_id = voter.territory_id
    elif code := _territory_code(answers):
        territory_id = territories.get(code)
    else:
        territory_id = collections.only_territory(collection)
    return Response(
        collection_id=collection.id,
        mode=collection.mode,
        version_id=submission.version_id,
        correction=submission.correction,
        instance_id=submission.instance_id,
        state=ResponseState.SUBMITTED,
        channel=submission.channel,
        language=submission.language,
        organisation_id=voter.organisation_id if voter else None,
        territory_id=territory_id,
        preview=submission.preview,
        simulated=collection.simulated,
        answers=dict(answers),
        content_hash=content,
        sent_values=dict(checked.differing) or None,
        started_at=submission.started_at if confidential else None,
        submitted_at=submission.finished_at if confidential else None,
        submitted_on=submission.finished_at.astimezone(ZONE).date(),
    )


def _earlier(batch: Sequence[Checked]) -> dict[str, dict[str, Response]]:
    """What is already kept under the batch's instance ids, by instance id and content."""
    same_instance = select(Response).where(
        Response.collection_id == batch[0].submission.collection.id,
        Response.instance_id.in_({checked.submission.instance_id for checked in batch}),
    )
    found: dict[str, dict[str, Response]] = {}
    # Asked apart, each is answered by an index; together they read the whole collection.
    for which in (SETTLED_ROWS, Response.state == ResponseState.CONFLICT):
        for row in db.session.scalars(same_instance.where(which)):
            found.setdefault(row.instance_id, {})[row.content_hash] = row
    return found


def _territories(batch: Sequence[Checked]) -> dict[str, str]:
    """The ids of the territories that the batch names, by code."""
    codes = {code for checked in batch if (code := _territory_code(checked.answers))}
    if not codes:
        return {}
    query = select(Territory.code, Territory.id).where(Territory.code.in_(codes))
    return dict(db.session.execute(query).all())


def _territory_code(answers: Mapping[str, object]) -> str | None:
    code = answers.get(TERRITORY_QUESTION)
    return code if isinstance(code, str) else None


def _has_voted(response: Response) -> bool:
    if response.organisation_id is None or response.preview:
        return False
    query = select(Response.id).where(
        Response.collection_id == response.collection_id,
        Response.organisation_id == response.organisation_id,
        COUNTED_ROWS,
    )
    return db.session.scalars(query.limit(1)).first() is not None


def _on_roll(collection: Collection, answers: Mapping[str, object]) -> CollectionRoll | None:
    """The entry of the organisation that answers, in a collection that has a roll."""
    code = answers.get(ORGANISATION_QUESTION)
    if collection.respondent != "organisation" or not isinstance(code, str):
        return None
    query = (
        select(CollectionRoll)
        .join(CollectionRoll.organisation)
        .where(CollectionRoll.collection_id == collection.id, Organisation.code == code)
    )
    return db.session.scalars(query).first()

"""Staff change a response: what was sent stays, and a new version that points to it is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Channel, Collection, Invitation, Response, ReviewAction, ReviewNote, User
from app.models.columns import random_key
from app.services.attachments import attachments
from app.services.audit import note
from app.services.receiving.rule import (
    ZONE,
    Received,
    Submission,
    Verdict,
    check,
    content_hash,
    receive_checked,
)
from app.services.review.deciding import LONGEST_TEXT
from app.services.review.looking import changes, find, may_change, moment_of, subject, survey_of
from app.services.scope import Scope
from app.words.answers import form_values
from encuestas import AnswerFault, Source, Survey
from encuestas.paper import printed, read_typed, write_typed
from encuestas.parsing import parse_answer
from encuestas.paths import flatten, name_of, split


class Status(StrEnum):
    SAVED = "saved"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"
    NO_REASON = "no_reason"
    # Somebody else changed it first, or another response holds its place.
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Revised:
    """``key``: of the new version, where one was saved."""

    status: Status
    key: str = ""
    faults: Sequence[AnswerFault] = ()


def require_change(response: Response) -> None:
    """Raises Problem RESPONSE_FIXED where it is not to be changed."""
    if not may_change(response):
        raise Problem(ProblemCode.RESPONSE_FIXED)


def typed(survey: Survey, answers: Mapping[str, Any]) -> dict[str, str]:
    """The answers as a typist would type them, by path; what no form has room for is left out."""
    return {
        path: write_typed(survey, survey.question(name), form_values(survey.question(name), value))
        for path, value in flatten(answers)
        if survey.has(name := name_of(path)) and printed(survey.question(name))
    }


def revise(
    collection: Collection,
    key: str,
    codes: Mapping[str, str],
    reason: str,
    *,
    actor: User,
    scope: Scope,
    now: datetime,
) -> Revised:
    """Count the response with these answers from now on. ``codes``: fields as they were typed.

    Raises Problem as `find`, and RESPONSE_FIXED.
    """
    old = find(collection, key, scope=scope, for_update=True)
    require_change(old)
    if not reason.strip():
        return Revised(Status.NO_REASON)
    survey = survey_of(collection, old, scope=scope)
    answers, faults = _changed(survey, old.answers, codes)
    submission = _submission(collection, survey, old, answers, now)
    checked = check(submission)
    if faults or isinstance(checked, Received):
        found = checked.faults if isinstance(checked, Received) else ()
        wrong = {fault.question for fault in faults}
        rest = [fault for fault in found if fault.question not in wrong]
        return Revised(Status.FAULTY, faults=(*faults, *rest))
    if content_hash(checked.answers) == old.content_hash:
        return Revised(Status.UNCHANGED)
    differing = [path for path, _before, _after in changes(old.answers, checked.answers)]
    _keep_files(old, submission, checked.answers)
    [received] = receive_checked([checked])
    new = db.session.get(Response, received.response_id) if received.response_id else None
    if new is None or received.verdict is not Verdict.STORED or new.revises_id != old.id:
        db.session.rollback()
        return Revised(Status.TAKEN)
    _as_before(new, old)
    db.session.add(
        ReviewNote(
            response_id=new.id,
            user_id=actor.id,
            action=ReviewAction.EDIT,
            text=reason.strip()[:LONGEST_TEXT],
        )
    )
    told = {"version": new.id, "questions": differing}
    note("response.edit", subject(collection, old.id), actor=actor, **told)
    db.session.commit()
    return Revised(Status.SAVED, new.id)


def _as_before(new: Response, old: Response) -> None:
    """What changing answers does not change."""
    new.submitted_on, new.clock_off, new.over_quota = (
        old.submitted_on,
        old.clock_off,
        old.over_quota,
    )
    # What was stored was handed in as if it had been sent; no client computed it otherwise.
    new.sent_values = None


def _keep_files(old: Response, submission: Submission, answers: Mapping[str, object]) -> None:
    named = {value for _path, value in flatten(answers) if isinstance(value, str)}
    attachments.copy_files(
        old,
        old.instance_id,
        submission.instance_id,
        named=named,
        today=submission.received_at.astimezone(ZONE).date(),
    )


def _changed(
    survey: Survey, answers: Mapping[str, Any], codes: Mapping[str, str]
) -> tuple[dict[str, Any], list[AnswerFault]]:
    """The answers with what was typed otherwise; a field that was left as it was is not read."""
    before, changed = typed(survey, answers), deepcopy(dict(answers))
    faults: list[AnswerFault] = []
    for path, text in codes.items():
        name = name_of(path)
        if not survey.has(name) or not printed(survey.question(name)):
            continue
        if text.strip() == before.get(path, ""):
            continue
        question = survey.question(name)
        values = read_typed(survey, question, text.replace("\0", ""))
        found = parse_answer(question, values, Source.FORM)
        if isinstance(found, AnswerFault):
            faults.append(AnswerFault(found.code, path, found.context))
        else:
            _put(changed, path, found)
    return changed, faults


def _put(answers: dict[str, Any], path: str, value: object) -> None:
    """None stays, so that a question's default does not fill what was emptied."""
    instances, name = split(path) or ((), path)
    place: Any = answers
    for repeat, position in instances:
        rows = place.setdefault(repeat, [])
        while len(rows) < position:
            rows.append({})
        place = rows[position - 1]
    place[name] = value


def _submission(
    collection: Collection,
    survey: Survey,
    old: Response,
    answers: Mapping[str, Any],
    now: datetime,
) -> Submission:
    invitation = db.session.get(Invitation, old.invitation_id) if old.invitation_id else None
    return Submission(
        collection=collection,
        survey=survey,
        version_id=old.version_id,
        correction=old.correction,
        instance_id=random_key(),
        answers=answers,
        source=Source.JSON,
        channel=Channel(old.channel),
        language=old.language,
        finished_at=moment_of(old),
        started_at=old.started_at,
        received_at=now,
        invitation=invitation,
        revises_id=old.id,
        reviewed=True,
    )

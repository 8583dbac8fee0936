"""One response as it was answered: every question, what was said, and what was not asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Attachment, Collection, Mode, Receipt, Response, ResponseState, ReviewNote
from app.models.columns import utc_now
from app.services import collections
from app.services.attachments import attachments
from app.services.receiving.rule import ZONE
from app.services.scope import EVERYWHERE, Scope
from encuestas import Question, Survey, solve
from encuestas.paths import flatten, name_of
from encuestas.types import MEDIA

_KEY = re.compile(r"[0-9a-f-]{36}")
_UNASKED = frozenset({"note"})


class Given(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    BLANK = "blank"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question at its path. ``sent``: what the sender's phone had computed otherwise; None where
    it was the same. ``file``: the file that the answer names."""

    path: str
    question: Question
    given: Given
    value: object = None
    sent: object = None
    file: Attachment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A response with all that is known of it. ``versions``: itself and what it was before and
    became since, the first one first; ``notes`` are of all of them."""

    response: Response
    survey: Survey
    answers: Sequence[Answered]
    unknown: Mapping[str, object]
    receipt: str
    versions: Sequence[Response]
    notes: Sequence[ReviewNote]
    may_change: bool


def find(collection: Collection, key: str, *, scope: Scope, for_update: bool = False) -> Response:
    """A response that may be seen. Raises Problem NOT_FOUND or RESULTS_AT_CLOSING."""
    collections.require_results(collection, utc_now())
    return find_any(collection, key, scope=scope, for_update=for_update)


def find_any(
    collection: Collection, key: str, *, scope: Scope, for_update: bool = False
) -> Response:
    """`find`, also before the results of an anonymous collection may be seen."""
    query = select(Response).where(
        Response.id == key, Response.collection_id == collection.id, scope.rows()
    )
    row = None
    if _KEY.fullmatch(key):  # PostgreSQL fails on a NUL
        row = db.session.scalars(query.with_for_update() if for_update else query).first()
    if row is None:
        raise Problem(ProblemCode.NOT_FOUND)
    return row


def look(collection: Collection, key: str, *, scope: Scope) -> Looked:
    """Raises Problem as `find`."""
    response = find(collection, key, scope=scope)
    survey = survey_of(collection, response)
    chain = versions_of(response)
    notes = (
        select(ReviewNote)
        .where(ReviewNote.response_id.in_([each.id for each in chain]))
        .options(joinedload(ReviewNote.user))
        .order_by(ReviewNote.at, ReviewNote.id)
    )
    receipt = select(Receipt.code).where(Receipt.response_id == response.id)
    return Looked(
        response=response,
        survey=survey,
        answers=tuple(_answers(survey, response)),
        unknown={
            path: value
            for path, value in flatten(response.answers)
            if not survey.has(name_of(path))
        },
        receipt=db.session.scalar(receipt) or "",
        versions=chain,
        notes=db.session.scalars(notes).all(),
        may_change=may_change(response),
    )


def subject(collection: Collection, key: str) -> str:
    """What the audit calls a response."""
    return f"{collection.slug}/{key}"


def may_change(response: Response) -> bool:
    """Of an anonymous collection nothing changes after sending; what was replaced is history."""
    gone = {ResponseState.REPLACED, ResponseState.ERASED, ResponseState.CONFLICT}
    return response.mode == Mode.CONFIDENTIAL and response.state not in gone


def survey_of(collection: Collection, response: Response, *, scope: Scope = EVERYWHERE) -> Survey:
    """The text that was answered. ``scope``: with the choices of these territories alone."""
    return collections.fielded(
        collection,
        response.version_id,
        response.correction,
        invited=response.invitation_id is not None,
        scope=scope,
    )


def moment_of(response: Response) -> datetime:
    """When it was finished, as far as it is known."""
    if response.submitted_at is not None:
        return response.submitted_at.astimezone(ZONE)
    return datetime.combine(response.submitted_on, time(12), ZONE)


def versions_of(response: Response) -> list[Response]:
    """The response with what it changed and what changed it, the first one first.

    As many statements as it has versions: mostly two.
    """
    chain, one = [response], response
    while one.revises_id is not None:
        one = db.session.get_one(Response, one.revises_id)
        chain.insert(0, one)
    while True:
        later = select(Response).where(Response.revises_id == chain[-1].id)
        found = db.session.scalars(later).first()
        if found is None:
            return chain
        chain.append(found)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Where two versions differ: path, what it was, what it is (None: nothing)."""
    old, new = dict(flatten(before)), dict(flatten(after))
    return [
        (path, old.get(path), new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    ]


def _answers(survey: Survey, response: Response) -> Iterator[Answered]:
    state = solve(
        survey,
        response.answers,
        now=moment_of(response),
        instance=response.instance_id,
        language=response.language,
        anonymous=response.mode == Mode.ANONYMOUS,
    )
    given: dict[str, list[tuple[str, object]]] = {}
    for path, value in flatten(response.answers):
        given.setdefault(name_of(path), []).append((path, value))
    files = attachments.of_instance(response.collection_id, response.instance_id)
    for question in survey.questions:
        if question.type in _UNASKED:
            continue
        name = question.name
        for path, value in given.get(name, ()):
            yield _answered(question, path, value, response, files)
        if name not in given:
            repeated = bool(survey.repeats(name))
            shown = any(name_of(path) == name for path in state.relevant) or repeated
            yield Answered(
                path=name, question=question, given=Given.BLANK if shown else Given.NOT_SHOWN
            )


def _answered(
    question: Question,
    path: str,
    value: object,
    response: Response,
    files: Mapping[str, Attachment],
) -> Answered:
    sent = (response.sent_values or {}).get(path)
    file = files.get(value) if question.type in MEDIA and isinstance(value, str) else None
    return Answered(
        path=path, question=question, given=Given.ANSWERED, value=value, sent=sent, file=file
    )

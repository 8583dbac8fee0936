"""Paper forms typed in by folio: once, or twice by two people who do not see each other's work.

What is typed counts only through the one way of receiving. Where a collection wants two typists, a
form counts when both typed the same, or when a third person has said what the paper says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models import (
    Channel,
    Collection,
    Mode,
    PaperEntry,
    PaperForm,
    PaperState,
    Reason,
    User,
)
from app.models.columns import random_key
from app.services import collections, surveys
from app.services.audit import note
from app.services.paper.fields import Raw, differing, form_values
from app.services.receiving import quarantine
from app.services.receiving.rule import (
    ZONE,
    Submission,
    Verdict,
    check,
    receive,
    territories_of,
)
from app.services.scope import EVERYWHERE, Scope
from encuestas import AnswerFault, Source, Survey

LONGEST_FOLIO = 32
_NOON = time(12)


class Status(StrEnum):
    COUNTED = "counted"
    WAITING = "waiting"
    DIFFERS = "differs"
    REVIEW = "review"
    FAULTY = "faulty"
    # About the folio; what was typed is not kept.
    NO_FOLIO = "no_folio"
    DONE = "done"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed: codes by path. ``as_is``: the paper itself is incomplete or wrong."""

    key: str
    folio: str
    codes: Mapping[str, str]
    filled_on: date | None = None
    as_is: bool = False
    language: str = "es"


@dataclass(frozen=True, slots=True)
class Outcome:
    status: Status
    faults: Sequence[AnswerFault] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How many forms stand where, and how often two typists agreed (None: none compared)."""

    states: Mapping[str, int]
    today: int
    compared: int
    agreed: int

    @property
    def agreement(self) -> float | None:
        return self.agreed / self.compared if self.compared else None


def type_in(
    collection: Collection,
    typed: Typed,
    *,
    user: User,
    now: datetime,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    """Keep what was typed, and count the form when that is due. Typing the same again is no harm.

    Two at once are told apart by the database: whoever comes second is the second typist.
    """
    collection_id, user_id = collection.id, user.id
    for _attempt in range(2):
        try:
            return _type_in(collection, typed, user_id=user_id, now=now, scope=scope)
        except IntegrityError:
            db.session.rollback()
            collection = db.session.get_one(Collection, collection_id)
    return Outcome(Status.DONE)


def _type_in(
    collection: Collection, typed: Typed, *, user_id: int, now: datetime, scope: Scope
) -> Outcome:
    folio = _folio(typed.folio)
    if not folio:
        return Outcome(Status.NO_FOLIO)
    if (again := db.session.get(PaperEntry, typed.key)) is not None:
        return _same_again(again)
    survey = collections.fielded(collection, scope=scope)
    raw = form_values(survey, typed.codes)
    form = find(collection, folio, for_update=True)
    if form is not None and form.state != PaperState.FIRST:
        return Outcome(Status.DONE)
    if form is not None and form.entries[0].user_id == user_id:
        return Outcome(Status.OWN)
    submission = _submission(collection, survey, raw, typed, now)
    if not typed.as_is and (faults := _faults(submission)):
        return Outcome(Status.FAULTY, faults)
    if form is None:
        form = _new_form(collection, folio, typed, raw)
    entry = PaperEntry(
        id=typed.key,
        form_id=form.id,
        turn=len(form.entries) + 1,
        user_id=user_id,
        answers=raw,
        typed_on=now.astimezone(ZONE).date(),
    )
    form.entries.append(entry)
    db.session.flush()
    status = _after(form, collection, survey, submission)
    db.session.commit()
    return Outcome(status)


def find(
    collection: Collection, folio: str, *, scope: Scope = EVERYWHERE, for_update: bool = False
) -> PaperForm | None:
    query = select(PaperForm).where(
        PaperForm.collection_id == collection.id,
        PaperForm.folio == _folio(folio),
        scope.among(PaperForm.territory_id),
    )
    return db.session.scalars(query.with_for_update() if for_update else query).first()


def resolve(
    collection: Collection,
    folio: str,
    codes: Mapping[str, str],
    *,
    user: User,
    now: datetime,
    language: str,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    """A third person says what the paper says where the two differ; then it counts."""
    form = find(collection, folio, scope=scope, for_update=True)
    if form is None or form.state != PaperState.DIFFERS:
        return Outcome(Status.DONE)
    if user.id in {entry.user_id for entry in form.entries}:
        return Outcome(Status.OWN)
    survey = collections.fielded(collection, scope=scope)
    chosen = form_values(survey, codes)
    agreed = dict(form.entries[0].answers or {})
    for path in form.differed:
        agreed.pop(path, None)
    raw = agreed | {path: chosen[path] for path in form.differed if path in chosen}
    typed = Typed(key="", folio=folio, codes={}, filled_on=form.filled_on, language=language)
    status = _count(form, collection, survey, _submission(collection, survey, raw, typed, now))
    note("paper.resolve", collection.slug, actor=user, folio=folio, fields=len(form.differed))
    db.session.commit()
    return Outcome(status)


def differences(form: PaperForm) -> list[tuple[str, list[str], list[str]]]:
    """Where two typists differ: path, what the first and what the second typed (form values)."""
    first, second = ((entry.answers or {}) for entry in form.entries)
    return [(path, first.get(path, []), second.get(path, [])) for path in form.differed]


def waiting(
    collection: Collection, state: PaperState, *, most: int = 200, scope: Scope = EVERYWHERE
) -> list[str]:
    """The folios in a state."""
    query = (
        select(PaperForm.folio)
        .where(_inside(collection, scope), PaperForm.state == state)
        .order_by(PaperForm.folio)
    )
    return list(db.session.scalars(query.limit(most)))


def _inside(collection: Collection, scope: Scope) -> ColumnElement[bool]:
    return (PaperForm.collection_id == collection.id) & scope.among(PaperForm.territory_id)


def progress(
    collection: Collection, user: User, *, now: datetime, scope: Scope = EVERYWHERE
) -> Progress:
    states = dict(
        db.session.execute(
            select(PaperForm.state, func.count())
            .where(_inside(collection, scope))
            .group_by(PaperForm.state)
        ).all()
    )
    today = select(func.count()).where(
        PaperEntry.user_id == user.id, PaperEntry.typed_on == now.astimezone(ZONE).date(),
        PaperEntry.form_id == PaperForm.id, PaperForm.collection_id == collection.id,
    )  # fmt: skip
    twice = select(PaperForm.compared, PaperForm.differed).where(
        _inside(collection, scope), PaperForm.compared > 0
    )
    rows = db.session.execute(twice).all()
    compared = sum(count for count, _paths in rows)
    differed = sum(len(paths) for _count, paths in rows)
    return Progress(states, db.session.scalar(today) or 0, compared, compared - differed)


def set_double(slug: str, double: bool, *, user: User) -> None:
    """Whether two people type each form from now on."""
    collection = collections.find(slug)
    if collection.double_entry != double:
        collection.double_entry = double
        note("collection.double-entry", slug, actor=user, double=double)
        db.session.commit()


def _folio(text: str) -> str:
    """As it is written on the sheet, whatever the case and the blanks; it stands in addresses."""
    return " ".join(re.sub(r"[\0/\\\\]", "-", text).upper().split())[:LONGEST_FOLIO]


def _same_again(entry: PaperEntry) -> Outcome:
    form = db.session.get_one(PaperForm, entry.form_id)
    statuses = {
        PaperState.FIRST: Status.WAITING,
        PaperState.DIFFERS: Status.DIFFERS,
        PaperState.REVIEW: Status.REVIEW,
    }
    return Outcome(statuses.get(PaperState(form.state), Status.COUNTED))


def _new_form(collection: Collection, folio: str, typed: Typed, raw: Raw) -> PaperForm:
    [place] = territories_of(collection, [raw], [None])
    form = PaperForm(
        id=random_key(),
        collection_id=collection.id,
        mode=collection.mode,
        folio=folio,
        state=PaperState.FIRST,
        filled_on=typed.filled_on,
        territory_id=place,
        compared=0,
        differed=[],
    )
    db.session.add(form)
    db.session.flush()
    return form


def _after(
    form: PaperForm, collection: Collection, survey: Survey, submission: Submission
) -> Status:
    """What follows from one more entry."""
    if len(form.entries) == 1:
        if collection.double_entry:
            return Status.WAITING
        return _count(form, collection, survey, submission)
    first, second = (entry.answers or {} for entry in form.entries)
    form.compared = len(first.keys() | second.keys())
    form.differed = differing(survey, first, second)
    if form.differed:
        form.state = PaperState.DIFFERS
        return Status.DIFFERS
    return _count(form, collection, survey, submission)


def _count(
    form: PaperForm, collection: Collection, survey: Survey, submission: Submission
) -> Status:
    """Receive it. What the rules do not take is kept for review, like any other response."""
    reason = _too_late(collection, submission)
    verdict = Verdict.QUARANTINED if reason else receive(submission).verdict
    if verdict is Verdict.INVALID:
        reason = Reason.INVALID
    if reason is not None:
        item = _item(submission)
        now = submission.received_at
        quarantine.hold(collection, [(item, reason)], survey=survey, now=now, invited={})
    counted = verdict in {Verdict.STORED, Verdict.SAME}
    form.state = PaperState.COUNTED if counted else PaperState.REVIEW
    if collection.mode == Mode.CONFIDENTIAL:
        form.instance_id = submission.instance_id
    for entry in form.entries:
        entry.answers = None
    return Status.COUNTED if form.state == PaperState.COUNTED else Status.REVIEW


def _too_late(collection: Collection, submission: Submission) -> Reason | None:
    """Figures of an anonymous collection appear at its close: one more would show what it says."""
    closes = collection.closes_at
    closed = closes is not None and closes <= submission.received_at
    return Reason.LATE if closed and collection.mode == Mode.ANONYMOUS else None


def _faults(submission: Submission) -> Sequence[AnswerFault]:
    looked_at = check(submission)
    return getattr(looked_at, "faults", ())


def _submission(
    collection: Collection, survey: Survey, raw: Raw, typed: Typed, now: datetime
) -> Submission:
    text = surveys.newest_text(collection.version_id)
    finished = now.astimezone(ZONE)
    if typed.filled_on is not None:
        finished = datetime.combine(typed.filled_on, _NOON, ZONE)
    return Submission(
        collection=collection,
        survey=survey,
        version_id=text.version_id,
        correction=text.correction,
        instance_id=random_key(),
        answers=raw,
        source=Source.FORM,
        channel=Channel.PAPER,
        language=typed.language if typed.language in survey.languages else survey.languages[0],
        finished_at=finished,
        received_at=now,
    )


def _item(submission: Submission) -> quarantine.Item:
    return quarantine.Item(
        instance_id=submission.instance_id,
        collection=submission.collection.slug,
        version=submission.survey.version,
        correction=submission.correction,
        answers=submission.answers,
        source=submission.source,
        channel=submission.channel,
        finished_at=submission.finished_at,
        language=submission.language,
    )

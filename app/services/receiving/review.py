"""What waits for a person: responses kept in quarantine, and those that clash with another one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, or_, select, text

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    Attachment,
    Channel,
    Collection,
    Decision,
    Invitation,
    Mode,
    Quarantined,
    Reason,
    Response,
    ResponseState,
    User,
)
from app.models.columns import utc_now
from app.models.response import COUNTED
from app.services import collections, surveys
from app.services.attachments import attachments
from app.services.audit import note
from app.services.receiving import admitting, known
from app.services.receiving.rule import ZONE, Checked, Submission, Verdict, receive_checked
from app.services.scope import EVERYWHERE, Scope
from encuestas import AnswerFault, ErrorCode, Source, Survey, Validated, validate
from encuestas.paths import flatten, split

MOST_SHOWN = 200
_KEY = re.compile(r"[0-9a-f-]{36}")
ADMISSIBLE = (Reason.LATE, Reason.NOT_YET_OPEN, Reason.NOT_PUBLIC)
"""Where nothing is wrong but the moment or the way: many can be decided at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits in a collection: the oldest `MOST_SHOWN` of each, and how many in all."""

    held: Sequence[Quarantined]
    held_in_all: int
    by_reason: Mapping[str, int]
    conflicts: Sequence[Response]
    conflicts_in_all: int
    clocks_off: int
    """Responses that count whose clock cannot have been right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One response in quarantine, read again: what accepting it would store, drop and lack."""

    row: Quarantined
    given: Mapping[str, object]
    finished: datetime | date
    survey: Survey
    stored: Mapping[str, object]
    faults: Sequence[AnswerFault]
    dropped: Sequence[str]
    files: Mapping[str, Attachment]
    """Those that its answers name, arrived or not."""


def waiting(collection: Collection, *, scope: Scope = EVERYWHERE) -> Waiting:
    here = (Quarantined.collection_id == collection.id) & scope.among(Quarantined.territory_id)
    held = here & (Quarantined.state == Decision.WAITING)
    counts = select(Quarantined.reason, func.count()).where(held).group_by(Quarantined.reason)
    by_reason: dict[str, int] = dict(db.session.execute(counts).all())
    first = (
        select(Quarantined)
        .where(held)
        .order_by(Quarantined.received_on, Quarantined.received_at, Quarantined.id)
    )
    clash = _waiting_conflicts(collection, scope)
    some = select(Response).where(clash).order_by(Response.received_on, Response.id)
    return Waiting(
        held=db.session.scalars(first.limit(MOST_SHOWN)).all(),
        held_in_all=sum(by_reason.values()),
        by_reason=by_reason,
        conflicts=db.session.scalars(some.limit(MOST_SHOWN)).all(),
        clocks_off=_clocks_off(collection, scope),
        conflicts_in_all=db.session.scalar(select(func.count(Response.id)).where(clash)) or 0,
    )


def _clocks_off(collection: Collection, scope: Scope) -> int:
    query = select(func.count(Response.id)).where(
        Response.collection_id == collection.id, text("clock_off"), Response.counts(), scope.rows()
    )
    return db.session.scalar(query) or 0


def _waiting_conflicts(collection: Collection, scope: Scope) -> Any:
    return (
        (Response.collection_id == collection.id)
        & (Response.state == ResponseState.CONFLICT)
        & Response.reviewed_on.is_(None)
        & scope.rows()
    )


# Quarantine -------------------------------------------------------------------------------------


def find_held(
    collection: Collection, key: str, *, scope: Scope = EVERYWHERE, for_update: bool = False
) -> Held:
    """One that is kept, decided or not. Raises Problem NOT_FOUND."""
    query = select(Quarantined).where(
        Quarantined.id == key,
        Quarantined.collection_id == collection.id,
        scope.among(Quarantined.territory_id),
    )
    row = None
    if _KEY.fullmatch(key):  # PostgreSQL fails on a NUL
        row = db.session.scalars(query.with_for_update() if for_update else query).first()
    if row is None:
        raise Problem(ProblemCode.NOT_FOUND)
    return _read(collection, row)[0]


def accept(
    collection: Collection, key: str, *, actor: User, comment: str, scope: Scope = EVERYWHERE
) -> Verdict | None:
    """Store what is good of it. Gives what became of it; None: it had been decided already."""
    held = find_held(collection, key, scope=scope, for_update=True)
    if held.row.state != Decision.WAITING:
        return None
    [received] = receive_checked([_read(collection, held.row)[1]])
    held.row.state, held.row.comment = Decision.ACCEPTED, comment
    note(
        "review.accept",
        collection.slug,
        actor=actor,
        quarantined=key,
        comment=comment,
        dropped=list(held.dropped[:MOST_SHOWN]),
        faults=[fault.question for fault in held.faults],
        verdict=received.verdict.value,
    )
    db.session.commit()
    return received.verdict


def reject(
    collection: Collection, key: str, *, actor: User, comment: str, scope: Scope = EVERYWHERE
) -> bool:
    """Leave it where it is, counted nowhere. False: it had been decided already."""
    row = find_held(collection, key, scope=scope, for_update=True).row
    if row.state != Decision.WAITING:
        return False
    row.state, row.comment = Decision.REJECTED, comment
    note("review.reject", collection.slug, actor=actor, quarantined=key, comment=comment)
    db.session.commit()
    return True


def accept_all(
    collection: Collection,
    reason: Reason,
    *,
    actor: User,
    comment: str,
    scope: Scope = EVERYWHERE,
) -> int:
    """Store those that wait for this reason and lose nothing by it; gives how many.

    In an anonymous collection this is how late ones are let in: figures that grow by one response
    would show what that person said.
    """
    query = select(Quarantined).where(
        Quarantined.collection_id == collection.id,
        Quarantined.state == Decision.WAITING,
        Quarantined.reason == reason,
        scope.among(Quarantined.territory_id),
    )
    good = []
    for row in db.session.scalars(query.order_by(Quarantined.instance_id).with_for_update()):
        held, checked = _read(collection, row)
        if not held.faults:
            row.state, row.comment = Decision.ACCEPTED, comment
            good.append(checked)
    receive_checked(good)
    note(
        "review.accept-all",
        collection.slug,
        actor=actor,
        reason=reason.value,
        comment=comment,
        accepted=len(good),
    )
    db.session.commit()
    return len(good)


def _read(collection: Collection, row: Quarantined) -> tuple[Held, Checked]:
    item = json.loads(row.item)
    submission = _submission(collection, row, item)
    read = _validate(submission, admitting.without_claims(submission), submission.source)
    clean, last = _clean(submission, read)
    clean = admitting.with_organisation(submission, clean)
    stored = dict(flatten(clean))
    said = {path for path, _value in _flat(item["answers"], submission.source)}
    held = Held(
        row=row,
        given=dict(_flat(item["answers"], submission.source)),
        finished=_said(item),
        survey=submission.survey,
        stored=stored,
        faults=read.faults,
        dropped=sorted(said - stored.keys()),
        files=attachments.of_instance(collection.id, row.instance_id),
    )
    return held, Checked(submission, clean, last.differing)


def _submission(collection: Collection, row: Quarantined, item: Mapping[str, Any]) -> Submission:
    version_id, correction = _text_of(collection, item["version"], item["correction"])
    invitation = db.session.get(Invitation, row.invitation_id) if row.invitation_id else None
    survey = collections.fielded(collection, version_id, correction, invited=invitation is not None)
    language = item["language"]
    return Submission(
        collection=collection,
        survey=survey,
        version_id=version_id,
        correction=correction,
        instance_id=row.instance_id,
        answers=item["answers"],
        source=Source(item["format"]),
        channel=Channel(row.channel),
        language=language if language in survey.languages else survey.languages[0],
        finished_at=_moment(item.get("finished_at"), item.get("finished_on")),
        started_at=_moment(item["started_at"], None) if item.get("started_at") else None,
        received_at=row.received_at or _noon(row.received_on),
        invitation=invitation,
        reviewed=True,
    )


def _text_of(collection: Collection, version: str, correction: int) -> tuple[str, int]:
    """The text that was answered; where it is not known here, the one in use stands in for it."""
    versions = known.versions(collection, {version: correction})
    version_id, newest = versions.get(version) or (
        collection.version_id,
        surveys.newest_text(collection.version_id).correction,
    )
    return version_id, min(correction, newest)


def _said(item: Mapping[str, Any]) -> datetime | date:
    if "finished_on" in item:
        return date.fromisoformat(item["finished_on"])
    return datetime.fromisoformat(item["finished_at"])


def _moment(at: str | None, on: str | None) -> datetime:
    return datetime.fromisoformat(at) if at else _noon(date.fromisoformat(on or ""))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE)


def _validate(submission: Submission, answers: Mapping[str, Any], source: Source) -> Validated:
    return validate(
        submission.survey,
        answers,
        source=source,
        now=submission.finished_at,
        instance=submission.instance_id,
        language=submission.language,
        started=submission.started_at,
        anonymous=submission.collection.mode == Mode.ANONYMOUS,
    )


def _clean(submission: Submission, read: Validated) -> tuple[Mapping[str, Any], Validated]:
    """The answers without those that break a rule, and without what then does not apply."""
    gone: set[str] = set()
    while True:
        answers = deepcopy(read.answers)
        # A repeat with an instance too many is kept whole, and what is computed comes back.
        wrong = {f.question for f in read.faults if f.code is not ErrorCode.TOO_MANY_INSTANCES}
        removed = {path for path in wrong - gone if _remove(answers, path)}
        if not removed:
            return answers, read
        gone |= removed
        read = _validate(submission, answers, Source.JSON)


def _remove(answers: dict[str, Any], path: str) -> bool:
    """Take one answer out; False: it is not there, since it is missing or could not be read."""
    instances, name = split(path) or ((), "")
    place: Any = answers
    for repeat, position in instances:
        rows = place.get(repeat)
        if not isinstance(rows, list) or position > len(rows):
            return False
        place = rows[position - 1]
    return isinstance(place, dict) and place.pop(name, None) is not None


def _flat(answers: Mapping[str, Any], source: Source) -> list[tuple[str, Any]]:
    """What was sent by path; what was sent empty was not said."""
    pairs = flatten(answers) if source is Source.JSON else answers.items()
    return [(path, value) for path, value in pairs if value not in (None, "", [], [""])]


# Conflicts --------------------------------------------------------------------------------------


def find_rivals(
    collection: Collection, key: str, *, scope: Scope = EVERYWHERE, for_update: bool = False
) -> list[Response]:
    """A response that conflicts, and those that it conflicts with; what counts comes first.

    Raises Problem NOT_FOUND.
    """
    one = db.session.get(Response, key) if _KEY.fullmatch(key) else None
    if one is None or one.collection_id != collection.id or not scope.holds(one.territory_id):
        raise Problem(ProblemCode.NOT_FOUND)
    alike = Response.instance_id == one.instance_id
    undecided = Response.state.in_(COUNTED) | (
        (Response.state == ResponseState.CONFLICT) & Response.reviewed_on.is_(None)
    )
    if one.organisation_id is not None:
        alike = or_(alike, (Response.organisation_id == one.organisation_id) & undecided)
    if one.invitation_id is not None:
        alike = or_(alike, (Response.invitation_id == one.invitation_id) & undecided)
    query = select(Response).where(Response.collection_id == collection.id, ~Response.preview)
    query = query.where(alike).order_by(Response.id)
    rows = db.session.scalars(query.with_for_update() if for_update else query).all()
    if not all(scope.holds(row.territory_id) for row in rows):
        raise Problem(ProblemCode.NOT_FOUND)  # who decides must be able to see them all
    return sorted(rows, key=lambda row: (row.state not in COUNTED, row.received_on or date.min))


def decide(
    collection: Collection,
    key: str,
    chosen: str | None,
    *,
    actor: User,
    comment: str,
    scope: Scope = EVERYWHERE,
) -> bool:
    """Let one of the rivals count; None: leave what counts as it is. False: it had been decided,
    or ``chosen`` is none of them.
    """
    rivals = find_rivals(collection, key, scope=scope, for_update=True)
    winner = next((row for row in rivals if row.id == chosen), None)
    waiting_ones = [row for row in rivals if is_open(row)]
    if not waiting_ones or (winner is None) != (chosen is None):
        return False
    today = utc_now().astimezone(ZONE).date()
    losers = waiting_ones if winner is None else [row for row in rivals if row is not winner]
    for row in losers:
        _set_aside(row, winner, today)
    db.session.flush()  # the places that they held must be free before the winner takes them
    if winner is not None:
        winner.state, winner.reviewed_on = ResponseState.ACCEPTED, None
    note(
        "review.decide",
        collection.slug,
        actor=actor,
        counts=winner.id if winner else None,
        set_aside=[row.id for row in losers],
        comment=comment,
    )
    db.session.commit()
    return True


def is_open(response: Response) -> bool:
    """Whether it is a conflict that nobody has decided."""
    return response.state == ResponseState.CONFLICT and response.reviewed_on is None


def _set_aside(row: Response, winner: Response | None, today: date) -> None:
    """Another response of the same instance keeps the mark of a conflict: only one may hold it."""
    if winner is not None and row.instance_id == winner.instance_id:
        row.state = ResponseState.CONFLICT
    elif row.state != ResponseState.CONFLICT:
        row.state = ResponseState.REJECTED
    row.reviewed_on = today

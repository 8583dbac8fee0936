"""The one rule for receiving a response, whichever way it came.

Same instance and same content: success again. Same instance, other content: both are kept, the
later one for review and uncounted. A second vote of one organisation, and a second response with
one invitation: likewise, but for one that changes what its sender had answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.config import TIME_ZONE
from app.extensions import db
from app.models import (
    ORGANISATION_QUESTION,
    TERRITORY_QUESTION,
    Channel,
    Collection,
    CollectionRoll,
    Invitation,
    Mode,
    Organisation,
    Response,
    ResponseState,
    Territory,
)
from app.models.columns import random_key, utc_now
from app.models.response import CONFLICT_ROWS, SETTLED_ROWS
from app.services import collections
from app.services.adding import add_new
from app.services.attachments import attachments
from app.services.receiving import admitting
from encuestas import AnswerFault, Source, Survey, validate

ZONE = ZoneInfo(TIME_ZONE)
_ALIKE = 4
_DATED_BY_HAND = {Channel.IMPORT, Channel.PAPER}
SLOW_CLOCK, FAST_CLOCK = timedelta(days=1), timedelta(minutes=10)
"""How far a client's clock may be off: before the opening, and after the moment of receiving."""


class Verdict(StrEnum):
    """INVALID: nothing was stored. What is quarantined or refused is decided by `inbox`."""

    STORED = "stored"
    SAME = "same"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A finished response as it arrived: ``answers`` is raw, in the manner that ``source`` says.

    ``finished_at`` is what the client says, ``received_at`` what the server's clock said.
    """

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
    received_at: datetime = field(default_factory=utc_now)
    preview: bool = False
    invitation: Invitation | None = None
    """With which it was answered."""
    revises_id: str | None = None
    """The response that its sender changes with this one."""
    reviewed: bool = False
    """Somebody looked at it and accepted it."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a submission. ``response_id`` is None when it was invalid."""

    verdict: Verdict
    response_id: str | None
    faults: Sequence[AnswerFault] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A submission whose answers passed `validate`: ``answers`` are the clean ones, ``differing``
    what the client had computed otherwise."""

    submission: Submission
    answers: Mapping[str, object]
    differing: Mapping[str, object] = field(default_factory=dict)


def receive(submission: Submission) -> Received:
    """Validate and add the response. The caller commits.

    Nothing is stored for an invalid submission: its faults are returned.
    """
    return receive_all([submission])[0]


def receive_all(batch: Sequence[Submission]) -> list[Received]:
    """`receive` for submissions of one collection, at the cost of few statements. In order."""
    looked_at = [check(submission) for submission in batch]
    good = [each for each in looked_at if isinstance(each, Checked)]
    kept = iter(receive_checked(good))
    return [next(kept) if isinstance(each, Checked) else each for each in looked_at]


def check(submission: Submission) -> Checked | Received:
    """Validate: the clean answers, or what stands in the way."""
    started, finished = submission.started_at, submission.finished_at
    checked = validate(
        submission.survey,
        admitting.without_claims(submission),
        source=submission.source,
        now=finished,
        instance=submission.instance_id,
        language=submission.language,
        started=started and started.astimezone(finished.tzinfo),
        anonymous=submission.collection.mode == Mode.ANONYMOUS,
    )
    if checked.faults:
        return Received(Verdict.INVALID, None, checked.faults)
    answers = admitting.with_organisation(submission, checked.answers)
    return Checked(submission, answers, checked.differing)


def receive_checked(batch: Sequence[Checked]) -> list[Received]:
    """Add valid responses of one collection, in order. The caller commits.

    The unique rules of the database say which are new; only those that are not are looked up.
    """
    if not batch:
        return []
    lookups = _Lookups(batch)
    rows = [_row(checked, lookups) for checked in batch]
    new = _add(rows)
    _expect_files(batch)
    old = [row for row in rows if row["id"] not in new]
    received = {key: Received(Verdict.STORED, key) for key in new}
    for row, checked in zip(rows, batch, strict=True):
        if row["id"] in new and not admitting.use_up(checked.submission, row["id"]):
            received[row["id"]] = Received(Verdict.CONFLICT, row["id"])
    if old:
        received |= _settle(old)
    return [received[row["id"]] for row in rows]


def rows_of(batch: Sequence[Checked]) -> list[dict[str, Any]]:
    """What `receive_checked` would add of valid responses that are not anonymous and touch no other
    row: no invitation's, no earlier response's, no file's. Of whatever is not so: nothing.
    """
    if not batch or not all(_stands_alone(checked.submission) for checked in batch):
        return []
    lookups = _Lookups(batch)
    rows = sorted((_row(checked, lookups) for checked in batch), key=_instance)
    # Keys that begin alike lie side by side in each index: a list changes few pages, not one for
    # each of its responses. They tell what came together, as `received_at` of the same rows does.
    # Four digits are enough for that, and leave the eight that people see and look for apart.
    beginning = random_key()[:_ALIKE]
    return [{**row, "id": beginning + row["id"][_ALIKE:]} for row in rows]


def _stands_alone(submission: Submission) -> bool:
    return (
        submission.invitation is None
        and submission.revises_id is None
        and submission.collection.mode == Mode.CONFIDENTIAL
        and not attachments.asks_for_files(submission.survey)
    )


def _expect_files(batch: Sequence[Checked]) -> None:
    collection = batch[0].submission.collection
    today = batch[0].submission.received_at.astimezone(ZONE).date()
    given = [(c.submission.instance_id, c.submission.survey, c.answers) for c in batch]
    attachments.expect(collection, given, today=today)


def _settle(rows: Sequence[dict[str, Any]]) -> dict[str, Received]:
    """What becomes of rows whose instance, or whose organisation's vote, is there already."""
    earlier = _earlier(rows)
    erased = _erased(rows)
    # What was erased is not kept again because a phone sends it again, nor are its files awaited.
    attachments.drop_of(erased)
    earlier |= {
        (row["instance_id"], row["content_hash"]): erased[row["instance_id"]]
        for row in rows
        if row["instance_id"] in erased
    }
    conflicts = [
        {**row, "state": ResponseState.CONFLICT}
        for row in rows
        if (row["instance_id"], row["content_hash"]) not in earlier
    ]
    new = _add(conflicts)
    if len(new) < len(conflicts):  # the same conflict twice in this list, or by another worker
        earlier = _earlier(rows) | earlier
    return {
        row["id"]: Received(Verdict.CONFLICT, row["id"])
        if row["id"] in new
        else Received(Verdict.SAME, earlier[row["instance_id"], row["content_hash"]])
        for row in rows
    }


def _add(rows: Sequence[dict[str, Any]]) -> set[str]:
    return add_new(Response, sorted(rows, key=_instance), key=Response.id)


def _instance(row: Mapping[str, Any]) -> str:
    return str(row["instance_id"])


def content_hash(answers: Mapping[str, object]) -> str:
    """The same for the same answers, whatever order they came in."""
    return hashlib.sha256(_TEXT(answers).encode()).hexdigest()


_TEXT = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def clock_is_off(submission: Submission) -> bool:
    """Whether the client's clock cannot have been right."""
    earliest = submission.collection.opens_at - SLOW_CLOCK
    return not earliest <= submission.finished_at <= submission.received_at + FAST_CLOCK


def _row(checked: Checked, lookups: _Lookups) -> dict[str, Any]:
    submission, collection = checked.submission, checked.submission.collection
    confidential = collection.mode == Mode.CONFIDENTIAL
    organisation_id, territory_id = lookups.place(checked)
    clock_off = submission.channel not in _DATED_BY_HAND and clock_is_off(submission)
    day = submission.received_at if clock_off else submission.finished_at
    return {
        "id": random_key(),
        "collection_id": collection.id,
        "mode": collection.mode,
        "version_id": submission.version_id,
        "correction": submission.correction,
        "instance_id": submission.instance_id,
        "state": ResponseState.ACCEPTED if submission.reviewed else ResponseState.SUBMITTED,
        "channel": submission.channel,
        "language": submission.language,
        "organisation_id": organisation_id,
        "territory_id": territory_id,
        "invitation_id": admitting.tied_to(submission),
        "revises_id": admitting.replaced_by(submission),
        "preview": submission.preview,
        "simulated": collection.simulated,
        "answers": dict(checked.answers),
        "content_hash": content_hash(checked.answers),
        "sent_values": dict(checked.differing) or None,
        "started_at": submission.started_at if confidential else None,
        "submitted_at": submission.finished_at if confidential else None,
        "submitted_on": day.astimezone(ZONE).date(),
        "received_on": submission.received_at.astimezone(ZONE).date(),
        "received_at": submission.received_at if confidential else None,
        "clock_off": clock_off,
    }


def _earlier(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """Ids of what is already kept under the rows' instance ids, by instance id and content."""
    same_instance = select(Response.instance_id, Response.content_hash, Response.id).where(
        Response.collection_id == rows[0]["collection_id"],
        Response.instance_id.in_({_instance(row) for row in rows}),
    )
    found: dict[tuple[str, str], str] = {}
    # Asked apart, each is answered by an index; together they read the whole collection.
    for which in (CONFLICT_ROWS, SETTLED_ROWS):
        for instance, content, key in db.session.execute(same_instance.where(which)):
            found[instance, content] = key
    return found


def _erased(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Ids of what was erased, by instance id."""
    query = select(Response.instance_id, Response.id).where(
        Response.collection_id == rows[0]["collection_id"],
        Response.instance_id.in_({_instance(row) for row in rows}),
        Response.state == ResponseState.ERASED,
        SETTLED_ROWS,
    )
    return dict(db.session.execute(query).all())


class _Lookups:
    """The ids in the register of what a batch names, asked for at once."""

    def __init__(self, batch: Sequence[Checked]) -> None:
        collection = batch[0].submission.collection
        answers = [checked.answers for checked in batch]
        self._voters = _on_roll(collection, _codes(answers, ORGANISATION_QUESTION))
        self._territories = _territories(collection, _codes(answers, TERRITORY_QUESTION))
        self._only = collections.only_territory(collection)

    def place(self, checked: Checked) -> tuple[str | None, str | None]:
        """Which organisation answers, if one of the roll, and about which territory."""
        answers = checked.answers
        voter = admitting.voter(checked.submission)
        voter = voter or self._voters.get(str(answers.get(ORGANISATION_QUESTION)))
        if voter is not None:
            return voter
        code = answers.get(TERRITORY_QUESTION)
        if isinstance(code, str) and code:
            return None, self._territories.get(code)
        return None, self._only


def territories_of(
    collection: Collection,
    answers: Sequence[Mapping[str, object]],
    invited: Sequence[Invitation | None],
) -> list[str | None]:
    """Which territory each is about, of answers as they were sent, read or not."""
    said = [{name: _first(value) for name, value in each.items()} for each in answers]
    named = [each.organisation_id if each is not None else None for each in invited]
    voters = _on_roll(collection, _codes(said, ORGANISATION_QUESTION))
    places = _territories(collection, _codes(said, TERRITORY_QUESTION))
    query = select(CollectionRoll.organisation_id, CollectionRoll.territory_id).where(
        CollectionRoll.collection_id == collection.id,
        CollectionRoll.organisation_id.in_({key for key in named if key}),
    )
    seats: dict[str, str] = dict(db.session.execute(query).all()) if any(named) else {}
    only = collections.only_territory(collection)
    found: list[str | None] = []
    for each, organisation in zip(said, named, strict=True):
        voter = voters.get(str(each.get(ORGANISATION_QUESTION)))
        seat = seats.get(organisation or "") or (voter[1] if voter else None)
        found.append(seat or places.get(str(each.get(TERRITORY_QUESTION))) or only)
    return found


def _first(value: object) -> object:
    """A form's value is a list of one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _codes(answers: Iterable[Mapping[str, object]], question: str) -> set[str]:
    return {code for each in answers if isinstance(code := each.get(question), str) and code}


def _territories(collection: Collection, codes: set[str]) -> dict[str, str]:
    """Ids by code; only what is not the collection's own is asked for."""
    own = {territory.code: territory.id for territory in collection.territories}
    if others := codes - own.keys():
        query = select(Territory.code, Territory.id).where(Territory.code.in_(others))
        own |= dict(db.session.execute(query).all())
    return own


def _on_roll(collection: Collection, codes: set[str]) -> dict[str, tuple[str, str]]:
    """Organisations of the collection's roll by code, each with its territory."""
    if collection.respondent != "organisation" or not codes:
        return {}
    query = (
        select(Organisation.code, CollectionRoll.organisation_id, CollectionRoll.territory_id)
        .join(CollectionRoll.organisation)
        .where(CollectionRoll.collection_id == collection.id, Organisation.code.in_(codes))
        .order_by(CollectionRoll.organisation_id)
        # Whoever takes an organisation off the roll waits until this vote is there to be seen.
        .with_for_update(read=True, key_share=True, of=CollectionRoll)
    )
    return {code: (key, territory) for code, key, territory in db.session.execute(query)}

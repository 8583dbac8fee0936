"""Responses that clients send on their own: each gets its verdict, and none takes others with it.

Whatever the verdict but REFUSED, the response is kept and the client may forget it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import Problem, ProblemCode
from app.extensions import DATABASE_ERRORS, db
from app.models import (
    Access,
    Channel,
    Collection,
    Mode,
    Reason,
)
from app.services import collections
from app.services.attachments import attachments
from app.services.invitations import links
from app.services.receiving import at_once, known, quarantine, receipts
from app.services.receiving.quarantine import Item
from app.services.receiving.rule import (
    ZONE,
    Checked,
    Received,
    Submission,
    Verdict,
    check,
    receive_checked,
    rows_of,
)
from encuestas import AnswerFault, Survey

_log = logging.getLogger(__name__)

MayUse = Callable[[Channel], Problem | None]
"""Why the sender may not send in a channel; None: they may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an item. ``survey``: what its faults are about."""

    instance_id: str
    verdict: Verdict
    receipt: str = ""
    reason: Reason | None = None
    problem: Problem | None = None
    faults: Sequence[AnswerFault] = ()
    survey: Survey | None = None


def take(
    items: Sequence[Item],
    *,
    now: datetime,
    grace: timedelta,
    may_use: MayUse,
    fresh: timedelta = timedelta(),
) -> list[Outcome]:
    """Receive the items, in order, in one transaction.

    ``grace``: how long after closing what was finished before it may still arrive. ``fresh``: for
    how long what is known of a collection is good enough, as in `known.named`.
    """
    found = known.named({item.collection for item in items}, fresh=fresh)
    outcomes: dict[int, Outcome] = {}
    groups: dict[str, list[tuple[int, Item]]] = {}
    for at, item in enumerate(items):
        problem = may_use(item.channel)
        if problem is None and item.collection not in found:
            problem = Problem(ProblemCode.UNKNOWN_COLLECTION, slug=item.collection)
        if problem is None:
            groups.setdefault(item.collection, []).append((at, item))
        else:
            outcomes[at] = Outcome(
                instance_id=item.instance_id, verdict=Verdict.REFUSED, problem=problem
            )
    for slug in sorted(groups):
        places, group = zip(*groups[slug], strict=True)
        desk = _Desk(found[slug], group, now=now, grace=grace)
        outcomes |= dict(zip(places, desk.take(), strict=True))
    if not at_once.is_possible():
        db.session.commit()
    return [outcomes[at] for at in range(len(items))]


class _Desk:
    """Where what arrives for one collection is looked at."""

    def __init__(
        self, collection: Collection, items: Sequence[Item], *, now: datetime, grace: timedelta
    ) -> None:
        self._collection = collection
        self._items = items
        self._now = now
        self._grace = grace
        self._versions = known.versions(collection, _newest_asked(items))
        self._invited = links.with_tokens(collection, [item.token for item in items])
        self._off_roll = links.off_roll(list(self._invited.values()))
        self._surveys = known.surveys(collection)

    def take(self) -> list[Outcome]:
        looked_at = [self._look(item) for item in self._items]
        codes = self._keep_at_once(looked_at)
        left = [
            (item, each)
            for item, each in zip(self._items, looked_at, strict=True)
            if item.instance_id not in codes
        ]
        careful = iter(self._take_carefully(*zip(*left, strict=True)) if left else ())
        return [
            Outcome(
                instance_id=item.instance_id,
                verdict=Verdict.STORED,
                receipt=codes[item.instance_id],
            )
            if item.instance_id in codes
            else next(careful)
            for item in self._items
        ]

    def _keep_at_once(self, looked_at: list[Checked | Received | Reason]) -> dict[str, str]:
        """Receipts, by instance id, of those that are new and kept. One whose code was taken is
        kept too, and only wants a receipt: that is put in its place in ``looked_at``."""
        if len({item.instance_id for item in self._items}) < len(self._items):
            return {}  # the first of them comes first
        rows = rows_of([each for each in looked_at if isinstance(each, Checked)])
        if not rows or not at_once.is_possible():
            return {}
        day = self._now.astimezone(ZONE).date()
        kept = [receipts.Kept(row["instance_id"], row["id"]) for row in rows]
        drawn = receipts.drawn(self._collection, kept, day=day)
        new = at_once.keep(rows, drawn)
        codes = {}
        for row, receipt in zip(rows, drawn, strict=True):
            if new.get(row["id"]):
                codes[row["instance_id"]] = receipt["code"]
            elif row["id"] in new:
                at = [item.instance_id for item in self._items].index(row["instance_id"])
                looked_at[at] = Received(Verdict.STORED, row["id"])
        return codes

    def _take_carefully(
        self, items: Sequence[Item], looked_at: Sequence[Checked | Received | Reason]
    ) -> list[Outcome]:
        self._hold(items, looked_at)
        kept = iter(receive_checked([each for each in looked_at if isinstance(each, Checked)]))
        received = [next(kept) if isinstance(each, Checked) else each for each in looked_at]
        return self._outcomes(items, received)

    def _look(self, item: Item) -> Checked | Received | Reason:
        reason = self._unanswerable(item) or self._unknown(item) or self._uninvited(item)
        if reason is not None:
            return reason
        try:
            return check(self._submission(item))
        except DATABASE_ERRORS:
            raise  # nothing is wrong with the item
        except Exception as error:  # noqa: BLE001 what is wrong with one must not stop the others
            # Its text could have a person's answers.
            _log.error("an item could not be read: %s", type(error).__name__)
            return Reason.UNEXPECTED

    def _unanswerable(self, item: Item) -> Reason | None:
        """Why the collection does not take it at this moment."""
        collection, now = self._collection, self._now
        if item.channel == Channel.WEB and not collection.public:
            return Reason.NOT_PUBLIC
        if now < collection.opens_at:
            return Reason.NOT_YET_OPEN
        closes = collection.closes_at
        if closes is None or now < closes:
            return None
        # Figures of an anonymous collection appear when it closes: one that grew by one response
        # would show what that person said.
        if collection.mode == Mode.ANONYMOUS or item.finished_at >= closes:
            return Reason.LATE
        by_staff = item.channel != Channel.WEB
        return None if by_staff or now < closes + self._grace else Reason.LATE

    def _unknown(self, item: Item) -> Reason | None:
        if item.version not in self._versions:
            return Reason.UNKNOWN_VERSION
        _id, newest = self._versions[item.version]
        return None if item.correction <= newest else Reason.UNKNOWN_CORRECTION

    def _uninvited(self, item: Item) -> Reason | None:
        """Why whoever sent it was not let in."""
        if not item.token:
            by_staff = item.channel not in {Channel.WEB, Channel.API}
            personal = self._collection.access == Access.PERSONAL
            return Reason.NOT_INVITED if personal and not by_staff else None
        invitation = self._invited.get(item.token)
        if invitation is None:
            return Reason.UNKNOWN_TOKEN
        ends = invitation.expires_at
        late = ends is not None and (item.finished_at >= ends or self._now >= ends + self._grace)
        ended = late or invitation.revoked_at is not None or invitation.id in self._off_roll
        return Reason.INVITATION_ENDED if ended else None

    def _submission(self, item: Item) -> Submission:
        version_id, _newest = self._versions[item.version]
        invitation = self._invited.get(item.token or "")
        survey = self._survey(version_id, item.correction, invited=invitation is not None)
        return Submission(
            collection=self._collection,
            survey=survey,
            version_id=version_id,
            correction=item.correction,
            instance_id=item.instance_id,
            answers=item.answers,
            source=item.source,
            channel=item.channel,
            language=item.language if item.language in survey.languages else survey.languages[0],
            finished_at=item.finished_at,
            started_at=item.started_at,
            received_at=self._now,
            invitation=invitation,
        )

    def _survey(self, version_id: str, correction: int, *, invited: bool) -> Survey:
        key = (version_id, correction, invited)
        if key not in self._surveys:
            self._surveys[key] = collections.fielded(
                self._collection, version_id, correction, invited=invited
            )
        return self._surveys[key]

    def _hold(
        self, items: Sequence[Item], looked_at: Sequence[Checked | Received | Reason]
    ) -> None:
        held = [
            (item, reason)
            for item, each in zip(items, looked_at, strict=True)
            if (reason := _reason(each)) is not None
        ]
        if held:
            survey = collections.fielded(self._collection)
            quarantine.hold(
                self._collection, held, survey=survey, invited=self._invited, now=self._now
            )
            given = [(item.instance_id, survey, item.answers) for item, _reason in held]
            day = self._now.astimezone(ZONE).date()
            attachments.expect(self._collection, given, today=day)

    def _outcomes(
        self, items: Sequence[Item], received: Sequence[Received | Reason]
    ) -> list[Outcome]:
        kept = [
            receipts.Kept(item.instance_id, each.response_id, each.verdict is Verdict.CONFLICT)
            if isinstance(each, Received)
            else receipts.Kept(item.instance_id)
            for item, each in zip(items, received, strict=True)
        ]
        day = self._now.astimezone(ZONE).date()
        codes = receipts.give(self._collection, kept, day=day)
        return [
            self._outcome(item, each, codes[item.instance_id])
            for item, each in zip(items, received, strict=True)
        ]

    def _outcome(self, item: Item, each: Received | Reason, receipt: str) -> Outcome:
        reason = _reason(each)
        faults = each.faults if isinstance(each, Received) else ()
        return Outcome(
            instance_id=item.instance_id,
            verdict=each.verdict if reason is None else Verdict.QUARANTINED,
            receipt=receipt,
            reason=reason,
            faults=faults,
            survey=self._submission(item).survey if faults else None,
        )


def _reason(each: Checked | Received | Reason) -> Reason | None:
    """Why it is quarantined, if it is."""
    if isinstance(each, Reason):
        return each
    invalid = isinstance(each, Received) and each.verdict is Verdict.INVALID
    return Reason.INVALID if invalid else None


def _newest_asked(items: Sequence[Item]) -> Mapping[str, int]:
    asked: dict[str, int] = {}
    for item in items:
        asked[item.version] = max(item.correction, asked.get(item.version, 0))
    return asked

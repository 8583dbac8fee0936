"""Responses that arrive at the same moment share one transaction.

A commit waits for the disk, however much it holds, and one at a time can write. So whoever comes
while another is being taken in is taken in next, with all who came meanwhile. Nobody is told
anything before the commit; where one cannot be taken in, each is tried alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.extensions import db
from app.models import Channel
from app.services.receiving import inbox
from app.services.receiving.inbox import MayUse, Outcome
from app.services.receiving.quarantine import Item

MOST = 50
_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class _Waiting:
    item: Item
    outcome: Outcome | None = None
    alone: bool = False


class _Desk:
    """Where the answers for one database queue, within one process."""

    def __init__(self) -> None:
        self.busy, self._arriving = Lock(), Lock()
        self._queue: list[_Waiting] = []

    def join(self, item: Item) -> _Waiting:
        waiting = _Waiting(item)
        with self._arriving:
            self._queue.append(waiting)
        return waiting

    def next(self) -> list[_Waiting]:
        with self._arriving:
            batch, self._queue = self._queue[:MOST], self._queue[MOST:]
        return batch


_desks: WeakKeyDictionary[Engine, _Desk] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Occasion:
    """What `inbox.take` wants to know beside the items and who sends them."""

    now: datetime
    grace: timedelta
    fresh: timedelta

    def take(self, items: Sequence[Item], may_use: MayUse) -> list[Outcome]:
        return inbox.take(items, now=self.now, grace=self.grace, fresh=self.fresh, may_use=may_use)


def take(
    items: Sequence[Item], *, now: datetime, grace: timedelta, fresh: timedelta, may_use: MayUse
) -> list[Outcome]:
    """As `inbox.take`; one item alone goes with the others that are there at this moment."""
    occasion = _Occasion(now=now, grace=grace, fresh=fresh)
    if len(items) != 1 or may_use(items[0].channel) is not None:
        return occasion.take(items, may_use)
    desk = _desks.setdefault(db.engine, _Desk())
    mine = desk.join(items[0])
    with desk.busy:
        while mine.outcome is None and not mine.alone:
            if batch := desk.next():
                _take_together(batch, occasion)
            else:  # whoever took it along was stopped in the middle
                mine.alone = True
    return [mine.outcome] if mine.outcome is not None else occasion.take(items, may_use)


def _take_together(batch: Sequence[_Waiting], occasion: _Occasion) -> None:
    try:
        outcomes = occasion.take([waiting.item for waiting in batch], _asked_already)
    except Exception as error:  # noqa: BLE001 each is tried again alone, and raises what is its own
        db.session.rollback()
        _log.warning("taking in %s at once: %s", len(batch), type(error).__name__)
        for waiting in batch:
            waiting.alone = True
        return
    for waiting, outcome in zip(batch, outcomes, strict=True):
        waiting.outcome = outcome


def _asked_already(_channel: Channel) -> None:
    """Each was asked for its channel when it came."""

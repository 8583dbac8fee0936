"""What the database has noted, and the manifest that it says is the current one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, exists, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.extensions import WRITES, db, reading
from app.models import ColumnarState, Response, ResponseChange
from app.services.columnar.table import KNOWN

AT_ONCE = 50_000
"""Changes taken up at a time."""
_ROWS = 5_000
_WAIT_MS = 500

Change = tuple[str, int]
"""A response's key and the token of the change."""


class BusyError(Exception):
    """Somebody else writes, and goes on writing."""


@dataclass(frozen=True, slots=True)
class State:
    """``generation``: the manifest's; None where there has been none."""

    generation: str | None
    changed: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """``seen``: all changes that were looked at; ``known``: keys that a part may hold; ``rows``:
    the responses as they are now, those that were erased left out; ``more``: others wait.
    """

    seen: Sequence[Change]
    known: frozenset[str]
    rows: Sequence[Sequence[Any]]
    more: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A connection. ``own``: it can commit; otherwise the session's transaction holds SQLite's
    lock of who writes, and what is done here stands when that transaction does.
    """

    connection: Connection
    own: bool

    @contextmanager
    def transaction(self, *, unchanging: bool = False) -> Iterator[Connection]:
        """``unchanging``: two statements see the same responses, as always on SQLite."""
        if not self.own:
            yield self.connection
            return
        still = unchanging and self.connection.dialect.name == "postgresql"
        if still:
            self.connection.execution_options(isolation_level="REPEATABLE READ")
        with reading():  # on SQLite the first statement that writes takes the lock
            begun = self.connection.begin()
        with begun:
            yield self.connection
        if still:
            self.connection.execution_options(isolation_level="READ COMMITTED")


@contextmanager
def linked() -> Iterator[Link]:
    """A connection of its own where it can be: what the session reads may be older by now."""
    if db.engine.dialect.name == "sqlite" and db.session().in_transaction():
        mine = db.session.connection()
        if mine.info.get(WRITES):
            yield Link(mine, own=False)
            return
    with db.engine.connect() as connection:
        yield Link(connection, own=True)


def state(link: Link, collection_id: str) -> State:
    noted = exists().where(ResponseChange.collection_id == collection_id)
    known = select(ColumnarState.generation).where(ColumnarState.collection_id == collection_id)
    with link.transaction() as connection:
        generation, changed = connection.execute(select(known.scalar_subquery(), noted)).one()
    return State(generation, bool(changed))


def noted(link: Link, collection_id: str) -> Noted:
    """The next changes with the responses that they are about, as of one moment."""
    change = ResponseChange.__table__.c
    query = (
        select(change.response_id, change.token, change.fresh, *_columns())
        .outerjoin(Response, Response.id == change.response_id)
        .where(change.collection_id == collection_id)
        .order_by(change.response_id)
        .limit(AT_ONCE)
    )
    with link.transaction() as connection:
        found = connection.execute(query).all()
    more = len(found) == AT_ONCE
    if more:  # the last response may have been changed more often than this
        others = [row for row in found if row[0] != found[-1][0]]
        found = others or found
    rows = {row[0]: row[3:] for row in found if row[3] is not None}
    return Noted(
        seen=[(row[0], row[1]) for row in found],
        known=frozenset(row[0] for row in found if not row[2]),
        rows=list(rows.values()),
        more=more,
    )


def everything(
    link: Link, collection_id: str
) -> Iterator[tuple[Sequence[Change], Sequence[Sequence[Any]]]]:
    """All responses, some at a time; first, with none of them, all changes noted so far."""
    change = ResponseChange.__table__.c
    changes = select(change.response_id, change.token).where(change.collection_id == collection_id)
    # In the order of the index, as exports read them: it tells nothing, and needs no sorting.
    query = (
        select(*_columns())
        .where(Response.collection_id == collection_id)
        .order_by(Response.state, Response.preview, Response.id)
        .execution_options(yield_per=_ROWS)
    )
    with link.transaction(unchanging=True) as connection:
        yield [(key, token) for key, token in connection.execute(changes)], ()
        for rows in connection.execute(query).partitions():
            yield (), rows


def accept(
    link: Link, collection_id: str, *, before: str | None, after: str, seen: Sequence[Change]
) -> bool:
    """The new manifest in the old one's place, which has taken up what was seen; False: somebody
    else was first. Raises BusyError.
    """
    names = {"collection": collection_id, "before": before, "after": after}
    try:
        with link.transaction() as connection, _hurried(link):
            won = connection.execute(text(_FIRST if before is None else _NEXT), names).rowcount == 1
            if won and seen:
                forget = text(_FORGET[connection.dialect.name])
                connection.execute(forget, names | {"seen": json.dumps(seen)})
    except IntegrityError:  # the collection is gone
        return False
    except OperationalError as fault:
        if "locked" not in str(fault):
            raise
        raise BusyError from fault
    return won


@contextmanager
def _hurried(link: Link) -> Iterator[None]:
    """Figures do not wait for whoever writes for long, such as an import."""
    if not link.own or link.connection.dialect.name != "sqlite":
        yield
        return
    [[usual]] = link.connection.exec_driver_sql("PRAGMA busy_timeout").all()
    link.connection.exec_driver_sql(f"PRAGMA busy_timeout = {_WAIT_MS}")
    try:
        yield
    finally:
        link.connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(usual)}")


_FIRST = (
    "INSERT INTO columnar_states (collection_id, generation) VALUES (:collection, :after)"
    " ON CONFLICT DO NOTHING"
)
_NEXT = (
    "UPDATE columnar_states SET generation = :after"
    " WHERE collection_id = :collection AND generation = :before"
)
_FORGET = {
    "sqlite": "DELETE FROM response_changes WHERE collection_id = :collection"
    " AND (response_id, token) IN (SELECT value ->> 0, value ->> 1 FROM json_each(:seen))",
    "postgresql": "DELETE FROM response_changes"
    " USING jsonb_array_elements(CAST(:seen AS jsonb)) AS e"
    " WHERE collection_id = :collection AND response_id = e ->> 0"
    " AND token = CAST(e ->> 1 AS bigint)",
}


def _columns() -> list[Any]:
    return [*(column for _kind, column in KNOWN.values()), Response.answers]

"""What the database has noted, and the manifest that it says is the current one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.extensions import WRITES, db, reading
from app.models import ColumnarState, Response, ResponseChange, ResponseState
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


def noted(link: Link, collection_id: str, *, upto: str | None = None) -> Noted:
    """The next changes with the responses that they are about, as of one moment; ``upto``: of
    responses whose key is not above that.
    """
    change = ResponseChange.__table__.c
    query = (
        select(change.response_id, change.token, change.fresh, *_columns())
        .outerjoin(Response, Response.id == change.response_id)
        .where(change.collection_id == collection_id, *_between(change.response_id, "", upto))
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


def count(link: Link, collection_id: str) -> int:
    """How many responses there are, whatever their state."""
    query = select(func.count()).where(Response.collection_id == collection_id)
    with link.transaction() as connection:
        return int(connection.execute(query).scalar_one())


def unread(link: Link, collection_id: str, after: str, most: int) -> int:
    """How many of them have a key after that; no more than ``most`` are counted."""
    some = select(Response.id).where(*_stretch(collection_id, after, None)).limit(most)
    with link.transaction() as connection:
        query = select(func.count()).select_from(some.subquery())
        return int(connection.execute(query).scalar_one())


def notes(link: Link, collection_id: str, most: int | None = None) -> tuple[int, int]:
    """How many changes are noted, and how many of them are of responses that parts may hold."""
    change = ResponseChange.__table__.c
    some = select(change.fresh).where(change.collection_id == collection_id).limit(most).subquery()
    query = select(func.count(), func.count(case((~some.c.fresh, 1)))).select_from(some)
    with link.transaction() as connection:
        every, known = connection.execute(query).one()
    return int(every), int(known)


def stretch(
    link: Link, collection_id: str, after: str, upto: str | None, most: int
) -> Iterator[tuple[Sequence[Change], Sequence[Sequence[Any]]]]:
    """The responses whose keys are after the one and not above the other, some at a time by key,
    ``most`` of them at most; last, with no response, what was noted of any with such a key.

    All as of one moment: what is noted later is of another.
    """
    query = (
        select(*_columns())
        .where(*_stretch(collection_id, after, upto))
        .order_by(Response.id)
        .limit(most)
        .execution_options(yield_per=_ROWS)
    )
    change, found, last = ResponseChange.__table__.c, 0, upto
    with link.transaction(unchanging=True) as connection:
        for rows in connection.execute(query).partitions():
            found += len(rows)
            if found == most:  # there may be more
                last = rows[-1][0]
            yield (), rows
        changes = select(change.response_id, change.token).where(
            change.collection_id == collection_id, *_between(change.response_id, after, last)
        )
        yield [(key, token) for key, token in connection.execute(changes)], ()


def _stretch(collection_id: str, after: str, upto: str | None) -> list[ColumnElement[bool]]:
    """Every state is named: so the index leads to a stretch of keys of the collection."""
    return [
        Response.collection_id == collection_id,
        Response.state.in_(list(ResponseState)),
        Response.preview.in_([False, True]),
        *_between(Response.id, after, upto),
    ]


def _between(key: ColumnElement[str], after: str, upto: str | None) -> list[ColumnElement[bool]]:
    return [key > after] if upto is None else [key > after, key <= upto]


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

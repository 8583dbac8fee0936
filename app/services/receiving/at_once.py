"""Responses that are all new, kept with their receipts in one transaction of one or two statements.

Most that arrives is new, plain, and clashes with nothing. It needs no session and, on PostgreSQL,
one trip. What the unique rules stand against is not kept here: it goes the careful way of
`rule.receive_checked` and `receipts.give`, as if it had never been here.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import Any

import pg8000
from sqlalchemy import Dialect, Engine
from sqlalchemy.exc import DBAPIError

from app.extensions import db, sqlite_driver
from app.models import Receipt, Response
from app.services.adding import insert_of

Row = Mapping[str, Any]


def is_possible() -> bool:
    """Whether nothing has been asked of the database yet that it must stand together with."""
    return not (db.session.registry.has() and db.session().in_transaction())


def keep(responses: Sequence[Row], receipts: Sequence[Row]) -> dict[str, bool]:
    """Add what is new and commit; gives the ids of the responses that are kept, each with whether
    its receipt is: its code may have been taken.

    The receipts are those of the responses, and each names its own: none is anonymous.
    """
    engine = db.engine
    if engine.dialect.name == "postgresql":
        return _in_one_trip(engine, responses, receipts)
    return _in_one_transaction(engine, responses, receipts)


def _in_one_transaction(
    engine: Engine, responses: Sequence[Row], receipts: Sequence[Row]
) -> dict[str, bool]:
    insert = insert_of(Response, responses, key=Response.id, dialect=engine.dialect)
    values = insert.values(responses)
    try:
        # Closing takes back what was not committed.
        with _turn(engine), closing(engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            connection.execute("BEGIN IMMEDIATE")
            new = {row[0] for row in connection.execute(insert.text, values).fetchall()}
            tied = [row for row in receipts if row["response_id"] in new]
            given = _given(connection, tied, engine.dialect)
            connection.execute("COMMIT")
    except sqlite_driver.Error as error:
        raise DBAPIError.instance(
            insert.text, None, error, sqlite_driver.Error, hide_parameters=True
        ) from error
    return {key: key in given for key in new}


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait until no other process adds responses, and be woken at once when it is done: SQLite
    looks again after ever longer sleeps. Its own lock is still what keeps writers apart.
    """
    name = engine.url.database
    if not name or name == ":memory:":
        yield
        return
    file = os.open(f"{name}-turn", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)  # which gives the lock back


def _given(connection: Any, receipts: Sequence[Row], dialect: Dialect) -> set[str]:
    """The responses whose receipts were new."""
    if not receipts:
        return set()
    insert = insert_of(Receipt, receipts, key=Receipt.response_id, dialect=dialect)
    found = connection.execute(insert.text, insert.values(receipts)).fetchall()
    return {row[0] for row in found}


def _in_one_trip(
    engine: Engine, responses: Sequence[Row], receipts: Sequence[Row]
) -> dict[str, bool]:
    response = insert_of(Response, responses, key=Response.id, dialect=engine.dialect)
    receipt = insert_of(Receipt, receipts, key=Receipt.response_id, dialect=engine.dialect)
    values = (*response.values(responses), *receipt.values(receipts))
    text = _both(response.text, receipt.table, tuple(receipt.columns))
    try:
        with closing(engine.raw_connection()) as pooled:
            return {key: given is not None for key, given in _run(pooled, text, values)}
    except (pg8000.Error, OSError):
        # Was it kept? The careful way finds out, and says what is wrong.
        return {}


def _run(pooled: Any, text: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
    try:
        found: Sequence[Sequence[Any]] = pooled.driver_connection.run_prepared(text, values)
    except (pg8000.Error, OSError):
        pooled.invalidate()
        raise
    return found


@lru_cache(maxsize=16)
def _both(response: str, receipt: str, columns: tuple[str, ...]) -> str:
    taken = ", ".join(columns)
    return (
        f"WITH new AS ({response}), given AS (INSERT INTO {receipt} ({taken})"  # noqa: S608 names of our own tables
        f" SELECT {taken} FROM json_populate_recordset(NULL::{receipt}, %s)"
        " WHERE response_id IN (SELECT id FROM new) ON CONFLICT DO NOTHING RETURNING response_id)"
        " SELECT new.id, given.response_id FROM new LEFT JOIN given ON given.response_id = new.id"
    )

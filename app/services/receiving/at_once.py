"""Responses that are all new, kept with their receipts in one transaction of one or two statements.

Most that arrives is new, plain, and clashes with nothing. It needs no session and, on PostgreSQL,
one trip. What the unique rules stand against is not kept here: it goes the careful way of
`rule.receive_checked` and `receipts.give`, as if it had never been here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
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


def keep(responses: Sequence[Row], receipts: Sequence[Row]) -> set[str]:
    """Add what is new and commit; gives the ``draft_id`` of receipts whose responses are kept.

    The receipts are those of the responses, and each names its own: none is anonymous.
    """
    engine = db.engine
    if engine.dialect.name == "postgresql":
        return _in_one_trip(engine, responses, receipts)
    return _in_one_transaction(engine, responses, receipts)


def _in_one_transaction(
    engine: Engine, responses: Sequence[Row], receipts: Sequence[Row]
) -> set[str]:
    insert = insert_of(Response, responses, key=Response.id, dialect=engine.dialect)
    values = insert.values(responses)
    try:
        with closing(engine.raw_connection()) as pooled:  # it takes back what was not committed
            connection: Any = pooled.driver_connection
            connection.execute("BEGIN IMMEDIATE")
            new = {row[0] for row in connection.execute(insert.text, values).fetchall()}
            given = [row for row in receipts if row["response_id"] in new]
            kept = _given(connection, given, engine.dialect)
            connection.execute("COMMIT")
    except sqlite_driver.Error as error:
        raise DBAPIError.instance(
            insert.text, None, error, sqlite_driver.Error, hide_parameters=True
        ) from error
    return kept


def _given(connection: Any, receipts: Sequence[Row], dialect: Dialect) -> set[str]:
    if not receipts:
        return set()
    insert = insert_of(Receipt, receipts, key=Receipt.draft_id, dialect=dialect)
    found = connection.execute(insert.text, insert.values(receipts)).fetchall()
    return {row[0] for row in found}


def _in_one_trip(engine: Engine, responses: Sequence[Row], receipts: Sequence[Row]) -> set[str]:
    response = insert_of(Response, responses, key=Response.id, dialect=engine.dialect)
    receipt = insert_of(Receipt, receipts, key=Receipt.draft_id, dialect=engine.dialect)
    values = (*response.values(responses), *receipt.values(receipts))
    text = _both(response.text, receipt.table, tuple(receipt.columns))
    try:
        with closing(engine.raw_connection()) as pooled:
            return {row[0] for row in _run(pooled, text, values)}
    except (pg8000.Error, OSError):
        # Was it kept? The careful way finds out, and says what is wrong.
        return set()


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
        f"WITH new AS ({response}) INSERT INTO {receipt} ({taken})"  # noqa: S608 names of our own tables
        f" SELECT {taken} FROM json_populate_recordset(NULL::{receipt}, %s)"
        " WHERE response_id IN (SELECT id FROM new) ON CONFLICT DO NOTHING RETURNING draft_id"
    )

"""Adding rows that may be there already: the unique rules decide, also between two at once.

Nothing is looked up beforehand and nothing fails, so the usual case costs one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def add_new(model: Any, rows: Sequence[Mapping[str, object]], *, key: Any) -> set[Any]:
    """Insert the rows that no unique rule stands against; gives their keys. The caller commits.

    Rows should come in the order of what makes them unique: two transactions that add the same
    ones then wait for each other instead of stopping each other.
    """
    if not rows:
        return set()
    connection = db.session.connection()
    statement = _statement(model.__table__, key, connection.dialect.name)
    # One row is no list: it needs none of the work that a list of any length does.
    values = list(rows) if len(rows) > 1 else rows[0]
    return set(connection.scalars(statement, values))


@cache
def _statement(table: Table, key: Column[Any], dialect: str) -> Any:
    return _INSERT[dialect](table).on_conflict_do_nothing().returning(key)

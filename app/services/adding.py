"""Adding rows that may be there already: the unique rules decide, also between two at once.

Nothing is looked up beforehand and nothing fails, so the usual case costs one statement, whatever
the number of rows. Its text is made once: an answer that arrives should cost little besides the
disk, and composing the same statement again was a third of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Column, Connection, Date, Dialect, Table

from app.extensions import db, run_sqlite
from app.models.columns import Moment
from app.postgres import run_prepared

Row = Mapping[str, Any]
Usual = Mapping[str, Callable[[], Any]]


def add_new(model: Any, rows: Sequence[Row], *, key: Any) -> set[Any]:
    """Insert the rows that no unique rule stands against; gives their keys. The caller commits.

    The rows have the same columns in the same order. They should come in the order of what makes
    them unique: two transactions that add the same ones then wait for each other instead of
    stopping each other.
    """
    if not rows:
        return set()
    connection = db.session.connection()
    insert = insert_of(model, rows, key=key, dialect=connection.dialect)
    found = insert.run(connection, insert.text, insert.values(rows))
    return {row[0] for row in found}


@dataclass(frozen=True, slots=True)
class Insert:
    """A statement as the driver wants it, and what it is given for so many rows."""

    table: str
    columns: Sequence[str]
    text: str
    values: Callable[[Sequence[Row]], tuple[Any, ...]]
    run: Callable[[Connection, str, tuple[Any, ...]], Iterable[Any]]


def insert_of(model: Any, rows: Sequence[Row], *, key: Any, dialect: Dialect) -> Insert:
    """What `add_new` runs, for who runs it on a connection of their own."""
    return _insert(model.__table__, key.key, tuple(rows[0]), len(rows), dialect)


@lru_cache(maxsize=512)
def _insert(table: Table, key: str, given: tuple[str, ...], count: int, dialect: Dialect) -> Insert:
    usual = {
        column.name: _default(column.default)
        for column in table.columns
        if column.default is not None and column.name not in given
    }
    columns = [table.columns[name] for name in (*given, *usual)]
    if dialect.name == "postgresql":
        return _from_json(table, key, columns, usual)
    return _from_values(table, key, columns, usual, count, dialect)


def _default(default: Any) -> Callable[[], Any]:
    """What makes the value that the model gives a column by itself."""
    return partial(default.arg, None) if default.is_callable else lambda: default.arg


def _from_values(
    table: Table,
    key: str,
    columns: Sequence[Column[Any]],
    usual: Usual,
    count: int,
    dialect: Dialect,
) -> Insert:
    row = f"({', '.join('?' * len(columns))})"
    text = _text(table, key, columns, f"VALUES {', '.join([row] * count)}")
    bound = [
        (at, lru_cache(maxsize=64)(process) if _is_time(column) else process)
        for at, column in enumerate(columns)
        if (process := column.type.dialect_impl(dialect).bind_processor(dialect))
    ]
    made = list(usual.values())

    def values(rows: Sequence[Row]) -> tuple[Any, ...]:
        found: list[Any] = []
        for row in rows:
            one = [*row.values(), *(make() for make in made)]
            for at, process in bound:
                one[at] = process(one[at])
            found += one
        return tuple(found)

    names = [column.name for column in columns]
    return Insert(table.name, names, text, values, run_sqlite)


def _from_json(table: Table, key: str, columns: Sequence[Column[Any]], usual: Usual) -> Insert:
    """PostgreSQL takes the rows apart itself: one parameter and one text, however many they are."""
    names = [column.name for column in columns]
    rows = f"SELECT {', '.join(names)} FROM json_populate_recordset(NULL::{table.name}, %s)"  # noqa: S608 names of our own tables
    text = _text(table, key, columns, rows)

    def values(rows: Sequence[Row]) -> tuple[Any, ...]:
        whole = [{**row, **{name: make() for name, make in usual.items()}} for row in rows]
        return (_TEXT(whole),)

    return Insert(table.name, names, text, values, run_prepared)


def _is_time(column: Column[Any]) -> bool:
    """Of which many rows have the same, the day or the moment of receiving: it is spelled once."""
    return isinstance(column.type, Date | Moment)


def _iso(value: date) -> str:
    return value.isoformat()


_TEXT = json.JSONEncoder(default=_iso).encode


def _text(table: Table, key: str, columns: Sequence[Column[Any]], rows: str) -> str:
    names = ", ".join(column.name for column in columns)
    return f"INSERT INTO {table.name} ({names}) {rows} ON CONFLICT DO NOTHING RETURNING {key}"

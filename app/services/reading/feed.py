"""Responses as rows with typed columns, a page at a time: what an OData feed tells.

Columns are those of the Parquet file, under names that every program takes for names. Rows come in
the order in which they changed, as in `answers`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Select, func, tuple_

from app.extensions import db
from app.models import Organisation, Response, SurveyVersion, Territory
from app.services.exports import export_plan, parquet_files
from app.services.exports.export_plan import Export, Options
from app.services.reading.answers import Place
from app.services.scope import Scope

PAGE = 1000
FILTERED: Mapping[str, ColumnElement[Any]] = {
    "_id": Response.id,
    "_version": SurveyVersion.name,
    "_channel": Response.channel,
    "_language": Response.language,
    "_territory": Territory.code,
    "_organisation": Organisation.code,
    "_submitted_on": Response.submitted_on,
    "_state": Response.state,
}
"""By what rows may be chosen: what the database knows of them without looking at answers."""
OPERATORS: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """``value`` None: there is none."""

    name: str
    operator: str
    value: str | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows: ``skip`` so many, at most ``top``, after a place, and told with their number."""

    where: Sequence[Condition] = ()
    top: int | None = None
    skip: int = 0
    after: Place | None = None
    columns: Sequence[str] | None = None
    count: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: Sequence[Mapping[str, Any]]
    next: Place | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A collection's rows, in words or in codes."""

    export: Export
    columns: Mapping[str, pa.DataType]
    _cells: Callable[[Any], list[Any]] = field(repr=False)

    def page(self, wanted: Wanted) -> Page:
        query = self._chosen(wanted).add_columns(Response.changed_on)
        count = self.count(wanted) if wanted.count else None
        query = query.order_by(None).order_by(Response.changed_on, Response.id)
        if wanted.after is not None:
            place = tuple_(Response.changed_on, Response.id)
            query = query.where(place > tuple_(wanted.after.day, wanted.after.key))
        size = PAGE if wanted.top is None else min(wanted.top, PAGE)
        found = db.session.execute(query.offset(wanted.skip).limit(size + 1)).all()
        shown = found[:size]
        more = len(found) > size and (wanted.top is None or wanted.top > size)
        end = Place(shown[-1].changed_on, shown[-1].id) if more and shown else None
        return Page([self._told(row, wanted.columns) for row in shown], end, count)

    def count(self, wanted: Wanted) -> int:
        query = self._chosen(wanted).with_only_columns(func.count()).order_by(None)
        return db.session.scalar(query) or 0

    def _chosen(self, wanted: Wanted) -> Select[Any]:
        query = self.export.query
        for each in wanted.where:
            column = FILTERED[each.name]
            query = query.where(OPERATORS[each.operator](column, each.value))
        return query if wanted.key is None else query.where(Response.id == wanted.key)

    def _told(self, row: Any, columns: Sequence[str] | None) -> Mapping[str, Any]:
        cells = zip(self.columns, self._cells(row), strict=True)
        told = {name: _plain(value) for name, value in cells}
        return told if columns is None else {name: told[name] for name in columns}


def open_feed(slug: str, *, labels: bool, lang: str, scope: Scope) -> Feed:
    """Raises Problem UNKNOWN_COLLECTION, RESULTS_AT_CLOSING or EXPORT_TOO_WIDE."""
    export = export_plan.prepare(slug, Options(labels=labels, lang=lang, scope=scope))
    schema, cells = parquet_files.typed(export, export.table())
    names = list(_identifiers(schema.names))
    return Feed(export, dict(zip(names, schema.types, strict=True)), cells)


def _identifiers(names: Sequence[str]) -> Iterator[str]:
    """``visits[]`` and ``why/price`` are no names to other programs; each stays apart from all."""
    used: set[str] = set()
    for name in names:
        plain = re.sub(r"\W", "_", name.replace("[]", "_count"), flags=re.ASCII)
        plain = plain if re.match(r"[A-Za-z_]", plain) else f"_{plain}"
        unique, number = plain[:120], 2
        while unique in used:
            unique, number = f"{plain[:120]}_{number}", number + 1
        used.add(unique)
        yield unique


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date | time) else value

"""Sums of the numbers in responses, summed as the database gives them: none is kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import ColumnElement, Float, String, and_, case, cast, func, not_, select

from analisis import Moments
from app.extensions import db
from app.models import Collection, Response
from app.services.analytics.counting import DomainKey, Only, Versions, comparable, counted, domain

_ROWS_AT_ONCE = 1000
_LONGEST = 30


def moments(
    collection: Collection,
    question: str,
    by: str | None,
    versions: Versions,
    *,
    only: Only = None,
) -> dict[DomainKey, Moments]:
    """The sums of a question's numbers per domain; codes and texts among them are left out."""
    value = comparable(question, number(question), versions).label("value")
    group = domain(by, versions).label("domain")
    read = counted(collection, group, value, only=only).cte("read")
    query = (
        select(read.c.domain, read.c.value, func.count())
        .where(read.c.value.is_not(None))
        .group_by(read.c.domain, read.c.value)
        .order_by(read.c.domain)
    )
    rows = db.session.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
    return {
        None if key is None else str(key): Moments.of(_pairs(group))
        for key, group in groupby(rows, key=lambda row: row[0])
    }


def _pairs(rows: Iterator[tuple[object, float, int]]) -> Iterator[tuple[float, int]]:
    return ((value, count) for _, value, count in rows)


def number(question: str) -> ColumnElement[float]:
    """The answer if it is a number: PostgreSQL fails on any other text."""
    return case((_is_number(question), Response.answers[question].as_float()))


def number_in_text(question: str) -> ColumnElement[float]:
    """The number that a text says, where it says one: a hidden question holds nothing but texts."""
    text = cast(Response.answers[question].as_string(), String)
    return case((_says_number(text), cast(text, Float)))


def _is_number(question: str) -> ColumnElement[bool]:
    if db.engine.dialect.name == "postgresql":
        return func.jsonb_typeof(Response.answers[question]) == "number"
    return func.json_type(Response.answers, f'$."{question}"').in_(("integer", "real"))


def _says_number(text: ColumnElement[str]) -> ColumnElement[bool]:
    """Digits, with a point among them at most: a sign is none that a weight or a size has."""
    short = func.length(text) <= _LONGEST
    if db.engine.dialect.name == "postgresql":
        return and_(short, text.regexp_match(r"^[0-9]+\.?[0-9]*$"))
    # SQLite's own patterns: its regular expressions are Python's, called for each row.
    glob = text.op("GLOB", is_comparison=True)
    return and_(short, glob("[0-9]*"), not_(glob("*[^0-9.]*")), not_(glob("*.*.*")))

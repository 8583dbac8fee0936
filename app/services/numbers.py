"""Sums of the numbers in responses, summed as the database gives them: none is kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import ColumnElement, case, func, select

from analisis import Moments
from app.extensions import db
from app.models import Collection, Response
from app.services.counting import DomainKey, Versions, comparable, counted, domain

_ROWS_AT_ONCE = 1000


def moments(
    collection: Collection, question: str, by: str | None, versions: Versions
) -> dict[DomainKey, Moments]:
    """The sums of a question's numbers per domain; codes and texts among them are left out."""
    value = comparable(question, _number(question), versions).label("value")
    read = counted(collection, domain(by, versions).label("domain"), value).cte("read")
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


def _number(question: str) -> ColumnElement[float]:
    """The answer if it is a number: PostgreSQL fails on any other text."""
    answer = Response.answers[question]
    if db.engine.dialect.name == "postgresql":
        is_number = func.jsonb_typeof(answer) == "number"
    else:
        path = f'$."{question}"'
        is_number = func.json_type(Response.answers, path).in_(("integer", "real"))
    return case((is_number, answer.as_float()))

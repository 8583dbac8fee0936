"""Proportions of categories."""

import math
from collections.abc import Collection, Iterable, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np

from analisis.design.declaration import plain, require_column
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Statistic
from analisis.estimators.parts import Asked, Part, mean_part
from analisis.sums import In, Kind, Source

Level = str | int | float | bool
MOST_LEVELS = 2000


def shares(
    asked: Asked, source: Source, column: str, level: Level | Collection[Level] | None
) -> list[Part]:
    """The share of each category, or of one or several taken together."""
    kind = require_column(source, column)
    if level is None:
        found = [plain(value) for value in source.levels(column)]
        _require_few(found, column)
        return [_share(asked, column, (value,), value) for value in found]
    several = levels_of(level, column)
    values = tuple(value for each in several for value in in_kind(each, kind))
    if isinstance(level, Iterable) and not isinstance(level, str):
        return [_share(asked, column, values, None)]
    return [_share(asked, column, values, values[0] if values else several[0])]


def _require_few(found: Sequence[object], column: str) -> None:
    if not found:
        raise AnalysisError(
            ErrorCode.EMPTY_DOMAIN,
            f"column {column!r} has no value in any row, and so no categories; name the level",
            column=column,
        )
    if len(found) > MOST_LEVELS:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"column {column!r} has {len(found)} different values, and more than {MOST_LEVELS} "
            "are no categories; name those to count with level, or ask for the mean",
            column=column,
        )


def levels_of(given: object, column: str) -> tuple[object, ...]:
    """One level or several as a tuple.

    Raises
    ------
    AnalysisError
        If there is none, or one is missing or no single value.
    """
    if isinstance(given, np.ndarray):
        given = given.tolist()
    several = isinstance(given, Iterable) and not isinstance(given, str)
    found = tuple(plain(each) for each in given) if several else (plain(given),)  # type: ignore[attr-defined]  # several says that it can be iterated
    wrong = [each for each in found if not _is_level(each)]
    if wrong or not found or isinstance(given, bytes):
        shown = repr(wrong[0]) if wrong else repr(given)
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"level {shown} of column {column!r} is no value that answers can have; give one or "
            "several as the column has them",
            column=column,
            value=wrong[0] if wrong else given,
        )
    return found


def _is_level(value: object) -> bool:
    if isinstance(value, float | Decimal):
        return math.isfinite(value)
    return isinstance(value, str | int | Fraction | date | time | timedelta) and value == value


def _share(asked: Asked, column: str, values: tuple[object, ...], category: object) -> Part:
    condition = In(column, values)
    named = (
        category if category is None or isinstance(category, str | int | float) else str(category)
    )
    return mean_part(asked.indicator(column, condition), Statistic.CATEGORY, column, named)


def in_kind(level: object, kind: Kind) -> tuple[object, ...]:
    """A level in the column's own type; nothing if that type cannot hold it."""
    if kind is Kind.TEXT:
        return (str(level),)
    if kind is Kind.BOOLEAN:
        truths = {"true": True, "false": False, "1": True, "0": False}
        found = truths.get(str(level).lower())
        return () if found is None else (found,)
    if kind is Kind.NUMBER:
        try:
            # A fraction has the same text as nothing else, so that it goes by its value.
            number = level if isinstance(level, int | float) else float(level)  # type: ignore[arg-type]  # what is no number raises
        except (TypeError, ValueError):
            return ()
        return (number,)
    return (level,)

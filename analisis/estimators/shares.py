"""Proportions of categories."""

from collections.abc import Collection

from analisis.design.declaration import plain, require_column
from analisis.estimate import Statistic
from analisis.estimators.parts import Asked, Part, mean_part
from analisis.sums import In, Kind, Source

Level = str | int | float | bool


def shares(
    asked: Asked, source: Source, column: str, level: Level | Collection[Level] | None
) -> list[Part]:
    """The share of each category, or of one or several taken together."""
    kind = require_column(source, column)
    if level is None:
        found = [plain(value) for value in source.levels(column)]
        return [_share(asked, column, (value,), value) for value in found]
    if isinstance(level, Collection) and not isinstance(level, str):
        several = tuple(value for each in level for value in in_kind(each, kind))
        return [_share(asked, column, several, None)]
    values = in_kind(level, kind)
    return [_share(asked, column, values, values[0] if values else level)]


def _share(asked: Asked, column: str, values: tuple[object, ...], category: object) -> Part:
    condition = In(column, values)
    named = category if isinstance(category, str | int | float) else None
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
            return (float(str(level)) if not isinstance(level, int | float) else level,)
        except ValueError:
            return ()
    return (level,)

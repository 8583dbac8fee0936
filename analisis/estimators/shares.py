"""Proportions of categories, and the net of two groups of them."""

from collections.abc import Collection, Mapping

import numpy as np

from analisis.design.declaration import plain, require_column
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Statistic
from analisis.estimators.parts import Asked, Part, mean_part
from analisis.sums import Floats, In, Kind, Source, Sum

Level = str | int | float | bool


def shares(
    asked: Asked, source: Source, column: str, level: Level | Collection[Level] | None
) -> list[Part]:
    """The share of each category, or of one or several taken together."""
    kind = require_column(source, column)
    if level is None:
        found = [plain(value) for value in source.levels(column)]
        return [_share(asked, column, (value,), value) for value in found]
    several = isinstance(level, Collection) and not isinstance(level, str)
    wanted = tuple(level) if several else (level,)
    values = tuple(same for each in wanted for same in in_kind(each, kind))
    category = None if several else values[0] if values else level
    return [_share(asked, column, values, category, together=several)]


def _share(
    asked: Asked, column: str, values: tuple[object, ...], category: object, *, together: bool = False
) -> Part:
    condition = In(column, values)
    statistic = Statistic.PROPORTION if together else Statistic.CATEGORY
    named = category if isinstance(category, str | int | float) else None
    return mean_part(asked.indicator(column, condition), statistic, column, named)


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


def nets(
    asked: Asked,
    source: Source,
    column: str,
    satisfied: Collection[Level],
    dissatisfied: Collection[Level],
) -> list[Part]:
    """The share of some categories less the share of others, and both shares."""
    kind = require_column(source, column)
    groups = [
        tuple(same for each in group for same in in_kind(each, kind))
        for group in (satisfied, dissatisfied)
    ]
    both = set(groups[0]) & set(groups[1])
    if both or not groups[0] or not groups[1]:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"satisfied is {list(satisfied)} and dissatisfied {list(dissatisfied)}; give each some "
            "categories, and none to both",
            column=column,
        )
    top = asked.indicator(column, In(column, groups[0]))
    bottom = asked.indicator(column, In(column, groups[1]))
    weight = asked.sums.place(Sum(conditions=asked.conditions(column)))

    def value(sums: Floats) -> Floats:
        return np.asarray((sums[..., top.value] - sums[..., bottom.value]) / sums[..., weight])

    def gradient(sums: Floats) -> Mapping[int, Floats]:
        size = sums[:, weight]
        return {top.value: 1 / size, bottom.value: -1 / size, weight: -value(sums) / size}

    def simple(sums: Floats) -> Floats:
        n = sums[..., top.valid]
        either = (sums[..., top.value] + sums[..., bottom.value]) / sums[..., weight]
        return np.asarray(np.maximum(either - value(sums) ** 2, 0.0) / (n - 1))

    net = Part(
        statistic=Statistic.NET,
        variable=column,
        value=value,
        gradient=gradient,
        valid=top.valid,
        base=top.base,
        weight=weight,
        simple=simple,
    )
    return [
        net,
        mean_part(top, Statistic.SATISFIED, column),
        mean_part(bottom, Statistic.DISSATISFIED, column),
    ]



"""The net of two groups of answers, from the same people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analisis.design.assessed import Assessed
from analisis.design.declaration import require_column
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Statistic
from analisis.estimates import Estimates
from analisis.estimators.figures import Flat, Reading, records
from analisis.estimators.limits import mover, proportion_limits, t_limits
from analisis.estimators.parts import Asked, Part, mean_part
from analisis.estimators.shares import Level, in_kind, levels_of
from analisis.sums import Floats, In, Source, Sum


def nets(
    asked: Asked,
    source: Source,
    column: str,
    satisfied: Collection[Level],
    dissatisfied: Collection[Level],
) -> list[Part]:
    """The net of two groups of categories, then the share of each."""
    kind = require_column(source, column)
    groups = [
        tuple(same for each in levels_of(group, column) for same in in_kind(each, kind))
        for group in (satisfied, dissatisfied)
    ]
    both = set(groups[0]) & set(groups[1])
    if both or not groups[0] or not groups[1]:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"satisfied is {satisfied!r} and dissatisfied {dissatisfied!r}; give each some "
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


def figures(assessed: Assessed, parts: Sequence[Part], reading: Reading, method: str) -> Estimates:
    """The nets of an assessment that holds both shares too."""
    if method not in ("auto", "mover", "t"):
        raise AnalysisError(
            ErrorCode.UNKNOWN_METHOD,
            f"no method {method!r} for a net; choose one of: auto, mover, t",
            value=method,
        )
    flat = Flat.of(assessed, parts, reading)
    net, top, bottom = (slice(place, None, len(parts)) for place in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "t":
            limits = t_limits(flat.value[net], flat.variance[net], flat.df[net], reading.confidence)
        else:
            sides = [
                (
                    flat.value[side],
                    proportion_limits(
                        "auto",
                        flat.value[side],
                        flat.variance[side],
                        flat.n[side],
                        flat.df[side],
                        reading.confidence,
                    )[:2],
                    flat.variance[side],
                )
                for side in (top, bottom)
            ]
            covariance = (flat.variance[top] + flat.variance[bottom] - flat.variance[net]) / 2
            low, high = mover(sides[0], sides[1], covariance)
            limits = np.maximum(low, -1.0), np.minimum(high, 1.0)
    domains = len(assessed.table.domains)
    chosen = np.arange(domains) * len(parts)
    alone = replace(
        assessed,
        values=assessed.values[:, :1],
        variances=assessed.variances[:, :1],
        members=assessed.members[:1],
        covariance=lambda: assessed.covariance()[np.ix_(chosen, chosen)],
    )
    name = "t" if method == "t" else "mover_wilson"
    return records(alone, parts[:1], reading, limits=limits, methods=[name] * domains)

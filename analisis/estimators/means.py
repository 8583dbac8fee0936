"""Means, totals, variances and ratios."""

from collections.abc import Mapping, Sequence

import numpy as np

from analisis.design.declaration import require_numbers
from analisis.estimate import Statistic
from analisis.estimators.parts import Asked, Part, mean_part, total_part
from analisis.sums import Floats, Source, Sum


def means(asked: Asked, source: Source, columns: Sequence[str]) -> list[Part]:
    """The mean of each column."""
    _require(asked, source, columns)
    return [mean_part(asked.column(name), Statistic.MEAN, name) for name in columns]


def totals(asked: Asked, source: Source, columns: Sequence[str]) -> list[Part]:
    """The total of each column."""
    _require(asked, source, columns)
    return [total_part(asked.column(name), name) for name in columns]


def _require(asked: Asked, source: Source, columns: Sequence[str]) -> None:
    for name in columns:
        require_numbers(source, name)
    asked.centre(columns)


def variances(asked: Asked, source: Source, columns: Sequence[str]) -> list[Part]:
    r"""The variance of each column and the covariance of each two, row by row.

    Notes
    -----
    :math:`\frac{n}{n-1}\bigl(\overline{yx} - \bar y\,\bar x\bigr)` of weighted means, over the rows
    where all the columns have a value.
    """
    _require(asked, source, columns)
    return [_variance(asked, columns, first, second) for first in columns for second in columns]


def _variance(asked: Asked, columns: Sequence[str], first: str, second: str) -> Part:
    conditions = asked.conditions(*columns)
    one, other = asked.centred(first), asked.centred(second)
    weight = asked.sums.place(Sum(conditions=conditions))
    x = asked.sums.place(Sum(columns=(one,), conditions=conditions))
    y = asked.sums.place(Sum(columns=(other,), conditions=conditions))
    pair = tuple(sorted((one, other), key=lambda each: each.column))
    xy = asked.sums.place(Sum(columns=pair, conditions=conditions))
    valid = asked.valid(*columns)

    def value(sums: Floats) -> Floats:
        n, size = sums[..., valid], sums[..., weight]
        found = sums[..., xy] / size - sums[..., x] / size * (sums[..., y] / size)
        return np.asarray(n / (n - 1) * found)

    def gradient(sums: Floats) -> Mapping[int, Floats]:
        n, size = sums[:, valid], sums[:, weight]
        scale = n / (n - 1) / size
        mean_x, mean_y = sums[:, x] / size, sums[:, y] / size
        by_weight = scale * (mean_x * mean_y - (sums[:, xy] / size - mean_x * mean_y))
        if x == y:
            return {xy: scale, x: -2 * scale * mean_x, weight: by_weight}
        return {xy: scale, x: -scale * mean_y, y: -scale * mean_x, weight: by_weight}

    return Part(
        statistic=Statistic.VARIANCE if first == second else Statistic.COVARIANCE,
        variable=first if first == second else f"{first}, {second}",
        value=value,
        gradient=gradient,
        valid=valid,
        base=asked.base(),
        weight=weight,
    )


def ratios(
    asked: Asked, source: Source, numerators: Sequence[str], denominators: Sequence[str]
) -> list[Part]:
    """The ratio of the totals of each numerator to each denominator.

    Over the rows where both have a value.
    """
    _require(asked, source, [*numerators, *denominators])
    return [_ratio(asked, top, bottom) for bottom in denominators for top in numerators]


def _ratio(asked: Asked, top: str, bottom: str) -> Part:
    conditions = asked.conditions(top, bottom)
    one, other = asked.centred(top), asked.centred(bottom)
    place = asked.sums.place
    weight = place(Sum(conditions=conditions))
    x = place(Sum(columns=(one,), conditions=conditions))
    y = place(Sum(columns=(other,), conditions=conditions))
    xx = place(Sum(columns=(one, one), conditions=conditions))
    yy = place(Sum(columns=(other, other), conditions=conditions))
    xy = place(Sum(columns=(one, other), conditions=conditions))
    valid = asked.valid(top, bottom)

    def value(sums: Floats) -> Floats:
        size = sums[..., weight]
        return np.asarray((sums[..., x] + one.shift * size) / (sums[..., y] + other.shift * size))

    def gradient(sums: Floats) -> Mapping[int, Floats]:
        ratio = value(sums)
        below = sums[:, y] + other.shift * sums[:, weight]
        slopes = {x: 1 / below, weight: (one.shift - ratio * other.shift) / below}
        slopes[y] = slopes.get(y, 0.0) - ratio / below
        return slopes

    def simple(sums: Floats) -> Floats:
        """Of the total of the residual x - R y, over the denominator."""
        n, size, ratio = sums[..., valid], sums[..., weight], value(sums)
        below = sums[..., y] + other.shift * size
        mean = (sums[..., x] - ratio * sums[..., y]) / size
        square = (sums[..., xx] - 2 * ratio * sums[..., xy] + ratio**2 * sums[..., yy]) / size
        spread = n / (n - 1) * np.maximum(square - mean**2, 0.0)
        return np.asarray(spread * (size / below) ** 2 / n)

    return Part(
        statistic=Statistic.RATIO,
        variable=f"{top}/{bottom}",
        value=value,
        gradient=gradient,
        valid=valid,
        base=asked.base(),
        weight=weight,
        simple=simple,
    )

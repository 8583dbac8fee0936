"""What every estimator is made of: a value and its derivatives as functions of sums."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analisis.design.assessed import Smooth, Sums
from analisis.estimate import Statistic
from analisis.sums import Centred, Condition, Floats, Positive, Present, Source, Sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One statistic of every domain.

    Attributes
    ----------
    statistic, variable, category
        As in the figure's record.
    value : function
        From totals, shape (..., sums), to values, shape (...).
    gradient : function
        From totals, shape (domains, sums), to the derivative by each sum that matters.
    valid, base, weight : int
        Places of the sums that count valid answers and eligible rows, and of the sum of the weights
        of valid answers.
    simple : function or None
        From totals to the variance that a simple random sample with replacement of the same size
        would have.
    """

    statistic: Statistic
    variable: str
    category: str | int | float | None = None
    value: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Mapping[int, Floats]]
    valid: int
    base: int
    weight: int
    simple: Callable[[Floats], Floats] | None = None


def assemble(parts: Sequence[Part], wanted: tuple[Sum, ...], *, width: int | None = None) -> Smooth:
    """Put parts side by side as one function of the totals.

    `width` is the number of sums, where they are made otherwise than by asking for `wanted`.
    """
    places = len(wanted) if width is None else width

    def value(totals: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.stack([part.value(totals) for part in parts], axis=-1)

    def jacobian(totals: Floats) -> Floats:
        found = np.zeros((len(totals), len(parts), places))
        with np.errstate(divide="ignore", invalid="ignore"):
            for column, part in enumerate(parts):
                for place, slope in part.gradient(totals).items():
                    found[:, column, place] += slope
        return found

    return Smooth(wanted, value, jacobian, tuple(part.valid for part in parts))


@dataclass(frozen=True, slots=True)
class Column:
    """Places of the sums of one column: of rows, weights, weighted values and squares."""

    base: int
    valid: int
    weight: int
    value: int
    square: int
    shift: float

    def mean(self, totals: Floats) -> Floats:
        """The weighted mean less the shift."""
        return np.asarray(totals[..., self.value] / totals[..., self.weight])

    def spread(self, totals: Floats) -> Floats:
        """The variance of the values among the population's units, with divisor n - 1."""
        n = totals[..., self.valid]
        mean = self.mean(totals)
        square = totals[..., self.square] / totals[..., self.weight]
        return np.asarray(n / (n - 1) * np.maximum(square - mean**2, 0.0))


class Asked:
    """The sums of one request, with what they have in common."""

    def __init__(self, source: Source, *, weight: str | None, together: Sequence[str] = ()) -> None:
        self.sums = Sums()
        self._source = source
        self._positive: tuple[Condition, ...] = (Positive(weight),) if weight else ()
        self._together = tuple(together)
        self._centres: dict[str, float] = {}

    def conditions(self, *columns: str) -> tuple[Condition, ...]:
        """Rows where these columns have a value, and all others that must."""
        names = dict.fromkeys((*columns, *self._together))
        return tuple(Present(name) for name in names)

    def base(self) -> int:
        """Rows with a positive weight."""
        return self.sums.place(Sum(power=0, conditions=self._positive))

    def valid(self, *columns: str) -> int:
        """Those where the columns have a value."""
        return self.sums.place(
            Sum(power=0, conditions=(*self.conditions(*columns), *self._positive))
        )

    def centre(self, names: Sequence[str]) -> None:
        """Look once for values near the means of columns."""
        self._centres |= self._source.centres(names)

    def centred(self, name: str) -> Centred:
        """A column less a value near its mean."""
        if name not in self._centres:
            self.centre([name])
        return Centred(name, float(f"{self._centres[name]:.6g}"))

    def column(self, name: str) -> Column:
        """Sums of a column of numbers."""
        conditions = self.conditions(name)
        centred = self.centred(name)
        return Column(
            base=self.base(),
            valid=self.valid(name),
            weight=self.sums.place(Sum(conditions=conditions)),
            value=self.sums.place(Sum(columns=(centred,), conditions=conditions)),
            square=self.sums.place(Sum(columns=(centred, centred), conditions=conditions)),
            shift=centred.shift,
        )

    def indicator(self, name: str, condition: Condition) -> Column:
        """Sums of whether a condition on a column holds."""
        conditions = self.conditions(name)
        value = self.sums.place(Sum(conditions=(*conditions, condition)))
        return Column(
            base=self.base(),
            valid=self.valid(name),
            weight=self.sums.place(Sum(conditions=conditions)),
            value=value,
            square=value,
            shift=0.0,
        )


def mean_part(
    column: Column,
    statistic: Statistic,
    variable: str,
    category: str | int | float | None = None,
) -> Part:
    """The weighted mean of a column: of 0 and 1 a proportion."""
    weight, value = column.weight, column.value

    def gradient(totals: Floats) -> Mapping[int, Floats]:
        size = totals[:, weight]
        return {value: 1 / size, weight: -column.mean(totals) / size}

    return Part(
        statistic=statistic,
        variable=variable,
        category=category,
        value=lambda totals: column.shift + column.mean(totals),
        gradient=gradient,
        valid=column.valid,
        base=column.base,
        weight=weight,
        simple=lambda totals: column.spread(totals) / totals[..., column.valid],
    )


def total_part(column: Column, variable: str) -> Part:
    """The weighted total of a column."""
    weight, value, shift = column.weight, column.value, column.shift

    def gradient(totals: Floats) -> Mapping[int, Floats]:
        ones = np.ones(len(totals))
        return {value: ones, weight: shift * ones}

    return Part(
        statistic=Statistic.TOTAL,
        variable=variable,
        value=lambda totals: totals[..., value] + shift * totals[..., weight],
        gradient=gradient,
        valid=column.valid,
        base=column.base,
        weight=weight,
        simple=lambda totals: (
            column.spread(totals) * totals[..., weight] ** 2 / totals[..., column.valid]
        ),
    )

"""What is known of the population, matched with the cells of the sample."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analisis.design.declaration import plain, require_column
from analisis.design.table import missing_in
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Codes, Floats, Key, Source, combine

By = str | Sequence[str]
Totals = Mapping[object, float]

REST = "(rest)"
"""Stands for the one level that a mapping of totals leaves out."""

_SAME = 1e-9
"""Sums of totals that differ by no more than this share are the same."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Combinations of the values of some columns.

    Attributes
    ----------
    codes : array of int
        The cell of each place (row of the frame, or of data).
    keys : mapping of str to Key
        Each column, by cell.
    count : int
        Number of cells.
    """

    codes: Codes
    keys: Mapping[str, Key]
    count: int

    @classmethod
    def of(cls, keys: Mapping[str, Key], size: int) -> "Cells":
        """The cells of these columns, given by place."""
        found = combine(keys.values(), size)
        return cls(found.codes, dict(zip(keys, found.keys, strict=True)), found.count)

    def named(self, columns: Iterable[str]) -> tuple[Codes, list[object]]:
        """The combination of some of the columns that each cell has, and those that there are.

        Of one column its value; of several a tuple.
        """
        found = combine((self.keys[name] for name in columns), self.count)
        parts = [
            tuple(plain(key.values[key.codes[each]]) for key in found.keys)
            for each in range(found.count)
        ]
        return found.codes, [part[0] if len(part) == 1 else part for part in parts]

    def added(self, weight: Floats) -> Floats:
        """Sums by cell of what is given by place."""
        return np.bincount(self.codes, weights=weight, minlength=self.count).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Levels:
    """A margin matched with the cells.

    Attributes
    ----------
    names : list
        The levels that occur: values, or tuples of them.
    codes : array of int, shape (cells,)
        The level of each cell.
    totals : array, shape (levels,)
        Units in the population.
    margin : Margin
        Where it comes from.
    """

    names: list[object]
    codes: Codes
    totals: Floats
    margin: "Margin"

    def require_sample(self, weight: Floats) -> Floats:
        """Sum the weights by level; refuse levels that no weights can bring to their total.

        Raises
        ------
        AnalysisError
            If a level has units in the population and no weight in the sample, or the reverse.
        """
        found = np.bincount(self.codes, weights=weight, minlength=len(self.names))
        for place in np.flatnonzero((found == 0) & (self.totals > 0)):
            raise _no_sample(self.margin, self.names[place], float(self.totals[place]))
        for place in np.flatnonzero((found > 0) & (self.totals == 0)):
            raise _no_total(self.margin, self.names[place])
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Margin:
    """Units of the population in each combination of the values of one or several columns."""

    by: tuple[str, ...]
    totals: Mapping[object, float]

    @classmethod
    def of(cls, by: By, totals: Totals) -> "Margin":
        """Check what is given.

        Raises
        ------
        AnalysisError
            If there are no totals, or one is negative or no number.
        """
        columns = (by,) if isinstance(by, str) else tuple(by)
        if not columns or not isinstance(totals, Mapping) or not totals:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"the totals of {', '.join(columns) or 'no column'} are {totals!r}; give a column "
                "and a mapping from each of its values to the units in the population",
            )
        for level, total in totals.items():
            if not (math.isfinite(total) and total >= 0):
                raise AnalysisError(
                    ErrorCode.INVALID_ARGUMENT,
                    f"the total of {_shown(columns, level)} is {total}; give units in the "
                    "population, 0 or more",
                    column=columns[0],
                    value=level,
                )
        return cls(columns, {_scalar(level): float(total) for level, total in totals.items()})

    @property
    def name(self) -> str:
        """The columns as text."""
        return " × ".join(self.by)

    @property
    def size(self) -> float:
        """The sum of the totals."""
        return math.fsum(self.totals.values())

    def levels(self, cells: Cells) -> Levels:
        """Match the totals with the levels that occur.

        Raises
        ------
        AnalysisError
            If a level of the sample has no total, or one with a total has no sample.
        """
        codes, names = cells.named(self.by)
        totals = self._totals(names)
        for name in names:
            if name not in totals:
                raise _no_total(self, name)
        occurring = set(names)
        for level, total in totals.items():
            if level not in occurring and total > 0:
                raise _no_sample(self, level, total)
        return Levels(names, codes, np.array([totals[name] for name in names]), self)

    def _totals(self, names: Sequence[object]) -> Mapping[object, float]:
        """The totals, the rest given to the level that is not named."""
        if REST not in self.totals:
            return self.totals
        texts = {str(name): name for name in names}
        named = {texts.get(str(level), level): total for level, total in self.totals.items()}
        others = [name for name in names if name not in named]
        rest = named.pop(REST)
        return {**named, (others[0] if others else REST): rest}


def _scalar(level: object) -> object:
    """A level as it is looked up: a tuple of one is its value."""
    if isinstance(level, tuple):
        return plain(level[0]) if len(level) == 1 else tuple(plain(each) for each in level)
    return plain(level)


def _shown(by: Sequence[str], level: object) -> str:
    values = level if isinstance(level, tuple) else (level,)
    if len(values) != len(by):
        return repr(level)
    return ", ".join(f"{name}={value!r}" for name, value in zip(by, values, strict=True))


def _no_sample(margin: Margin, level: object, total: float) -> AnalysisError:
    return AnalysisError(
        ErrorCode.EMPTY_CELL,
        f"the population has {total:g} units with {_shown(margin.by, level)} and the sample has "
        "none with a weight; join this cell to a similar one, in the column and in the totals",
        column=margin.by[0],
        value=level,
    )


def _no_total(margin: Margin, level: object) -> AnalysisError:
    return AnalysisError(
        ErrorCode.EMPTY_CELL,
        f"the sample has rows with {_shown(margin.by, level)} and the totals give no units for it; "
        "give its total (levels are compared in the column's own type), or join it to another cell",
        column=margin.by[0],
        value=level,
    )


def require_same_size(margins: Sequence[Margin]) -> None:
    """Refuse margins of populations of different size.

    Raises
    ------
    AnalysisError
        If the sums of their totals differ.
    """
    first = margins[0]
    for other in margins[1:]:
        if abs(other.size - first.size) > _SAME * max(first.size, other.size):
            raise AnalysisError(
                ErrorCode.TOTALS_MISMATCH,
                f"the totals of {first.name} add to {first.size:.12g} and those of {other.name} to "
                f"{other.size:.12g}; all describe one population: correct them, or scale one to "
                "the sum of the other",
                column=other.by[0],
            )


def require_complete(source: Source, columns: Sequence[str]) -> None:
    """Refuse columns that are not there or lack values.

    Raises
    ------
    AnalysisError
        If a column is not there, or has no value in some row.
    """
    for name in columns:
        require_column(source, name)
        if missing_in(source, name):
            raise AnalysisError(
                ErrorCode.MISSING_VALUES,
                f"column {name!r} has rows without a value, which have no place among the totals; "
                "fill them, or give them a level and a total of their own",
                column=name,
            )

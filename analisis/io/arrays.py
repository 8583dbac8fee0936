"""Rows in memory, as NumPy arrays."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analisis.columns import Rows, factorise, holds, numbers, used
from analisis.errors import AnalysisError, ErrorCode
from analisis.io.values import column_of, kind_of
from analisis.sums import Condition, GroupBy, Groups, Key, Kind, combine

ENOUGH = 10_000


class ArraySource:
    """Columns of equal length by name.

    Parameters
    ----------
    data : mapping of str to array
        Numbers, booleans or text; None and NaN mark what is missing.

    Raises
    ------
    AnalysisError
        If there is no column, or their lengths differ.
    """

    in_memory = True

    def __init__(self, data: Mapping[str, ArrayLike]) -> None:
        self._columns = {str(name): column_of(str(name), values) for name, values in data.items()}
        if not self._columns:
            raise AnalysisError(ErrorCode.UNREADABLE_DATA, "the data have no columns; give some")
        require_distinct([str(name) for name in data])
        lengths = {name: len(column) for name, column in self._columns.items()}
        if len(set(lengths.values())) > 1:
            raise AnalysisError(
                ErrorCode.UNEQUAL_LENGTHS,
                f"columns have different lengths: {lengths}; give each one value per row",
            )
        self._keys: dict[str, Key] = {}

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Every column with what it holds."""
        return {name: kind_of(column) for name, column in self._columns.items()}

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(next(iter(self._columns.values())))

    def column(self, name: str) -> NDArray[np.generic]:
        """One column in row order; NaN or None where it has no value."""
        return self._columns[name]

    def group(self, wanted: GroupBy) -> Groups:
        """Run one aggregation; every key must have a value in the rows that it takes."""
        taken = self._where(wanted.where)
        keys = [self._key(name) for name in wanted.keys]
        if taken is not None:
            keys = [Key(key.codes[taken], key.values) for key in keys]
        size = self.size if taken is None else int(taken.sum())
        codes, first = combine(keys, size)
        sums = np.empty((len(first), len(wanted.sums)))
        rows = Rows(self._columns, wanted.weight, taken=taken, length=size)
        for column, each in enumerate(wanted.sums):
            terms = rows.terms(each)
            sums[:, column] = np.bincount(codes, weights=terms, minlength=len(first))
        return Groups(
            {
                name: used(Key(key.codes[first], key.values))
                for name, key in zip(wanted.keys, keys, strict=True)
            },
            sums,
            size=len(first),
        )

    def centres(self, names: Sequence[str]) -> Mapping[str, float]:
        """A value near the mean of each column of numbers."""
        found = {}
        for name in names:
            column = numbers(self._columns[name][:ENOUGH])
            column = column[np.isfinite(column)]
            with np.errstate(over="ignore"):
                centre = float(column.mean()) if len(column) else 0.0
            found[name] = centre if np.isfinite(centre) else 0.0
        return found

    def levels(self, name: str) -> NDArray[np.generic]:
        """The distinct values of a column, in order."""
        return self._key(name).values

    def _where(self, conditions: Sequence[Condition]) -> NDArray[np.bool_] | None:
        if not conditions:
            return None
        taken = np.ones(self.size, dtype=bool)
        for condition in conditions:
            taken &= holds(condition, self._columns[condition.column])
        return taken

    def _key(self, name: str) -> Key:
        if name not in self._keys:
            self._keys[name] = factorise(self._columns[name])
        return self._keys[name]


def require_distinct(names: Sequence[str]) -> None:
    """Refuse two columns of one name.

    Raises
    ------
    AnalysisError
        If there are such.
    """
    twice = [name for name in dict.fromkeys(names) if list(names).count(name) > 1]
    if twice:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA,
            f"two columns are called {twice[0]!r}; give each a name of its own",
            column=twice[0],
        )

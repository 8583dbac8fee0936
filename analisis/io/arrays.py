"""Rows in memory, as NumPy arrays."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analisis.columns import Columns, Rows, numbers, used
from analisis.errors import AnalysisError, ErrorCode
from analisis.io.values import column_of, kind_of
from analisis.sums import Combined, Condition, GroupBy, Groups, Kind, blocks, nothing

ENOUGH = 10_000


class ColumnSource:
    """Columns in memory.

    Parameters
    ----------
    columns : Columns
        The columns.
    kinds : mapping of str to Kind
        Every column with what it holds.
    size : int
        Number of rows.
    in_memory : bool
        Whether rows are worked on one by one; else equal ones are counted together.
    """

    def __init__(
        self, columns: Columns, kinds: Mapping[str, Kind], size: int, *, in_memory: bool = True
    ) -> None:
        self._columns = columns
        self.kinds = kinds
        self.size = size
        self.in_memory = in_memory
        self._last: dict[tuple[str, ...], Combined] = {}

    def column(self, name: str) -> NDArray[np.generic]:
        """One column in row order; NaN or None where it has no value."""
        return self._columns.array(name)

    def group(self, wanted: GroupBy) -> Groups:
        """Run one aggregation."""
        self._columns.read(wanted.columns)
        taken = self._where(wanted.where)
        found = self._combined(wanted.keys)
        if taken is not None:
            found = found.of_rows(taken)
        numbers = None if taken is None else np.flatnonzero(taken)
        sums = np.zeros((len(wanted.sums), found.count))
        # Of many groups each block costs as much as its rows.
        for block in blocks(len(found.codes), least=found.count):
            codes = found.codes[block]
            some = block if numbers is None else numbers[block]
            rows = Rows(self._columns, wanted.weight, rows=some, length=len(codes))
            rows.add(wanted.sums, codes, sums)
        keys = {name: used(key) for name, key in zip(wanted.keys, found.keys, strict=True)}
        return Groups(keys, np.ascontiguousarray(sums.T), size=found.count)

    def _combined(self, names: tuple[str, ...]) -> Combined:
        """Combinations of keys; what they share with those of last time is not done again."""
        parts = [names[:end] for end in range(len(names) + 1)]
        last, self._last = self._last, {(): nothing(self.size)}
        for part in parts[1:]:
            before = self._last[part[:-1]]
            self._last[part] = last.get(part) or before.joined(self._columns.key(part[-1]))
        return self._last[names]

    def centres(self, names: Sequence[str]) -> Mapping[str, float]:
        """A value near the mean of each column of numbers."""
        found = {}
        for name in names:
            column = numbers(self.column(name)[:ENOUGH])
            column = column[np.isfinite(column)]
            with np.errstate(over="ignore"):
                centre = float(column.mean()) if len(column) else 0.0
            found[name] = centre if np.isfinite(centre) else 0.0
        return found

    def levels(self, name: str) -> NDArray[np.generic]:
        """The distinct values of a column, in order."""
        return self._columns.key(name).values

    def _where(self, conditions: Sequence[Condition]) -> NDArray[np.bool_] | None:
        """The rows where all conditions hold; None for all rows."""
        taken = None
        for condition in conditions:
            held = self._columns.holds(condition)
            if not held.all():
                taken = held if taken is None else taken & held
        return taken


class ArraySource(ColumnSource):
    """Columns of equal length by name.

    Parameters
    ----------
    data : mapping of arrays
        Numbers, booleans or text; None and NaN mark what is missing.

    Raises
    ------
    AnalysisError
        If there is no column, or their lengths differ.
    """

    def __init__(self, data: Mapping[str, ArrayLike]) -> None:
        columns = {str(name): column_of(str(name), values) for name, values in data.items()}
        if not columns:
            raise AnalysisError(ErrorCode.UNREADABLE_DATA, "the data have no columns; give some")
        require_distinct([str(name) for name in data])
        lengths = {name: len(column) for name, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise AnalysisError(
                ErrorCode.UNEQUAL_LENGTHS,
                f"columns have different lengths: {lengths}; give each one value per row",
            )
        kinds = {name: kind_of(column) for name, column in columns.items()}
        super().__init__(Columns(columns), kinds, next(iter(lengths.values())))


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

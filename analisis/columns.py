"""Columns in memory: what is missing, what holds, and the terms of sums."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analisis.sums import (
    Codes,
    Condition,
    Floats,
    In,
    Key,
    Missing,
    Negative,
    Positive,
    Present,
    Sum,
)


class Rows:
    """Rows of columns in memory, of which single terms of sums are worked out."""

    def __init__(
        self,
        columns: Mapping[str, NDArray[np.generic]],
        weight: str | None,
        *,
        taken: NDArray[np.bool_] | None = None,
        length: int,
    ) -> None:
        self._columns = columns
        self._weight = weight
        self._taken = taken
        self._length = length
        self._held: dict[Condition, NDArray[np.bool_]] = {}

    def _column(self, name: str) -> NDArray[np.generic]:
        column = self._columns[name]
        return column if self._taken is None else column[self._taken]

    def _holds(self, condition: Condition) -> NDArray[np.bool_]:
        if condition not in self._held:
            self._held[condition] = holds(condition, self._column(condition.column))
        return self._held[condition]

    def terms(self, wanted: Sum) -> Floats:
        """What each row adds to a sum, shape (rows,)."""
        terms = np.ones(self._length)
        # What is infinite shows in the sums, and is refused there.
        with np.errstate(over="ignore", invalid="ignore"):
            if self._weight is not None:
                for _time in range(wanted.power):
                    terms = terms * numbers(self._column(self._weight))
            for centred in wanted.columns:
                terms = terms * (numbers(self._column(centred.column)) - centred.shift)
        for condition in wanted.conditions:
            terms = np.where(self._holds(condition), terms, 0.0)
        return terms


def missing(column: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where a column has no value."""
    if column.dtype.kind == "f":
        return np.asarray(np.isnan(column))
    if column.dtype.kind == "O":
        return np.array([_is_missing(value) for value in column], dtype=bool)
    return np.zeros(len(column), dtype=bool)


def _is_missing(value: object) -> bool:
    # Of values that are lists or frames themselves the comparison is no truth.
    differs = value != value
    return value is None or (isinstance(differs, bool | np.bool_) and bool(differs))


def numbers(column: NDArray[np.generic]) -> Floats:
    """A column of numbers or booleans as floats, NaN where it has no value."""
    if column.dtype.kind != "O":
        return column.astype(np.float64)
    return np.array(
        [np.nan if _is_missing(value) else float(value) for value in column], dtype=np.float64
    )


def holds(condition: Condition, column: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where a condition holds in a column."""
    match condition:
        case Present():
            return ~missing(column)
        case Missing():
            return missing(column)
        case Positive():
            return numbers(column) > 0
        case Negative():
            return numbers(column) < 0
        case In(values=values):
            found = np.zeros(len(column), dtype=bool)
            for value in values:
                found |= np.asarray(column == value, dtype=bool)
            return found


def factorise(column: NDArray[np.generic]) -> Key:
    """Number the distinct values of a column in their order; what is missing has -1."""
    absent = missing(column)
    if not absent.any():
        return _numbered(_plain(column))
    present = _numbered(_plain(column[~absent]))
    codes = np.full(len(column), -1, dtype=np.int64)
    codes[~absent] = present.codes
    return Key(codes, present.values)


def _numbered(column: NDArray[np.generic]) -> Key:
    """By a table where whole numbers lie close together, which is quicker than sorting."""
    if column.dtype.kind in "iu" and len(column):
        least, most = int(column.min()), int(column.max())
        if most - least <= 4 * len(column) + 1024:
            # Of narrow types the difference need not fit: widen before.
            wide = column.astype(np.int64 if most < 2**63 else np.uint64)
            values = np.arange(least, most + 1, dtype=wide.dtype)
            return used(Key((wide - wide.dtype.type(least)).astype(np.int64), values))
    values, codes = np.unique(column, return_inverse=True)
    return Key(codes.astype(np.int64), values)


def _plain(column: NDArray[np.generic]) -> NDArray[np.generic]:
    """Text or truths as such, where objects would be compared one by one."""
    if column.dtype.kind != "O" or not len(column):
        return column
    for kind in (str, bool):
        if all(isinstance(value, kind) for value in column):
            return column.astype(kind)
    return column


def used(key: Key) -> Key:
    """The key with only the values that occur in it."""
    present = np.zeros(len(key.values) + 1, dtype=bool)
    present[key.codes] = True
    if present[:-1].all():
        return key
    renumbered: Codes = np.cumsum(present) - 1
    renumbered[-1] = -1
    return Key(renumbered[key.codes], key.values[present[:-1]])

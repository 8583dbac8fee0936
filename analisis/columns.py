"""Columns in memory: what is missing, what holds, and the terms of sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analisis.sums import (
    Centred,
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
    blocks,
    narrowest,
    occurring,
    wide,
)

Some = slice | NDArray[np.int64]
"""Rows: from here to there, or by their number."""
ALL = slice(None)


class Columns:
    """Columns in memory by name, each as what is asked of it: numbers, a key, where it holds.

    Parameters
    ----------
    arrays : mapping of str to array
        Numbers with NaN, and all else with None, where there is no value.
    """

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self._arrays = arrays
        self._keys: dict[str, Key] = {}

    def array(self, name: str) -> NDArray[np.generic]:
        """A column in row order."""
        return self._arrays[name]

    def key(self, name: str) -> Key:
        """The distinct values of a column, numbered in their order; what is missing has -1."""
        if name not in self._keys:
            self._keys[name] = self._key(name)
        return self._keys[name]

    def _key(self, name: str) -> Key:
        return numbered(self.array(name))

    def read(self, names: Iterable[str]) -> None:
        """Fetch columns that will be looked at, where they are not in memory yet."""

    def numbers(self, name: str, rows: Some = ALL) -> Floats:
        """A column of numbers or truths as floats, NaN where it has no value."""
        if self._is_plain(name):
            return numbers(self.array(name)[rows])
        key = self.key(name)
        return np.append(numbers(key.values), np.nan)[key.codes[rows]]

    def holds(self, condition: Condition, rows: Some = ALL) -> NDArray[np.bool_]:
        """Where a condition holds."""
        if self._is_plain(condition.column):
            return holds(condition, self.array(condition.column)[rows])
        # Asked of each value once, and of what is missing, which is at the end: its code is -1.
        key = self.key(condition.column)
        held = np.append(holds(condition, key.values), isinstance(condition, Missing))
        return held[key.codes[rows]]

    def _is_plain(self, name: str) -> bool:
        """Whether the column is an array of numbers; others are dear to look at row by row."""
        return self.array(name).dtype.kind in "biuf"


class Rows:
    """Rows of columns in memory, of which sums and their terms are worked out."""

    def __init__(
        self,
        columns: Columns,
        weight: str | None,
        *,
        rows: Some = ALL,
        length: int,
    ) -> None:
        self._columns = columns
        self._weight = weight
        self._rows = rows
        self._length = length
        self._held: dict[Condition, NDArray[np.bool_] | None] = {}
        self._centred: dict[Centred, Floats] = {}

    def _holds(self, condition: Condition) -> NDArray[np.bool_] | None:
        """Where a condition holds; None if everywhere, which then costs nothing more."""
        if condition not in self._held:
            held = self._columns.holds(condition, self._rows)
            self._held[condition] = None if held.all() else held
        return self._held[condition]

    def terms(self, wanted: Sum) -> Floats:
        """What each row adds to a sum, shape (rows,)."""
        terms = self._product(wanted)
        terms = np.ones(self._length) if terms is None else terms
        for condition in wanted.conditions:
            held = self._holds(condition)
            terms = terms if held is None else np.where(held, terms, 0.0)
        return terms

    def _product(self, wanted: Sum) -> Floats | None:
        """The weight and the columns multiplied; None where there are none."""
        factors = [self._weight] * wanted.power if self._weight is not None else []
        product = None
        # What is infinite shows in the sums, and is refused there.
        with np.errstate(over="ignore", invalid="ignore"):
            for centred in (*map(Centred, factors), *wanted.columns):
                column = self._less(centred)
                product = column if product is None else product * column
        return product

    def _less(self, centred: Centred) -> Floats:
        """A column less its constant."""
        if centred not in self._centred:
            column = self._columns.numbers(centred.column, self._rows)
            self._centred[centred] = column - centred.shift if centred.shift else column
        return self._centred[centred]

    def add(self, wanted: Sequence[Sum], codes: Codes, sums: Floats) -> None:
        """Add these rows to the sums of groups.

        Parameters
        ----------
        wanted : sequence of Sum
            The sums; those that come to the same are worked out once.
        codes : array of int, shape (rows,)
            The group of each row.
        sums : array, shape (sums, groups)
            What they are added to.
        """
        found: dict[Sum, Floats | None] = {}
        count, codes = sums.shape[1], wide(codes)
        for place, each in enumerate(wanted):
            asked = {one: held for one in each.conditions if (held := self._holds(one)) is not None}
            plain = replace(each, conditions=tuple(asked))
            if plain not in found:
                nowhere = not all(held.any() for held in asked.values())
                found[plain] = None if nowhere else self._added(plain, codes, count)
            if (added := found[plain]) is not None:
                sums[place] += added

    def _added(self, wanted: Sum, codes: Codes, count: int) -> Floats:
        counted = not wanted.columns and not (wanted.power and self._weight is not None)
        terms = None if counted and not wanted.conditions else self.terms(wanted)
        return np.bincount(codes, weights=terms, minlength=count).astype(np.float64, copy=False)


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
        return column.astype(np.float64, copy=False)
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
    key = numbered(column)
    return Key(key.codes.astype(np.int64, copy=False), key.values)


def numbered(column: NDArray[np.generic]) -> Key:
    """The same; the codes may be of a narrower type."""
    absent = missing(column)
    if not absent.any():
        return _all_numbered(_plain(column))
    present = _all_numbered(_plain(column[~absent]))
    codes = np.full(len(column), -1, dtype=np.int64)
    codes[~absent] = present.codes
    return Key(codes, present.values)


def _all_numbered(column: NDArray[np.generic]) -> Key:
    """By a table where whole numbers lie close together, which is quicker than sorting."""
    if column.dtype.kind in "iu" and len(column):
        least, most = int(column.min()), int(column.max())
        if most - least <= 4 * len(column) + 1024:
            values = np.arange(least, most + 1, dtype=np.int64 if most < 2**63 else np.uint64)
            kind = narrowest(0, most - least)
            alike = kind.itemsize == column.dtype.itemsize
            codes: Codes = column.view(kind) if alike else column.astype(kind)
            if least:  # both may have wrapped around; their difference is right again
                codes = codes - np.array(least, column.dtype).astype(codes.dtype)
            return used(Key(codes, values))
    values, places = np.unique(column, return_inverse=True)
    return Key(places.astype(np.int64), values)


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
    present = occurring(key.codes, len(key.values))
    if present.all():
        return key
    places = np.append(np.cumsum(present) - 1, -1)
    codes = np.empty_like(key.codes)
    for rows in blocks(len(codes)):
        codes[rows] = places[wide(key.codes[rows])]
    return Key(codes, key.values[present])

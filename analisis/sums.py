"""What crosses from rows to statistics: sums by group, asked for in words that every engine has.

A sum adds, over the rows of a group, a power of the weight times some columns, where some
conditions hold. Nothing else is asked of the data: any engine that has GROUP BY can do it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.integer[Any]]

_BLOCK = 32_768


@dataclass(frozen=True, slots=True)
class Present:
    """The column has a value."""

    column: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The column has no value."""

    column: str


@dataclass(frozen=True, slots=True)
class Positive:
    """The column is above zero."""

    column: str


@dataclass(frozen=True, slots=True)
class Negative:
    """The column is below zero."""

    column: str


@dataclass(frozen=True, slots=True)
class In:
    """The column has one of these values."""

    column: str
    values: tuple[object, ...]


Condition = Present | Missing | Positive | Negative | In


@dataclass(frozen=True, slots=True)
class Centred:
    """A column less a constant near its mean: sums of squares then lose no digits."""

    column: str
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum: of weight^power times the columns, over the rows where every condition holds."""

    power: int = 1
    columns: tuple[Centred, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupBy:
    """One aggregation: the sums for every combination of the keys that occurs.

    A key may lack a value, and has the code -1 there; `where` can leave such rows out.
    """

    keys: tuple[str, ...]
    sums: tuple[Sum, ...]
    weight: str | None = None
    where: tuple[Condition, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are looked at."""
        looked = [each.column for one in self.sums for each in (*one.columns, *one.conditions)]
        looked += [each.column for each in self.where]
        weight = () if self.weight is None else (self.weight,)
        return tuple(dict.fromkeys((*self.keys, *weight, *looked)))


@dataclass(frozen=True, slots=True)
class Key:
    """A key column of the groups: ``values[codes]``, the values distinct and in order."""

    codes: Codes
    values: NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Groups:
    """What an aggregation gives: a key per column, and sums of shape (groups, sums)."""

    keys: Mapping[str, Key]
    sums: Floats
    size: int = field(default=0)


class Kind(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    BOOLEAN = "boolean"
    TEXT = "text"
    OTHER = "other"
    MIXED = "values of several types, or of one that has no order"


@runtime_checkable
class Source(Protocol):
    """Rows, wherever they are."""

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Every column with what it holds."""

    @property
    def size(self) -> int:
        """Number of rows."""

    @property
    def in_memory(self) -> bool:
        """Whether handing out rows costs nothing; else equal rows are counted together."""

    def group(self, wanted: GroupBy) -> Groups:
        """Run one aggregation."""

    def centres(self, names: Sequence[str]) -> Mapping[str, float]:
        """A value near the mean of each column of numbers; a few thousand rows are enough."""

    def levels(self, name: str) -> NDArray[np.generic]:
        """The distinct values of a column, in order."""

    def column(self, name: str) -> NDArray[np.generic]:
        """One column in row order; NaN or None where it has no value."""


@dataclass(frozen=True, slots=True)
class Combined:
    """The combinations of several keys that occur, in the order of their values.

    Attributes
    ----------
    codes : array of int, shape (size,)
        The number of each row's combination.
    keys : tuple of Key
        Each key, by combination.
    count : int
        How many combinations there are.
    """

    codes: Codes
    keys: tuple[Key, ...]
    count: int

    def joined(self, key: Key) -> "Combined":
        """The combinations of these and one more key."""
        gaps = int(key.codes.min(initial=0) < 0)
        span = len(key.values) + gaps
        codes = key.codes
        if self.count > 1:
            told = _by_group(self.codes, codes, self.count)  # as units tell their stratum
            if told is not None:
                return Combined(self.codes, (*self.keys, Key(told, key.values)), self.count)
            if not gaps and (combined := self._told_by(key)):
                return combined
        if self.count > 1 or gaps:
            codes = np.empty(len(codes), narrowest(0, self.count * span))
            for rows in blocks(len(codes)):
                codes[rows] = wide(self.codes[rows]) * span + wide(key.codes[rows]) + gaps
        codes, found = renumbered(codes, self.count * span)
        before, own = np.divmod(found, max(span, 1))
        return Combined(
            codes, (*_of_some(self.keys, before), Key(own - gaps, key.values)), len(found)
        )

    def _told_by(self, key: Key) -> "Combined | None":
        """The combinations with a key each of whose values lies in a single one of these."""
        before = _by_group(key.codes, self.codes, len(key.values))
        if before is None or before.min(initial=0) < 0:
            return None
        order = np.argsort(before, kind="stable")
        codes = key.codes
        if not np.array_equal(order, np.arange(len(order))):
            places = np.empty_like(order)
            places[order] = np.arange(len(order))
            codes = places[codes]
        return Combined(
            codes, (*_of_some(self.keys, before[order]), Key(order, key.values)), len(order)
        )

    def of_rows(self, taken: NDArray[np.bool_]) -> "Combined":
        """The combinations that occur in some of the rows."""
        codes, found = renumbered(self.codes[taken], self.count)
        return Combined(codes, _of_some(self.keys, found), len(found))


def combine(keys: Iterable[Key], size: int) -> Combined:
    """Number the combinations of several keys that occur.

    Parameters
    ----------
    keys : iterable of Key
        Keys of the same length; none gives a single combination.
    size : int
        That length.
    """
    found = reduce(Combined.joined, keys, nothing(size))
    return Combined(found.codes.astype(np.int64, copy=False), found.keys, found.count)


def nothing(size: int) -> Combined:
    """The single combination of no keys."""
    return Combined(np.zeros(size, dtype=np.int8), (), min(size, 1))


def _by_group(groups: Codes, codes: Codes, count: int) -> Codes | None:
    """The code of each group, if all its rows have the same; -1 where it has no rows."""
    if len(codes) > _BLOCK and _by_group(groups[:_BLOCK], codes[:_BLOCK], count) is None:
        return None  # most that differ do so at the start already
    found = np.full(count, -1, dtype=np.int64)
    for rows in blocks(len(codes)):
        found[wide(groups[rows])] = codes[rows]
    for rows in blocks(len(codes)):
        if not np.array_equal(found[wide(groups[rows])], codes[rows]):
            return None
    return found


def _of_some(keys: Iterable[Key], places: Codes) -> tuple[Key, ...]:
    return tuple(Key(key.codes[places], key.values) for key in keys)


def renumbered(codes: Codes, span: int) -> tuple[Codes, Codes]:
    """Close the gaps between codes below `span`, in their order; give them and those that occur.

    By a table, where that is cheaper than sorting.
    """
    if span > 4 * len(codes) + 1024:
        found, codes = np.unique(codes, return_inverse=True)
        return codes, wide(found)
    present = occurring(codes, span)
    found = np.flatnonzero(present)
    if len(found) == span:
        return codes, found
    places = np.cumsum(present) - 1
    closed = np.empty(len(codes), narrowest(0, len(found)))
    for rows in blocks(len(codes)):
        closed[rows] = places[wide(codes[rows])]
    return closed, found


def occurring(codes: Codes, span: int) -> NDArray[np.bool_]:
    """Which of the numbers below `span` occur among codes; -1 stands for none."""
    present = np.zeros(span + 1, dtype=bool)
    for rows in blocks(len(codes)):
        present[wide(codes[rows])] = True
        if present[:-1].all():
            break
    return present[:-1]


def narrowest(least: int, most: int) -> np.dtype[Any]:
    """The smallest type of whole numbers that has both; new memory is dear."""
    return np.min_scalar_type(most if least >= 0 else min(least, -most - 1))


def wide(codes: Codes) -> NDArray[np.intp]:
    """Codes as NumPy looks them up: of other types it does so at half the speed."""
    return codes.astype(np.intp, copy=False)


def blocks(size: int, *, least: int = 0) -> Iterator[slice]:
    """Rows in parts that the processor holds in its cache, which halves the time of many steps."""
    step = max(_BLOCK, least)
    return (slice(start, start + step) for start in range(0, size, step))


def merge(parts: Sequence[Groups]) -> Groups:
    """Add the groups of parts of the data up to those of all of it.

    Parameters
    ----------
    parts : sequence of Groups
        Of the same aggregation, of rows that no two parts share; at least one.

    Returns
    -------
    Groups
        As the aggregation would give them of all the rows at once.
    """
    names = list(parts[0].keys)
    joined = {name: _joined([part.keys[name] for part in parts]) for name in names}
    sums = np.concatenate([part.sums for part in parts])
    found = combine(joined.values(), len(sums))
    added = np.zeros((found.count, sums.shape[1]))
    np.add.at(added, found.codes, sums)
    return Groups(dict(zip(names, found.keys, strict=True)), added, size=found.count)


def _joined(keys: Sequence[Key]) -> Key:
    """One key after the other, the values of all of them numbered anew."""
    present = [key.values for key in keys if len(key.values)]
    if not present:
        return Key(np.concatenate([key.codes for key in keys]), keys[0].values)
    values = np.unique(np.concatenate(present))
    codes = []
    for key in keys:
        places = np.append(np.searchsorted(values, key.values), -1)
        codes.append(places[key.codes])
    return Key(np.concatenate(codes).astype(np.int64), values)

"""What is counted of responses, as values: each says which columns it needs and what it gives.

All of them are of one part at a time, and add up: the answer of a part that never changes is worked
out once (`app.services.analytics.counts`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analisis import Moments
from app.models import ResponseState
from app.models.response import COUNTED
from app.services.analytics import views
from app.services.scope import Scope

Mask = NDArray[np.bool_]
Key = tuple[str | None, ...]

# Digits, with a point among them at most: a sign is none that a weight or a size has.
_NUMBER = re.compile(r"[0-9]+\.?[0-9]*")
_LONGEST = 30
_WIDEST = 2**62


class View(Protocol):
    """Something that is known of each response, as text; null where there is nothing."""

    @property
    def needs(self) -> Sequence[str]: ...

    def array(self, table: pa.Table) -> pa.Array: ...


@dataclass(frozen=True, slots=True)
class Text:
    """The answer to a question, or what stands at one place of an answer that is a list.

    ``versions``: those in which the question means the same; None: all. ``apart``: answers that
    are taken for none.
    """

    question: str
    versions: frozenset[str] | None = None
    place: int | None = None
    apart: frozenset[str] = frozenset()

    @property
    def needs(self) -> Sequence[str]:
        return ["version", *views.columns_of(self.question)]

    def array(self, table: pa.Table) -> pa.Array:
        if self.place is None:
            found = views.texts(table, self.question)
        else:
            found = _at(views.lists(table, self.question), self.place)
        if self.apart:
            found = _without(found, pc.is_in(found, pa.array(sorted(self.apart))))
        return views.only_of(table, found, self.versions)


@dataclass(frozen=True, slots=True)
class Raw:
    """The answer as JSON, from which it can be had as it was given."""

    question: str

    @property
    def needs(self) -> Sequence[str]:
        return views.columns_of(self.question)

    def array(self, table: pa.Table) -> pa.Array:
        return views.raw(table, self.question)


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a response beside its answers; ``among``: if it is one of these."""

    column: str
    among: frozenset[str] | None = None

    @property
    def needs(self) -> Sequence[str]:
        return [self.column]

    def array(self, table: pa.Table) -> pa.Array:
        found = table[self.column].combine_chunks().cast(pa.string())
        if self.among is None:
            return found
        there = pc.is_in(found, pa.array(sorted(self.among), pa.string()))
        return _without(found, pc.invert(there))


@dataclass(frozen=True, slots=True)
class Number:
    """The answer if it is a number; ``in_text``: the one that a text says, where it says one."""

    question: str
    versions: frozenset[str] | None = None
    in_text: bool = False

    @property
    def needs(self) -> Sequence[str]:
        return ["version", *views.columns_of(self.question)]

    def array(self, table: pa.Table) -> pa.Array:
        if self.in_text:
            found = views.mapped(views.texts(table, self.question), _said, pa.float64())
        else:
            found = views.numbers(table, self.question)
        return views.only_of(table, found, self.versions)

    def values(self, table: pa.Table) -> NDArray[np.float64]:
        """NaN where there is none."""
        return np.asarray(self.array(table).to_numpy(zero_copy_only=False), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Rows:
    """Which responses are looked at, of those that count: those for which all of this holds.

    ``texts`` are there; ``sizes`` are above nothing, and ``weights`` not below it; there is no
    answer to ``unanswered``; they are of ``version``. ``previews``: those too; ``every``: also
    those in states in which they do not count.
    """

    territories: frozenset[str] | None = None
    texts: tuple[View, ...] = ()
    sizes: tuple[Number, ...] = ()
    weights: tuple[Number, ...] = ()
    unanswered: str | None = None
    version: str | None = None
    previews: bool = False
    every: bool = False

    @property
    def needs(self) -> Sequence[str]:
        own = views.columns_of(self.unanswered) if self.unanswered else []
        parts = (*self.texts, *self.sizes, *self.weights)
        return [*views.COUNTING, "version", *own, *(name for part in parts for name in part.needs)]

    def of(self, table: pa.Table) -> pa.Table:
        """Those of a part."""
        states = ResponseState if self.every else COUNTED
        scope = Scope(self.territories)
        found = views.counted(table, scope, previews=self.previews, states=states)
        if self.version is not None:
            found = found.filter(pc.equal(found["version"], self.version))
        if self.unanswered is not None:
            found = found.filter(pc.is_null(views.texts(found, self.unanswered)))
        for view in self.texts:
            found = found.filter(pc.is_valid(view.array(found)))
        for number in self.sizes:
            found = found.filter(pa.array(number.values(found) > 0))
        for number in self.weights:
            found = found.filter(pa.array(number.values(found) >= 0))
        return found


class Frame:
    """Some responses of a part; each view of them is made once."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._coded: dict[View, tuple[NDArray[np.int64], list[str]]] = {}

    def coded(self, view: View) -> tuple[NDArray[np.int64], list[str]]:
        """The place of each response's value among all values; after the last one: none."""
        found = self._coded.get(view)
        if found is None:
            array = view.array(self.table).dictionary_encode()
            values = array.dictionary.to_pylist()
            codes = array.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
            found = self._coded[view] = codes.astype(np.int64), values
        return found

    def combined(self, views: Sequence[View]) -> tuple[NDArray[np.int64], list[Key]]:
        """The place of each response's combination among those that there are, and those."""
        coded = [self.coded(view) for view in views]
        code, size = np.zeros(self.table.num_rows, dtype=np.int64), 1
        for codes, values in coded:
            if size * (len(values) + 1) > _WIDEST:
                return _spelled(coded)
            size *= len(values) + 1
            code = code * (len(values) + 1) + codes
        found, places = _distinct(code, size)
        keys: list[list[str | None]] = []
        for _codes, values in reversed(coded):
            found, rest = np.divmod(found, len(values) + 1)
            words = [*values, None]
            keys.append([words[place] for place in rest.tolist()])
        none: list[Key] = [()] * len(found)
        return places, [*zip(*reversed(keys), strict=True)] if keys else none


class Asked(Protocol):
    """Something that is asked of every part: the answers add up."""

    @property
    def rows(self) -> Rows: ...

    @property
    def needs(self) -> Sequence[str]: ...

    def of(self, frame: Frame) -> Any: ...

    def together(self, answers: Sequence[Any]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Combinations:
    """How many responses have each combination of what these views see."""

    rows: Rows
    views: tuple[View, ...]

    @property
    def needs(self) -> Sequence[str]:
        return [name for view in self.views for name in view.needs]

    def of(self, frame: Frame) -> Mapping[Key, int]:
        places, keys = frame.combined(self.views)
        counts = np.bincount(places, minlength=len(keys))
        return dict(zip(keys, counts.tolist(), strict=True))

    def together(self, answers: Sequence[Mapping[Key, int]]) -> Mapping[Key, int]:
        found: Counter[Key] = Counter()
        for each in answers:
            found.update(each)
        return found


@dataclass(frozen=True, slots=True)
class Sums:
    """The exact sums of a number, for each value of what ``by`` sees."""

    rows: Rows
    number: Number
    by: View | None

    @property
    def needs(self) -> Sequence[str]:
        return [*self.number.needs, *(self.by.needs if self.by else ())]

    def of(self, frame: Frame) -> Mapping[str | None, Moments]:
        values = self.number.values(frame.table)
        if self.by is None:
            return {None: _moments(values)}
        codes, words = frame.coded(self.by)
        there = enumerate([*words, None])
        return {word: _moments(values[codes == place]) for place, word in there}

    def together(
        self, answers: Sequence[Mapping[str | None, Moments]]
    ) -> Mapping[str | None, Moments]:
        found: dict[str | None, Moments] = {}
        for each in answers:
            for key, sums in each.items():
                found[key] = found[key] + sums if key in found else sums
        return {key: sums for key, sums in found.items() if sums.n}


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many responses lack any of these, and how many each: of a size, if it is not above 0."""

    rows: Rows
    texts: tuple[View, ...]
    sizes: tuple[Number, ...]

    @property
    def needs(self) -> Sequence[str]:
        return [name for part in (*self.texts, *self.sizes) for name in part.needs]

    def of(self, frame: Frame) -> Sequence[int]:
        lacks = [_bools(pc.is_null(view.array(frame.table))) for view in self.texts]
        lacks += [~(number.values(frame.table) > 0) for number in self.sizes]
        anything = np.logical_or.reduce(lacks)
        return [int(np.count_nonzero(each)) for each in (anything, *lacks)]

    def together(self, answers: Sequence[Sequence[int]]) -> Sequence[int]:
        nothing = [0] * (1 + len(self.texts) + len(self.sizes))
        return [sum(each) for each in zip(nothing, *answers, strict=True)]


def answer_in(raw: str | None) -> Any:
    """What `Raw` saw, as it was given."""
    return None if raw is None else json.loads(raw)


def _distinct(code: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The codes that there are, and where each of these is among them."""
    if size > 4 * len(code) + 1024:
        return np.unique(code, return_inverse=True)
    there = np.zeros(size, dtype=bool)
    there[code] = True
    found = np.flatnonzero(there)
    places = np.zeros(size, dtype=np.int64)
    places[found] = np.arange(len(found))
    return found, places[code]


def _spelled(
    coded: Sequence[tuple[NDArray[np.int64], list[str]]],
) -> tuple[NDArray[np.int64], list[Key]]:
    """The same where there are more combinations than a number tells apart."""
    words = [[*values, None] for _codes, values in coded]
    rows = zip(*(codes.tolist() for codes, _values in coded), strict=True)
    known: dict[Key, int] = {}
    places = [
        known.setdefault(tuple(w[place] for w, place in zip(words, row, strict=True)), len(known))
        for row in rows
    ]
    return np.array(places, dtype=np.int64), list(known)


def _moments(values: NDArray[np.float64]) -> Moments:
    found, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return Moments.of(zip(found.tolist(), counts.tolist(), strict=True))


def _said(text: str) -> float | None:
    return float(text) if len(text) <= _LONGEST and _NUMBER.fullmatch(text) else None


def _at(lists: pa.Array, place: int) -> pa.Array:
    """What stands at a place of each list that is long enough."""
    there = pc.greater(pc.fill_null(pc.list_value_length(lists), 0), place)
    rows = pc.indices_nonzero(there)
    found = pc.list_element(lists.take(rows), place)
    return pc.replace_with_mask(pa.nulls(len(lists), pa.string()), there, found)


def _without(array: pa.Array, mask: pa.Array) -> pa.Array:
    return pc.if_else(pc.fill_null(mask, False), pa.scalar(None, array.type), array)


def _bools(array: pa.Array) -> Mask:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=bool)

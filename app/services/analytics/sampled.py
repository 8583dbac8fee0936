"""The responses of a sample as columns of numbers: compact, and each part read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.services.analytics import views
from app.services.analytics.cells import Frame, Number, View
from app.services.analytics.drawn import Drawn
from app.services.analytics.sampling import Sampling
from app.services.columnar.keeping import Snapshot
from app.services.scope import EVERYWHERE, Scope

Columns = Mapping[str, NDArray[Any]]
Mask = NDArray[np.bool_]


class Store(Protocol):
    """Takes something of the responses of each part in turn, and gives it back as columns.

    ``inside``: those of whom an answer is taken; of the others it is missing.
    """

    @property
    def needs(self) -> Sequence[str]: ...

    def add(self, frame: Frame, inside: Mask) -> None: ...

    def columns(self) -> Columns: ...


@dataclass(slots=True)
class Codes:
    """Texts as whole numbers, from one table of names for all columns."""

    name: str
    view: View
    table: dict[tuple[str, str], int]
    parts: list[NDArray[np.int64]] = field(default_factory=list)

    @property
    def needs(self) -> Sequence[str]:
        return self.view.needs

    def add(self, frame: Frame, inside: Mask) -> None:
        codes, values = frame.coded(self.view)
        numbers = [self.table.setdefault((self.name, word), len(self.table)) for word in values]
        self.parts.append(np.array(numbers, dtype=np.int64)[codes])

    def columns(self) -> Columns:
        return {self.name: _joined(self.parts, np.int64)}


@dataclass(slots=True)
class Numbers:
    """Numbers; what is none is missing."""

    name: str
    number: Number
    parts: list[NDArray[np.float64]] = field(default_factory=list)

    @property
    def needs(self) -> Sequence[str]:
        return self.number.needs

    def add(self, frame: Frame, inside: Mask) -> None:
        self.parts.append(np.where(inside, self.number.values(frame.table), np.nan))

    def columns(self) -> Columns:
        return {self.name: _joined(self.parts, np.float64)}


@dataclass(slots=True)
class Marks:
    """Answers out of few, each as the number that stands for it; any other is missing."""

    name: str
    view: View
    numbers: Mapping[str, float]
    parts: list[NDArray[np.int16]] = field(default_factory=list)

    @property
    def needs(self) -> Sequence[str]:
        return self.view.needs

    def add(self, frame: Frame, inside: Mask) -> None:
        places = {text: place for place, text in enumerate(self.numbers)}
        codes, values = frame.coded(self.view)
        table = np.array([*(places.get(word, -1) for word in values), -1], dtype=np.int16)
        self.parts.append(np.where(inside, table[codes], np.int16(-1)))

    def columns(self) -> Columns:
        table = np.array([*self.numbers.values(), np.nan], dtype=np.float64)  # -1 is the last
        return {self.name: table[_joined(self.parts, np.int16)]}


@dataclass(slots=True)
class Ranking:
    """Of each choice its place, from 1; and of each ranking the number of the choice put first."""

    question: str
    versions: frozenset[str] | None
    choices: Sequence[str]
    parts: list[NDArray[np.int16]] = field(default_factory=list)

    @property
    def needs(self) -> Sequence[str]:
        return ["version", *views.columns_of(self.question)]

    def add(self, frame: Frame, inside: Mask) -> None:
        lists = views.lists(frame.table, self.question)
        lists = views.only_of(frame.table, lists, self.versions)
        rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
        items = pc.list_flatten(lists).dictionary_encode()
        numbers = {choice: number for number, choice in enumerate(self.choices)}
        table = [numbers.get(word, -1) for word in items.dictionary.to_pylist()]
        given = np.array([*table, -1], dtype=np.int64)[_codes(items)]
        starts = np.zeros(frame.table.num_rows + 1, dtype=np.int64)
        np.add.at(starts, rows + 1, 1)
        places = np.arange(len(rows)) - np.cumsum(starts)[rows] + 1
        found = np.zeros((frame.table.num_rows, len(self.choices)), dtype=np.int16)
        known = (given >= 0) & inside[rows]
        found[rows[known], given[known]] = places[known]
        self.parts.append(found)

    def columns(self) -> Columns:
        empty = np.zeros((0, len(self.choices)), dtype=np.int16)
        given = np.concatenate([empty, *self.parts]).astype(np.float64)
        found: dict[str, NDArray[Any]] = {FIRST: np.full(len(given), np.nan)}
        for number in range(len(self.choices)):
            places = given[:, number]
            found[FIRST][places == 1] = number
            found[place_of(number)] = np.where(places > 0, places, np.nan)
        return found


def _codes(items: pa.DictionaryArray) -> NDArray[np.int64]:
    codes = items.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(codes, dtype=np.int64)


def _joined(parts: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype=kind), *parts])


# No question has such a name.
GROUP, FIRST = "group:", "place:first"


def place_of(choice: int) -> str:
    """The column of the place that a choice has in each ranking."""
    return f"place:{choice}"


def code_of(question: str) -> str:
    """The column of a stratum or a unit."""
    return f"code:{question}"


def size_of(question: str) -> str:
    """The column of a weight or a size."""
    return f"size:{question}"


class Sampled:
    """The responses that have a place in a design.

    ``wanted`` are the answers to read beside it, each with what keeps it. Outside the scope they
    are read as missing, and the rows stay.
    """

    def __init__(
        self,
        held: Snapshot,
        drawn: Drawn,
        wanted: Mapping[str, Store],
        *,
        scope: Scope = EVERYWHERE,
    ) -> None:
        self.drawn = drawn
        self._table: dict[tuple[str, str], int] = {}
        self._wanted = wanted
        self._design: dict[str, Store] = {
            code_of(name): Codes(code_of(name), view, self._table)
            for name, view in drawn.codes.items()
        }
        for name, number in drawn.numbers.items():
            self._design[size_of(name)] = Numbers(size_of(name), number)
        self.count = self._read(held, scope)

    def _read(self, held: Snapshot, scope: Scope) -> int:
        rows, count = self.drawn.placed, 0
        stores = (*self._design.values(), *self._wanted.values())
        needs = dict.fromkeys((*rows.needs, *(name for store in stores for name in store.needs)))
        for table in held.tables([*needs]):
            frame = Frame(rows.of(table))
            everybody = np.ones(frame.table.num_rows, dtype=bool)
            inside = everybody if not scope.limited else views.within(frame.table, scope)
            for store in self._design.values():
                store.add(frame, everybody)
            for store in self._wanted.values():
                store.add(frame, inside)
            count += frame.table.num_rows
        return count

    @property
    def sampling(self) -> Sampling:
        """The declaration."""
        return self.drawn.sampling

    def columns(self, *names: str) -> Columns:
        """Those of the design, with those of the answers that are named."""
        stores = (*self._design.values(), *(self._wanted[name] for name in names))
        return {name: column for store in stores for name, column in store.columns().items()}

    def codes(self, question: str) -> Mapping[str, int]:
        """The number that stands for each value of a stratum or a unit."""
        return {
            self._text(text): code
            for (name, text), code in self._table.items()
            if name == code_of(question)
        }

    def value(self, code: int) -> tuple[str, str]:
        """The question and the value that a number stands for."""
        name, text = list(self._table)[code]
        question = name.removeprefix("code:")
        return question, self._text(text)

    def _text(self, text: str) -> str:
        """A territory is known by its code, and kept by its key."""
        return self.drawn.territories.get(text, text)

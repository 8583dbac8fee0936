"""The responses of a sample as columns of numbers: compact, and each read once."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, literal

from app.extensions import db
from app.services.analytics.counting import counted
from app.services.analytics.drawn import Drawn
from app.services.analytics.sampling import Sampling

_ROWS_AT_ONCE = 1000
Columns = Mapping[str, NDArray[Any]]
Reading = tuple[ColumnElement, "Store"]


class Store(Protocol):
    """Takes a value of each response in turn, and gives them back as columns."""

    def add(self, value: Any) -> None: ...

    def columns(self) -> Columns: ...


@dataclass(slots=True)
class Codes:
    """Texts as whole numbers, from one table of names for all columns."""

    name: str
    table: dict[tuple[str, str], int]
    codes: array = field(default_factory=lambda: array("q"))

    def add(self, value: Any) -> None:
        self.codes.append(self.table.setdefault((self.name, str(value)), len(self.table)))

    def columns(self) -> Columns:
        return {self.name: np.asarray(self.codes, dtype=np.int64)}


@dataclass(slots=True)
class Numbers:
    """Numbers; what is none is missing."""

    name: str
    values: array = field(default_factory=lambda: array("d"))

    def add(self, value: Any) -> None:
        self.values.append(np.nan if value is None else value)

    def columns(self) -> Columns:
        return {self.name: np.asarray(self.values, dtype=np.float64)}


@dataclass(slots=True)
class Marks:
    """Answers out of few, each as the number that stands for it; any other is missing."""

    name: str
    numbers: Mapping[str, float]
    places: array = field(default_factory=lambda: array("h"))
    _places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self._places = {text: place for place, text in enumerate(self.numbers)}

    def add(self, value: Any) -> None:
        self.places.append(-1 if value is None else self._places.get(str(value), -1))

    def columns(self) -> Columns:
        table = np.array([*self.numbers.values(), np.nan], dtype=np.float64)  # -1 is the last
        return {self.name: table[np.asarray(self.places, dtype=np.int64)]}


@dataclass(slots=True)
class Ranking:
    """Of each choice its place, from 1; and of each ranking the number of the choice put first."""

    choices: Sequence[str]
    places: Sequence[array] = field(init=False)

    def __post_init__(self) -> None:
        self.places = [array("h") for _choice in self.choices]

    def add(self, value: Any) -> None:
        place_of = {}
        if isinstance(value, list):
            place_of = {choice: place for place, choice in enumerate(value, start=1)}
        for choice, places in zip(self.choices, self.places, strict=True):
            places.append(place_of.get(choice, 0))

    def columns(self) -> Columns:
        found: dict[str, NDArray[Any]] = {FIRST: np.full(len(self.places[0]), np.nan)}
        for number, given in enumerate(self.places):
            places = np.asarray(given, dtype=np.float64)
            found[FIRST][places == 1] = number
            found[place_of(number)] = np.where(places > 0, places, np.nan)
        return found


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

    ``wanted`` are the answers to read beside it: of each name, the column and what keeps it.
    """

    def __init__(self, drawn: Drawn, wanted: Mapping[str, Reading]) -> None:
        self.drawn = drawn
        self._table: dict[tuple[str, str], int] = {}
        self._wanted = {name: store for name, (_column, store) in wanted.items()}
        self._design: dict[str, Store] = {}
        for name in drawn.codes:
            self._design[code_of(name)] = Codes(code_of(name), self._table)
        for name in drawn.numbers:
            self._design[size_of(name)] = Numbers(size_of(name))
        design = zip(
            (*drawn.codes.values(), *drawn.numbers.values()), self._design.values(), strict=True
        )
        self.count = self._read([*design, *wanted.values()])

    def _read(self, readings: Sequence[Reading]) -> int:
        columns = [column.label(f"c{place}") for place, (column, _store) in enumerate(readings)]
        stores = [store for _column, store in readings]
        # The last column is for who reads nothing else: rows are counted all the same.
        query = counted(self.drawn.collection, *columns, literal(1), only=self.drawn.placed)
        count = 0
        for row in db.session.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}):
            count += 1
            for store, value in zip(stores, row, strict=False):
                store.add(value)
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

"""What engines have in common: they are asked in SQL and answer in Arrow."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analisis.io.arrays import ENOUGH, ArraySource
from analisis.io.buffers import is_plain, numbers_in
from analisis.io.frames import array_of, key_of
from analisis.io.sql import Dialect, Form, Writer
from analisis.sums import GroupBy, Groups, Kind, Missing, Present, Sum


class Engine(ABC):
    """Rows that stay where they are: only sums leave.

    Parameters
    ----------
    columns : mapping of str to Form
        The columns in their order.
    dialect : Dialect
        How the engine is spoken to.
    rows : str
        What follows FROM: a table whose columns are called r0, r1, ... in their order.
    """

    in_memory = False

    def __init__(self, columns: Mapping[str, Form], dialect: Dialect, rows: str) -> None:
        self._columns = dict(columns)
        self._writer = Writer(columns, dialect, rows)
        self._levels: dict[str, NDArray[np.generic]] = {}

    @abstractmethod
    def run(self, query: str) -> Any:
        """The answer to a query, as an Arrow table.

        Raises
        ------
        AnalysisError
            If the engine cannot read the data.
        """

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Every column with what it holds."""
        return {name: form.kind for name, form in self._columns.items()}

    @cached_property
    def size(self) -> int:
        """Number of rows."""
        found = self.run(self._writer.group(GroupBy(keys=(), sums=(Sum(power=0),))).query)
        return int(found.column(0)[0].as_py())

    def group(self, wanted: GroupBy) -> Groups:
        """Run one aggregation: a single query, whose answer is a row per group."""
        asked = self._writer.group(wanted)
        table = self.run(asked.query)
        if not wanted.keys and not table.column(0)[0].as_py():
            return Groups({}, np.empty((0, len(wanted.sums))), size=0)
        keys = {name: key_of(table.column(place)) for place, name in enumerate(wanted.keys)}
        sums = np.empty((table.num_rows, len(wanted.sums)))
        for place, column in enumerate(asked.places):
            sums[:, place] = _sums_of(table.column(column))
        if not wanted.where:
            self._learn(wanted.sums, sums.sum(axis=0), _sums_of(table.column(len(keys))).sum())
        return Groups(keys, sums, size=table.num_rows)

    def _learn(self, sums: Sequence[Sum], counts: NDArray[np.float64], rows: float) -> None:
        """What counts of all rows say of each of them."""
        for each, count in zip(sums, counts, strict=True):
            match each:
                case Sum(power=0, columns=(), conditions=(Missing(column),)) if count == 0:
                    self._writer.learn(Present(column))
                case Sum(power=0, columns=(), conditions=(condition,)) if count == rows:
                    self._writer.learn(condition)

    def centres(self, names: Sequence[str]) -> Mapping[str, float]:
        """A value near the mean of each column of numbers, from a few thousand rows."""
        if not names:
            return {}
        few = self.run(self._writer.select(names, limit=ENOUGH))
        arrays = {name: array_of(few.column(place)) for place, name in enumerate(names)}
        return ArraySource(arrays).centres(names)

    def levels(self, name: str) -> NDArray[np.generic]:
        """The distinct values of a column, in order."""
        if name not in self._levels:
            self._levels[name] = key_of(self.run(self._writer.distinct(name)).column(0)).values
        return self._levels[name]

    def column(self, name: str) -> NDArray[np.generic]:
        """One column in row order; NaN or None where it has no value."""
        array = array_of(self.run(self._writer.select([name])).column(0))
        return ArraySource({name: array}).column(name)


def _sums_of(column: Any) -> NDArray[np.float64]:
    """A column of sums; one of nothing is 0."""
    if not is_plain(column.type):
        column = column.cast(pa.float64())
    values, there = numbers_in(column)
    found = values.astype(np.float64)
    return found if there is None else np.where(there, found, 0.0)

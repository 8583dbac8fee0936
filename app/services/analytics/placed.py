"""A declared design over the rows of a sheet, as `Design` takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.models import TERRITORY_QUESTION
from app.services.analytics.opened import Opened
from app.services.analytics.sampled import Columns, code_of, size_of
from app.services.analytics.sampling import Sampling

# Digits, with a point among them at most: a sign is none that a weight or a size has.
_NUMBER = re.compile(r"[0-9]{1,30}|(?=.{2,30}\Z)[0-9]+\.[0-9]*")


class Read(Protocol):
    """What was read of the responses."""

    opened: Opened

    @property
    def size(self) -> int: ...

    def column(self, name: str) -> pa.Array: ...


class Placed:
    """Which responses have a place in the design, and where; with the columns that are put to it.

    One that lacks what the design needs (its stratum, its cluster, its weight) has none.
    """

    def __init__(self, sheet: Read, sampling: Sampling) -> None:
        self.sampling = sampling
        self._table: dict[tuple[str, str], int] = {}
        self._put: dict[str, NDArray[Any]] = {}
        codes = {name: self._code(sheet, name) for name in sampling.coded}
        sizes = {name: _numbers(sheet.column(name)) for name in sampling.numeric}
        known = [np.ones(sheet.size, dtype=bool), *(found >= 0 for found in codes.values())]
        # A weight of zero holds a place, and stands for nobody.
        self.counts = np.logical_and.reduce([*known, *(each > 0 for each in sizes.values())])
        least = {
            name: (each >= 0) if name == sampling.weights else (each > 0)
            for name, each in sizes.items()
        }
        self.rows = np.logical_and.reduce([*known, *least.values()])
        self.lacks = {name: found < 0 for name, found in codes.items()}
        self.lacks |= {name: ~(each > 0) for name, each in sizes.items()}
        self._design = {code_of(name): found for name, found in codes.items()}
        self._design |= {size_of(name): found for name, found in sizes.items()}

    def put(self, name: str, column: NDArray[Any]) -> None:
        """Have a column beside those of the design: one value for each row of the sheet."""
        self._put[name] = column

    def columns(self, *names: str) -> Columns:
        """Those of the design, with those that are named, of the rows that have a place."""
        every = {**self._design, **{name: self._put[name] for name in names}}
        return {name: column[self.rows] for name, column in every.items()}

    def codes(self, question: str) -> Mapping[str, int]:
        """The number that stands for each value of a stratum or a unit."""
        return {text: code for (name, text), code in self._table.items() if name == question}

    def value(self, code: int) -> tuple[str, str]:
        """The question and the value that a number stands for."""
        return list(self._table)[code]

    def _code(self, sheet: Read, name: str) -> NDArray[np.int64]:
        coded = sheet.column(design_column(name)).dictionary_encode()
        texts = coded.dictionary.to_pylist()
        indices = coded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
        used = set(np.unique(indices).tolist())
        opened = sheet.opened
        if name == TERRITORY_QUESTION:
            # One of another territory is not in the population that the strata make up.
            there = {each.code for each in opened.collection.territories}
            wanted = [text in there for text in texts]
        else:
            special = opened.joint.variables[name].merged.special
            wanted = [text not in special for text in texts]
        places = [
            self._table.setdefault((name, str(text)), len(self._table))
            if right and n in used
            else -1
            for n, (text, right) in enumerate(zip(texts, wanted, strict=True))
        ]
        return np.array([*places, -1], dtype=np.int64)[indices]


def design_column(name: str) -> str:
    """What `columns.read` calls something that a design names."""
    return "_territory" if name == TERRITORY_QUESTION else name


def _numbers(column: pa.Array) -> NDArray[np.float64]:
    """Numbers, also those that a hidden question holds as a text; NaN where there is none."""
    if pa.types.is_floating(column.type):
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
    coded = column.dictionary_encode()
    texts = coded.dictionary.to_pylist()
    values = [float(text) if _NUMBER.fullmatch(text) else np.nan for text in texts]
    indices = coded.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
    return np.array([*values, np.nan], dtype=np.float64)[indices]

"""What analyses see of a part: texts, numbers and lists, whatever columns the answers are in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.models import ResponseState
from app.models.response import COUNTED
from app.services.columnar.table import KINDS, dumped
from app.services.scope import Scope

COUNTING = ("state", "preview", "territory")
"""What tells which responses count, and in whose eyes."""


def columns_of(question: str) -> list[str]:
    """Where answers to it may be."""
    return [f"{kind}:{question}" for kind in KINDS]


def counted(
    table: pa.Table,
    scope: Scope,
    *,
    previews: bool = False,
    states: Iterable[ResponseState] = COUNTED,
) -> pa.Table:
    """Responses that count (`Response.counts`), of those within the scope."""
    counts = pc.is_in(table["state"], pa.array([str(state) for state in states]))
    if not previews:
        counts = pc.and_(counts, pc.invert(table["preview"]))
    if scope.limited:
        counts = pc.and_(counts, _there(table, scope))
    return table.filter(counts)


def within(table: pa.Table, scope: Scope) -> NDArray[np.bool_]:
    """Whether each response is within a scope that is limited."""
    return np.asarray(_there(table, scope).to_numpy(), dtype=bool)


def _there(table: pa.Table, scope: Scope) -> pa.ChunkedArray:
    return pc.is_in(table["territory"], pa.array(sorted(scope.territories or ()), pa.string()))


def texts(table: pa.Table, question: str) -> pa.Array:
    """Answers as text: a mark as its digits, a list as JSON."""
    found = [
        as_text(table[name].combine_chunks())
        for kind, as_text in _TEXTS.items()
        if (name := f"{kind}:{question}") in table.column_names
    ]
    return pc.coalesce(*found) if found else _nothing(table, pa.string())


def numbers(table: pa.Table, question: str) -> pa.Array:
    """Answers that are numbers; codes and texts are none."""
    found = [
        table[name].combine_chunks().cast(pa.float64())
        for name in (f"i:{question}", f"n:{question}")
        if name in table.column_names
    ]
    return pc.coalesce(*found) if found else _nothing(table, pa.float64())


def lists(table: pa.Table, question: str) -> pa.Array:
    """Answers that are lists of codes."""
    name = f"l:{question}"
    if name in table.column_names:
        return table[name].combine_chunks()
    return _nothing(table, pa.list_(pa.string()))


def raw(table: pa.Table, question: str) -> pa.Array:
    """Answers as JSON."""
    found = [
        as_json(table[name].combine_chunks())
        for kind, as_json in _RAW.items()
        if (name := f"{kind}:{question}") in table.column_names
    ]
    return pc.coalesce(*found) if found else _nothing(table, pa.string())


def only_of(table: pa.Table, answers: pa.Array, versions: Collection[str] | None) -> pa.Array:
    """The answers that were given to one of the versions; all of them if none are named."""
    if versions is None:
        return answers
    there = pc.is_in(table["version"].combine_chunks(), pa.array(sorted(versions), pa.string()))
    return pc.if_else(there, answers, pa.scalar(None, answers.type))


def renamed(column: pa.ChunkedArray, names: Mapping[str, str]) -> pa.Array:
    """Each key as what it is called; null where it has no name."""
    return mapped(column.combine_chunks(), names.get)


def mapped(values: pa.Array, of: Callable[[Any], Any], kind: pa.DataType | None = None) -> pa.Array:
    """A function of each value, asked once for each that differs."""
    coded = values.dictionary_encode()
    found = pa.array([of(value) for value in coded.dictionary.to_pylist()], kind or pa.string())
    return found.take(coded.indices)


def _lists_as_text(values: pa.Array) -> pa.Array:
    return pa.array([None if v is None else dumped(v) for v in values.to_pylist()], pa.string())


_TEXTS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "t": lambda values: values,
    "i": lambda values: values.cast(pa.string()),
    "n": lambda values: mapped(values, repr),
    "l": _lists_as_text,
    "j": lambda values: values,
}
_RAW = _TEXTS | {"t": lambda values: mapped(values, dumped)}


def _nothing(table: pa.Table, kind: pa.DataType) -> pa.Array:
    return pa.nulls(table.num_rows, kind)

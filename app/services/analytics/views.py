"""What analyses see of a part: texts, numbers and lists, whatever columns the answers are in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from app.models.response import COUNTED
from app.services.columnar.table import KINDS, dumped
from app.services.scope import Scope

COUNTING = ("state", "preview", "territory")
"""What tells which responses count, and in whose eyes."""


def columns_of(question: str) -> list[str]:
    """Where answers to it may be."""
    return [f"{kind}:{question}" for kind in KINDS]


def counted(table: pa.Table, scope: Scope) -> pa.Table:
    """Responses that count (`Response.counts`), of those within the scope."""
    counts = pc.is_in(table["state"], pa.array([str(state) for state in COUNTED]))
    counts = pc.and_(counts, pc.invert(table["preview"]))
    if scope.territories is not None:
        there = pc.is_in(table["territory"], pa.array(sorted(scope.territories), pa.string()))
        counts = pc.and_(counts, there)
    return table.filter(counts)


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


def only_of(table: pa.Table, answers: pa.Array, versions: Collection[str] | None) -> pa.Array:
    """The answers that were given to one of the versions; all of them if none are named."""
    if versions is None:
        return answers
    there = pc.is_in(table["version"].combine_chunks(), pa.array(sorted(versions), pa.string()))
    return pc.if_else(there, answers, pa.scalar(None, answers.type))


def renamed(column: pa.ChunkedArray, names: Mapping[str, str]) -> pa.Array:
    """Each key as what it is called; null where it has no name."""
    return _mapped(column.combine_chunks(), names.get)


def _mapped(values: pa.Array, of: Callable[[Any], str | None]) -> pa.Array:
    """A function of each value, asked once for each that differs."""
    coded = values.dictionary_encode()
    words = pa.array([of(value) for value in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


def _lists_as_text(values: pa.Array) -> pa.Array:
    return pa.array([None if v is None else dumped(v) for v in values.to_pylist()], pa.string())


_TEXTS: Mapping[str, Callable[[pa.Array], pa.Array]] = {
    "t": lambda values: values,
    "i": lambda values: values.cast(pa.string()),
    "n": lambda values: _mapped(values, repr),
    "l": _lists_as_text,
    "j": lambda values: values,
}


def _nothing(table: pa.Table, kind: pa.DataType) -> pa.Array:
    return pa.nulls(table.num_rows, kind)

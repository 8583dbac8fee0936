"""Responses as an Arrow table, every answer under what it is.

An answer is in one of five columns: ``t:NAME`` texts (codes are), ``i:NAME`` whole numbers,
``n:NAME`` other numbers, ``l:NAME`` lists of texts, ``j:NAME`` anything else, as JSON. So nothing
needs a definition to be kept, and nothing is lost: a text "7" is no number 7.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement

from app.models import Response

_MOMENT = pa.timestamp("us", tz="UTC")
KNOWN: Mapping[str, tuple[pa.DataType, ColumnElement]] = {
    "id": (pa.string(), Response.id),
    "version": (pa.string(), Response.version_id),
    "correction": (pa.int32(), Response.correction),
    "state": (pa.string(), Response.state),
    "preview": (pa.bool_(), Response.preview),
    "channel": (pa.string(), Response.channel),
    "language": (pa.string(), Response.language),
    "territory": (pa.string(), Response.territory_id),
    "organisation": (pa.string(), Response.organisation_id),
    "submitted_on": (pa.date32(), Response.submitted_on),
    "started_at": (_MOMENT, Response.started_at),
    "submitted_at": (_MOMENT, Response.submitted_at),
    "content": (pa.int64(), Response.content_hash),
}
"""What is kept of a response beside its answers: no instance id, no link, no time of arrival.

``content`` is alike where all answers are, as a number that stands for their hash.
"""

KINDS: Mapping[str, pa.DataType] = {
    "t": pa.string(),
    "i": pa.int64(),
    "n": pa.float64(),
    "l": pa.list_(pa.string()),
    "j": pa.string(),
}


def table_of(rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows of the columns in `KNOWN` with the answers last, sorted by key: no order is told."""
    rows = sorted(rows, key=lambda row: row[0])
    known = list(zip(*rows, strict=True)) if rows else [()] * (len(KNOWN) + 1)
    columns = {
        name: pa.array(map(number_of, values) if name == "content" else values, type=kind)
        for (name, (kind, _column)), values in zip(KNOWN.items(), known, strict=False)
    }
    for name, values in sorted(_answers(known[-1]).items()):
        columns[name] = _array(values, KINDS[name[0]])
    return pa.table(columns)


def number_of(content: str) -> int:
    """What stands for the hash of all answers."""
    digest = hashlib.blake2b(content.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def joined(tables: Iterable[pa.Table]) -> pa.Table:
    """All rows of these, sorted by key."""
    whole = pa.concat_tables(list(tables), promote_options="default")
    return whole.sort_by("id").combine_chunks()


def _answers(given: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for place, answers in enumerate(given):
        for name, answer in answers.items():
            if answer is None:
                continue
            kind, kept = _KEPT.get(type(answer), _other)(answer)
            column = found.get(kind + name)
            if column is None:
                column = found[kind + name] = [None] * len(given)
            column[place] = kept
    return found


def _text(answer: str) -> tuple[str, Any]:
    return "t:", answer


def _whole(answer: int) -> tuple[str, Any]:
    if -(2**63) <= answer < 2**63:
        return "i:", answer
    try:
        return "n:", float(answer)  # PostgreSQL gives 1e22 back as a whole number
    except OverflowError:
        return _other(answer)


def _number(answer: float) -> tuple[str, Any]:
    return ("n:", answer) if math.isfinite(answer) else _other(answer)


def _list(answer: list[Any]) -> tuple[str, Any]:
    return ("l:", answer) if all(type(each) is str for each in answer) else _other(answer)


def _other(answer: Any) -> tuple[str, Any]:
    return "j:", dumped(answer)


_KEPT: Mapping[type, Callable[[Any], tuple[str, Any]]] = {
    str: _text,
    int: _whole,
    float: _number,
    list: _list,
}


def dumped(answer: Any) -> str:
    """An answer as text: what no column of its own is for."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, type=kind)
    except UnicodeEncodeError:  # half of a character, which no file can hold
        return pa.array([_whole_characters(value) for value in values], type=kind)


def _whole_characters(value: Any) -> Any:
    if isinstance(value, list):
        return [_whole_characters(each) for each in value]
    return value.encode(errors="replace").decode() if isinstance(value, str) else value

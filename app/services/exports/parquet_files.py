"""Responses as Parquet, written part by part: memory stays the same for ten and for a million.

Codes are text and numbers are numbers. A mark and a *don't know* don't fit one column of numbers,
so a numeric question that has special answers has a second column, ``name.special``. The codebook
stands in the file's own metadata, as JSON under ``cabildo``.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, time
from typing import IO, Any, cast

import pyarrow as pa
from pyarrow import parquet

from app.extensions import db
from app.services.exports import export_plan
from app.services.exports.export_plan import Export
from encuestas.export import Table, codebook
from encuestas.joining import Joined
from encuestas.types import Cell, Column, ColumnKind

SPECIAL = ".special"
_MOMENT = pa.timestamp("ms", tz="UTC")
_TYPES: Mapping[ColumnKind, pa.DataType] = {
    ColumnKind.INTEGER: pa.int64(),
    ColumnKind.DECIMAL: pa.float64(),
    ColumnKind.DATE: pa.date32(),
    ColumnKind.TIME: pa.time64("us"),
    ColumnKind.INDICATOR: pa.bool_(),
}
_KNOWN: Mapping[str, pa.DataType] = {
    "correction": pa.int32(),
    "submitted_on": pa.date32(),
    "submitted_at": _MOMENT,
    "simulated": pa.bool_(),
    "preview": pa.bool_(),
    "over_quota": pa.bool_(),
}
_READ: Mapping[ColumnKind, Callable[[str], object]] = {
    ColumnKind.DATE: date.fromisoformat,
    ColumnKind.TIME: lambda text: time.fromisoformat(text).replace(tzinfo=None),
}


def written(export: Export) -> IO[bytes]:
    """The finished file, to be read from its beginning. Raises Problem EXPORT_TOO_WIDE."""
    file = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 whoever asked for it closes it
    try:
        _write(export, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def typed(export: Export, table: Table) -> tuple[pa.Schema, Callable[[Any], list[Any]]]:
    """The file's columns, and what makes a response's row of them."""
    special = _with_special(export.joined, table)

    def row_of(row: Any) -> list[Any]:
        [(_positions, cells)] = table.rows(row.version, row.answers)
        return [*export_plan.values(export, row).values(), *_cells(table, special, cells)]

    return _schema(export, table, special), row_of


def _write(export: Export, file: IO[bytes]) -> None:
    with export_plan.connected(db.engine, unchanging=True) as connection:
        table = export.table(widths=export_plan.widths(export, connection))
        special = _with_special(export.joined, table)
        schema = _schema(export, table, special)
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for part in export_plan.parts(connection, export.query):
                rows = [
                    [*export_plan.values(export, row).values(), *_cells(table, special, cells)]
                    for row in part
                    for _, cells in table.rows(row.version, row.answers)
                ]
                writer.write_table(_table(schema, rows))


def _table(schema: pa.Schema, rows: Sequence[Sequence[object]]) -> pa.Table:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(list(c), field.type) for c, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _schema(export: Export, table: Table, special: frozenset[str]) -> pa.Schema:
    fields = [(f"_{name}", _KNOWN.get(name, pa.string())) for name in export.metadata]
    for column in table.columns:
        fields.append((column.name, _TYPES.get(column.kind, pa.string())))
        if column.name in special:
            fields.append((column.name + SPECIAL, pa.string()))
    about = {
        "collection": export.collection,
        "survey": export.joined.newest.id,
        "versions": list(export.joined.versions),
        "simulated": export.simulated,
        "territories": export.territories,
        "variables": [asdict(entry) for entry in codebook(export.joined)],
    }
    return pa.schema(fields, metadata={"cabildo": json.dumps(about, ensure_ascii=False)})


def _with_special(joined: Joined, table: Table) -> frozenset[str]:
    """Names of the typed columns in which a special answer may stand."""
    having = {
        name
        for name, variable in joined.variables.items()
        if any(question.special for question in variable.questions.values())
    }
    return frozenset(
        column.name
        for column in table.columns
        if column.kind in _TYPES
        and column.kind is not ColumnKind.INDICATOR
        and _variable(column) in having
    )


def _variable(column: Column) -> str:
    return column.name.rpartition("]/")[2].partition("/")[0]


def _cells(table: Table, special: frozenset[str], cells: Iterable[Cell]) -> Iterable[Any]:
    for column, cell in zip(table.columns, cells, strict=True):
        value, code = _split(column.kind, cell)
        yield value
        if column.name in special:
            yield code


def _split(kind: ColumnKind, cell: Cell) -> tuple[object, str | None]:
    """The typed value, and the special answer that stands in its place."""
    if kind not in _TYPES:
        return (None if cell is None else str(cell)), None
    if not isinstance(cell, str):
        return cell, None
    read = _READ.get(kind)
    if read is None:
        return None, cell
    try:
        return read(cell), None
    except ValueError:
        return None, cell

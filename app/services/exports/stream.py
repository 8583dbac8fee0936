"""Responses as a file, piece by piece: memory stays the same for ten and for a million.

CSV: UTF-8 with a byte order mark, commas, CRLF; decimals with a point. What is known about a
response comes first, in columns that begin with ``_`` so that none is taken for a question; then
the answers as `encuestas.export.Table` lays them out. JSON: one object, the answers as kept. XLSX:
`workbooks`. SPSS and Stata: `statistical_files`. Parquet: `parquet_files`. R: `r_files`. GeoJSON:
`places`. DDI, which describes them and holds none: `ddi`. Rows come by state and random key, which
tells nothing about who answered when.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from enum import StrEnum
from typing import IO, Any

from sqlalchemy import Row

from app.extensions import db, reading
from app.models import User
from app.services import collections
from app.services.analytics.findings import difference_record
from app.services.audit import entry
from app.services.exports import (
    ddi,
    export_plan,
    parquet_files,
    places,
    r_files,
    statistical_files,
    workbooks,
)
from app.services.exports.export_plan import Export, Options
from app.services.exports.fitted import Written
from app.services.scope import EVERYWHERE, Scope
from encuestas.export import Table, csv_row, harmless

_MARK = "\ufeff"
_BLOCK = 1 << 16


class ExportFormat(StrEnum):
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    SAV = "sav"
    DTA = "dta"
    PARQUET = "parquet"
    R = "r"
    GEOJSON = "geojson"
    DDI = "ddi"


ENDINGS: Mapping[ExportFormat, str] = {ExportFormat.R: "r.zip", ExportFormat.DDI: "ddi.xml"}
"""How a file's name ends, where it is not with the format's own name."""
TYPES: Mapping[ExportFormat, str] = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.JSON: "application/json",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.SAV: "application/x-spss-sav",
    ExportFormat.DTA: "application/x-stata-dta",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
    ExportFormat.R: "application/zip",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.DDI: "application/xml",
}


STREAMED = frozenset({ExportFormat.CSV, ExportFormat.JSON, ExportFormat.GEOJSON, ExportFormat.DDI})
ADJUSTED = frozenset({ExportFormat.SAV, ExportFormat.DTA, ExportFormat.XLSX})


def export_stream(slug: str, *, fmt: str, **how: Any) -> Generator[str, None, None]:
    """The collection's responses as pieces of a text; ``how``: `Options`.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, UNKNOWN_REPEAT, EXPORT_TOO_WIDE, NO_PLACES or
        PLACES_IDENTIFY: at once, not when the first piece is asked for.
    """
    export = _prepared(slug, Options(**how))
    if ExportFormat(fmt) is ExportFormat.JSON:
        return _json(export)
    if ExportFormat(fmt) is ExportFormat.GEOJSON:
        return _begun(places.pieces(export))
    if ExportFormat(fmt) is ExportFormat.DDI:
        return _begun(_whole(export))
    if not export.options.wide:
        return _csv(export, export.table(repeat=export.options.repeat))
    return _begun(_wide_csv(export))


def export_bytes(slug: str, *, fmt: str, **how: Any) -> Generator[bytes, None, None]:
    """`export_stream` in any format. A spreadsheet is finished before its first byte leaves.

    Raises
    ------
    Problem
        As `export_stream`, and EXPORT_TOO_LONG: more rows than a spreadsheet has.
    """
    if ExportFormat(fmt) in STREAMED:
        return _encoded(export_stream(slug, fmt=fmt, **how))
    return blocks(_file(_prepared(slug, Options(**how)), ExportFormat(fmt)))


def write_export(slug: str, write: Callable[[bytes], object], *, fmt: str, **how: Any) -> list[str]:
    """`export_bytes` for whoever runs the service: noted in the audit, written piece by piece.

    Gives, in words, what a program's limits changed: in spreadsheets, and for SPSS and Stata.
    """
    adjusted: list[str] = []
    if ExportFormat(fmt) in ADJUSTED:
        done = fitted(_prepared(slug, Options(**how)), ExportFormat(fmt))
        pieces, adjusted = blocks(done.file), list(done.adjustments)
    else:
        pieces = export_bytes(slug, fmt=fmt, **how)
    note_export(slug, format=fmt, **Options(**how).noted())
    with closing(pieces):  # where writing fails, the database is let go of at once
        for piece in pieces:
            write(piece)
    return adjusted


def note_export(slug: str, *, actor: User | None = None, **how: object) -> None:
    """Write down who took the answers away, and how."""
    written = entry("collection.export", slug, actor=actor, **how)
    # What came before began a transaction by reading; SQLite refuses to write in one when somebody
    # else wrote in between.
    db.session.rollback()
    db.session.add(written)
    db.session.commit()


def export_name(slug: str, fmt: str, repeat: str = "", *, scope: Scope = EVERYWHERE) -> str:
    """The file's name. That of simulated data, or of some territories, says so."""
    part = f"-{repeat}" if repeat else ""
    ending = ENDINGS.get(ExportFormat(fmt), fmt)
    return f"{slug}{part}{marks_of(slug, scope)}.{ending}"


def marks_of(slug: str, scope: Scope = EVERYWHERE) -> str:
    """What the name of every file of a collection says of its data."""
    some = "-algunos-territorios" if scope.limited else ""
    return some + ("-simulado" if collections.find(slug).simulated else "")


def _whole(export: Export) -> Generator[str, None, None]:
    yield ddi.text(export)


def _file(export: Export, fmt: ExportFormat) -> IO[bytes]:
    """A format that is finished before its first byte leaves."""
    if fmt is ExportFormat.PARQUET:
        return parquet_files.written(export)
    if fmt is ExportFormat.R:
        return r_files.written(export)
    return fitted(export, fmt).file


def fitted(export: Export, fmt: ExportFormat) -> Written:
    """A file of one of the formats in `ADJUSTED`, and what their limits changed."""
    if fmt is ExportFormat.XLSX:
        return workbooks.written(export)
    return statistical_files.written(export, fmt)


def _prepared(slug: str, options: Options) -> Export:
    with reading():
        return export_plan.prepare(slug, options)


def _begun(pieces: Generator[str, None, None]) -> Generator[str, None, None]:
    """The same pieces, the first of them made already, so that what it raises is raised here."""
    first = next(pieces)

    def all_of_them() -> Generator[str, None, None]:
        with closing(pieces):
            yield first
            yield from pieces

    return all_of_them()


def _encoded(pieces: Generator[str, None, None]) -> Generator[bytes, None, None]:
    with closing(pieces):
        for piece in pieces:
            yield piece.encode()


def blocks(file: IO[bytes]) -> Generator[bytes, None, None]:
    """A finished file, piece by piece; it goes with the last of them."""
    with file:
        while block := file.read(_BLOCK):
            yield block


def _csv(export: Export, table: Table) -> Generator[str, None, None]:
    yield _heading(export, table)
    with export_plan.connected(db.engine) as connection:
        for part in export_plan.parts(connection, export.query):
            yield _lines(line for row in part for line in _csv_rows(export, table, row))


def _wide_csv(export: Export) -> Generator[str, None, None]:
    with export_plan.connected(db.engine, unchanging=True) as connection:
        table = export.table(widths=export_plan.widths(export, connection))
        yield _heading(export, table)
        for part in export_plan.parts(connection, export.query):
            yield _lines(line for row in part for line in _csv_rows(export, table, row))


def _heading(export: Export, table: Table) -> str:
    known = (
        export_plan.positions(export, table)
        if table.repeat
        else [export.heading(name) for name in export.metadata]
    )
    heading = [*known, *table.header]
    return _MARK + _lines([heading if export.options.raw else [harmless(each) for each in heading]])


def _csv_rows(export: Export, table: Table, row: Row[Any]) -> Iterator[list[str]]:
    raw = export.options.raw
    for positions, cells in table.rows(row.version, row.answers):
        known = [row.id, *positions] if table.repeat else _known(export, row)
        yield [*(_text(each, raw=raw) for each in known), *csv_row(cells, table.columns, raw=raw)]


def _known(export: Export, row: Row[Any]) -> Iterable[object]:
    return export_plan.told(export_plan.values(export, row)).values()


def _text(value: object, *, raw: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if raw else harmless(str(value))


def _lines(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def _json(export: Export) -> Generator[str, None, None]:
    head: dict[str, object] = {
        "collection": export.collection,
        "survey": export.joined.newest.id,
        "simulated": export.simulated,
    }
    if export.territories is not None:
        head["territories"] = list(export.territories)
    table = export.table()
    yield _dumped(head)[:-1] + ', "responses": ['
    versions: set[str] = set()
    separator = "\n"
    with export_plan.connected(db.engine) as connection:
        for part in export_plan.parts(connection, export.query):
            versions.update(row.version for row in part)
            yield separator + ",\n".join(_dumped(_response(export, table, row)) for row in part)
            separator = ",\n"
    # Last, since only the rows tell: asking for them first would keep the first byte waiting.
    tail: dict[str, object] = {"versions": sorted(versions)}
    if changes := export.joined.differences():
        tail["differences"] = [difference_record(each) for each in changes]
    yield f"\n], {_dumped(tail)[1:]}\n"


def _response(export: Export, table: Table, row: Row[Any]) -> dict[str, object]:
    known = export_plan.told(export_plan.values(export, row))
    return known | {"answers": table.answers(row.version, row.answers)}


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

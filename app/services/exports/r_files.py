"""Responses for R: a CSV and a script that loads it with words, dates and numbers, in base R alone.

The rows go straight to the file on the disk: memory stays the same for ten and for a million.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from flask_babel import force_locale

from app.extensions import db
from app.language import locale_of
from app.services.analytics.fingerprint import Fingerprint
from app.services.exports import export_plan, workbook_words
from app.services.exports.export_plan import Export
from app.services.exports.notes import notes
from encuestas.export import Code, Table, codebook
from encuestas.export.coded import Adjustment, Change, Limits, Names
from encuestas.export.r_text import in_r
from encuestas.types import Column, ColumnKind

R = Limits(
    name=10_000,
    label=1_000_000,
    value_label=1_000_000,
    text=1 << 30,
    reserved=frozenset(
        {"if", "else", "repeat", "while", "function", "for", "next", "break", "true", "false",
         "null", "inf", "nan", "na"}
    ),
    labelled_text=True,
)  # fmt: skip
_LOAD = Path(__file__).with_name("load.R")
_SHAPES: Mapping[ColumnKind, str] = {
    ColumnKind.INTEGER: "number",
    ColumnKind.DECIMAL: "number",
    ColumnKind.DATE: "day",
    ColumnKind.DATE_TIME: "moment",
    ColumnKind.INDICATOR: "truth",
    ColumnKind.CODE: "code",
}
_KNOWN: Mapping[str, str] = {
    "correction": "number",
    "submitted_on": "day",
    "submitted_at": "moment",
    "simulated": "truth",
    "preview": "truth",
    "over_quota": "truth",
}


def written(export: Export) -> IO[bytes]:
    """The finished file, to be read from its beginning. Raises Problem EXPORT_TOO_WIDE."""
    file = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 whoever asked for it closes it
    try:
        with force_locale(locale_of(export.options.lang)):
            _write(export, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write(export: Export, file: IO[bytes]) -> None:
    data = Fingerprint()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        with export_plan.connected(db.engine, unchanging=True) as connection:
            table = export.table(widths=export_plan.widths(export, connection))
            with _member(bundle, "responses.csv") as text:
                writer = csv.writer(text)
                known = [f"_{name}" for name in export.metadata]
                writer.writerow([*known, *(column.name for column in table.columns)])
                for part in export_plan.parts(connection, export.query):
                    for row in part:
                        data.add(row)
                        writer.writerows(_rows(export, table, row))
        lines, adjustments = _variables(export, table)
        with _member(bundle, "variables.R") as text:
            text.writelines(lines)
        bundle.write(_LOAD, "load.R")
        told = [workbook_words.adjustment(each) for each in adjustments]
        said = notes(export, adjustments=told, digest=data.hex(), responses=data.responses)
        bundle.writestr("NOTES.md", said)


@contextmanager
def _member(bundle: zipfile.ZipFile, name: str) -> Iterator[IO[str]]:
    with bundle.open(name, "w", force_zip64=True) as target:
        text = io.TextIOWrapper(target, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


def _rows(export: Export, table: Table, row: object) -> Iterable[list[str]]:
    """Cells as they are: nobody opens this file with a spreadsheet."""
    known = export_plan.told(export_plan.values(export, row)).values()
    for _, cells in table.rows(row.version, row.answers):
        yield [_text(cell) for cell in (*known, *cells)]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return repr(cell) if isinstance(cell, float) else str(cell)


def _variables(export: Export, table: Table) -> tuple[list[str], list[Adjustment]]:
    """A line of R for each column."""
    lang = export.options.lang
    worded = export.worded(table.widths)
    entries = {entry.variable: entry for entry in codebook(export.joined)}
    names, changes, lines = Names(R), list[Adjustment](), list[str]()

    def named(wanted: str, source: str) -> str:
        name = names.name(wanted)
        if name != source:
            changes.append(Adjustment(Change.RENAMED, source, source, name))
        return name

    for known in export.metadata:
        about = workbook_words.of_metadata(known)
        name = named(f"r_{known}", f"_{known}")
        lines.append(_line(len(lines) + 1, name, _KNOWN.get(known, "text"), about, (), lang))
    for column, heading in zip(table.columns, worded.header, strict=True):
        entry = entries.get(column.name.rpartition("]/")[2].partition("/")[0])
        codes = entry.codes if entry and column.kind not in _WITHOUT_CODES else ()
        name = named(column.name, column.name)
        lines.append(_line(len(lines) + 1, name, _shape(column, codes), heading, codes, lang))
    return lines, changes


_WITHOUT_CODES = frozenset({ColumnKind.CODES, ColumnKind.INDICATOR, ColumnKind.PLACE})


def _shape(column: Column, codes: Sequence[Code]) -> str:
    has_words = any(not code.special for code in codes)
    if column.kind is ColumnKind.CODE and not has_words:
        return "text"
    return _SHAPES.get(column.kind, "text")


def _line(place: int, name: str, shape: str, label: str, codes: Sequence[Code], lang: str) -> str:
    words = _different({code.value: _said(code, lang) for code in codes})
    plain = [code.value for code in codes if not code.special]
    parts = [str(place), in_r(name), in_r(shape), in_r(label)]
    if plain:
        parts.append(f"codes = {in_r(plain)}, words = {in_r([words[value] for value in plain])}")
    if special := {code.value: words[code.value] for code in codes if code.special}:
        pairs = ", ".join(f"{in_r(value)} = {in_r(said)}" for value, said in special.items())
        parts.append(f"special = c({pairs})")
    return f"put({', '.join(parts)})\n"


def _said(code: Code, lang: str) -> str:
    return code.label.get(lang) or next(iter(code.label.values()), code.value)


def _different(words: Mapping[str, str]) -> dict[str, str]:
    """A factor cannot have two levels of one name: the code tells them apart."""
    said = list(words.values())
    return {
        value: text if said.count(text) == 1 else f"{text} ({value})"
        for value, text in words.items()
    }

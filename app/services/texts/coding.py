"""Coding open answers: a file that goes out with an empty column, and comes back with codes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import TextCode, User
from app.services.audit import note
from app.services.exports.stream import note_export
from app.services.imports.table import CsvFile, Row, read_rows
from app.services.scope import EVERYWHERE, Scope
from app.services.texts.reading import Answer, answers, opened
from encuestas.export import as_typed, harmless

COLUMNS = ("id", "text", "codes")
SEPARATOR = ";"
LONGEST_CODE = 64
MOST_CODES = 20
"""Codes of one answer."""
MOST_KINDS = 200
"""Different codes of a question."""
NO_CODE = "ninguno"
"""Written for an answer that was read and fits no code; no spreadsheet takes it for a formula."""
_NO_CODES = frozenset({NO_CODE, "none", "-"})


@dataclass(frozen=True, slots=True)
class Faulty:
    """A row that codes nothing, and why. ``row`` is as a spreadsheet numbers it."""

    row: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file would do: each answer's codes, rows without any, and those that are faulty."""

    ready: dict[str, tuple[str, ...]]
    blank: int
    faulty: Sequence[Faulty]
    unused: Sequence[str]

    @property
    def kinds(self) -> list[str]:
        return sorted({code for codes in self.ready.values() for code in codes})


def sheet(
    slug: str, question: str, fmt: str, *, actor: User | None = None, scope: Scope = EVERYWHERE
) -> bytes:
    """Every answer with its key and its codes, as CSV or XLSX. It is noted who took them.

    Raises Problem as `reading.texts`.
    """
    collection, _survey, chosen = opened(slug, question)
    found = answers(collection, chosen, scope=scope) if chosen else []
    lines = [(one.key, one.text, _written(one)) for one in found]
    note_export(slug, actor=actor, format=fmt, question=question, purpose="coding")
    return _workbook(lines) if fmt == "xlsx" else _csv(lines)


def look(slug: str, question: str, file: CsvFile, *, scope: Scope = EVERYWHERE) -> Looked:
    """What the file would do. Nothing is stored.

    Raises Problem as `reading.texts`, or MISSING_COLUMNS; ImportRefused where it is no table.
    """
    collection, _survey, chosen = opened(slug, question)
    if missing := [name for name in ("id", "codes") if name not in file.header]:
        raise Problem(ProblemCode.MISSING_COLUMNS, columns=", ".join(missing))
    known = {one.key for one in answers(collection, chosen, scope=scope)} if chosen else set()
    ready: dict[str, tuple[str, ...]] = {}
    faulty: list[Faulty] = []
    blank = 0
    kinds: set[str] = set()
    for row in read_rows(file):
        if row.blank:
            continue
        try:
            key, codes = _row(file, row, known, ready)
            if codes is None:
                blank += 1
                continue
            kinds |= set(codes)
            if len(kinds) > MOST_KINDS:
                raise Problem(ProblemCode.CODES_TOO_MANY_KINDS, most=MOST_KINDS)
            ready[key] = codes
        except Problem as problem:
            faulty.append(Faulty(row.number, problem))
    unused = [name for name in file.header if name not in COLUMNS]
    return Looked(ready, blank, faulty, unused)


def save(slug: str, question: str, looked: Looked, *, actor: User | None = None) -> int:
    """Keep the codes of each answer in place of what it had; how many."""
    collection, _survey, _chosen = opened(slug, question)
    keys = [*looked.ready]
    for start in range(0, len(keys), 500):  # databases limit how many values a statement takes
        db.session.execute(
            delete(TextCode).where(
                TextCode.question == question,
                TextCode.response_id.in_(keys[start : start + 500]),
            )
        )
    db.session.add_all(
        TextCode(response_id=key, question=question, collection_id=collection.id, codes=list(codes))
        for key, codes in looked.ready.items()
    )
    note("texts.code", slug, actor=actor, question=question, answers=len(keys))
    db.session.commit()
    return len(keys)


def _row(
    file: CsvFile, row: Row, known: set[str], ready: dict[str, tuple[str, ...]]
) -> tuple[str, tuple[str, ...] | None]:
    if len(row.cells) != len(file.header):
        raise Problem(ProblemCode.BAD_ROW, cells=len(row.cells), columns=len(file.header))
    cells = dict(zip(file.header, row.cells, strict=True))
    key, written = cells["id"].strip(), as_typed(cells["codes"].strip())
    if not written:
        return key, None
    if key not in known:
        raise Problem(ProblemCode.CODES_OF_NOBODY, id=key[:40])
    if key in ready:
        raise Problem(ProblemCode.CODES_TWICE, id=key)
    parts = (" ".join(part.split()) for part in written.split(SEPARATOR))
    codes = tuple(
        dict.fromkeys(part for part in parts if part and part.casefold() not in _NO_CODES)
    )
    if len(codes) > MOST_CODES:
        raise Problem(ProblemCode.CODES_TOO_MANY, most=MOST_CODES)
    if long := next((code for code in codes if len(code) > LONGEST_CODE or "\0" in code), None):
        raise Problem(ProblemCode.CODE_TOO_LONG, name=long[:40], most=LONGEST_CODE)
    return key, codes


def _written(one: Answer) -> str:
    if one.codes is None:
        return ""
    return f"{SEPARATOR} ".join(one.codes) or NO_CODE


def _csv(lines: Sequence[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _workbook(lines: Sequence[tuple[str, ...]]) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as book:
        page = book.add_worksheet("codes")
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        page.set_column(0, 0, 38)
        page.set_column(1, 1, 80, wrap)
        page.set_column(2, 2, 30)
        page.freeze_panes(1, 0)
        page.write_row(0, 0, COLUMNS)
        for number, line in enumerate(lines, start=1):
            for column, cell in enumerate(line):
                page.write_string(number, column, cell[:32_767])
    return made.getvalue()

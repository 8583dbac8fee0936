"""Responses as a spreadsheet with its codebook: an XLSX file written row by row.

Sheets: `responses`, one for each repeat, `codebook`, `versions`, `about`. Numbers are numbers and
dates are dates; text is never taken for a formula or a link, so no apostrophe is put before it.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from sqlalchemy import Connection, Row, func, select

from app.config import TIME_ZONE
from app.errors import Problem, ProblemCode
from app.extensions import db
from app.language import locale_of
from app.models import SurveyText, SurveyVersion
from app.services import collections
from app.services.analytics.fingerprint import Fingerprint
from app.services.exports import codebook_lines, export_plan, workbook_words
from app.services.exports.export_plan import Export
from app.services.exports.fitted import Written
from app.words.surveys import change_text, effect_text
from encuestas.export import Table
from encuestas.export.coded import Adjustment, Change
from encuestas.types import Cell, ColumnKind

ROWS = 1_048_576
LONGEST_TEXT = 32_767
LONGEST_NUMBER = 10**15
"""From here on a spreadsheet drops digits."""

_ZONE = ZoneInfo(TIME_ZONE)
_FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets disagree on which day a number is
_LIMITS: Mapping[Change, str] = {
    Change.CELL_CUT: str(LONGEST_TEXT),
    Change.DIGITS_KEPT: str(len(str(LONGEST_NUMBER)) - 1),
    Change.DAY_KEPT: _FIRST_DAY.isoformat(),
}
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_SHEET_NAME = 31


def written(export: Export) -> Written:
    """The finished file, which goes when it is closed, and what did not fit it.

    Raises
    ------
    Problem
        EXPORT_TOO_WIDE or EXPORT_TOO_LONG.
    """
    # One file of its own on the disk: nothing grows in memory with the number of responses.
    file = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 whoever asked for it closes it
    try:
        with force_locale(locale_of(export.options.lang)):
            adjustments = _write(export, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Written(file, adjustments)


class _Early(str):
    """A day that spreadsheets count wrongly, as text."""

    __slots__ = ()


class _Sheet:
    """A sheet that is written from its first row to its last."""

    def __init__(self, book: _Book, name: str, heading: Sequence[str]) -> None:
        self._book, self.name = book, name
        self._sheet = book.file.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        self._next, self._heading = 0, heading
        for column, text in enumerate(heading):
            self._sheet.write_string(0, column, text, book.bold)
            self._sheet.set_column(column, column, min(40, max(10, len(text) + 2)))
        self._next = 1

    def add(self, cells: Iterable[object]) -> None:
        """One row. Raises Problem EXPORT_TOO_LONG."""
        if self._next >= ROWS:
            raise Problem(ProblemCode.EXPORT_TOO_LONG, sheet=self.name, limit=ROWS)
        for column, cell in enumerate(cells):
            if cell is not None and cell != "":
                self._put(column, cell)
        self._next += 1

    def _put(self, column: int, cell: object) -> None:
        sheet, row = self._sheet, self._next
        number = isinstance(cell, bool | int | float)
        if isinstance(cell, bool | int | float) and abs(cell) < LONGEST_NUMBER:
            sheet.write_number(row, column, cell)
        elif isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell, self._book.moment)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, cell, self._book.day)
        elif isinstance(cell, time):
            sheet.write_datetime(row, column, cell, self._book.hour)
        else:
            text = str(cell)
            heading = self._heading[column] if column < len(self._heading) else self.name
            if number:
                self._book.note(Change.DIGITS_KEPT, heading)
            elif isinstance(cell, _Early):
                self._book.note(Change.DAY_KEPT, heading)
            elif len(text) > LONGEST_TEXT:
                self._book.note(Change.CELL_CUT, heading, longest=len(text))
                text = text[: LONGEST_TEXT - 1] + "…"
            sheet.write_string(row, column, text)


class _Book:
    """The file with the forms that its cells may have, and what did not fit them."""

    def __init__(self, file: IO[bytes]) -> None:
        import xlsxwriter  # only for who asks for a spreadsheet

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.file: Any = xlsxwriter.Workbook(file, options)
        self.file.use_zip64()
        self.bold = self.file.add_format({"bold": True})
        self.day = self.file.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = self.file.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.hour = self.file.add_format({"num_format": "hh:mm:ss"})
        self._changes: dict[tuple[Change, str], int] = {}
        self._renamed: list[Adjustment] = []
        self._names: set[str] = set()

    def sheet(self, name: str, heading: Sequence[str]) -> _Sheet:
        free = self._free(name)
        if free != name:
            self._renamed.append(Adjustment(Change.SHEET_RENAMED, name, name, free))
        return _Sheet(self, free, heading)

    def note(self, change: Change, column: str, *, longest: int = 0) -> None:
        """How many cells of a column did not fit, or how long the longest of them is."""
        known = self._changes.get((change, column), 0)
        self._changes[change, column] = max(known, longest) if longest else known + 1

    def adjustments(self) -> list[str]:
        """The same in words."""
        told = [
            Adjustment(change, column, str(found), _LIMITS[change])
            for (change, column), found in self._changes.items()
        ]
        return [workbook_words.adjustment(each) for each in (*self._renamed, *told)]

    def _free(self, name: str) -> str:
        """A name that a sheet may have and that no other has, whatever its capitals."""
        name = _NOT_IN_SHEET_NAME.sub("_", name)[:_LONGEST_SHEET_NAME]
        found, number = name, 1
        while found.casefold() in {*self._names, "history"}:
            number += 1
            found = f"{name[: _LONGEST_SHEET_NAME - len(str(number)) - 1]}_{number}"
        self._names.add(found.casefold())
        return found


@dataclass(slots=True)
class _Seen:
    """What only the rows tell."""

    data: Fingerprint = field(default_factory=Fingerprint)
    corrections: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, row: Row[Any]) -> None:
        self.data.add(row)
        self.corrections[row.version, row.correction] += 1


def _write(export: Export, file: IO[bytes]) -> list[str]:
    book, seen = _Book(file), _Seen()
    with closing(book.file), export_plan.connected(db.engine, unchanging=True) as connection:
        _require_room(export, connection)
        _responses(export, book, connection, seen)
        _codebook(export, book)
        _versions(export, book, seen)
        _about(export, book, seen)
    return book.adjustments()


def _require_room(export: Export, connection: Connection) -> None:
    """Sooner than after minutes of writing. Raises Problem EXPORT_TOO_LONG."""
    rows = export.query.with_only_columns(func.count()).order_by(None)
    if connection.execute(rows).scalar_one() >= ROWS:
        raise Problem(ProblemCode.EXPORT_TOO_LONG, sheet="responses", limit=ROWS)


def _responses(export: Export, book: _Book, connection: Connection, seen: _Seen) -> None:
    """All sheets of answers at once: the responses are read a single time."""
    main = export.table(widths=export_plan.widths(export, connection))
    heading = [export.heading(name) for name in export.metadata]
    responses = book.sheet("responses", [*heading, *main.header])
    inside = []
    for repeat in export.repeats():
        table = export.table(repeat=repeat)
        heading = [*export_plan.positions(export, table), *table.header]
        inside.append((book.sheet(repeat, heading), table))
    for part in export_plan.parts(connection, export.query):
        for row in part:
            seen.add(row)
            for _, cells in main.rows(row.version, row.answers):
                responses.add([*_known(export, row), *_typed(main, cells)])
            for sheet, table in inside:
                for positions, cells in table.rows(row.version, row.answers):
                    sheet.add([row.id, *positions, *_typed(table, cells)])


def _known(export: Export, row: Row[Any]) -> Iterable[object]:
    for value in export_plan.values(export, row).values():
        is_moment = isinstance(value, datetime)
        yield value.astimezone(_ZONE).replace(tzinfo=None) if is_moment else value


def _typed(table: Table, cells: Sequence[Cell]) -> Iterable[object]:
    for column, cell in zip(table.columns, cells, strict=True):
        read = _READ.get(column.kind)
        yield read(cell) if read is not None and isinstance(cell, str) else cell


def _day(text: str) -> object:
    """The day; a special answer, or a day that spreadsheets count wrongly, stays text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return day if day >= _FIRST_DAY else _Early(text)


def _moment(text: str) -> object:
    """As the clock of whoever answered said it: cells have no zones."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
    return moment if moment.date() >= _FIRST_DAY else _Early(text)


def _hour(text: str) -> object:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text


_READ: Mapping[ColumnKind, Callable[[str], object]] = {
    ColumnKind.DATE: _day,
    ColumnKind.DATE_TIME: _moment,
    ColumnKind.TIME: _hour,
}


def _codebook(export: Export, book: _Book) -> None:
    heading, *lines = codebook_lines.lines(export)
    sheet = book.sheet("codebook", [str(each) for each in heading])
    for line in lines:
        sheet.add(line)


def _versions(export: Export, book: _Book, seen: _Seen) -> None:
    sheet = book.sheet("versions", workbook_words.versions_heading())
    for version, correction, structure in _structures(export):
        sheet.add([version, correction, structure, seen.corrections[version, correction]])
    if changes := export.joined.differences():
        sheet.add([])
        sheet.add(workbook_words.differences_heading())
    for each in changes:
        change = each.change
        words = [change_text(change), effect_text(change.effect)]
        sheet.add([each.before, each.after, change.where, *words])


def _structures(export: Export) -> Iterable[tuple[str, int, str]]:
    query = (
        select(SurveyVersion.name, SurveyText.correction, SurveyVersion.structure_hash)
        .join(SurveyText, SurveyText.version_id == SurveyVersion.id)
        .where(SurveyVersion.survey_id == export.joined.newest.id)
        .where(SurveyVersion.name.in_(export.joined.versions))
        .order_by(SurveyVersion.created_at, SurveyVersion.name, SurveyText.correction)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def _about(export: Export, book: _Book, seen: _Seen) -> None:
    collection = collections.find(export.collection)
    sheet = book.sheet("about", workbook_words.about_heading())
    for name, value in workbook_words.about(
        collection,
        export.joined,
        lang=export.options.lang,
        territories=export.territories,
        responses=seen.data.responses,
        digest=seen.data.hex(),
    ):
        sheet.add([name, value])
    for text in book.adjustments():
        sheet.add([workbook_words.adjusted(), text])

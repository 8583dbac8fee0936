"""Responses as files of SPSS and Stata, with labels.

They are made in memory, since their formats want to know the longest text before the first row.
What their limits changed comes back beside the file; a file of SPSS says it in its notes too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from sqlalchemy import Row

from app.config import TIME_ZONE
from app.extensions import db
from app.language import locale_of
from app.services.exports import export_plan, workbook_words
from app.services.exports.export_plan import Export
from app.services.exports.fitted import Written
from encuestas.export import Table, codebook
from encuestas.export.coded import (
    SPSS,
    STATA,
    Adjustment,
    Change,
    CodedColumn,
    Limits,
    Measure,
    Names,
    Shape,
    coded,
)
from encuestas.types import Cell, ColumnKind

_ZONE = ZoneInfo(TIME_ZONE)
_FIRST_LETTER = ord("a")
_FLAGS = frozenset({"simulated", "preview", "over_quota"})


def written(export: Export, fmt: str) -> Written:
    """``fmt``: sav or dta. Raises Problem EXPORT_TOO_WIDE."""
    limits, write = {"sav": (SPSS, _write_sav), "dta": (STATA, _write_dta)}[fmt]
    with force_locale(locale_of(export.options.lang)), tempfile.TemporaryDirectory() as folder:
        frame, path = _Frame(export, limits), Path(folder) / f"file.{fmt}"
        write(frame, path)
        # Its name goes with the folder, its content when it is closed.
        return Written(path.open("rb"), [workbook_words.adjustment(a) for a in frame.adjustments])


class _Frame:
    """The table as one list of values per column, with what each column means."""

    def __init__(self, export: Export, limits: Limits) -> None:
        self.export = export
        with export_plan.connected(db.engine, unchanging=True) as connection:
            table = export.table(widths=export_plan.widths(export, connection))
            self._name_columns(table, limits)
            self._read(table, connection, limits)

    def _name_columns(self, table: Table, limits: Limits) -> None:
        export, names = self.export, Names(limits)
        lang = export.options.lang
        worded = export.worded(table.widths)
        self.known = [
            _known_column(names.name(f"r_{name}"), name, shape=_shape_of(name))
            for name in export.metadata
        ]
        self.asked, changes = coded(
            table.columns,
            worded.header,
            codebook(export.joined),
            names=names,
            limits=limits,
            lang=lang,
        )
        if export.options.keep_special:
            self.asked = [replace(column, missing=()) for column in self.asked]
        self.adjustments = changes

    def _read(self, table: Table, connection: Any, limits: Limits) -> None:
        self.values: list[list[object]] = [[] for _ in (*self.known, *self.asked)]
        kinds = [column.kind for column in table.columns]
        cut: dict[str, int] = {}
        for part in export_plan.parts(connection, self.export.query):
            for row in part:
                for _, cells in table.rows(row.version, row.answers):
                    told = [*_known(self.export, row), *self._answers(cells, kinds)]
                    for column, values, value in zip(self.columns, self.values, told, strict=True):
                        values.append(_short(value, limits, column.source, cut))
        self.adjustments += [
            Adjustment(Change.TEXT_CUT, source, str(longest), str(limits.text))
            for source, longest in cut.items()
        ]

    @property
    def columns(self) -> list[CodedColumn]:
        return [*self.known, *self.asked]

    def _answers(self, cells: Sequence[Cell], kinds: Sequence[ColumnKind]) -> Iterable[object]:
        for column, kind, cell in zip(self.asked, kinds, cells, strict=True):
            yield column.value(cell) if kind is not ColumnKind.DATE_TIME else _text(cell)

    def labels(self) -> dict[str, str]:
        return {column.name: column.label for column in self.columns}

    def frame(self, values: Callable[[CodedColumn, list[object]], Any]) -> Any:
        import polars  # what pyreadstat writes from

        return polars.DataFrame(
            [
                values(c, found).alias(c.name)
                for c, found in zip(self.columns, self.values, strict=True)
            ]
        )


def _write_sav(frame: _Frame, path: Path) -> None:
    import pyreadstat

    labels: dict[str, Any] = {
        c.name: dict(c.labels) or dict(c.text_labels)
        for c in frame.columns
        if c.labels or c.text_labels
    }
    pyreadstat.write_sav(
        frame.frame(_series),
        path,
        file_label=_about(frame.export),
        column_labels=frame.labels(),
        variable_value_labels=labels,
        missing_ranges={c.name: _ranges(c.missing) for c in frame.columns if c.missing},
        variable_measure={c.name: str(c.measure) for c in frame.columns},
        note=[workbook_words.adjustment(each)[:80] for each in frame.adjustments] or None,
        row_compress=True,
    )


def _ranges(missing: Sequence[int]) -> list[Any]:
    """SPSS takes three single values, or a range."""
    if len(missing) <= 3:
        return list(missing)
    return [{"lo": min(missing), "hi": max(missing)}]


def _write_dta(frame: _Frame, path: Path) -> None:
    import pyreadstat

    special = {c.name: _letters(c.missing) for c in frame.columns if c.missing}
    labels = {
        c.name: {special.get(c.name, {}).get(n, n): words for n, words in c.labels.items()}
        for c in frame.columns
        if c.labels
    }
    pyreadstat.write_dta(
        frame.frame(lambda c, values: _series(c, values, special.get(c.name, {}))),
        path,
        file_label=_about(frame.export)[:80],
        column_labels=frame.labels(),
        variable_value_labels=cast(Any, labels),
        missing_user_values={name: list(found.values()) for name, found in special.items()},
    )


def _letters(missing: Sequence[int]) -> dict[int, str]:
    """Stata's own missing values: .a, .b and so on, which it leaves out of every sum."""
    return {number: chr(_FIRST_LETTER + place) for place, number in enumerate(missing[:26])}


def _series(
    column: CodedColumn, values: list[object], special: Mapping[int, str] | None = None
) -> Any:
    import polars

    if column.shape is Shape.TEXT:
        return polars.Series(
            values=[None if v is None else str(v) for v in values], dtype=polars.String
        )
    if column.shape is Shape.DATE:
        return polars.Series(values=values, dtype=polars.Date)
    if column.shape is Shape.MOMENT:
        return polars.Series(values=values, dtype=polars.Datetime("ms"))
    if special:
        numbers = [
            special.get(cast(int, v), v if v is None else float(cast(float, v))) for v in values
        ]
        return polars.Series(values=numbers, dtype=polars.Object)
    return polars.Series(values=values, dtype=polars.Float64, strict=False)


def _known_column(name: str, source: str, *, shape: Shape) -> CodedColumn:
    return CodedColumn(
        name=name,
        source=f"_{source}",
        label=workbook_words.of_metadata(source),
        shape=shape,
        numbers={},
        labels={},
        text_labels={},
        missing=(),
        measure=Measure.NOMINAL,
    )


def _shape_of(name: str) -> Shape:
    if name in _FLAGS or name == "correction":
        return Shape.NUMBER
    return {"submitted_on": Shape.DATE, "submitted_at": Shape.MOMENT}.get(name, Shape.TEXT)


def _known(export: Export, row: Row[Any]) -> Iterable[object]:
    """What is known of a response, moments by the clock of the place."""
    for value in export_plan.values(export, row).values():
        if isinstance(value, datetime):
            yield value.astimezone(_ZONE).replace(tzinfo=None)
        else:
            yield value


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)


def _short(value: object, limits: Limits, source: str, cut: dict[str, int]) -> object:
    if not isinstance(value, str) or len(value.encode()) <= limits.text:
        return value
    cut[source] = max(cut.get(source, 0), len(value.encode()))
    return value.encode()[: limits.text].decode("utf-8", "ignore")


def _about(export: Export) -> str:
    simulated = workbook_words.simulated() if export.simulated else ""
    limits = workbook_words.some_territories(export.territories)
    return " ".join(filter(None, (export.collection, simulated, limits)))

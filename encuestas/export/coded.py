"""An export's columns as SPSS and Stata want them: short names, and numbers with labels for codes.

Those programs count, cross and model numbers, so an answer that is a code becomes one. A code that
is a whole number stays it; others are numbered in the order of the choices, from 1. What is no
opinion (*don't know* and the like) is numbered -99, -98, ... and declared missing, so that no mean
takes it for a mark. Codes of digits that begin with a zero (comunas) stay text: they are joined on.
Whatever had to be renamed, cut or numbered is told as an `Adjustment`; nothing is changed silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from encuestas.export.codebook import Code, Entry
from encuestas.types import Cell, Column, ColumnKind

_FIRST_MISSING = -99
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,8}")
_PADDED = re.compile(r"0[0-9]+")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")
_NUMBERS = frozenset({ColumnKind.INTEGER, ColumnKind.DECIMAL, ColumnKind.INDICATOR})


class Shape(StrEnum):
    """What the cells of a coded column are."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    MOMENT = "moment"


class Measure(StrEnum):
    """What may be done with a column's numbers, in the words of SPSS."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


class Change(StrEnum):
    """What a program's limits did to a column."""

    RENAMED = "renamed"
    LABEL_CUT = "label_cut"
    VALUE_LABEL_CUT = "value_label_cut"
    NUMBERED = "numbered"
    TEXT_CUT = "text_cut"
    # What spreadsheets do to cells and sheets.
    CELL_CUT = "cell_cut"
    DIGITS_KEPT = "digits_kept"
    DAY_KEPT = "day_kept"
    SHEET_RENAMED = "sheet_renamed"


class Adjustment(NamedTuple):
    """``column`` is the export's own name; ``before`` and ``after`` what was changed into what."""

    change: Change
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long names, labels and texts may be in UTF-8, and what cannot be a name."""

    name: int
    label: int
    value_label: int
    text: int
    reserved: frozenset[str]
    labelled_text: bool


SPSS = Limits(
    name=64,
    label=255,
    value_label=120,
    text=32_767,
    reserved=frozenset(
        {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
    ),
    labelled_text=True,
)
STATA = Limits(
    name=32,
    label=80,
    value_label=32_000,
    text=2045,
    reserved=frozenset(
        {"byte", "int", "long", "float", "double", "strl", "if", "in", "using", "with"}
    ),
    labelled_text=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedColumn:
    """A column with what its numbers mean. ``numbers``: what stands for each code."""

    name: str
    source: str
    label: str
    shape: Shape
    numbers: Mapping[str, int]
    labels: Mapping[int, str]
    text_labels: Mapping[str, str]
    missing: tuple[int, ...]
    measure: Measure

    def value(self, cell: Cell) -> int | float | str | None:
        """The cell as the program holds it. KeyError for a code that the codebook lacks."""
        if cell is None or isinstance(cell, bool):
            return cell if cell is None else int(cell)
        if self.shape is Shape.NUMBER and isinstance(cell, str):
            return self.numbers[cell]
        return cell


class Names:
    """Gives out names that a program can hold, each once, whatever the case of its letters."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._taken = set(limits.reserved)

    def name(self, wanted: str) -> str:
        plain = _NOT_IN_NAMES.sub("_", wanted).rstrip("_")
        if not plain[:1].isalpha():
            plain = f"r_{plain.lstrip('_')}".rstrip("_")
        found, number = plain[: self._limits.name], 1
        while found.lower() in self._taken:
            number += 1
            end = f"_{number}"
            found = plain[: self._limits.name - len(end)] + end
        self._taken.add(found.lower())
        return found


def coded(
    columns: Sequence[Column],
    headings: Sequence[str],
    entries: Iterable[Entry],
    *,
    names: Names,
    limits: Limits,
    lang: str,
) -> tuple[list[CodedColumn], list[Adjustment]]:
    """The columns of an `encuestas.export.Table` in words (``headings``), and what was adjusted."""
    known = {entry.variable: entry for entry in entries}
    changes: list[Adjustment] = []
    found = []
    for column, heading in zip(columns, headings, strict=True):
        variable = column.name.rpartition("]/")[2].partition("/")[0]
        entry = known.get(variable)
        codes = entry.codes if entry and column.kind not in _UNLABELLED else ()
        found.append(_coded(column, heading, codes, names, limits, lang, changes))
    return found, changes


_UNLABELLED = frozenset({ColumnKind.CODES, ColumnKind.INDICATOR, ColumnKind.TEXT, ColumnKind.PLACE})


def _coded(
    column: Column,
    heading: str,
    codes: Sequence[Code],
    names: Names,
    limits: Limits,
    lang: str,
    changes: list[Adjustment],
) -> CodedColumn:
    name = names.name(column.name)
    if name != column.name:
        changes.append(Adjustment(Change.RENAMED, column.name, column.name, name))
    label = _cut(heading, limits.label)
    if label != heading:
        changes.append(Adjustment(Change.LABEL_CUT, column.name, heading, label))
    words = {}
    for code in codes:
        said = code.label.get(lang) or next(iter(code.label.values()), code.value)
        words[code.value] = _cut(said, limits.value_label)
        if words[code.value] != said:
            changes.append(Adjustment(Change.VALUE_LABEL_CUT, column.name, said, words[code.value]))
    textual = column.kind is ColumnKind.CODE and any(_PADDED.fullmatch(c.value) for c in codes)
    numbers = {} if textual else _numbers(codes)
    for value, number in numbers.items():
        if value != str(number):
            changes.append(Adjustment(Change.NUMBERED, column.name, value, str(number)))
    special = {code.value for code in codes if code.special}
    return CodedColumn(
        name=name,
        source=column.name,
        label=label,
        shape=_shape(column.kind, numbers),
        numbers=numbers,
        labels={number: words[value] for value, number in numbers.items()},
        text_labels=words if textual and limits.labelled_text else {},
        missing=tuple(number for value, number in numbers.items() if value in special),
        measure=_measure(column.kind, bool(numbers)),
    )


def _measure(kind: ColumnKind, has_codes: bool) -> Measure:
    """Whole numbers beside which there are codes are marks; other numbers are amounts."""
    if kind is ColumnKind.INTEGER and has_codes:
        return Measure.ORDINAL
    return Measure.SCALE if kind in {ColumnKind.INTEGER, ColumnKind.DECIMAL} else Measure.NOMINAL


def _shape(kind: ColumnKind, numbers: Mapping[str, int]) -> Shape:
    if kind in _NUMBERS or numbers:
        return Shape.NUMBER
    return Shape.TEXT


def _numbers(codes: Sequence[Code]) -> dict[str, int]:
    """A number for each code: its own where all are whole numbers, else its place."""
    said = [code.value for code in codes if not code.special]
    own = all(_WHOLE.fullmatch(value) for value in said)
    numbers = {value: int(value) if own else place for place, value in enumerate(said, 1)}
    free = (n for n in range(_FIRST_MISSING, 0) if n not in numbers.values())
    for code in codes:
        if code.special:
            numbers[code.value] = next(free)
    return numbers


def _cut(text: str, most: int) -> str:
    """The text in as many bytes of UTF-8; three dots say that there was more."""
    text = " ".join(text.split())
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode("utf-8", "ignore") + "..."

"""A CSV file of territories, organisations or plans: all of it enters the register, or nothing.

Rows are known by their code: a new one is added, one that says something else is changed, the rest
stays. What a file does not name is left as it is, so a list can be brought in piece by piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import Comuna, Territory
from app.services.audit import note
from app.services.import_file import CsvFile, Row, open_csv, read_rows
from app.services.register import COLUMNS, MODELS, Noun, Registered, cell, registered
from encuestas.errors import shown

OPTIONAL = frozenset({"active"})
LONGEST_NAME = 255
# A code is an answer's value, a word on the command line and a cell of exports: no blanks, and
# nothing in front that a spreadsheet runs.
_CODE = re.compile(r"[^\W_][\w.-]{0,31}")
_COMUNA = re.compile(r"[0-9]{5}")
_BETWEEN_COMUNAS = re.compile(r"[;\s]+")
_ACTIVE: Mapping[str, bool] = {
    **dict.fromkeys(("yes", "sí", "si", "1", "true", "verdadero"), True),
    **dict.fromkeys(("no", "0", "false", "falso"), False),
}


class RegisterCode(StrEnum):
    """What can be wrong with a file of the register. Context keys in brackets."""

    MISSING_COLUMN = "missing_column"  # columns
    DUPLICATE_COLUMN = "duplicate_column"
    ROW_LENGTH = "row_length"  # cells, columns
    EMPTY = "empty"
    INVISIBLE = "invisible"  # position
    TOO_LONG = "too_long"  # limit
    BAD_CODE = "bad_code"  # value
    DUPLICATE_CODE = "duplicate_code"  # value, first
    SIMULATED_CODE = "simulated_code"  # value
    LOST_ZERO = "lost_zero"  # value, comuna, name
    BAD_COMUNA = "bad_comuna"  # value
    UNKNOWN_COMUNA = "unknown_comuna"  # value
    UNKNOWN_TERRITORY = "unknown_territory"  # value
    SIMULATED_TERRITORY = "simulated_territory"  # value
    BAD_ACTIVE = "bad_active"  # value


@dataclass(frozen=True, slots=True)
class RegisterFault:
    """One thing wrong with a file. ``row`` is as a spreadsheet numbers it: the header is 1."""

    code: RegisterCode
    row: int
    column: str | None
    context: Mapping[str, object] = field(default_factory=dict)


class RegisterRefused(Exception):  # noqa: N818 a refusal with its reasons, told to a person
    """Nothing of the file was stored; every fault found is listed."""

    def __init__(self, faults: Sequence[RegisterFault]) -> None:
        super().__init__([fault.code.value for fault in faults])
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Change:
    """A row that says something else now: (before, after) by column."""

    code: str
    columns: Mapping[str, tuple[str | bool, str | bool]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file's rows."""

    added: Sequence[str]
    changed: Sequence[Change]
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register has already, by code."""

    rows: Mapping[str, Registered]
    territories: Mapping[str, Territory]
    comunas: Mapping[str, Comuna]


Say = Callable[..., None]
"""Notes a fault of the cell being read: its code, and the context."""


def open_file(noun: Noun, path: Path) -> CsvFile:
    """Find out how the file is written. Raises ImportRefused when it is no CSV."""
    return open_csv(path, COLUMNS[noun])


def unused_columns(noun: Noun, file: CsvFile) -> list[str]:
    """Columns that tell the register nothing."""
    return [name for name in file.header if name and name.casefold() not in COLUMNS[noun]]


def register_file(noun: Noun, file: CsvFile) -> Outcome:
    """Add and change what the file says.

    Raises RegisterRefused with every fault, or ImportRefused when it can't be read to its end.
    """
    places = _places(noun, file)
    rows = [row for row in read_rows(file) if not row.blank]
    known = _known(noun)
    entries: list[Mapping[str, object]] = []
    faults: list[RegisterFault] = []
    first: dict[object, int] = {}
    for row in rows:
        values, wrong = _read(row, places, len(file.header), known)
        code = values.get("code")
        if code and (earlier := first.setdefault(code, row.number)) != row.number:
            context = {"value": code, "first": earlier}
            wrong.append(RegisterFault(RegisterCode.DUPLICATE_CODE, row.number, "code", context))
        entries.append(values)
        faults += wrong
    if faults:
        raise RegisterRefused(faults)
    outcome = _store(noun, entries, known)
    if outcome.added or outcome.changed:
        _note(noun, file.path.name, outcome)
    db.session.commit()
    return outcome


def _places(noun: Noun, file: CsvFile) -> Mapping[str, int]:
    """Where each column is. A spreadsheet likes to begin names with a capital."""
    header = [name.casefold() for name in file.header]
    counts = Counter(header)
    columns = COLUMNS[noun]
    context = {"columns": columns}
    faults = [
        RegisterFault(RegisterCode.MISSING_COLUMN, 1, name, context)
        for name in columns
        if name not in counts and name not in OPTIONAL
    ]
    faults += [
        RegisterFault(RegisterCode.DUPLICATE_COLUMN, 1, name)
        for name in columns
        if counts[name] > 1
    ]
    if faults:
        raise RegisterRefused(faults)
    return {name: header.index(name) for name in columns if name in counts}


def _known(noun: Noun) -> _Known:
    rows = {row.code: row for row in registered(noun)}
    if noun is Noun.TERRITORIES:
        return _Known(rows, {}, {row.code: row for row in db.session.scalars(select(Comuna))})
    return _Known(rows, {row.code: row for row in db.session.scalars(select(Territory))}, {})


def _read(
    row: Row, places: Mapping[str, int], width: int, known: _Known
) -> tuple[Mapping[str, object], list[RegisterFault]]:
    """What the row says by column, and what is wrong with it."""
    if len(row.cells) < width or any(extra.strip() for extra in row.cells[width:]):
        context = {"cells": len(row.cells), "columns": width}
        return {}, [RegisterFault(RegisterCode.ROW_LENGTH, row.number, None, context)]
    values: dict[str, object] = {}
    faults: list[RegisterFault] = []
    for column, place in places.items():

        def say(code: RegisterCode, *, column: str = column, **context: object) -> None:
            faults.append(RegisterFault(code, row.number, column, context))

        text = " ".join(unicodedata.normalize("NFC", row.cells[place]).split())
        if text and text.isprintable():
            values[column] = _READERS[column](text, known, say)
        elif text:
            position = next(at for at, sign in enumerate(text, 1) if not sign.isprintable())
            say(RegisterCode.INVISIBLE, position=position)
        elif column not in OPTIONAL:
            say(RegisterCode.EMPTY)
    return values, faults


def _code(text: str, known: _Known, say: Say) -> str | None:
    if not _CODE.fullmatch(text):
        say(RegisterCode.BAD_CODE, value=shown(text))
        return None
    if (row := known.rows.get(text)) is not None and row.simulated:
        say(RegisterCode.SIMULATED_CODE, value=text)
    return text


def _words(text: str, _known: _Known, say: Say) -> str:
    if len(text) > LONGEST_NAME:
        say(RegisterCode.TOO_LONG, limit=LONGEST_NAME)
    return text


def _comunas(text: str, known: _Known, say: Say) -> list[Comuna]:
    codes = dict.fromkeys(code for code in _BETWEEN_COMUNAS.split(text) if code)
    if not codes:
        say(RegisterCode.EMPTY)
    for code in codes:
        if code in known.comunas:
            continue
        if (likely := known.comunas.get(f"0{code}")) is not None:
            say(RegisterCode.LOST_ZERO, value=code, comuna=likely.code, name=likely.name)
        elif _COMUNA.fullmatch(code):
            say(RegisterCode.UNKNOWN_COMUNA, value=code)
        else:
            say(RegisterCode.BAD_COMUNA, value=shown(code))
    return [known.comunas[code] for code in codes if code in known.comunas]


def _territory(text: str, known: _Known, say: Say) -> Territory | None:
    found = known.territories.get(text)
    if found is None:
        say(RegisterCode.UNKNOWN_TERRITORY, value=shown(text))
    elif found.simulated:
        say(RegisterCode.SIMULATED_TERRITORY, value=text)
    return found


def _active(text: str, _known: _Known, say: Say) -> bool | None:
    found = _ACTIVE.get(text.casefold())
    if found is None:
        say(RegisterCode.BAD_ACTIVE, value=shown(text))
    return found


_READERS: Mapping[str, Callable[[str, _Known, Say], object]] = {
    "code": _code,
    "name": _words,
    "title": _words,
    "kind": _words,
    "comunas": _comunas,
    "territory": _territory,
    "active": _active,
}


def _store(noun: Noun, entries: Sequence[Mapping[str, object]], known: _Known) -> Outcome:
    added: list[str] = []
    changed: list[Change] = []
    for values in entries:
        code = str(values["code"])
        row = known.rows.get(code)
        if row is None:
            db.session.add(MODELS[noun](**values))
            added.append(code)
        elif columns := dict(_change(row, values)):
            changed.append(Change(code, columns))
    return Outcome(added, changed, len(entries) - len(added) - len(changed))


def _change(
    row: Registered, values: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[str | bool, str | bool]]]:
    """Make the row say what the file says, telling each column that said something else."""
    for column, value in values.items():
        before, after = cell(getattr(row, column)), cell(value)
        if after != before:
            setattr(row, column, value)
            yield column, (before, after)


def _note(noun: Noun, file: str, outcome: Outcome) -> None:
    changed = {change.code: dict(change.columns) for change in outcome.changed}
    note("register.load", noun, file=shown(file), added=list(outcome.added), changed=changed)

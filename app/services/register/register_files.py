"""A CSV file of territories, organisations or plans: all of it enters the register, or nothing.

Rows are known by their code: a new one is added, one that says something else is changed, the rest
stays. What a file does not name is left as it is, so a list can be brought in piece by piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.extensions import db
from app.models import User
from app.services.audit import note
from app.services.imports.table import CsvFile, Row, open_csv, read_rows
from app.services.register import rolls
from app.services.register.cells import Known, RegisterCode, RegisterFault, read_cell
from app.services.register.cells import known as everything_known
from app.services.register.places import (
    COLUMNS,
    CONTACT,
    MODELS,
    MORE,
    OPTIONAL,
    Noun,
    Registered,
    cell,
)
from encuestas.errors import shown
from encuestas.export import as_typed


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


def columns(noun: Noun) -> tuple[str, ...]:
    """What a file may tell."""
    told = (*COLUMNS[noun], *MORE[noun])
    return tuple(dict.fromkeys(told))


def open_file(noun: Noun, path: Path) -> CsvFile:
    """Find out how the file is written. Raises ImportRefused when it is no CSV."""
    return open_csv(path, columns(noun))


def unused_columns(noun: Noun, file: CsvFile) -> list[str]:
    """Columns that tell the register nothing."""
    return [name for name in file.header if name and name.casefold() not in columns(noun)]


def preview_file(noun: Noun, file: CsvFile) -> Outcome:
    """What `register_file` would do. Nothing is stored, whatever comes of it."""
    entries, known = _entries(noun, file)
    return _compared(entries, known)


def register_file(noun: Noun, file: CsvFile, *, actor: User | None = None) -> Outcome:
    """Add and change what the file says; the rolls of open collections follow.

    Raises RegisterRefused with every fault, or ImportRefused when it can't be read to its end.
    """
    entries, known = _entries(noun, file)
    outcome = _compared(entries, known)
    for values in entries:
        store(noun, values, known)
    if outcome.added or outcome.changed:
        _note(noun, file.path.name, outcome, actor)
        if noun is Noun.ORGANISATIONS:
            rolls.follow_register(actor=actor)
    db.session.commit()
    return outcome


def store(noun: Noun, values: Mapping[str, object], known: Known) -> None:
    """Make the register say this of one row. The caller commits."""
    row = known.rows.get(str(values["code"]))
    if row is None:
        db.session.add(MODELS[noun](**values))
        return
    for column in differences(row, values):
        setattr(row, column, values[column])


def differences(
    row: Registered, values: Mapping[str, Any]
) -> Mapping[str, tuple[str | bool, str | bool]]:
    """Each column of which the row says something else: (before, after)."""
    pairs = {name: (cell(getattr(row, name)), cell(value)) for name, value in values.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _entries(noun: Noun, file: CsvFile) -> tuple[list[Mapping[str, object]], Known]:
    """What the rows say, and what is known already."""
    places = _places(noun, file)
    rows = [row for row in read_rows(file) if not row.blank]
    known = everything_known(noun)
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
    return entries, known


def _compared(entries: Sequence[Mapping[str, object]], known: Known) -> Outcome:
    added: list[str] = []
    changed: list[Change] = []
    for values in entries:
        code = str(values["code"])
        row = known.rows.get(code)
        if row is None:
            added.append(code)
        elif found := differences(row, values):
            changed.append(Change(code, found))
    return Outcome(added, changed, len(entries) - len(added) - len(changed))


def _places(noun: Noun, file: CsvFile) -> Mapping[str, int]:
    """Where each column is. A spreadsheet likes to begin names with a capital."""
    header = [name.casefold() for name in file.header]
    counts = Counter(header)
    known = columns(noun)
    context = {"columns": COLUMNS[noun]}
    faults = [
        RegisterFault(RegisterCode.MISSING_COLUMN, 1, name, context)
        for name in known
        if name not in counts and name not in OPTIONAL
    ]
    faults += [
        RegisterFault(RegisterCode.DUPLICATE_COLUMN, 1, name) for name in known if counts[name] > 1
    ]
    if faults:
        raise RegisterRefused(faults)
    return {name: header.index(name) for name in known if name in counts}


def _read(
    row: Row, places: Mapping[str, int], width: int, known: Known
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

        text = as_typed(row.cells[place].strip())
        if text:
            values[column] = read_cell(column, text, known, say)
        elif column not in OPTIONAL:
            say(RegisterCode.EMPTY)
    return {name: value for name, value in values.items() if value is not None}, faults


def _note(noun: Noun, file: str, outcome: Outcome, actor: User | None) -> None:
    changed = {change.code: without_contact(change.columns) for change in outcome.changed}
    note(
        "register.load",
        noun,
        actor=actor,
        file=shown(file),
        added=list(outcome.added),
        changed=changed,
    )


def without_contact(columns: Mapping[str, object]) -> dict[str, object]:
    """What the audit keeps of changes: that a contact changed, never to what or from what."""
    return {name: None if name in CONTACT else pair for name, pair in columns.items()}

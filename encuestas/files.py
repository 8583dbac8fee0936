"""CSV files attached to a definition: text <-> `Table`, and the choices that a question takes.

A comma or, as spreadsheets in Chile write, a semicolon separates the cells; the heading tells.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from encuestas.definition import Choice, Table
from encuestas.errors import ErrorCode, Problem, shown
from encuestas.fields import (
    CHOICE_VALUE,
    FILE_NAME,
    CodeField,
    control_character,
    problem_of_words,
    refuse,
)

MAX_FILES_BYTES = 2_000_000
"""All attached files of a definition together."""
_MAX_COLUMNS = 500
_MAX_ROWS = 50_000
_LABEL = re.compile(r"label::(?:.*\()?([A-Za-z][A-Za-z0-9-]*)\)?")


class FilesField(CodeField[dict[str, Table]]):
    """``{name.csv: the text of the file}``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, Table]:
        if not isinstance(value, Mapping):
            raise refuse(ErrorCode.WRONG_SHAPE, expected="mapping")
        texts = [text for text in value.values() if isinstance(text, str)]
        if sum(len(text.encode("utf-8", "replace")) for text in texts) > MAX_FILES_BYTES:
            raise refuse(ErrorCode.FILES_TOO_LARGE, limit=MAX_FILES_BYTES)
        tables: dict[str, Table] = {}
        errors: dict[Any, Any] = {}
        for name, text in value.items():
            try:
                if not isinstance(name, str) or not FILE_NAME.fullmatch(name):
                    raise refuse(ErrorCode.BAD_FILE_NAME, value=shown(name))
                if not isinstance(text, str):
                    raise refuse(ErrorCode.WRONG_SHAPE, expected="text")
                tables[name] = read_table(text)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return tables

    def _serialize(
        self, value: Mapping[str, Table] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return {name: write_table(table) for name, table in (value or {}).items()}


def read_table(text: str) -> Table:
    """The table in CSV text; ValidationError has the first row that is wrong."""
    text = text.removeprefix("\ufeff")
    if position := control_character(text.replace("\r", "\n")):
        raise refuse(ErrorCode.CONTROL_CHARACTER, position=position)
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    separator = ";" if ";" in heading and "," not in heading else ","
    rows = _rows(text, separator)
    columns = tuple(cell.strip() for cell in next(rows, (0, []))[1])
    if not columns or not all(columns):
        raise refuse(ErrorCode.EMPTY)
    if len(columns) > _MAX_COLUMNS:
        raise refuse(ErrorCode.TOO_BIG, value=len(columns), maximum=_MAX_COLUMNS)
    for column in columns:
        if columns.count(column) > 1:
            raise refuse(ErrorCode.DUPLICATE_NAME, name=shown(column))
    body: list[tuple[str, ...]] = []
    for number, row in rows:
        if len(row) != len(columns):
            context = {"row": number, "expected": len(columns), "found": len(row)}
            raise refuse(ErrorCode.FILE_ROW, **context)
        body.append(tuple(row))
        if len(body) > _MAX_ROWS:
            raise refuse(ErrorCode.TOO_BIG, value=len(body), maximum=_MAX_ROWS)
    return Table(columns, tuple(body))


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with something in them, each with its number from 1."""
    number = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            number += 1
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error as error:
        raise refuse(ErrorCode.FILE_SYNTAX, row=number + 1) from error


def write_table(table: Table) -> str:
    """The table as CSV text, which `read_table` reads back."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows((table.columns, *table.rows))
    return written.getvalue()


def choices_from(
    table: Table, *, value: str, label: str, languages: tuple[str, ...]
) -> tuple[Choice, ...]:
    """The rows as choices. Both columns exist; a row without words shows its value."""
    at = table.columns.index(value)
    labels = {languages[0]: table.columns.index(label)} if label in table.columns else {}
    for index, column in enumerate(table.columns):
        if (found := _LABEL.fullmatch(column)) and found[1] in languages:
            labels[found[1]] = index
    choices = []
    for row in table.rows:
        words = {language: row[index] for language, index in labels.items() if row[index].strip()}
        words.setdefault(languages[0], row[at])
        choices.append(Choice(row[at], words, columns=dict(zip(table.columns, row, strict=True))))
    return tuple(choices)


_MOST_NAMED = 20


def problems_of_choices(choices: tuple[Choice, ...]) -> Iterator[Problem]:
    """Rows that can't be choices: the first few, since one mistake may run down a whole file."""
    seen: set[str] = set()
    found = 0
    for choice in choices:
        if choice.value in seen:
            problem: Problem | None = Problem(
                ErrorCode.DUPLICATE_CHOICE, {"value": shown(choice.value)}
            )
        elif not CHOICE_VALUE.fullmatch(choice.value):
            problem = Problem(ErrorCode.BAD_CHOICE_VALUE, {"value": shown(choice.value)})
        else:
            problem = next(filter(None, map(problem_of_words, choice.label.values())), None)
        seen.add(choice.value)
        if problem is not None:
            found += 1
            yield problem
        if found == _MOST_NAMED:
            return

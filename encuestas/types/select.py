"""One of a list, or several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from marshmallow import fields

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.fields import FILE_NAME, TextField
from encuestas.types.base import (
    Answer,
    Cell,
    Column,
    ColumnKind,
    Outcome,
    PaperKind,
    QuestionType,
    choice_columns,
    fault,
    wrong_type,
)

_BLANKS = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[\s;,|]+")
_WHOLE = re.compile(r"(-?[0-9]+)(?:\.0*|,0+)")


class SelectOneType(QuestionType[NoSettings]):
    """The answer is the value of the choice."""

    name = "select_one"
    xlsform_name = "select_one"
    has_choices = True
    has_other = True
    column_kind = ColumnKind.CODE
    paper_kind = PaperKind.BOXES

    def read(self, question: Question, text: str, *, machine: bool) -> str:
        return _code(question, text.strip(), machine=machine)

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        return value if isinstance(value, str) else wrong_type(question, "text")

    def check(self, question: Question, answer: Answer) -> AnswerFault | None:
        for choice in question.choices:  # any() takes twice as long, for each answer
            if choice.value == answer:
                return None
        return fault(question, ErrorCode.NOT_A_CHOICE, value=shown(answer))


VALUE, LABEL = "name", "label"
"""The columns that ODK takes where nothing is said."""


@dataclass(frozen=True, slots=True)
class FileSettings:
    """Which of the attached CSV files has the choices, and in which of its columns."""

    file: str
    value_column: str = VALUE
    label_column: str = LABEL


def _file_fields() -> dict[str, fields.Field[Any]]:
    return {
        "file": TextField(required=True, pattern=FILE_NAME, code=ErrorCode.BAD_FILE_NAME),
        "value_column": TextField(data_key="value"),
        "label_column": TextField(),
    }


def _file_structure(settings: FileSettings) -> dict[str, object]:
    return {"file": settings.file, "value": settings.value_column}


class SelectOneFromFileType(SelectOneType):
    """One row of a file: communes, schools, organisations."""

    name = "select_one_from_file"
    xlsform_name = "select_one_from_file"
    settings_class = FileSettings
    choices_from_file = True
    has_other = False

    def fields(self) -> dict[str, fields.Field[Any]]:
        return _file_fields()

    def structure(self, question: Question) -> dict[str, object]:
        return _file_structure(cast(FileSettings, question.settings))


class SelectMultipleType(QuestionType[NoSettings]):
    """The answer is the list of values in the order of the choices; a special answer is alone."""

    name = "select_multiple"
    xlsform_name = "select_multiple"
    has_choices = True
    has_other = True
    column_kind = ColumnKind.CODES
    paper_kind = PaperKind.BOXES

    def parse_form(self, question: Question, values: Sequence[str]) -> Outcome:
        return self._chosen(question, [value.strip() for value in values])

    def parse_text(self, question: Question, text: str) -> Outcome:
        known = {choice.value for choice in question.choices} | set(question.special)
        given = _BLANKS.split(text.strip())
        if not known.issuperset(given):
            given = _SEPARATORS.split(text.strip())
        return self._chosen(question, [_code(question, code, machine=True) for code in given])

    def parse_json(self, question: Question, value: object) -> Outcome:
        if value is None or value == "":
            return None
        if isinstance(value, str) and value in question.special:
            return [value]
        if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
            return wrong_type(question, "list")
        return self._chosen(question, value)

    @staticmethod
    def _chosen(question: Question, given: Sequence[str]) -> Outcome:
        chosen = {code for code in given if code}
        special = [code for code in question.special if code in chosen]
        if special and len(chosen) == 1:
            return special
        if special:
            return fault(question, ErrorCode.SPECIAL_NOT_ALONE, value=special[0])
        answer = [choice.value for choice in question.choices if choice.value in chosen]
        if unknown := chosen.difference(answer):
            return fault(question, ErrorCode.NOT_A_CHOICE, value=shown(min(unknown)))
        return answer or None

    def columns(self, question: Question) -> tuple[Column, ...]:
        """All codes in one column, then one indicator for each choice."""
        return choice_columns(question, whole=self.column_kind, each=ColumnKind.INDICATOR)

    def cells(self, question: Question, answer: Answer | None) -> tuple[Cell, ...]:
        """Indicators stay empty when there was no answer or a special one: that is not a no."""
        if not isinstance(answer, list):
            return (None,) * (len(question.choices) + 1)
        codes = " ".join(answer)
        if answer and answer[0] in question.special:
            return (codes, *(None,) * len(question.choices))
        return (codes, *(choice.value in answer for choice in question.choices))


class SelectMultipleFromFileType(SelectMultipleType):
    """Several rows of a file."""

    name = "select_multiple_from_file"
    xlsform_name = "select_multiple_from_file"
    settings_class = FileSettings
    choices_from_file = True
    has_other = False

    def fields(self) -> dict[str, fields.Field[Any]]:
        return _file_fields()

    def structure(self, question: Question) -> dict[str, object]:
        return _file_structure(cast(FileSettings, question.settings))


def _code(question: Question, text: str, *, machine: bool) -> str:
    """The text as a code: files from a data frame say 1.0, or 1,0 in Chile, where the code is 1."""
    whole = _WHOLE.fullmatch(text) if machine else None
    if whole is None or any(choice.value == text for choice in question.choices):
        return text
    return whole[1]

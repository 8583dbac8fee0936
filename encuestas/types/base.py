"""The contract of a question type.

A type is one file in this package and one line in ``__init__``. It says

* ``name``: the word in a definition; ``xlsform_name``: the word in an XLSForm;
* ``settings_class`` and ``fields()``: the frozen dataclass of its settings, and the marshmallow
  field that reads each one (the field's ``data_key`` is the key in the definition);
* ``problems(...)``: what is wrong with its settings taken together;
* ``structure(question)``: the settings that answers depend on, JSON-ready, without words;
* ``read(question, text, machine=...)`` and ``from_json(question, value)``: one answer, or a fault;
* ``check(question, answer)``: whether a well-formed answer is within the settings;
* ``columns(question)`` and ``cells(question, answer)``: how it is exported;
* ``paper(question)``: what a printed form leaves room for.

The flags say what a definition may hold: ``has_answer`` (a note has none), ``has_label`` (nobody
is shown a calculation), ``has_choices``, ``choices_from_file``, ``has_other``, ``allows_special``.

What is the same for every type is done here once: blanks, special answers, one answer per
question. None is a missing answer. No method raises for anything that a person or client sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, cast

from marshmallow import fields

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, Problem

Answer: TypeAlias = int | float | str | list[str]
Outcome: TypeAlias = Answer | AnswerFault | None
Cell: TypeAlias = int | float | str | bool | None

SettingsT = TypeVar("SettingsT")


class ColumnKind(StrEnum):
    """What an export may expect in a column, special answers apart."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date_time"
    PLACE = "place"
    CODE = "code"
    CODES = "codes"
    INDICATOR = "indicator"


class PaperKind(StrEnum):
    """What a printed form leaves room for."""

    NOTHING = "nothing"
    LINES = "lines"
    DIGITS = "digits"
    ONE_BOX = "one_box"
    BOXES = "boxes"
    PLACES = "places"
    MARKS = "marks"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date_time"
    COORDINATES = "coordinates"


@dataclass(frozen=True, slots=True)
class Paper:
    """Room on a printed form: ``size`` lines, digits or points.

    ``BOXES``: one to tick for each choice; ``PLACES``: one before each choice for its place;
    ``MARKS``: the numbers of a scale to ring.
    """

    kind: PaperKind
    size: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export; ``value`` is the choice that an indicator stands for."""

    name: str
    kind: ColumnKind
    value: str | None = None


def fault(question: Question, code: ErrorCode, **context: object) -> AnswerFault:
    """A fault of that question."""
    return AnswerFault(code, question.name, context)


class QuestionType(Generic[SettingsT]):
    """The base of all types; see the module for what a type must say."""

    name: ClassVar[str]
    xlsform_name: ClassVar[str]
    settings_class: ClassVar[type] = NoSettings
    column_kind: ClassVar[ColumnKind] = ColumnKind.TEXT
    paper_kind: ClassVar[PaperKind] = PaperKind.LINES
    paper_size: ClassVar[int] = 1
    has_answer: ClassVar[bool] = True
    has_label: ClassVar[bool] = True
    is_calculated: ClassVar[bool] = False
    has_choices: ClassVar[bool] = False
    choices_from_file: ClassVar[bool] = False
    has_other: ClassVar[bool] = False
    allows_special: ClassVar[bool] = True

    def fields(self) -> dict[str, fields.Field[Any]]:
        """The settings' names in ``settings_class``, each with the field that reads it."""
        return {}

    def problems(self, data: Mapping[str, Any]) -> Iterable[Problem]:
        """Problems of settings that were each read well; a setting that was not is absent."""
        return ()

    def structure(self, question: Question) -> dict[str, object]:
        """Settings that decide which answers are possible."""
        return {}

    def settings(self, question: Question) -> SettingsT:
        """The question's settings, which `read_survey` made with ``settings_class``."""
        return cast(SettingsT, question.settings)

    def read(self, question: Question, text: str, *, machine: bool) -> Answer | AnswerFault:
        """One answer from text that is not blank; ``machine``: a program wrote it, not a person."""
        raise NotImplementedError

    def from_json(self, question: Question, value: object) -> Answer | AnswerFault:
        """One answer from a JSON value that is neither null nor blank nor special."""
        raise NotImplementedError

    def check(self, question: Question, answer: Answer) -> AnswerFault | None:
        """Whether an answer is within the settings."""
        return None

    def parse_form(self, question: Question, values: Sequence[str]) -> Outcome:
        """The answer in the fields of a posted form."""
        given = list(dict.fromkeys(value for value in values if value.strip()))
        if not given:
            return None
        if len(given) > 1:
            special = [value for value in given if value in question.special]
            if special:
                return fault(question, ErrorCode.SPECIAL_NOT_ALONE, value=special[0])
            return fault(question, ErrorCode.SEVERAL_ANSWERS)
        return self._parse(question, given[0], machine=False)

    def parse_text(self, question: Question, text: str) -> Outcome:
        """The answer in a cell of a file or an element of an XForm."""
        return self._parse(question, text, machine=True) if text.strip() else None

    def parse_json(self, question: Question, value: object) -> Outcome:
        """The answer in a JSON value of the canonical kind."""
        if value is None:
            return None
        if isinstance(value, str):
            if not value.strip():
                return None
            if value in question.special:
                return value
        return self._checked(question, self.from_json(question, value))

    def _parse(self, question: Question, text: str, *, machine: bool) -> Outcome:
        if text.strip() in question.special:
            return text.strip()
        return self._checked(question, self.read(question, text, machine=machine))

    def _checked(self, question: Question, answer: Answer | AnswerFault) -> Outcome:
        if isinstance(answer, AnswerFault):
            return answer
        return self.check(question, answer) or answer

    def columns(self, question: Question) -> tuple[Column, ...]:
        """The columns of an export."""
        return (Column(question.name, self.column_kind),) if self.has_answer else ()

    def cells(self, question: Question, answer: Answer | None) -> tuple[Cell, ...]:
        """The canonical answer in those columns; None where there is none."""
        return (cast(Cell, answer),) if self.has_answer else ()

    def paper(self, question: Question) -> Paper:
        """The room that an answer takes on a printed form."""
        return Paper(self.paper_kind, self.paper_size)


def wrong_type(question: Question, expected: str) -> AnswerFault:
    """The fault of a JSON value of another type."""
    return fault(question, ErrorCode.WRONG_TYPE, expected=expected)


def is_special(question: Question, answer: object) -> bool:
    """Whether a canonical answer is one of the question's special answers."""
    if isinstance(answer, list):
        return len(answer) == 1 and answer[0] in question.special
    return isinstance(answer, str) and answer in question.special


def choice_columns(
    question: Question, *, whole: ColumnKind, each: ColumnKind
) -> tuple[Column, ...]:
    """All codes of an answer in one column, then one column for each choice."""
    choices = (Column(f"{question.name}/{c.value}", each, c.value) for c in question.choices)
    return (Column(question.name, whole), *choices)

"""What the survey works out by itself."""

from __future__ import annotations

import math
import re

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.fields import control_character
from encuestas.types.base import PaperKind, QuestionType, fault, wrong_type
from encuestas.types.numbers import LARGEST_INTEGER

LONGEST = 50_000
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]{1,300})?")


class CalculateType(QuestionType[NoSettings]):
    """A number where the result is one, else a text. ``05`` is a text: it is a code."""

    name = "calculate"
    xlsform_name = "calculate"
    has_label = False
    is_calculated = True
    allows_special = False
    paper_kind = PaperKind.NOTHING

    def read(self, question: Question, text: str, *, machine: bool) -> float | str | AnswerFault:
        if len(text) > LONGEST:
            return fault(question, ErrorCode.TOO_LONG, length=len(text), maximum=LONGEST)
        if position := control_character(text):
            return fault(question, ErrorCode.CONTROL_CHARACTER, position=position)
        return _number(float(text)) if _NUMBER.fullmatch(text) else text

    def from_json(self, question: Question, value: object) -> float | str | AnswerFault:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self.read(question, value, machine=True)
        if not isinstance(value, int | float):
            return wrong_type(question, "number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            return fault(question, ErrorCode.NUMBER_TOO_LARGE, value=shown(value))
        return _number(number)


def _number(number: float) -> float:
    """A whole number as one: 3 and not 3.0."""
    whole = number.is_integer() and abs(number) <= LARGEST_INTEGER
    return int(number) if whole else number

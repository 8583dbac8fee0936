"""A number with decimals."""

from __future__ import annotations

import math

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.types.base import ColumnKind, PaperKind, QuestionType, fault, wrong_type
from encuestas.types.numbers import read_number


class DecimalType(QuestionType[NoSettings]):
    """The double nearest to what was written; limits belong in a constraint."""

    name = "decimal"
    xlsform_name = "decimal"
    column_kind = ColumnKind.DECIMAL
    paper_kind = PaperKind.DIGITS
    paper_size = 10

    def read(self, question: Question, text: str, *, machine: bool) -> float | AnswerFault:
        number = read_number(question, text, machine=machine)
        if isinstance(number, AnswerFault):
            return number
        return self._finite(question, float(number))

    def from_json(self, question: Question, value: object) -> float | AnswerFault:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return wrong_type(question, "number")
        try:
            return self._finite(question, float(value))
        except OverflowError:
            return fault(question, ErrorCode.NUMBER_TOO_LARGE, value=shown(value))

    @staticmethod
    def _finite(question: Question, number: float) -> float | AnswerFault:
        if math.isnan(number):
            return fault(question, ErrorCode.NOT_A_NUMBER, value="NaN")
        if math.isinf(number):
            return fault(question, ErrorCode.NUMBER_TOO_LARGE, value=shown(number))
        # Adding zero turns -0.0 into 0.0: one number, one spelling.
        return number + 0.0

"""A whole number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from encuestas.definition import Question
from encuestas.errors import AnswerFault, ErrorCode, Problem
from encuestas.fields import IntegerField
from encuestas.types.base import Answer, ColumnKind, Paper, PaperKind, QuestionType
from encuestas.types.numbers import check_limits, doubtful, integer_from_json, read_integer


@dataclass(frozen=True, slots=True)
class IntegerSettings:
    """``min`` and ``max`` of the definition, both allowed answers."""

    minimum: int | None = None
    maximum: int | None = None


class IntegerType(QuestionType[IntegerSettings]):
    """People, years, hectares."""

    name = "integer"
    xlsform_name = "integer"
    settings_class = IntegerSettings
    column_kind = ColumnKind.INTEGER
    paper_kind = PaperKind.DIGITS

    def fields(self) -> dict[str, fields.Field[Any]]:
        return {"minimum": IntegerField(data_key="min"), "maximum": IntegerField(data_key="max")}

    def problems(self, data: Mapping[str, Any]) -> Iterable[Problem]:
        minimum, maximum = data.get("minimum"), data.get("maximum")
        if minimum is not None and maximum is not None and minimum > maximum:
            context = {"minimum": minimum, "maximum": maximum}
            yield Problem(ErrorCode.BAD_LIMITS, context, ("min",))

    def structure(self, question: Question) -> dict[str, object]:
        settings = self.settings(question)
        return {"min": settings.minimum, "max": settings.maximum}

    def read(self, question: Question, text: str, *, machine: bool) -> int | AnswerFault:
        return doubtful(question, text) or read_integer(question, text, machine=machine)

    def from_json(self, question: Question, value: object) -> int | AnswerFault:
        return integer_from_json(question, value)

    def paper(self, question: Question) -> Paper:
        """As many digits as the largest answer has, eight where there is no limit."""
        maximum = self.settings(question).maximum
        return Paper(self.paper_kind, 8 if maximum is None else len(str(maximum)))

    def check(self, question: Question, answer: Answer) -> AnswerFault | None:
        settings = self.settings(question)
        if not isinstance(answer, int):
            return None
        return check_limits(question, answer, minimum=settings.minimum, maximum=settings.maximum)

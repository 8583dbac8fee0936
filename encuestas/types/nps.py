"""How likely one is to recommend, from 0 to 10."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import fields

from encuestas.definition import Question, Text
from encuestas.errors import AnswerFault, ErrorCode, Problem
from encuestas.types.base import Answer, ColumnKind, PaperKind, QuestionType, fault
from encuestas.types.numbers import integer_from_json, read_integer
from encuestas.types.scale import AnchorsField

LOWEST, HIGHEST = 0, 10


@dataclass(frozen=True, slots=True)
class NpsSettings:
    """The ends are fixed, or the score would not compare with any other."""

    anchors: Mapping[int, Text] = field(default_factory=dict)

    @property
    def range(self) -> tuple[int, int]:
        """Both are marks."""
        return LOWEST, HIGHEST

    @property
    def marks(self) -> tuple[int, ...]:
        """All marks, lowest first."""
        return tuple(range(LOWEST, HIGHEST + 1))


class NpsType(QuestionType[NpsSettings]):
    """XLSForm has none: a range from 0 to 10."""

    name = "nps"
    xlsform_name = "range"
    settings_class = NpsSettings
    column_kind = ColumnKind.INTEGER
    paper_kind = PaperKind.MARKS

    def fields(self) -> dict[str, fields.Field[Any]]:
        return {"anchors": AnchorsField()}

    def problems(self, data: Mapping[str, Any]) -> Iterable[Problem]:
        for mark in data.get("anchors", ()):
            if not LOWEST <= mark <= HIGHEST:
                context = {"anchor": mark, "low": LOWEST, "high": HIGHEST}
                yield Problem(ErrorCode.ANCHOR_OUTSIDE_RANGE, context, ("anchors", str(mark)))

    def read(self, question: Question, text: str, *, machine: bool) -> int | AnswerFault:
        return read_integer(question, text, machine=machine)

    def from_json(self, question: Question, value: object) -> int | AnswerFault:
        return integer_from_json(question, value)

    def check(self, question: Question, answer: Answer) -> AnswerFault | None:
        if isinstance(answer, int) and not LOWEST <= answer <= HIGHEST:
            context = {"value": answer, "low": LOWEST, "high": HIGHEST}
            return fault(question, ErrorCode.OUTSIDE_RANGE, **context)
        return None

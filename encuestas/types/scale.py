"""A mark on a scale of whole numbers, 1 to 7 in Chile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError, fields

from encuestas.definition import Question, Text
from encuestas.errors import AnswerFault, ErrorCode, Problem
from encuestas.fields import CodeField, as_list, integer_from, localized_text, refuse
from encuestas.types.base import Answer, ColumnKind, PaperKind, QuestionType, fault
from encuestas.types.numbers import integer_from_json, read_integer

MOST_POINTS = 101


@dataclass(frozen=True, slots=True)
class ScaleSettings:
    """Both ends of ``range`` are marks. ``anchors`` says in words what some marks mean."""

    range: tuple[int, int]
    anchors: Mapping[int, Text] = field(default_factory=dict)

    @property
    def marks(self) -> tuple[int, ...]:
        """All marks, lowest first."""
        low, high = self.range
        return tuple(range(low, high + 1))


class RangeField(CodeField[tuple[int, int]]):
    """``[low, high]``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[int, int]:
        ends = [integer_from(end) for end in as_list(value)]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            raise refuse(ErrorCode.WRONG_SHAPE, expected="range")
        low, high = ends[0], ends[1]
        if low >= high or high - low >= MOST_POINTS:
            raise refuse(ErrorCode.BAD_RANGE, low=low, high=high, limit=MOST_POINTS)
        return low, high

    def _serialize(
        self, value: tuple[int, int] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return list(value or ())


class AnchorsField(CodeField[dict[int, dict[str, str]]]):
    """``{mark: words}``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[int, dict[str, str]]:
        if not isinstance(value, Mapping):
            raise refuse(ErrorCode.WRONG_SHAPE, expected="mapping")
        anchors: dict[int, dict[str, str]] = {}
        errors: dict[Any, Any] = {}
        for key, words in value.items():
            mark = integer_from(key)
            try:
                if mark is None:
                    raise refuse(ErrorCode.WRONG_SHAPE, expected="integer")
                anchors[mark] = localized_text(words)
            except ValidationError as error:
                errors[key] = error.messages
        if errors:
            raise ValidationError(errors)
        return anchors

    def _serialize(
        self, value: Mapping[int, Text] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return {str(mark): dict(words) for mark, words in (value or {}).items()}


class ScaleType(QuestionType[ScaleSettings]):
    """XLSForm has no scale; ``range`` with ``appearance: likert`` is the nearest."""

    name = "scale"
    xlsform_name = "range"
    settings_class = ScaleSettings
    column_kind = ColumnKind.INTEGER
    paper_kind = PaperKind.MARKS

    def fields(self) -> dict[str, fields.Field[Any]]:
        return {"range": RangeField(required=True), "anchors": AnchorsField()}

    def problems(self, data: Mapping[str, Any]) -> Iterable[Problem]:
        if "range" not in data:
            return
        low, high = data["range"]
        for mark in data.get("anchors", ()):
            if not low <= mark <= high:
                context = {"anchor": mark, "low": low, "high": high}
                path = ("anchors", str(mark))
                yield Problem(ErrorCode.ANCHOR_OUTSIDE_RANGE, context, path)

    def structure(self, question: Question) -> dict[str, object]:
        return {"range": list(self.settings(question).range)}

    def read(self, question: Question, text: str, *, machine: bool) -> int | AnswerFault:
        return read_integer(question, text, machine=machine)

    def from_json(self, question: Question, value: object) -> int | AnswerFault:
        return integer_from_json(question, value)

    def check(self, question: Question, answer: Answer) -> AnswerFault | None:
        low, high = self.settings(question).range
        if isinstance(answer, int) and not low <= answer <= high:
            return fault(question, ErrorCode.OUTSIDE_RANGE, value=answer, low=low, high=high)
        return None

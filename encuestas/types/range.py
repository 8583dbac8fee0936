"""A number in equal steps from one end to the other. Steps are exact: a tenth is a tenth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from marshmallow import fields

from encuestas.definition import Question
from encuestas.errors import AnswerFault, ErrorCode, Problem, shown
from encuestas.fields import CodeField, refuse
from encuestas.types.base import (
    Answer,
    Column,
    ColumnKind,
    Paper,
    PaperKind,
    QuestionType,
    fault,
    wrong_type,
)
from encuestas.types.numbers import NUMBER, read_number

MOST_STEPS = 10_000
_MOST_MARKS = 11
_LONGEST = 15


@dataclass(frozen=True, slots=True)
class RangeSettings:
    """Both ends are answers. Answers are whole numbers if all three are."""

    start: Decimal
    end: Decimal
    step: Decimal = Decimal(1)

    @property
    def whole(self) -> bool:
        """Whether every answer is a whole number."""
        return all(number == number.to_integral_value() for number in (self.start, self.step))

    @property
    def range(self) -> tuple[float, float]:
        """The ends as answers."""
        return self._answer(self.start), self._answer(self.end)

    @property
    def marks(self) -> tuple[float, ...]:
        """All answers, lowest first."""
        steps = int((self.end - self.start) / self.step)
        return tuple(self._answer(self.start + self.step * index) for index in range(steps + 1))

    def _answer(self, number: Decimal) -> float:
        return int(number) if self.whole else float(number)

    def nearest(self, number: Decimal) -> tuple[float, float]:
        """The answers at or below, and at or above, a number between the ends."""
        steps = int((number - self.start) / self.step)
        below = self.start + self.step * steps
        above = below if below == number else min(below + self.step, self.end)
        return self._answer(below), self._answer(above)


class DecimalField(CodeField[Decimal]):
    """A number as written, exact, with a point for its decimals."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = shown(value)
        if not isinstance(value, str) or len(value) > _LONGEST or not NUMBER.fullmatch(value):
            raise refuse(ErrorCode.WRONG_SHAPE, expected="number")
        return Decimal(value)

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else _plain(value)


def _plain(number: Decimal) -> str:
    """The number without zeros that say nothing, and never with an exponent."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


class RangeType(QuestionType[RangeSettings]):
    """A share, an age, a length."""

    name = "range"
    xlsform_name = "range"
    settings_class = RangeSettings

    def fields(self) -> dict[str, fields.Field[Any]]:
        return {
            "start": DecimalField(required=True),
            "end": DecimalField(required=True),
            "step": DecimalField(),
        }

    def problems(self, data: Mapping[str, Any]) -> Iterable[Problem]:
        if not {"start", "end"} <= data.keys():
            return
        start, end, step = data["start"], data["end"], data.get("step", Decimal(1))
        leads = step > 0 and start < end and (end - start) % step == 0
        if not leads or (end - start) / step > MOST_STEPS:
            context = {"low": _plain(start), "high": _plain(end), "step": _plain(step)}
            yield Problem(ErrorCode.BAD_STEP, context, ("step" if "step" in data else "end",))

    def structure(self, question: Question) -> dict[str, object]:
        settings = self.settings(question)
        ends = {"start": settings.start, "end": settings.end, "step": settings.step}
        return {key: _plain(number) for key, number in ends.items()}

    def read(self, question: Question, text: str, *, machine: bool) -> float | AnswerFault:
        number = read_number(question, text, machine=machine)
        if isinstance(number, AnswerFault):
            return number
        if len(number) > 40:
            return fault(question, ErrorCode.NUMBER_TOO_LARGE, value=shown(text))
        return self._placed(question, Decimal(number))

    def from_json(self, question: Question, value: object) -> float | AnswerFault:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return wrong_type(question, "number")
        if not math.isfinite(value) if isinstance(value, float) else value.bit_length() > 64:
            return fault(question, ErrorCode.NUMBER_TOO_LARGE, value=shown(value))
        return self._placed(question, Decimal(repr(value)))

    def _placed(self, question: Question, number: Decimal) -> float | AnswerFault:
        """The answer that the number is; the decimals that were written decide, not a double's."""
        settings = self.settings(question)
        if not settings.start <= number <= settings.end:
            low, high = settings.range
            context = {"value": float(number), "low": low, "high": high}
            return fault(question, ErrorCode.OUTSIDE_RANGE, **context)
        with localcontext() as exact:
            exact.prec = 60
            below, above = settings.nearest(number)
        if below != above:
            context = {"value": float(number), "below": below, "above": above}
            return fault(question, ErrorCode.NOT_A_STEP, **context)
        return below

    def columns(self, question: Question) -> tuple[Column, ...]:
        whole = self.settings(question).whole
        return (Column(question.name, ColumnKind.INTEGER if whole else ColumnKind.DECIMAL),)

    def paper(self, question: Question) -> Paper:
        """Numbers to ring while they fit on a line, else digits."""
        settings = self.settings(question)
        if (settings.end - settings.start) / settings.step < _MOST_MARKS:
            return Paper(PaperKind.MARKS)
        longest = max(len(_plain(n)) for n in (settings.start, settings.end, settings.step))
        return Paper(PaperKind.DIGITS, longest)

    def check(self, question: Question, answer: Answer) -> AnswerFault | None:
        return None

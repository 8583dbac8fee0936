"""Times of day, and moments. What zone they are in is kept as it was sent: a type has no clock."""

from __future__ import annotations

import re
from collections.abc import Sequence

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.types.base import (
    ColumnKind,
    Outcome,
    PaperKind,
    QuestionType,
    fault,
    wrong_type,
)
from encuestas.types.date import day_in

_TIME = re.compile(
    r"""(?P<hour>[0-9]{1,2})[:.h]\s?(?P<minute>[0-9]{2})
        (?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?
        (?:\s?(?P<half>[ap])\.?\s?m\.?|\s?(?:h|hrs?|horas)\.?)?
        \s?(?P<zone>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?""",
    re.VERBOSE | re.IGNORECASE,
)
_MACHINE = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?")
_MOMENT = re.compile(r"(?P<day>\S+?)(?:[Tt]|,?\s+)(?P<time>[0-9].*)")
_LONGEST = 60


def time_in(text: str) -> str | None:
    """``HH:MM:SS`` with its fraction and zone if there are any; None if there is no such time."""
    found = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    zone = _zone(found["zone"] or "")
    if hour > 23 or minute > 59 or second > 59 or zone is None:
        return None
    fraction = f".{found['fraction']}" if found["fraction"] else ""
    return f"{hour:02}:{minute:02}:{second:02}{fraction}{zone}"


def _zone(text: str) -> str | None:
    if text in ("", "Z", "z"):
        return text.upper()
    digits = text[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        return None
    return f"{text[0]}{digits[:2]}:{digits[2:]}"


def moment_in(text: str) -> str | None:
    """``YYYY-MM-DDTHH:MM:SS`` with the rest as in `time_in`; None if there is no such moment."""
    found = _MOMENT.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    day, time = day_in(found["day"]), time_in(found["time"])
    return f"{day}T{time}" if day and time else None


class TimeType(QuestionType[NoSettings]):
    """``HH:MM:SS``. People write 14:30, 14.30, 2:30 pm."""

    name = "time"
    xlsform_name = "time"
    column_kind = ColumnKind.TIME
    paper_kind = PaperKind.TIME

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        text = text.strip()
        return time_in(text) or fault(question, ErrorCode.NOT_A_TIME, value=shown(text))

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        time = time_in(value) if _MACHINE.fullmatch(value) else None
        return time or fault(question, ErrorCode.NOT_A_TIME, value=shown(value))


class DateTimeType(QuestionType[NoSettings]):
    """A phone's own field sends no zone: then there is none. Day and time may be two fields."""

    name = "dateTime"
    xlsform_name = "dateTime"
    column_kind = ColumnKind.DATE_TIME
    paper_kind = PaperKind.DATE_TIME

    def parse_form(self, question: Question, values: Sequence[str]) -> Outcome:
        given = [value.strip() for value in values if value.strip()]
        if len(given) == 2 and not set(given) & set(question.special) and given[0] != given[1]:
            given = [" ".join(given)]
        return super().parse_form(question, given)

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        text = text.strip()
        return moment_in(text) or fault(question, ErrorCode.NOT_A_DATE_TIME, value=shown(text))

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        day, mark, time = value.partition("T")
        machine = mark and len(day) == 10 and day[4:5] == "-" and _MACHINE.fullmatch(time)
        moment = moment_in(value) if machine else None
        return moment or fault(question, ErrorCode.NOT_A_DATE_TIME, value=shown(value))

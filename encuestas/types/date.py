"""A day of the calendar."""

from __future__ import annotations

import re
from datetime import date

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.types.base import ColumnKind, PaperKind, QuestionType, fault, wrong_type

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")


class DateType(QuestionType[NoSettings]):
    """Kept as YYYY-MM-DD. Day first when people write it: no Chilean writes the month first."""

    name = "date"
    xlsform_name = "date"
    column_kind = ColumnKind.DATE
    paper_kind = PaperKind.DATE

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        text = text.strip()
        return day_in(text) or fault(question, ErrorCode.NOT_A_DATE, value=shown(text))

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        day = day_in(value) if _ISO.fullmatch(value) else None
        return day or fault(question, ErrorCode.NOT_A_DATE, value=shown(value))


def day_in(text: str) -> str | None:
    """The day as YYYY-MM-DD, from that or day first; None if there is no such day."""
    if found := _ISO.fullmatch(text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(text):
        year, month, day = int(found[4]), int(found[3]), int(found[1])
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None

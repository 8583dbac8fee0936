"""Free text, one line or several."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from encuestas.definition import Question
from encuestas.errors import AnswerFault, ErrorCode
from encuestas.fields import IntegerField, control_character
from encuestas.types.base import Answer, Paper, QuestionType, fault, wrong_type


@dataclass(frozen=True, slots=True)
class TextSettings:
    """``max_length`` counts Unicode characters (code points) after normalisation."""

    max_length: int | None = None


class TextType(QuestionType[TextSettings]):
    """NFC, line ends as ``\\n``, no line ends at the end: one text has one spelling."""

    name = "text"
    xlsform_name = "text"
    settings_class = TextSettings
    allows_special = False

    def fields(self) -> dict[str, fields.Field[Any]]:
        return {"max_length": IntegerField(minimum=1)}

    def structure(self, question: Question) -> dict[str, object]:
        return {"max_length": self.settings(question).max_length}

    def paper(self, question: Question) -> Paper:
        """Five lines where several were asked for; a short answer needs one."""
        return Paper(self.paper_kind, 5 if "multiline" in question.appearances else 1)

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if position := control_character(text):
            return fault(question, ErrorCode.CONTROL_CHARACTER, position=position)
        return unicodedata.normalize("NFC", text).rstrip("\n")

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        return self.read(question, value, machine=True)

    def check(self, question: Question, answer: Answer) -> AnswerFault | None:
        maximum = self.settings(question).max_length
        if maximum is not None and isinstance(answer, str) and len(answer) > maximum:
            return fault(question, ErrorCode.TOO_LONG, length=len(answer), maximum=maximum)
        return None

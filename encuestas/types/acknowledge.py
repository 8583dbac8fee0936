"""A box to tick: I have read this."""

from __future__ import annotations

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.types.base import ColumnKind, Outcome, PaperKind, QuestionType, fault, wrong_type

OK = "OK"
_YES = frozenset({"ok", "on", "true", "yes", "si", "sí", "x", "1"})
_NO = frozenset({"off", "false", "no", "0"})


class AcknowledgeType(QuestionType[NoSettings]):
    """``OK``, as ODK writes it, or no answer."""

    name = "acknowledge"
    xlsform_name = "acknowledge"
    column_kind = ColumnKind.CODE
    allows_special = False
    paper_kind = PaperKind.ONE_BOX

    def parse_text(self, question: Question, text: str) -> Outcome:
        return None if text.strip().casefold() in _NO else super().parse_text(question, text)

    def parse_json(self, question: Question, value: object) -> Outcome:
        return None if value is False else super().parse_json(question, value)

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        if text.strip().casefold() in _YES:
            return OK
        return fault(question, ErrorCode.NOT_A_CHOICE, value=shown(text))

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        if value is True:
            return OK
        if not isinstance(value, str):
            return wrong_type(question, "text")
        return self.read(question, value, machine=True)

"""Words between questions: nothing is answered."""

from __future__ import annotations

from collections.abc import Sequence

from encuestas.definition import NoSettings, Question
from encuestas.types.base import Outcome, PaperKind, QuestionType


class NoteType(QuestionType[NoSettings]):
    """Whatever a client sends for a note is no answer; ODK Collect sends an empty element."""

    name = "note"
    xlsform_name = "note"
    has_answer = False
    allows_special = False
    paper_kind = PaperKind.NOTHING

    def parse_form(self, question: Question, values: Sequence[str]) -> Outcome:
        return None

    def parse_text(self, question: Question, text: str) -> Outcome:
        return None

    def parse_json(self, question: Question, value: object) -> Outcome:
        return None

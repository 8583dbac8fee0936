"""Texts of one line that a program or a scanner writes: hidden values, barcodes."""

from __future__ import annotations

import unicodedata

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode
from encuestas.fields import control_character
from encuestas.types.base import PaperKind, QuestionType, fault, wrong_type

_LONGEST_BARCODE = 4_000
"""The largest QR code holds 4,296 letters and digits."""
_LONGEST_HIDDEN = 50_000


class CodeType(QuestionType[NoSettings]):
    allows_special = False
    longest = 255

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        text = unicodedata.normalize("NFC", text.strip())
        if position := control_character(text):
            return fault(question, ErrorCode.CONTROL_CHARACTER, position=position)
        if len(text) > self.longest:
            return fault(question, ErrorCode.TOO_LONG, length=len(text), maximum=self.longest)
        return text

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        return self.read(question, value, machine=True)


class BarcodeType(CodeType):
    """Scanned by ODK Collect, typed elsewhere."""

    name = "barcode"
    xlsform_name = "barcode"
    longest = _LONGEST_BARCODE


class HiddenType(CodeType):
    """Nobody is asked: its default is the answer."""

    name = "hidden"
    xlsform_name = "hidden"
    has_label = False
    paper_kind = PaperKind.NOTHING
    longest = _LONGEST_HIDDEN

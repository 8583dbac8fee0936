"""Photographs, recordings and other files: the answer is the name of what was attached."""

from __future__ import annotations

import unicodedata

from encuestas.definition import NoSettings, Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.fields import control_character
from encuestas.types.base import PaperKind, QuestionType, fault, wrong_type

_LONGEST = 255


class _MediaType(QuestionType[NoSettings]):
    allows_special = False
    paper_kind = PaperKind.NOTHING

    def read(self, question: Question, text: str, *, machine: bool) -> str | AnswerFault:
        name = unicodedata.normalize("NFC", text.strip())
        if (
            len(name.encode("utf-8", "replace")) > _LONGEST
            or set(name) & set("/\\:")
            or name in (".", "..")
            or control_character(name.replace("\n", "\0").replace("\t", "\0"))
        ):
            return fault(question, ErrorCode.NOT_A_FILE_NAME, value=shown(text))
        return name

    def from_json(self, question: Question, value: object) -> str | AnswerFault:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        return self.read(question, value, machine=True)


class ImageType(_MediaType):
    """A photograph or a drawing."""

    name = "image"
    xlsform_name = "image"


class AudioType(_MediaType):
    """A recording."""

    name = "audio"
    xlsform_name = "audio"


class VideoType(_MediaType):
    """A film."""

    name = "video"
    xlsform_name = "video"


class FileType(_MediaType):
    """Any other file: minutes, a list, a plan."""

    name = "file"
    xlsform_name = "file"


MEDIA = frozenset(kind.name for kind in (ImageType, AudioType, VideoType, FileType))
"""Types whose answer is a file."""

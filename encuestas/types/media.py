"""Photographs, recordings and other files: the answer is the name of what was attached."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from encuestas.definition import Question
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.fields import BooleanField, IntegerField, control_character
from encuestas.types.base import PaperKind, QuestionType, fault, wrong_type

_LONGEST = 255


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """``max_mb``: how large a file may be; without it, what is usual for its type.

    ``max_pixels``: a phone makes a photograph no larger than this before it is sent.
    ``keep_metadata``: a photograph or film keeps what it tells of when and where it was taken.
    """

    max_mb: int | None = None
    max_pixels: int | None = None
    keep_metadata: bool = False


class _MediaType(QuestionType[MediaSettings]):
    settings_class = MediaSettings
    allows_special = False
    paper_kind = PaperKind.NOTHING

    def fields(self) -> dict[str, fields.Field[Any]]:
        return {
            "max_mb": IntegerField(minimum=1, maximum=2000),
            "keep_metadata": BooleanField(),
        }

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

    def fields(self) -> dict[str, fields.Field[Any]]:
        return {**super().fields(), "max_pixels": IntegerField(minimum=16, maximum=10_000)}


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

"""The registry of question types. A new type is one file here and one line below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from encuestas.definition import GroupKind, Question
from encuestas.types.acknowledge import AcknowledgeType
from encuestas.types.base import (
    Answer,
    Cell,
    Column,
    ColumnKind,
    Paper,
    PaperKind,
    QuestionType,
    is_special,
)
from encuestas.types.calculate import CalculateType
from encuestas.types.code import BarcodeType, HiddenType
from encuestas.types.date import DateType
from encuestas.types.decimal import DecimalType
from encuestas.types.geo import GeopointType, GeoshapeType, GeotraceType
from encuestas.types.integer import IntegerType
from encuestas.types.media import MEDIA, AudioType, FileType, ImageType, VideoType
from encuestas.types.metadata import (
    METADATA,
    DeviceIdType,
    EndType,
    StartType,
    TodayType,
    UsernameType,
)
from encuestas.types.note import NoteType
from encuestas.types.nps import NpsType
from encuestas.types.range import RangeType
from encuestas.types.rank import RankType
from encuestas.types.scale import ScaleType
from encuestas.types.select import (
    SelectMultipleFromFileType,
    SelectMultipleType,
    SelectOneFromFileType,
    SelectOneType,
)
from encuestas.types.text import TextType
from encuestas.types.time import DateTimeType, TimeType

RESERVED = frozenset(GroupKind)
"""Words that stand where a type does but are not one: no type may take them."""


def registry(types: Iterable[QuestionType[Any]]) -> Mapping[str, QuestionType[Any]]:
    """Types by name; ValueError if two share one, so that the program does not start."""
    found: dict[str, QuestionType[Any]] = {}
    for question_type in types:
        if question_type.name in found or question_type.name in RESERVED:
            raise ValueError(f"two question types are named {question_type.name}")
        found[question_type.name] = question_type
    return found


TYPES = registry(
    (
        TextType(),
        IntegerType(),
        DecimalType(),
        DateType(),
        SelectOneType(),
        SelectMultipleType(),
        SelectOneFromFileType(),
        SelectMultipleFromFileType(),
        ScaleType(),
        NpsType(),
        RangeType(),
        RankType(),
        NoteType(),
        AcknowledgeType(),
        TimeType(),
        DateTimeType(),
        GeopointType(),
        GeotraceType(),
        GeoshapeType(),
        BarcodeType(),
        ImageType(),
        AudioType(),
        VideoType(),
        FileType(),
        CalculateType(),
        HiddenType(),
        StartType(),
        EndType(),
        TodayType(),
        DeviceIdType(),
        UsernameType(),
    )
)


def type_of(question: Question) -> QuestionType[Any]:
    """The type of a question."""
    return TYPES[question.type]


__all__ = [
    "MEDIA",
    "METADATA",
    "RESERVED",
    "TYPES",
    "Answer",
    "Cell",
    "Column",
    "ColumnKind",
    "Paper",
    "PaperKind",
    "QuestionType",
    "is_special",
    "registry",
    "type_of",
]

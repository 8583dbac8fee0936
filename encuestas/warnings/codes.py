"""The warnings, and how one is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from encuestas.codes import Code
from encuestas.source import Path


class WarningCode(Code):
    """Every warning, with the keys of its context after the value."""

    # What nobody will see
    NEVER_SHOWN = "never_shown", "condition"  # no answers make this condition true
    NEVER_OFFERED = "never_offered", "values", "condition"  # choices that the filter always hides
    UNUSED_LIST = "unused_list", "name"
    UNUSED_FILE = "unused_file", "name"

    # What people read
    MISSING_TRANSLATION = "missing_translation", "languages"
    LONG_LABEL = "long_label", "language", "length", "limit"
    DOUBLE_NEGATIVE = "double_negative", "language", "words"
    NEGATIVE_YES_NO = "negative_yes_no", "language"  # a negative question answered by yes or no
    NO_CONSTRAINT_MESSAGE = "no_constraint_message"
    SCALE_WITHOUT_ANCHORS = "scale_without_anchors", "marks"
    LONG_PAGE = "long_page", "questions", "limit"

    # What has no effect, or another than meant
    NOTHING_TO_REQUIRE = "nothing_to_require", "type"  # a required note
    ASKED_LATER = "asked_later", "name"  # depends on a question further on
    UNKNOWN_APPEARANCE = "unknown_appearance", "word", "type", "known"


@dataclass(frozen=True, slots=True)
class DefinitionWarning:
    """One thing to look at again. ``line`` and ``column`` count from 1, where known."""

    code: WarningCode
    path: Path
    context: Mapping[str, object]
    line: int | None = None
    column: int | None = None

    def __post_init__(self) -> None:
        self.code.check(self.context)

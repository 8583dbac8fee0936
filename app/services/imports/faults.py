"""What can be wrong with a file of responses: codes and contexts; the words are elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class ImportCode(StrEnum):
    """Context keys in brackets. `ROW` codes are about one row, the others stop the import."""

    NOT_TEXT = "not_text"  # a spreadsheet or another binary file
    EMPTY_FILE = "empty_file"
    WRONG_ENCODING = "wrong_encoding"  # encoding; the one that the map asks for
    BROKEN_CSV = "broken_csv"  # row; quotes that don't match from there on
    DUPLICATE_COLUMN = "duplicate_column"  # column
    NO_KNOWN_COLUMN = "no_known_column"  # columns, questions
    TWO_COLUMNS = "two_columns"  # question, columns
    REQUIRED_WITHOUT_COLUMN = "required_without_column"  # question
    UNKNOWN_ID_COLUMN = "unknown_id_column"  # column, columns
    ID_IN_ANONYMOUS = "id_in_anonymous"
    # the map
    MAP_SHAPE = "map_shape"  # line, key, expected (one of mapping, list, text)
    MAP_UNKNOWN_KEY = "map_unknown_key"  # line, key, known
    MAP_UNKNOWN_QUESTION = "map_unknown_question"  # line, question, questions
    MAP_UNKNOWN_COLUMN = "map_unknown_column"  # line, column, columns
    MAP_BAD_SEPARATOR = "map_bad_separator"  # line, value
    MAP_BAD_ENCODING = "map_bad_encoding"  # line, value
    # one row
    ROW_LENGTH = "row_length"  # cells, columns
    ROW_WITHOUT_ID = "row_without_id"  # column
    ROW_MOMENT = "row_moment"  # value
    ROW_FUTURE = "row_future"  # value


@dataclass(frozen=True, slots=True)
class ImportFault:
    """One thing wrong with the file, its map or one of its rows."""

    code: ImportCode
    context: dict[str, object] = field(default_factory=dict)


class ImportRefused(Exception):  # noqa: N818 a refusal with its reasons, told to a person
    """The file or its map cannot be used; every fault found is listed."""

    def __init__(self, faults: Sequence[ImportFault]) -> None:
        super().__init__([fault.code.value for fault in faults])
        self.faults = tuple(faults)


def refuse(code: ImportCode, **context: object) -> ImportRefused:
    return ImportRefused([ImportFault(code, context)])

"""What can be wrong with a definition or an answer: codes and contexts, never sentences.

The application turns each code into Spanish or English with what to do about it. So that no message
can lack its values, a fault must carry exactly the context keys that its code declares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from encuestas.codes import Code
from encuestas.paths import name_of


class ErrorCode(Code):
    """Every fault, with the keys of its context after the value.

    ``position`` counts characters from 1. ``expected`` in WRONG_SHAPE and WRONG_TYPE is one of
    mapping, list, text, integer, number, boolean, languages, range, reference. Values that come
    from people are cut to `SHOWN` characters.
    """

    # The text of a definition -------------------------------------------------------------------
    SOURCE_TOO_LARGE = "source_too_large", "limit"  # more than `limit` bytes
    SOURCE_TOO_MANY = "source_too_many", "limit"  # more than `limit` keys and values
    SOURCE_TOO_DEEP = "source_too_deep", "limit"  # lists and mappings nested beyond `limit`
    SOURCE_SYNTAX = "source_syntax", "problem"  # neither YAML nor JSON; the parser's own words
    SOURCE_EMPTY = "source_empty"  # nothing in it
    SOURCE_SEVERAL_DOCUMENTS = "source_several_documents"  # `---` opens a second document
    DUPLICATE_KEY = "duplicate_key", "key"  # one mapping, one key, twice
    KEY_NOT_TEXT = "key_not_text"  # a list or a mapping used as a key
    ALIAS_REFUSED = "alias_refused", "name"  # `*name`
    ANCHOR_REFUSED = "anchor_refused", "name"  # `&name`
    TAG_REFUSED = "tag_refused", "tag"  # `!tag`
    MERGE_REFUSED = "merge_refused"  # `<<:`

    # The shape of a definition ------------------------------------------------------------------
    WRONG_SHAPE = "wrong_shape", "expected"  # "languages": a text must be {language: text}
    UNKNOWN_KEY = "unknown_key", "key", "allowed"
    MISSING_KEY = "missing_key", "key"
    EMPTY = "empty"  # a list or a text that must hold something
    BAD_NAME = "bad_name", "value"  # not [A-Za-z_][A-Za-z0-9_.-]*, at most 64 characters
    BAD_ID = "bad_id", "value"  # not [a-z][a-z0-9-]*, at most 64 characters
    BAD_VERSION = "bad_version", "value"  # more than one line, or over 64 characters
    BAD_LANGUAGE = "bad_language", "value"  # not a language code such as es, arn, pt-BR
    BAD_CHOICE_VALUE = "bad_choice_value", "value"  # a blank in it, empty, or over 100 characters
    NOT_ONE_OF = "not_one_of", "value", "allowed"
    TOO_SMALL = "too_small", "value", "minimum"  # a setting below what makes sense
    TOO_BIG = "too_big", "value", "maximum"  # a setting above what makes sense
    CONTROL_CHARACTER = "control_character", "position"  # invisible character that can't be stored
    BIDI_CONTROL = "bidi_control", "position"  # invisible character that turns the words around
    NEEDS_KEY = "needs_key", "key", "needs"  # `key` says nothing without `needs`
    TOO_MANY_QUESTIONS = "too_many_questions", "limit"
    TOO_MANY_CHOICES = "too_many_choices", "limit"

    # What a definition says -----------------------------------------------------------------------
    UNKNOWN_TYPE = "unknown_type", "type", "known"
    DUPLICATE_NAME = "duplicate_name", "name"  # questions and groups; pages; measures; languages
    DUPLICATE_CHOICE = "duplicate_choice", "value"
    UNKNOWN_CHOICES = "unknown_choices", "name", "known"
    RESERVED_NAME = "reserved_name", "name"  # exports have a column of that name
    KEYS_TOGETHER = "keys_together", "key", "other"  # each means something only without the other
    UNKNOWN_TABLE = "unknown_table", "expression", "position", "name", "known"  # of instance()
    FILTER_COLUMN = "filter_column", "expression", "position", "name", "known"
    UNKNOWN_TRIGGER = "unknown_trigger", "name"
    BAD_DEFAULT = "bad_default", "value", "reason"  # `reason`: the code of the answer's fault
    BAD_STEP = "bad_step", "low", "high", "step"  # the steps do not lead from start to end
    BAD_FILE_NAME = "bad_file_name", "value"  # a folder in it, or no such file could be attached
    UNKNOWN_FILE = "unknown_file", "name", "known"
    UNKNOWN_COLUMN = "unknown_column", "column", "known"
    FILES_TOO_LARGE = "files_too_large", "limit"  # attached files together, in bytes
    FILE_SYNTAX = "file_syntax", "row"  # a quote that does not close, or a cell without end
    FILE_ROW = "file_row", "row", "expected", "found"  # cells in a row and in the heading
    CYCLE = "cycle", "path"  # `a → b → a`: each is worked out from the next
    MISSING_DEFAULT_LANGUAGE = "missing_default_language", "language"
    UNDECLARED_LANGUAGE = "undeclared_language", "language", "declared"
    BAD_RANGE = "bad_range", "low", "high", "limit"  # low ≥ high, or more than `limit` points
    BAD_LIMITS = "bad_limits", "minimum", "maximum"  # minimum above maximum
    ANCHOR_OUTSIDE_RANGE = "anchor_outside_range", "anchor", "low", "high"
    UNKNOWN_SPECIAL = "unknown_special", "value", "known"
    SPECIAL_NOT_ALLOWED = "special_not_allowed", "type"
    SPECIAL_COLLISION = "special_collision", "value"  # also a choice
    MEASURE_UNKNOWN_QUESTION = "measure_unknown_question", "question"
    MEASURE_UNSUITABLE_QUESTION = "measure_unsuitable_question", "question", "type"
    MEASURE_NEEDS_VALUES = "measure_needs_values", "key"  # no default except for 1 to 7
    MEASURE_UNKNOWN_VALUE = "measure_unknown_value", "value", "question"
    MEASURE_OVERLAP = "measure_overlap", "value"  # satisfied and dissatisfied at once

    # Expressions; `expression` is added where the fault belongs to a definition -------------------
    EXPRESSION_EMPTY = "expression_empty", "expression", "position"
    EXPRESSION_TOO_LONG = "expression_too_long", "expression", "position", "limit"
    EXPRESSION_TOO_NESTED = "expression_too_nested", "expression", "position", "limit"
    EXPRESSION_CHARACTER = "expression_character", "expression", "position", "character"
    EXPRESSION_OPEN_STRING = "expression_open_string", "expression", "position"  # no closing quote
    EXPRESSION_OPEN_BRACKET = "expression_open_bracket", "expression", "position"  # no closing )
    EXPRESSION_UNEXPECTED = "expression_unexpected", "expression", "position", "found"
    EXPRESSION_END = "expression_end", "expression", "position"  # ends where a value must follow
    EXPRESSION_UNSUPPORTED = "expression_unsupported", "expression", "position", "found"  # an axis…
    BARE_NAME = "bare_name", "expression", "position", "name"  # `name` where `${name}` is meant
    REFERENCE_NEEDED = "reference_needed", "expression", "position", "name"  # a function wants ${…}
    REGEX_NOT_LITERAL = "regex_not_literal", "expression", "position"  # a pattern must be in quotes
    REGEX_WRONG = "regex_wrong", "expression", "position", "found"
    REGEX_UNSUPPORTED = "regex_unsupported", "expression", "position", "found"  # lookahead and such
    REGEX_TOO_LARGE = "regex_too_large", "expression", "position", "limit"
    UNKNOWN_FUNCTION = "unknown_function", "expression", "position", "name", "known"
    WRONG_ARITY = "wrong_arity", "expression", "position", "name", "minimum", "maximum", "given"
    UNKNOWN_REFERENCE = "unknown_reference", "expression", "position", "name"
    CURRENT_NOT_ALLOWED = "current_not_allowed", "expression", "position"  # `.` outside constraint

    # Answers ------------------------------------------------------------------------------------
    ANSWERS_NOT_A_MAPPING = "answers_not_a_mapping"  # the whole body; the fault's question is ""
    REQUIRED = "required"
    CONSTRAINT = "constraint"  # the author's own rule, with the author's message if there is one
    WRONG_TYPE = "wrong_type", "expected"  # JSON of another type
    SEVERAL_ANSWERS = "several_answers"  # one was asked for
    SPECIAL_NOT_ALONE = "special_not_alone", "value"  # "don't know" together with an answer
    NOT_AN_INTEGER = "not_an_integer", "value"
    NOT_A_NUMBER = "not_a_number", "value"
    AMBIGUOUS_NUMBER = "ambiguous_number", "value", "thousands", "decimal"  # 1.234: both readings
    NUMBER_TOO_LARGE = "number_too_large", "value"
    BELOW_MINIMUM = "below_minimum", "value", "minimum"
    ABOVE_MAXIMUM = "above_maximum", "value", "maximum"
    OUTSIDE_RANGE = "outside_range", "value", "low", "high"
    NOT_A_DATE = "not_a_date", "value"
    NOT_A_CHOICE = "not_a_choice", "value"
    NOT_OFFERED = "not_offered", "value"  # a choice that other answers have taken away
    TOO_MANY_INSTANCES = "too_many_instances", "count", "maximum"  # of a repeat, at its path
    TOO_MANY_VALUES = "too_many_values", "limit"  # in the whole response; the question is ""
    TOO_LONG = "too_long", "length", "maximum"
    NOT_A_STEP = "not_a_step", "value", "below", "above"  # between two of the answers offered
    NOT_A_TIME = "not_a_time", "value"
    NOT_A_DATE_TIME = "not_a_date_time", "value"
    NOT_A_POINT = "not_a_point", "value"
    POINT_INCOMPLETE = "point_incomplete"  # a latitude without a longitude, or the reverse
    NOT_A_LATITUDE = "not_a_latitude", "value"
    NOT_A_LONGITUDE = "not_a_longitude", "value"
    TOO_FEW_POINTS = "too_few_points", "points", "minimum"
    TOO_MANY_POINTS = "too_many_points", "points", "maximum"
    RANK_TIE = "rank_tie", "position"  # two choices at one place
    RANK_GAP = "rank_gap", "position"  # no choice at a place
    RANK_INCOMPLETE = "rank_incomplete", "missing"  # how many choices have no place yet
    NOT_A_FILE_NAME = "not_a_file_name", "value"
    FILE_TOO_LARGE = "file_too_large", "limit"  # megabytes; this and the next: `encuestas.attached`
    FILE_NOT_ACCEPTED = "file_not_accepted", "accepted"  # its content is none of these kinds
    FILE_EMPTY = "file_empty"


SHOWN = 100


def shown(value: object) -> str:
    """A value of any size and kind as a short text that can be put in a message."""
    text = value if isinstance(value, str) else _brief(value)
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _brief(value: object) -> str:
    if isinstance(value, Mapping):
        return "{…}"
    if isinstance(value, Sequence):
        return "[…]"
    # str(int) refuses to print an integer of thousands of digits.
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > SHOWN * 3:
        return "∞"
    return str(value)


@dataclass(frozen=True, slots=True)
class DefinitionFault:
    """One thing wrong with a definition. ``line`` and ``column`` count from 1, where known."""

    code: ErrorCode
    path: tuple[str | int, ...]
    line: int | None
    column: int | None
    context: Mapping[str, object]

    def __post_init__(self) -> None:
        self.code.check(self.context)


class DefinitionErrors(Exception):  # noqa: N818 - the plural is the point: all faults at once
    """A definition that can't be used, with every fault found in it."""

    def __init__(self, faults: Sequence[DefinitionFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"{f.code} at {'.'.join(map(str, f.path))}" for f in self.faults)
        )


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """One thing wrong with an answer. ``message`` is the author's own, and goes before ours.

    ``question`` is a path where questions repeat, so that it tells which instance is meant.
    """

    code: ErrorCode
    question: str
    context: Mapping[str, object]
    message: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        self.code.check(self.context)

    @property
    def name(self) -> str:
        """The name of the question, or of the repeat."""
        return name_of(self.question)


class ExpressionError(Exception):
    """The first thing wrong with an expression; ``position`` counts characters from 1."""

    def __init__(self, code: ErrorCode, position: int, context: Mapping[str, object]) -> None:
        code.check({**context, "expression": "", "position": position})
        self.code = code
        self.position = position
        self.context = dict(context)
        super().__init__(f"{code} at {position}")


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault whose place is not known yet: whoever knows the path turns it into one."""

    code: ErrorCode
    context: Mapping[str, object]
    path: tuple[str | int, ...] = ()

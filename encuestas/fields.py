"""Marshmallow fields for definitions: typed from text, and failing with codes instead of words.

Every scalar of YAML arrives as text, every scalar of stored JSON with its type: both are read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from marshmallow import ValidationError, fields, missing
from marshmallow.experimental.context import Context

from encuestas.errors import ErrorCode, ExpressionError, Problem, shown
from encuestas.logic import Expression, expression

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
ID = re.compile(r"[a-z][a-z0-9-]{0,63}")
VERSION = re.compile(r".{1,64}")
LANGUAGE = re.compile(r"(?=.{2,16}$)[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CHOICE_VALUE = re.compile(r"[^\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]{1,100}")
"""No blank, and nothing invisible: two values that look the same are the same."""
FILE_NAME = re.compile(r"[\w][\w .()+-]{0,199}")
"""A file's name without a folder; letters of any alphabet."""
MAX_WORDS = 10_000
"""Characters of one text in one language."""
MAX_LIST = 200
"""Languages of a survey, special answers of a question, values of a measure."""
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TRIGGER = re.compile(r"\$\{[ \t]*([A-Za-z_][A-Za-z0-9_.-]{0,63})[ \t]*\}")
_COMPUTED = re.compile(r"\$\{|[A-Za-z][A-Za-z0-9-]*(?::[A-Za-z-]+)?\(")

ValueT = TypeVar("ValueT")
EnumT = TypeVar("EnumT", bound=StrEnum)

Languages = Context[tuple[str, ...]]
"""Set around a load: the survey's languages, so that each text can be checked where it stands.
Empty when they could not be read: then no text is blamed for its language."""


def refuse(code: ErrorCode, **context: object) -> ValidationError:
    """An error that carries a code instead of a sentence."""
    return ValidationError([Problem(code, context)])


def control_character(text: str) -> int | None:
    """The position, from 1, of the first character that can't be stored or shown."""
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t":
            return position
    return None


class CodeField(fields.Field[ValueT]):
    """The base: what is required and missing, or null, is a code too."""

    def _validate_missing(self, value: Any) -> None:
        if value is missing and self.required:
            raise refuse(ErrorCode.MISSING_KEY, key=self.data_key or self.name or "")
        if value is None:
            raise refuse(ErrorCode.EMPTY)


class TextField(CodeField[str]):
    """A text that is not words for people: one line or many, never empty."""

    def __init__(
        self,
        *,
        pattern: re.Pattern[str] | None = None,
        code: ErrorCode = ErrorCode.BAD_NAME,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._pattern = pattern
        self._code = code

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
            value = str(value)
        if not isinstance(value, str):
            raise refuse(ErrorCode.WRONG_SHAPE, expected="text")
        if position := control_character(value):
            raise refuse(ErrorCode.CONTROL_CHARACTER, position=position)
        if found := _BIDI.search(value):
            raise refuse(ErrorCode.BIDI_CONTROL, position=found.start() + 1)
        if not value.strip():
            raise refuse(ErrorCode.EMPTY)
        if self._pattern and not self._pattern.fullmatch(value):
            raise refuse(self._code, value=shown(value))
        return value


class IntegerField(CodeField[int]):
    """A whole number."""

    def __init__(
        self, *, minimum: int | None = None, maximum: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._minimum, self._maximum = minimum, maximum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        number = integer_from(value)
        if number is None:
            raise refuse(ErrorCode.WRONG_SHAPE, expected="integer")
        if self._minimum is not None and number < self._minimum:
            raise refuse(ErrorCode.TOO_SMALL, value=number, minimum=self._minimum)
        if self._maximum is not None and number > self._maximum:
            raise refuse(ErrorCode.TOO_BIG, value=number, maximum=self._maximum)
        return number


def integer_from(value: object) -> int | None:
    """The whole number in a value of a definition, if it is one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 10**15 else None
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return None


_TRUTH: Mapping[object, bool] = {"true": True, "false": False}


class BooleanField(CodeField[bool]):
    """``true`` or ``false``, and no other word for them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in _TRUTH:
            return _TRUTH[value]
        raise refuse(ErrorCode.WRONG_SHAPE, expected="boolean")


class EnumField(CodeField[EnumT]):
    """One of a closed set of words."""

    def __init__(self, enum: type[EnumT], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._enum = enum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> EnumT:
        if isinstance(value, str) and value in list(self._enum):
            return self._enum(value)
        raise refuse(ErrorCode.NOT_ONE_OF, value=shown(value), allowed=[str(e) for e in self._enum])

    def _serialize(self, value: EnumT | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else str(value)


class LocalizedField(CodeField[dict[str, str]]):
    """Words for people: {language: text}, with the survey's default language among them."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, str]:
        return localized_text(value)

    def _serialize(
        self, value: Mapping[str, str] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return None if value is None else dict(value)


def localized_text(value: object) -> dict[str, str]:
    """The words in {language: text}; ValidationError has every problem, by language."""
    if not isinstance(value, Mapping):
        raise refuse(ErrorCode.WRONG_SHAPE, expected="languages")
    declared = Languages.get(())
    errors: dict[Any, list[Problem]] = {}
    for language, words in value.items():
        if declared and language not in declared:
            context = {"language": shown(language), "declared": list(declared)}
            errors[language] = [Problem(ErrorCode.UNDECLARED_LANGUAGE, context)]
        elif not isinstance(words, str):
            errors[language] = [Problem(ErrorCode.WRONG_SHAPE, {"expected": "text"})]
        elif found := problem_of_words(words):
            errors[language] = [found]
    default = value.get(declared[0], "") if declared else None
    if isinstance(default, str) and not default.strip():
        problem = Problem(ErrorCode.MISSING_DEFAULT_LANGUAGE, {"language": declared[0]})
        errors["_schema"] = [problem]
    if errors:
        raise ValidationError(errors)
    return {language: words for language, words in value.items() if words.strip()}


def problem_of_words(words: str) -> Problem | None:
    """Why words can't be shown: characters that can't be stored or that turn the line around."""
    if position := control_character(words):
        return Problem(ErrorCode.CONTROL_CHARACTER, {"position": position})
    if found := _BIDI.search(words):
        return Problem(ErrorCode.BIDI_CONTROL, {"position": found.start() + 1})
    if len(words) > MAX_WORDS:
        return Problem(ErrorCode.TOO_BIG, {"value": len(words), "maximum": MAX_WORDS})
    return None


class FilesByLanguageField(LocalizedField):
    """The name of an image or a sound, for each language that has its own."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, str]:
        names = localized_text(value)
        errors = {
            language: [Problem(ErrorCode.BAD_FILE_NAME, {"value": shown(name)})]
            for language, name in names.items()
            if not FILE_NAME.fullmatch(name)
        }
        if errors:
            raise ValidationError(errors)
        return names


class ExpressionField(CodeField[Expression]):
    """A condition, parsed here so that its faults are found with all others.

    ``item``: one about each choice, in which a bare word is a column.
    """

    def __init__(self, *, item: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._item = item

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Expression:
        if isinstance(value, int) and not isinstance(value, bool):
            value = shown(value)
        if not isinstance(value, str):
            raise refuse(ErrorCode.WRONG_SHAPE, expected="text")
        try:
            return expression(value, item=self._item)
        except ExpressionError as error:
            context = {**error.context, "position": error.position}
            raise refuse(error.code, expression=shown(value.strip()), **context) from error

    def _serialize(
        self, value: Expression | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return None if value is None else value.text


class RequiredField(ExpressionField):
    """``true``, ``false`` or a condition."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in _TRUTH:
            return _TRUTH[value]
        return super()._deserialize(value, attr, data, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value or None if isinstance(value, bool) else super()._serialize(value, attr, obj)


class DefaultField(ExpressionField):
    """An answer as a text, or the expression that works it out: ``${name}`` or ``word(`` in it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return shown(value)
        if isinstance(value, str) and not value.strip():
            raise refuse(ErrorCode.EMPTY)
        if isinstance(value, str) and not _COMPUTED.search(value):
            if found := control_character(value):
                raise refuse(ErrorCode.CONTROL_CHARACTER, position=found)
            return value
        return super()._deserialize(value, attr, data, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value if isinstance(value, str) else super()._serialize(value, attr, obj)


class TriggerField(CodeField[tuple[str, ...]]):
    """``${name}``, or a list of them."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[str, ...]:
        items = [value] if isinstance(value, str) else as_list(value)
        found = [_TRIGGER.fullmatch(item) if isinstance(item, str) else None for item in items]
        errors = {
            index: [Problem(ErrorCode.WRONG_SHAPE, {"expected": "reference"})]
            for index, item in enumerate(found)
            if item is None
        }
        if errors:
            raise ValidationError(errors[0] if isinstance(value, str) else errors)
        return tuple(dict.fromkeys(item[1] for item in found if item))

    def _serialize(
        self, value: Sequence[str] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        written = [f"${{{name}}}" for name in value or ()]
        return written[0] if len(written) == 1 else written


class ListField(CodeField[tuple[str, ...]]):
    """Texts, each read by one field, none of them twice."""

    def __init__(
        self, item: TextField, *, duplicate: ErrorCode = ErrorCode.DUPLICATE_NAME, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._item = item
        self._duplicate = duplicate

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> tuple[str, ...]:
        items = as_list(value)
        if len(items) > MAX_LIST:
            raise refuse(ErrorCode.TOO_BIG, value=len(items), maximum=MAX_LIST)
        read: list[str] = []
        errors: dict[Any, Any] = {}
        for index, item in enumerate(items):
            try:
                text = self._item.deserialize(item)
            except ValidationError as error:
                errors[index] = error.messages
                continue
            if text in read:
                key = "value" if self._duplicate is ErrorCode.DUPLICATE_CHOICE else "name"
                errors[index] = [Problem(self._duplicate, {key: shown(text)})]
            read.append(text)
        if errors:
            raise ValidationError(errors)
        return tuple(read)

    def _serialize(
        self, value: Sequence[str] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return list(value or ())


def as_list(value: object) -> list[Any]:
    """The value if it is a list with something in it; else ValidationError."""
    if not isinstance(value, list | tuple):
        raise refuse(ErrorCode.WRONG_SHAPE, expected="list")
    if not value:
        raise refuse(ErrorCode.EMPTY)
    return list(value)


def problems_in(messages: object, path: tuple[str | int, ...] = ()) -> Iterable[Problem]:
    """Marshmallow's nested messages as problems, each with its path below the node."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from problems_in(inner, path if key == "_schema" else (*path, key))
    elif isinstance(messages, list):
        for problem in messages:
            if isinstance(problem, Problem):
                yield Problem(problem.code, problem.context, (*path, *problem.path))

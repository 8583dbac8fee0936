"""Marshmallow fields for definitions: typed from text, and failing with codes instead of words.

Every scalar of YAML arrives as text, every scalar of stored JSON with its type: both are read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from marshmallow import ValidationError, fields, missing
from marshmallow.experimental.context import Context

from encuestas.errors import ErrorCode, ExpressionError, Problem, shown
from encuestas.logic import Expression, expression

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
ID = re.compile(r"[a-z][a-z0-9-]{0,63}")
VERSION = re.compile(r".{1,64}")
LANGUAGE = re.compile(r"(?=.{2,16}$)[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CHOICE_VALUE = re.compile(r"\S{1,100}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")

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
        if not value.strip():
            raise refuse(ErrorCode.EMPTY)
        if self._pattern and not self._pattern.fullmatch(value):
            raise refuse(self._code, value=shown(value))
        return value


class IntegerField(CodeField[int]):
    """A whole number."""

    def __init__(self, *, minimum: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._minimum = minimum

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        number = integer_from(value)
        if number is None:
            raise refuse(ErrorCode.WRONG_SHAPE, expected="integer")
        if self._minimum is not None and number < self._minimum:
            raise refuse(ErrorCode.TOO_SMALL, value=number, minimum=self._minimum)
        return number


def integer_from(value: object) -> int | None:
    """The whole number in a value of a definition, if it is one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 10**15 else None
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    return None


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
        elif position := control_character(words):
            errors[language] = [Problem(ErrorCode.CONTROL_CHARACTER, {"position": position})]
    default = value.get(declared[0], "") if declared else None
    if isinstance(default, str) and not default.strip():
        problem = Problem(ErrorCode.MISSING_DEFAULT_LANGUAGE, {"language": declared[0]})
        errors["_schema"] = [problem]
    if errors:
        raise ValidationError(errors)
    return {language: words for language, words in value.items() if words.strip()}


class ExpressionField(CodeField[Expression]):
    """A condition, parsed here so that its faults are found with all others."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Expression:
        if isinstance(value, int) and not isinstance(value, bool):
            value = shown(value)
        if not isinstance(value, str):
            raise refuse(ErrorCode.WRONG_SHAPE, expected="text")
        try:
            return expression(value)
        except ExpressionError as error:
            context = {**error.context, "position": error.position}
            raise refuse(error.code, expression=shown(value.strip()), **context) from error

    def _serialize(
        self, value: Expression | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return None if value is None else value.text


class RequiredField(ExpressionField):
    """``true``, ``false`` or a condition."""

    _WORDS: ClassVar[Mapping[str, bool]] = {"true": True, "false": False}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value in self._WORDS:
            return self._WORDS[value]
        return super()._deserialize(value, attr, data, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value or None if isinstance(value, bool) else super()._serialize(value, attr, obj)


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

"""The choices of a question: in it, in a named list, or filled in later from the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import ValidationError

from encuestas.definition import OTHER, Choice, ChoiceList
from encuestas.errors import ErrorCode, Problem, shown
from encuestas.fields import (
    CHOICE_VALUE,
    NAME,
    CodeField,
    FilesByLanguageField,
    LocalizedField,
    TextField,
    as_list,
    problems_in,
    refuse,
)
from encuestas.nodes import NodeSchema, dump_node, load_node

REGISTER = "register"


class ChoiceSchema(NodeSchema):
    """``{value, label}``, an image, a sound, and columns of the author's own for filters."""

    value = TextField(required=True, pattern=CHOICE_VALUE, code=ErrorCode.BAD_CHOICE_VALUE)
    label = LocalizedField(required=True)
    image = FilesByLanguageField()
    audio = FilesByLanguageField()


_CHOICE = ChoiceSchema()
_COLUMN = TextField()
_RESERVED = frozenset(_CHOICE.fields) | {"name"}


def _load_choices(value: object) -> tuple[Choice, ...]:
    problems: list[Problem] = []
    choices: dict[str, Choice] = {}
    for index, item in enumerate(as_list(value)):
        columns, found = _columns(item)
        read, more = load_node(_CHOICE, item, also=columns)
        found += more
        problems += _below(index, found)
        code = read.get("value")
        if code in choices:
            context = {"value": shown(code)}
            problems.append(Problem(ErrorCode.DUPLICATE_CHOICE, context, (index, "value")))
        if not found:
            choices[read["value"]] = Choice(**read, columns=columns)
    if problems:
        raise ValidationError(problems)
    return tuple(choices.values())


def _columns(item: object) -> tuple[dict[str, str], list[Problem]]:
    """Keys of the author's own; ``name`` is no such key, since filters call the value so."""
    columns: dict[str, str] = {}
    problems: list[Problem] = []
    for key, cell in item.items() if isinstance(item, Mapping) else ():
        if not isinstance(key, str) or not NAME.fullmatch(key) or key in _RESERVED:
            continue
        columns[key] = ""
        try:
            columns[key] = str(_COLUMN.deserialize(cell)) if cell != "" else ""
        except ValidationError as error:
            problems += _below(key, problems_in(error.messages))
    return columns, problems


def _below(key: str | int, problems: Iterable[Problem]) -> list[Problem]:
    return [Problem(p.code, p.context, (key, *p.path)) for p in problems]


def dump_choices(choices: Iterable[Choice]) -> list[dict[str, object]]:
    """Choices as JSON-ready data."""
    return [{**dump_node(_CHOICE, choice), **choice.columns} for choice in choices]


class ChoicesField(CodeField[Any]):
    """The name of a list, or the choices themselves."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return value if isinstance(value, str) else _load_choices(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return obj.choice_list or dump_choices(c for c in value if not obj.or_other or c != OTHER)


class ChoiceListsField(CodeField[dict[str, ChoiceList]]):
    """``{name: [choices]}`` or ``{name: register}``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, ChoiceList]:
        if not isinstance(value, Mapping):
            raise refuse(ErrorCode.WRONG_SHAPE, expected="mapping")
        lists: dict[str, ChoiceList] = {}
        errors: dict[Any, Any] = {}
        for name, entry in value.items():
            try:
                if not NAME.fullmatch(name):
                    raise refuse(ErrorCode.BAD_NAME, value=shown(name))
                register = entry == REGISTER
                choices = () if register else _load_choices(entry)
                lists[name] = ChoiceList(name, choices, register)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return lists

    def _serialize(
        self, value: Mapping[str, ChoiceList] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return {
            name: REGISTER if entry.register else dump_choices(entry.choices)
            for name, entry in (value or {}).items()
        }

"""Marshmallow schemas, one per kind of node: the keys of a definition, and what each may hold.

A schema knows one node; what must agree between nodes is in `checks`, the walk in `reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from encuestas.definition import (
    Choice,
    ChoiceList,
    Group,
    Legal,
    LegalBasis,
    Measure,
    MeasureKind,
    Page,
    Question,
    Respondent,
    Survey,
    Text,
)
from encuestas.errors import ErrorCode, Problem, shown
from encuestas.fields import (
    CHOICE_VALUE,
    ID,
    LANGUAGE,
    NAME,
    VERSION,
    CodeField,
    EnumField,
    ExpressionField,
    IntegerField,
    ListField,
    LocalizedField,
    RequiredField,
    TextField,
    as_list,
    localized_text,
    problems_in,
    refuse,
)
from encuestas.measures import default_kind
from encuestas.types import GROUP, TYPES, type_of

REGISTER = "register"


class NodeSchema(Schema):
    """Unknown keys are left to `load_node`, which can name the ones that are known."""

    class Meta:
        unknown = EXCLUDE


def load_node(
    schema: Schema, data: object, *, also: Iterable[str] = ()
) -> tuple[dict[str, Any], list[Problem]]:
    """What could be read of one mapping, and every problem in it. ``also``: keys read elsewhere."""
    if not isinstance(data, Mapping):
        return {}, [Problem(ErrorCode.WRONG_SHAPE, {"expected": "mapping"})]
    allowed = sorted({field.data_key or name for name, field in schema.fields.items()} | set(also))
    problems = [
        Problem(ErrorCode.UNKNOWN_KEY, {"key": shown(key), "allowed": allowed}, (key,))
        for key in data
        if key not in allowed
    ]
    try:
        return schema.load(data), problems
    except ValidationError as error:
        problems += problems_in(error.messages)
        return dict(error.valid_data), problems  # type: ignore[arg-type]  # a mapping here: one node is loaded, not many


class ChoiceSchema(NodeSchema):
    """``{value, label}``."""

    value = TextField(required=True, pattern=CHOICE_VALUE, code=ErrorCode.BAD_CHOICE_VALUE)
    label = LocalizedField(required=True)


def _load_choices(value: object) -> tuple[Choice, ...]:
    problems: list[Problem] = []
    choices: dict[str, Choice] = {}
    for index, item in enumerate(as_list(value)):
        read, found = load_node(_CHOICE, item)
        problems += _below(index, found)
        code = read.get("value")
        if code in choices:
            context = {"value": shown(code)}
            problems.append(Problem(ErrorCode.DUPLICATE_CHOICE, context, (index, "value")))
        if not found:
            choices[read["value"]] = Choice(**read)
    if problems:
        raise ValidationError(problems)
    return tuple(choices.values())


def _below(key: str | int, problems: Iterable[Problem]) -> list[Problem]:
    return [Problem(p.code, p.context, (key, *p.path)) for p in problems]


def _dump_choices(choices: Iterable[Choice]) -> list[dict[str, object]]:
    return [{"value": choice.value, "label": dict(choice.label)} for choice in choices]


class ChoicesField(CodeField[Any]):
    """The name of a list, or the choices themselves."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return value if isinstance(value, str) else _load_choices(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return obj.choice_list or _dump_choices(value)


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
            name: REGISTER if entry.register else _dump_choices(entry.choices)
            for name, entry in (value or {}).items()
        }


class SpecialAnswersField(CodeField[dict[str, Text]]):
    """``{code: words}``."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> dict[str, Text]:
        if not isinstance(value, Mapping):
            raise refuse(ErrorCode.WRONG_SHAPE, expected="mapping")
        errors: dict[Any, Any] = {}
        codes: dict[str, Text] = {}
        for code, words in value.items():
            try:
                if not NAME.fullmatch(code):
                    raise refuse(ErrorCode.BAD_NAME, value=shown(code))
                codes[code] = localized_text(words)
            except ValidationError as error:
                errors[code] = error.messages
        if errors:
            raise ValidationError(errors)
        return codes

    def _serialize(
        self, value: Mapping[str, Text] | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> Any:
        return {code: dict(words) for code, words in (value or {}).items()}


class LegalSchema(NodeSchema):
    """The legal notice."""

    basis = EnumField(LegalBasis, required=True)
    controller = LocalizedField()
    retention = LocalizedField()
    contact = LocalizedField()
    notice = LocalizedField()


class LegalField(CodeField[Legal]):
    """The legal notice inside a survey."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Legal:
        read, problems = load_node(_LEGAL, value)
        if problems:
            raise ValidationError(problems)
        return Legal(**read)

    def _serialize(self, value: Legal | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else dump_node(_LEGAL, value)


class SurveySchema(NodeSchema):
    """A survey without its pages and measures."""

    id = TextField(required=True, pattern=ID, code=ErrorCode.BAD_ID)
    version = TextField(required=True, pattern=VERSION, code=ErrorCode.BAD_VERSION)
    title = LocalizedField(required=True)
    languages = ListField(TextField(pattern=LANGUAGE, code=ErrorCode.BAD_LANGUAGE))
    purpose = LocalizedField()
    asked_by = LocalizedField()
    minutes = IntegerField(minimum=1)
    legal = LegalField()
    respondent = EnumField(Respondent)
    choices = ChoiceListsField()
    special_answers = SpecialAnswersField()


class PageSchema(NodeSchema):
    """A page without its questions."""

    id = TextField(required=True, pattern=NAME)
    title = LocalizedField()
    relevant = ExpressionField()


class GroupSchema(NodeSchema):
    """A group without its questions."""

    name = TextField(required=True, pattern=NAME)
    type = TextField(required=True)
    label = LocalizedField()
    relevant = ExpressionField()


class QuestionSchema(NodeSchema):
    """What every question may say; `question_schema` adds what its type may."""

    name = TextField(required=True, pattern=NAME)
    type = TextField(required=True)
    label = LocalizedField(required=True)
    hint = LocalizedField()
    required = RequiredField()
    relevant = ExpressionField()
    constraint = ExpressionField()
    constraint_message = LocalizedField()
    appearance = TextField()
    special = ListField(TextField(pattern=NAME))


class MeasureSchema(NodeSchema):
    """A measure; its values become canonical answers once its question is known."""

    name = TextField(required=True, pattern=NAME)
    kind = EnumField(MeasureKind)
    question = TextField(required=True)
    satisfied = ListField(TextField(), duplicate=ErrorCode.DUPLICATE_CHOICE)
    dissatisfied = ListField(TextField(), duplicate=ErrorCode.DUPLICATE_CHOICE)
    indicator = IntegerField(minimum=1)
    label = LocalizedField()


@cache
def question_schema(type_name: str) -> Schema:
    """The schema of questions of that type; its settings load into a mapping ``settings``."""
    question_type = TYPES[type_name]
    own: dict[str, fields.Field[Any]] = {}
    for name, field in question_type.fields().items():
        field.attribute = f"settings.{name}"
        own[name] = field
    if question_type.has_choices:
        own["choices"] = ChoicesField(required=True)
    schema: Schema = type(f"{type_name.title()}Schema", (QuestionSchema,), own)()
    return schema


_CHOICE = ChoiceSchema()
_LEGAL = LegalSchema()
_SURVEY = SurveySchema()
_PAGE = PageSchema()
_GROUP = GroupSchema()
_MEASURE = MeasureSchema()


def dump_node(schema: Schema, value: object) -> dict[str, Any]:
    """One node as JSON-ready data; what is empty or the default is left out."""
    dumped: dict[str, Any] = schema.dump(value)
    return {
        key: item
        for key, item in dumped.items()
        if item is not None and item is not False and item not in ("", [], {})
    }


def survey_to_data(survey: Survey) -> dict[str, Any]:
    """The definition as JSON-ready data; reading it back gives an equal survey."""
    data = dump_node(_SURVEY, survey)
    data["pages"] = [_dump_page(page) for page in survey.pages]
    if survey.measures:
        data["measures"] = [_dump_measure(survey, measure) for measure in survey.measures]
    return data


def _dump_page(page: Page) -> dict[str, Any]:
    return {**dump_node(_PAGE, page), "questions": [_dump_item(item) for item in page.questions]}


def _dump_item(item: Question | Group) -> dict[str, Any]:
    if isinstance(item, Group):
        head = {"name": item.name, "type": GROUP, **dump_node(_GROUP, item)}
        return {**head, "questions": [_dump_item(inner) for inner in item.questions]}
    return dump_node(question_schema(type_of(item).name), item)


def _dump_measure(survey: Survey, measure: Measure) -> dict[str, Any]:
    data = dump_node(_MEASURE, measure)
    if measure.kind is default_kind(survey.question(measure.question).type):
        del data["kind"]
    return data

"""Marshmallow schemas, one per kind of node: the keys of a definition, and what each may hold.

A schema knows one node; what must agree between nodes is in `checks`, the walk in `reading`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields

from encuestas.choices import ChoiceListsField, ChoicesField
from encuestas.definition import (
    Group,
    GroupKind,
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
from encuestas.errors import ErrorCode, shown
from encuestas.fields import (
    ID,
    LANGUAGE,
    NAME,
    VERSION,
    BooleanField,
    CodeField,
    DefaultField,
    EnumField,
    ExpressionField,
    FilesByLanguageField,
    IntegerField,
    ListField,
    LocalizedField,
    RequiredField,
    TextField,
    TriggerField,
    localized_text,
    refuse,
)
from encuestas.files import FilesField
from encuestas.measures import default_kind
from encuestas.nodes import NodeSchema, dump_node, load_node
from encuestas.types import TYPES, type_of

MAX_INSTANCES = 1000
"""How often a repeat may be asked at most, whatever its definition says."""


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
    files = FilesField()


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
    hint = LocalizedField()
    relevant = ExpressionField()
    appearance = TextField()


class RepeatSchema(GroupSchema):
    """A group that is asked again and again."""

    repeat_count = ExpressionField()
    minimum = IntegerField(data_key="min", minimum=0, maximum=MAX_INSTANCES)
    maximum = IntegerField(data_key="max", minimum=1, maximum=MAX_INSTANCES)


class MatrixSchema(GroupSchema):
    """A grid without its rows; `matrix_schema` adds what its marks or choices may say."""

    label = LocalizedField(required=True)
    required = RequiredField()
    special = ListField(TextField(pattern=NAME))


class RowSchema(NodeSchema):
    """A row of a grid."""

    name = TextField(required=True, pattern=NAME)
    label = LocalizedField(required=True)
    hint = LocalizedField()
    relevant = ExpressionField()


class QuestionSchema(NodeSchema):
    """What every question may say; `question_schema` adds what its type may."""

    name = TextField(required=True, pattern=NAME)
    type = TextField(required=True)
    label = LocalizedField(required=True)
    hint = LocalizedField()
    guidance = LocalizedField()
    image = FilesByLanguageField()
    audio = FilesByLanguageField()
    required = RequiredField()
    required_message = LocalizedField()
    relevant = ExpressionField()
    constraint = ExpressionField()
    constraint_message = LocalizedField()
    calculation = ExpressionField()
    trigger = TriggerField()
    default = DefaultField()
    read_only = BooleanField()
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
    own = _settings_of(type_name)
    if not question_type.has_label:
        own["label"] = LocalizedField()
    if question_type.is_calculated:
        own["calculation"] = ExpressionField(required=True)
    if question_type.has_choices:
        own["choice_filter"] = ExpressionField(item=True)
        own["randomize"] = BooleanField()
        own["seed"] = ExpressionField()
    if question_type.has_other:
        own["or_other"] = BooleanField()
    return _schema(type_name, QuestionSchema, own)


@cache
def matrix_schema(type_name: str) -> Schema:
    """The schema of grids whose rows are questions of that type."""
    return _schema("matrix", MatrixSchema, _settings_of(type_name))


def matrix_type(data: object) -> str:
    """The type of the rows of a grid: marks of a scale if it says which, else choices."""
    return SCALE if isinstance(data, Mapping) and "range" in data else SELECT_ONE


def _settings_of(type_name: str) -> dict[str, fields.Field[Any]]:
    question_type = TYPES[type_name]
    own: dict[str, fields.Field[Any]] = {}
    for name, field in question_type.fields().items():
        field.attribute = f"settings.{name}"
        own[name] = field
    if question_type.has_choices and not question_type.choices_from_file:
        own["choices"] = ChoicesField(required=True)
    return own


def _schema(name: str, base: type[NodeSchema], own: Mapping[str, fields.Field[Any]]) -> Schema:
    schema: Schema = type(f"{name.title()}Schema", (base,), dict(own))()
    return schema


SCALE, SELECT_ONE = "scale", "select_one"
GROUPS: Mapping[GroupKind, NodeSchema] = {
    GroupKind.GROUP: GroupSchema(),
    GroupKind.REPEAT: RepeatSchema(),
}
_LEGAL = LegalSchema()
_SURVEY = SurveySchema()
_PAGE = PageSchema()
_ROW = RowSchema()
_MEASURE = MeasureSchema()


def survey_to_data(survey: Survey) -> dict[str, Any]:
    """The definition as JSON-ready data; reading it back gives an equal survey."""
    data = dump_node(_SURVEY, survey)
    data["pages"] = [_dump_page(page) for page in survey.pages]
    if survey.measures:
        data["measures"] = [_dump_measure(survey, measure) for measure in survey.measures]
    return data


def _dump_page(page: Page) -> dict[str, Any]:
    return {**dump_node(_PAGE, page), "questions": _dump_items(page.questions)}


def _dump_items(items: tuple[Question | Group, ...]) -> list[dict[str, Any]]:
    """What the author wrote: a question made for another one is not."""
    return [
        _dump_group(item)
        if isinstance(item, Group)
        else dump_node(question_schema(type_of(item).name), item)
        for item in items
        if isinstance(item, Group) or not item.origin
    ]


def _dump_group(group: Group) -> dict[str, Any]:
    head = {"name": group.name, "type": str(group.kind)}
    if group.kind is GroupKind.MATRIX:
        return {**head, **_dump_matrix(group)}
    own = dump_node(GROUPS[group.kind], group)
    if group.minimum == 0:
        own.pop("min", None)
    return {**head, **own, "questions": _dump_items(group.questions)}


def _dump_matrix(group: Group) -> dict[str, Any]:
    """What all rows share is taken from the first."""
    rows = [row for row in group.questions if isinstance(row, Question)]
    shared = dump_node(matrix_schema(rows[0].type), rows[0])
    for key in RowSchema().fields:
        shared.pop(key, None)
    del shared["type"]
    own = dump_node(GROUPS[GroupKind.GROUP], group)
    return {**own, **shared, "rows": [dump_node(_ROW, row) for row in rows]}


def _dump_measure(survey: Survey, measure: Measure) -> dict[str, Any]:
    data = dump_node(_MEASURE, measure)
    if measure.kind is default_kind(survey.question(measure.question).type):
        del data["kind"]
    return data

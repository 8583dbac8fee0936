"""What is read, as the API's description has it: surveys, collections, responses."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from app.models import Access, Channel, Mode, ResponseState, Selection, VersionState


def words(values: type) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf([str(each) for each in values]))


def text() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "By language."},
    )


class VersionSchema(Schema):
    """A version of a survey. Published ones keep their structure; corrections mend words."""

    survey = fields.String(required=True)
    version = fields.String(required=True)
    title = text()
    state = words(VersionState)
    correction = fields.Integer(required=True, metadata={"description": "The newest."})
    structure_hash = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True, allow_none=True)


class SurveySchema(Schema):
    id = fields.String(required=True)
    title = text()
    versions = fields.List(fields.Nested(VersionSchema), required=True)


class SurveysSchema(Schema):
    items = fields.List(fields.Nested(SurveySchema), required=True)


class VersionsSchema(Schema):
    items = fields.List(fields.Nested(VersionSchema), required=True)


class DefinitionSchema(VersionSchema):
    definition = fields.Dict(
        required=True, metadata={"description": "As guides/definitions describes it, in JSON."}
    )


class DefinitionQuery(Schema):
    correction = fields.Integer(
        validate=validate.Range(0, 2**31 - 1), metadata={"description": "If missing: the newest."}
    )


class CollectionSchema(Schema):
    """One fielding of a survey."""

    slug = fields.String(required=True, metadata={"description": "People answer at /e/SLUG."})
    title = text()
    survey = fields.String(required=True)
    version = fields.String(required=True, metadata={"description": "That is fielded now."})
    respondent = fields.String(required=True)
    mode = words(Mode)
    selection = words(Selection)
    access = words(Access)
    population = fields.Integer(required=True, allow_none=True)
    wave = fields.String(required=True)
    plan = fields.String(required=True, allow_none=True)
    territories = fields.List(fields.String(), required=True)
    languages = fields.List(fields.String(), required=True)
    public = fields.Boolean(required=True)
    simulated = fields.Boolean(required=True)
    opens_at = fields.AwareDateTime(required=True)
    closes_at = fields.AwareDateTime(required=True, allow_none=True)
    responses = fields.Integer(
        required=True, metadata={"description": "That count, of those that the reader may see."}
    )


class CollectionsSchema(Schema):
    items = fields.List(fields.Nested(CollectionSchema), required=True)


class ResponseSchema(Schema):
    """One response. Of an anonymous collection it has no id of its sender's phone, no
    organisation and no time finer than the day."""

    id = fields.String(required=True)
    instance_id = fields.String()
    version = fields.String(required=True)
    correction = fields.Integer(required=True)
    state = words(ResponseState)
    channel = words(Channel)
    language = fields.String(required=True)
    territory = fields.String(required=True, allow_none=True)
    organisation = fields.String(allow_none=True)
    person_id = fields.String(
        allow_none=True, metadata={"description": "The same for the same person in other waves."}
    )
    started_at = fields.AwareDateTime(allow_none=True)
    submitted_at = fields.AwareDateTime(allow_none=True)
    submitted_on = fields.Date(required=True)
    changed_on = fields.Date(required=True)
    revises_id = fields.String(allow_none=True)
    simulated = fields.Boolean(required=True)
    answers = fields.Dict(required=True)


class ResponsesSchema(Schema):
    items = fields.List(fields.Nested(ResponseSchema), required=True)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of the next page; null on the last."},
    )

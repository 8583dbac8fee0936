"""What is read, as the API's description has it: figures, indicators, the register."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields, validate

from app.api.shapes import text


class AnalysisSchema(Schema):
    """Figures of a collection, each with its interval, base and flags. More is told where the
    collection has a design, a roll that may still change, or versions that differ."""

    class Meta:
        unknown = INCLUDE

    collection = fields.String(required=True)
    title = text()
    survey = fields.String(required=True)
    responses = fields.Integer(required=True)
    simulated = fields.Boolean(required=True)
    selection = fields.String(required=True)
    population = fields.Integer(required=True, allow_none=True)
    measures = fields.List(fields.Dict(), required=True)


class AnalysisQuery(Schema):
    """Read by `app.services.analytics.asked`, as on pages and in commands. With ``f.NAME=VALUE``,
    only these answers, it leads on to ``analysis/explore``.
    """

    by = fields.List(
        fields.String(), metadata={"description": "Makes groups: a question, or territory."}
    )
    measure = fields.List(fields.String(), metadata={"description": "Repeatable. Else: all."})
    confidence = fields.Float(
        validate=validate.Range(0.5, 0.999), metadata={"description": "If missing: 0.95."}
    )


class SourceSchema(Schema):
    survey = fields.String(required=True)
    version = fields.String(required=True)
    measure = fields.String(required=True)
    question = fields.String(required=True)
    collections = fields.List(fields.String(), required=True)


class IndicatorSchema(Schema):
    """A line of the programme's matrix, in Spanish, with the measures that give it."""

    number = fields.Integer(required=True)
    component = fields.String(required=True)
    activity = fields.String(required=True)
    dimension = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    numerator = fields.String(required=True)
    denominator = fields.String(required=True)
    source = fields.String(required=True)
    informant = fields.String(required=True)
    uncertainty = fields.String(required=True)
    measures = fields.List(fields.Nested(SourceSchema), required=True)


class IndicatorsSchema(Schema):
    items = fields.List(fields.Nested(IndicatorSchema), required=True)


class TerritorySchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    comunas = fields.List(
        fields.String(), required=True, metadata={"description": "Codes of five digits (CUT)."}
    )
    simulated = fields.Boolean(required=True)


class TerritoriesSchema(Schema):
    items = fields.List(fields.Nested(TerritorySchema), required=True)


class OrganisationSchema(Schema):
    """Contacts are told to whoever keeps the register, with a token for `manage`."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    territory = fields.String(required=True)
    active = fields.Boolean(required=True)
    simulated = fields.Boolean(required=True)
    contact_name = fields.String()
    phone = fields.String()
    email = fields.String()
    notes = fields.String()


class OrganisationsSchema(Schema):
    items = fields.List(fields.Nested(OrganisationSchema), required=True)


class PlanSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    territory = fields.String(required=True)
    active = fields.Boolean(required=True)
    summary = text()
    document_hash = fields.String(required=True, allow_none=True)
    simulated = fields.Boolean(required=True)


class PlansSchema(Schema):
    items = fields.List(fields.Nested(PlanSchema), required=True)

"""What the API writes. These schemas, and the one of items, are its description too."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

STATUSES = ("stored", "same", "conflict", "quarantined", "refused")


class FaultSchema(Schema):
    question = fields.String(metadata={"description": "A path where questions repeat."})
    code = fields.String()
    message = fields.String(metadata={"description": "In the reader's language."})


class VerdictSchema(Schema):
    """What became of one response."""

    instance_id = fields.String(allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    receipt = fields.String(metadata={"description": "The same whenever it is sent again."})
    code = fields.String(metadata={"description": "Why it is not simply stored."})
    message = fields.String()
    remedy = fields.String()
    faults = fields.List(fields.Nested(FaultSchema))


class ProblemSchema(Schema):
    """RFC 9457: why nothing of the request was looked at."""

    type = fields.String()
    status = fields.Integer()
    title = fields.String()
    detail = fields.String()
    code = fields.String()

"""Responses that are read: page by page, or one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import request, url_for
from flask_security import current_user
from marshmallow import Schema, ValidationError, fields, validate

from app.api import shapes
from app.api.blueprint import v1
from app.api.reading import reads
from app.errors import Problem, ProblemCode
from app.models import ResponseState, TokenScope
from app.models.columns import in_days
from app.permissions import Permission, scope_of
from app.services import collections
from app.services.audit import note_read
from app.services.exports.stream import note_export
from app.services.reading import answers


class _Day(fields.Field):
    """A day, or a moment, of which the day counts: none finer is kept of anonymous responses."""

    def _deserialize(self, value: object, *_args: Any, **_kwargs: Any) -> date:
        text = str(value)
        try:
            if len(text) == len("2026-05-04"):
                return date.fromisoformat(text)
            moment = datetime.fromisoformat(text)
        except ValueError as fault:
            raise ValidationError("a date, or a date and time with its offset") from fault
        if moment.tzinfo is None:
            raise ValidationError("the offset is missing, such as -04:00 or Z")
        return in_days(moment)


class _Place(fields.String):
    def _deserialize(self, value: object, *_args: Any, **_kwargs: Any) -> answers.Place:
        try:
            return answers.Place.read(str(value))
        except ValueError as fault:
            raise Problem(ProblemCode.NOT_FOUND) from fault  # such a place was never given


class ResponsesQuery(Schema):
    state = fields.List(
        fields.String(validate=validate.OneOf([str(each) for each in ResponseState])),
        metadata={"description": "Repeatable. If missing: submitted and accepted, which count."},
    )
    changed_since = _Day(
        metadata={
            "type": "string",
            "anyOf": [{"format": "date"}, {"format": "date-time"}],
            "description": "A day, or a moment, of which the day is taken: what changed on it"
            " comes again.",
        }
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(1, answers.MOST))
    after = _Place(metadata={"description": "As `next` gives it."})


@v1.get("/collections/<slug>/responses")
@reads(
    Permission.EXPORT,
    TokenScope.EXPORT,
    shapes.ResponsesSchema,
    summary="Responses, in the order in which they changed",
    query=ResponsesQuery,
    problems=(404,),
    kept=False,
)
def responses(asked: Mapping[str, Any], slug: str) -> Mapping[str, Any]:
    collection = collections.find(slug)
    wanted = answers.Wanted(
        states=asked.get("state") or answers.COUNTED,
        since=asked.get("changed_since"),
        after=asked.get("after"),
        limit=asked["limit"],
    )
    page = answers.page(collection, wanted, scope=scope_of(current_user))
    if wanted.after is None:
        note_export(slug, actor=current_user, format="api", since=str(wanted.since or ""))
    return {"items": page.rows, "next": _next(slug, page.next)}


def _next(slug: str, place: answers.Place | None) -> str | None:
    if place is None:
        return None
    kept = request.args.to_dict(flat=False) | {"after": [str(place)]}
    return url_for("api.responses", slug=slug, **kept, _external=True)


@v1.get("/collections/<slug>/responses/<key>")
@reads(
    Permission.EXPORT,
    TokenScope.EXPORT,
    shapes.ResponseSchema,
    summary="One response",
    problems=(404,),
    kept=False,
)
def one_response(slug: str, key: str) -> Mapping[str, Any]:
    found = answers.one(collections.find(slug), key, scope=scope_of(current_user))
    note_read("response.read", f"{slug}/{key}", actor=current_user, by="api")
    return found

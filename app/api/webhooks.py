"""Webhooks: other systems that are told of responses."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, jsonify
from flask_security import current_user
from marshmallow import Schema, fields, validate

from app.api.blueprint import v1
from app.api.guard import allows
from app.api.reading import SECURITY, described, reads
from app.models import TokenScope, Webhook
from app.models.columns import today
from app.permissions import Permission, scope_of
from app.services import collections
from app.services.webhooks import hooks

_EVENT = validate.OneOf([str(each) for each in hooks.WANTED])


class NewWebhookSchema(Schema):
    url = fields.String(
        required=True,
        validate=[validate.Regexp(r"^https?://"), validate.Length(max=2000)],
        metadata={
            "description": "A public one, with https, unless the service's settings allow more."
        },
    )
    events = fields.List(
        fields.String(validate=_EVENT), required=True, validate=validate.Length(min=1, max=3)
    )


class WebhookSchema(Schema):
    """``secret`` is told once, when it is made: with it each notice is signed."""

    id = fields.String(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(validate=_EVENT), required=True)
    created_on = fields.Date(required=True)
    secret = fields.String()


class WebhooksSchema(Schema):
    items = fields.List(fields.Nested(WebhookSchema), required=True)


@v1.get("/collections/<slug>/webhooks")
@reads(
    Permission.MANAGE,
    TokenScope.MANAGE,
    WebhooksSchema,
    summary="Webhooks of a collection",
    problems=(404,),
    kept=False,
)
def webhooks(slug: str) -> Mapping[str, Any]:
    found = hooks.listed(collections.find(slug), scope=scope_of(current_user), user=current_user)
    return {"items": [_told(hook) for hook in found]}


@v1.post("/collections/<slug>/webhooks")
@allows(Permission.MANAGE, TokenScope.MANAGE)
@v1.doc(summary="Tell an address of responses from now on", security=SECURITY)
@described(400, 404, 409, 413, 422)
@v1.response(201, WebhookSchema, description="made; its secret is told this once")
@v1.arguments(NewWebhookSchema, location="json")
def add_webhook(asked: Mapping[str, Any], slug: str) -> Response:
    hook = hooks.add(
        collections.find(slug),
        asked["url"],
        asked["events"],
        user=current_user,
        day=today(),
        private=current_app.config["CABILDO_WEBHOOKS_PRIVATE"],
    )
    response = jsonify(WebhookSchema().dump(_told(hook) | {"secret": hooks.secret_of(hook)}))
    response.status_code = HTTPStatus.CREATED
    return response


@v1.delete("/collections/<slug>/webhooks/<key>")
@allows(Permission.MANAGE, TokenScope.MANAGE)
@v1.doc(summary="Tell it nothing any more", security=SECURITY)
@described(404)
@v1.alt_response(204, description="gone", success=True)
def remove_webhook(slug: str, key: str) -> Response:
    hooks.remove(collections.find(slug), key, scope=scope_of(current_user), user=current_user)
    return Response(status=HTTPStatus.NO_CONTENT)


def _told(hook: Webhook) -> dict[str, Any]:
    return {name: getattr(hook, name) for name in ("id", "url", "events", "created_on")}

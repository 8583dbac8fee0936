"""What the API reads and writes. These schemas are its description too."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from app.models import Channel
from app.services.quarantine import Item
from app.services.receiving import ZONE
from encuestas import Source

CHANNELS = (Channel.WEB, Channel.INTERVIEW, Channel.PAPER, Channel.API)
STATUSES = ("stored", "same", "conflict", "quarantined", "refused")
_YEARS = (1970, 2900)  # phones without a battery say 1970; what is beyond is no date
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Uuid(fields.String):
    """A UUID in its usual spelling, whatever the case of its letters."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            usual = str(uuid.UUID(text))
        except ValueError as error:
            raise ValidationError("not a UUID") from error
        if usual != text.lower():
            raise ValidationError("not a UUID")
        return usual


class Instant(fields.String):
    """A moment with its offset; without one it is read in the item's zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValidationError("not a moment") from error
        if not _YEARS[0] <= moment.year <= _YEARS[1]:
            raise ValidationError("not a moment")
        return moment


def _plain(text: str) -> None:
    if _CONTROL.search(text):
        raise ValidationError("a character that no name has")


def _short(most: int) -> list[Any]:
    return [validate.Length(max=most), _plain]


class ItemSchema(Schema):
    """One finished response."""

    class Meta:
        unknown = EXCLUDE

    instance_id = Uuid(
        required=True,
        metadata={"format": "uuid", "description": "Made by the client, once for each response."},
    )
    collection = fields.String(
        required=True,
        validate=_short(64),
        metadata={"description": "The name in the address: /e/<collection>."},
    )
    version = fields.String(required=True, validate=[validate.Length(min=1), *_short(64)])
    correction = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(min=0, max=2**31 - 1)
    )
    started_at = Instant(load_default=None, allow_none=True, metadata={"format": "date-time"})
    finished_at = Instant(
        required=True,
        metadata={"format": "date-time", "description": "By the client's clock, with its offset."},
    )
    zone = fields.String(
        load_default="",
        allow_none=True,
        validate=_short(64),
        metadata={"description": "America/Santiago, for instance: whose days and hours count."},
    )
    channel = fields.String(load_default="web", validate=validate.OneOf(CHANNELS))
    answers = fields.Dict(
        required=True,
        metadata={
            "description": "By question. `json`: canonical values, nested where questions repeat."
            " `form`: {path: [text, ...]} as typed."
        },
    )
    format = fields.String(load_default="json", validate=validate.OneOf(("json", "form")))
    language = fields.String(load_default="", allow_none=True, validate=_short(16))
    token = fields.String(
        load_default=None,
        allow_none=True,
        validate=_short(200),
        metadata={"description": "Of a personal link: /i/<token>."},
    )

    @post_load
    def _to_item(self, data: Mapping[str, Any], **_more: Any) -> Item:
        zone = _zone(data["zone"])
        return Item(
            instance_id=data["instance_id"],
            collection=data["collection"],
            version=data["version"],
            correction=data["correction"],
            answers=data["answers"],
            source=Source(data["format"]),
            channel=Channel(data["channel"]),
            finished_at=_placed(data["finished_at"], zone),
            started_at=data["started_at"] and _placed(data["started_at"], zone),
            zone=zone.key if zone else "",
            language=data["language"] or "",
            token=data["token"] or None,
        )


def _zone(name: str | None) -> ZoneInfo | None:
    """The zone of that name; one that this machine does not know says nothing."""
    if not name or not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return None


def _placed(moment: datetime, zone: ZoneInfo | None) -> datetime:
    """On the clock that hung on the wall where it was answered."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone or ZONE)
    return moment.astimezone(zone) if zone else moment


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

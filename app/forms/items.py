"""Finished responses as clients send them: read from JSON, or refused with what to mend."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from app.config import MAX_BODY_BYTES
from app.errors import Problem, ProblemCode
from app.models import Channel
from app.models.columns import utc_now
from app.permissions import channel_problem
from app.services.receiving import together
from app.services.receiving.inbox import Outcome
from app.services.receiving.quarantine import Item
from app.services.receiving.rule import ZONE, Verdict
from app.words.verdicts import FIELDS
from encuestas import Source

CHANNELS = (Channel.WEB, Channel.INTERVIEW, Channel.PAPER, Channel.API)
MOST_ITEMS = 500
DEEPEST = 32
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


_ITEM = ItemSchema()


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


_JSON = json.JSONDecoder(parse_constant=_no_number)


def read_json(body: bytes) -> Any:
    """Raises Problem NOT_JSON, also for what Python alone would take for JSON."""
    try:
        return _JSON.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Problem(ProblemCode.NOT_JSON) from error


def read_item(raw: object, *, alone: bool) -> Item | Problem:
    """One item; ``alone``: whoever read it knows that it is not too large."""
    if _is_too_deep(raw):
        return Problem(ProblemCode.MALFORMED_ITEM, fields=f"answers: {gettext(FIELDS['answers'])}")
    try:
        item: Item = _ITEM.load(raw)
    except ValidationError as error:
        names = [name for name in FIELDS if name in error.normalized_messages()] or [*FIELDS]
        shapes = "; ".join(f"{name}: {gettext(FIELDS[name])}" for name in names)
        return Problem(ProblemCode.MALFORMED_ITEM, fields=shapes)
    if not alone and len(json.dumps(raw)) > MAX_BODY_BYTES:
        return Problem(ProblemCode.ITEM_TOO_LARGE, limit_kb=MAX_BODY_BYTES // 1024)
    return item


def _is_too_deep(raw: object) -> bool:
    """Whether lists and mappings are nested deeper than any answer is."""
    level = [raw]
    for _depth in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def take_in(raw: Sequence[object], *, small: bool) -> list[Outcome]:
    """What became of each, in order; ``small``: none of them can be too large."""
    read = [read_item(each, alone=small) for each in raw]
    outcomes = iter(
        together.take(
            [each for each in read if isinstance(each, Item)],
            now=utc_now(),
            grace=timedelta(days=current_app.config["GRACE_DAYS"]),
            may_use=channel_problem,
            fresh=timedelta(seconds=current_app.config["PAGE_SECONDS"]),
        )
    )
    return [
        next(outcomes) if isinstance(each, Item) else _refusal(source, each)
        for source, each in zip(raw, read, strict=True)
    ]


def _refusal(raw: object, problem: Problem) -> Outcome:
    """The verdict on what cannot be an item, with its id if it says one."""
    said = raw.get("instance_id") if isinstance(raw, dict) else None
    instance_id = said[:64] if isinstance(said, str) else ""
    return Outcome(instance_id=instance_id, verdict=Verdict.REFUSED, problem=problem)

"""The shape of a finished response as clients send it: what can be an item, and what cannot.

The one authority for whoever sends: the API, staff's lists, and interviewers' sealed interviews.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from app.errors import Problem, ProblemCode
from app.models import Channel
from app.services.receiving.quarantine import Item
from app.services.receiving.rule import ZONE
from encuestas import Source

CHANNELS = (Channel.WEB, Channel.INTERVIEW, Channel.PAPER, Channel.API)
MOST_ITEMS = 500
DEEPEST = 32
_HOLDERS = (dict, list)
_YEARS = (1970, 2899)  # phones without a battery say 1970; what is beyond is no date
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
"""As a description says it, where halves of a character are no text anyway."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def _moments() -> str:
    """The same years, days and hours as a description says them: RFC 3339, with its offset."""
    year, short = "(?:19[7-9][0-9]|2[0-8][0-9]{2})", "(?:0[1-9]|1[0-9]|2[0-8])"
    leap = "(?:19(?:7[26]|8[048]|9[26])|2[0-8](?:0[48]|[2468][048]|[13579][26])|2[048]00)"
    days = f"(?:0[1-9]|1[0-2])-{short}|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
    hours = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
    time, offset = rf"{hours}:[0-5][0-9](?:\.[0-9]{{1,9}})?", f"(?:Z|[+-]{hours})"
    return f"^(?:{year}-(?:{days})|{leap}-02-29)T{time}{offset}$"


class Malformed(ValueError):  # noqa: N818 what a client sent, not a fault of ours
    """What was sent is no item; ``names`` of the fields to mend."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def usual_uuid(text: str) -> str:
    """A UUID in its usual spelling, whatever the case of its letters. Raises ValueError."""
    usual = str(uuid.UUID(text))
    if usual != text.lower():
        raise ValueError("not a UUID")
    return usual


def moment(text: str) -> datetime:
    """A moment that some clock can have shown. Raises ValueError."""
    found = datetime.fromisoformat(text)
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        raise ValueError("not a moment")
    return found


class Uuid(fields.String):
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return usual_uuid(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise ValidationError("not a UUID") from error


class Instant(fields.String):
    """A moment with its offset; without one it is read in the item's zone."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            return moment(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise ValidationError("not a moment") from error


def _plain(text: str) -> None:
    if _CONTROL.search(text):
        raise ValidationError("a character that no name has")


def _word(most: int, told: str = "", *, least: int | None = None, **how: Any) -> fields.String:
    """A text of one line, described as it is checked."""
    said = {"pattern": _PLAIN} | ({"description": told} if told else {})
    return fields.String(
        validate=[validate.Length(min=least, max=most), _plain], metadata=said, **how
    )


class ItemSchema(Schema):
    """One finished response."""

    class Meta:
        unknown = EXCLUDE

    instance_id = Uuid(
        required=True,
        metadata={"format": "uuid", "description": "Made by the client, once for each response."},
    )
    collection = _word(64, "The name in the address: /e/<collection>.", required=True)
    version = _word(64, least=1, required=True)
    correction = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(min=0, max=2**31 - 1)
    )
    started_at = Instant(load_default=None, allow_none=True, metadata={"pattern": _moments()})
    finished_at = Instant(
        required=True,
        metadata={
            "pattern": _moments(),
            "description": "By the client's clock, with its offset (RFC 3339).",
        },
    )
    zone = _word(
        64,
        "America/Santiago, for instance: whose days and hours count.",
        load_default="",
        allow_none=True,
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
    language = _word(16, load_default="", allow_none=True)
    token = _word(200, "Of a personal link: /i/<token>.", load_default=None, allow_none=True)

    @post_load
    def _to_item(self, data: Mapping[str, Any], **_more: Any) -> Item:
        return _item(data)


def _item(data: Mapping[str, Any]) -> Item:
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


@lru_cache(maxsize=256)
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

# The same schema for what looks as usual, at a fifth of the cost of reading it field by field.
# Whatever does not is the schema's to read or refuse; a test holds both to the same items.
_USUAL = {
    "correction": 0,
    "started_at": None,
    "zone": "",
    "channel": "web",
    "format": "json",
    "language": "",
    "token": None,
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHORT = {"collection": 64, "version": 64, "zone": 64, "language": 16}


def _usual(raw: object) -> Item | None:
    """The item, if its fields are as clients write them."""
    if type(raw) is not dict:
        return None
    data = {**_USUAL, **raw}
    try:
        for name, most in _SHORT.items():
            if not 0 < len(data[name]) <= most or not data[name].isprintable():
                return None
        if not _UUID.fullmatch(data["instance_id"]) or data["channel"] not in CHANNELS:
            return None
        if type(data["correction"]) is not int or not 0 <= data["correction"] < 2**31:
            return None
        if type(data["answers"]) is not dict or data["token"] is not None:
            return None
        if data["started_at"] is not None:
            data["started_at"] = moment(data["started_at"])
        data["finished_at"] = moment(data["finished_at"])
        return _item(data)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


_JSON = json.JSONDecoder(parse_constant=_no_number)


def read_json(body: bytes) -> Any:
    """Raises Problem NOT_JSON, also for what Python alone would take for JSON."""
    try:
        return _JSON.decode(body.decode(json.detect_encoding(body), "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Problem(ProblemCode.NOT_JSON) from error


def read(raw: object) -> Item:
    """The item that was sent. Raises Malformed."""
    if is_too_deep(raw):
        raise Malformed(["answers"])
    if (usual := _usual(raw)) is not None:
        return usual
    try:
        item: Item = _ITEM.load(raw)
    except ValidationError as error:
        raise Malformed([str(name) for name in error.normalized_messages()]) from error
    return item


def is_too_deep(raw: object) -> bool:
    """Whether lists and mappings are nested deeper than any answer is."""
    level = [raw] if isinstance(raw, _HOLDERS) else []
    for _depth in range(DEEPEST):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, _HOLDERS)
        ]
        if not level:
            return False
    return True

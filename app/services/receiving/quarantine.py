"""What could not be taken as it came is kept as it was sent, once, and waits for a person."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import (
    ORGANISATION_QUESTION,
    TERRITORY_QUESTION,
    Channel,
    Collection,
    Invitation,
    Mode,
    Quarantined,
    Reason,
    Response,
    ResponseState,
)
from app.models.columns import random_key
from app.models.response import SETTLED_ROWS
from app.services.adding import add_new
from app.services.receiving.rule import ZONE, territories_of
from encuestas import Source, Survey
from encuestas.paths import name_of
from encuestas.types import METADATA


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A finished response as a client sent it: its shape is known to be right, and no more."""

    instance_id: str
    collection: str
    version: str
    correction: int
    answers: Mapping[str, Any]
    source: Source
    channel: Channel
    finished_at: datetime
    started_at: datetime | None = None
    zone: str = ""
    language: str = ""
    token: str | None = None


def hold(
    collection: Collection,
    items: Sequence[tuple[Item, Reason]],
    *,
    survey: Survey,
    invited: Mapping[str, Invitation],
    now: datetime,
) -> None:
    """Keep them; what is kept already, with the same content, is not kept again, nor what was
    erased. Caller commits.

    ``survey``: what in their answers is metadata. ``invited``: their invitations, by token.
    """
    erased = _erased(collection, [item.instance_id for item, _reason in items])
    kept = [(item, reason) for item, reason in items if item.instance_id not in erased]
    invitations = [invited.get(item.token or "") for item, _reason in kept]
    places = territories_of(collection, [_sayable(item) for item, _reason in kept], invitations)
    rows = [
        _row(collection, item, reason, survey, now)
        | {"invitation_id": _invitation_id(collection, item, invited), "territory_id": place}
        for (item, reason), place in zip(kept, places, strict=True)
    ]
    add_new(Quarantined, sorted(rows, key=_order), key=Quarantined.id)


def _erased(collection: Collection, instances: Sequence[str]) -> frozenset[str]:
    query = select(Response.instance_id).where(
        Response.collection_id == collection.id,
        Response.instance_id.in_(instances),
        Response.state == ResponseState.ERASED,
        SETTLED_ROWS,
    )
    return frozenset(db.session.scalars(query))


def _sayable(item: Item) -> Mapping[str, Any]:
    """Without texts that the database cannot even be asked for."""
    return {
        name: value
        for name, value in item.answers.items()
        if name in {ORGANISATION_QUESTION, TERRITORY_QUESTION} and str(value).isprintable()
    }


def _order(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["instance_id"], row["content_hash"]


def _invitation_id(
    collection: Collection, item: Item, invited: Mapping[str, Invitation]
) -> str | None:
    found = invited.get(item.token or "")
    return found.id if found is not None and collection.mode == Mode.CONFIDENTIAL else None


def _row(
    collection: Collection, item: Item, reason: Reason, survey: Survey, now: datetime
) -> dict[str, Any]:
    anonymous = collection.mode == Mode.ANONYMOUS
    answers = _without_times(item.answers, survey) if anonymous else item.answers
    return {
        "id": random_key(),
        "collection_id": collection.id,
        "mode": collection.mode,
        "instance_id": item.instance_id,
        "content_hash": raw_hash(item, answers),
        "reason": reason,
        "channel": item.channel,
        "item": to_text(item, answers, anonymous=anonymous),
        "received_on": now.astimezone(ZONE).date(),
        "received_at": None if anonymous else now,
        "state": "waiting",
        "comment": "",
    }


def to_text(item: Item, answers: Mapping[str, Any], *, anonymous: bool) -> str:
    """The item as JSON: without its token, which opens an invitation, and if it is anonymous
    without times."""
    data = {
        "version": item.version,
        "correction": item.correction,
        "format": item.source.value,
        "language": item.language,
        "answers": answers,
    }
    if anonymous:
        data["finished_on"] = item.finished_at.date().isoformat()
    else:
        data |= {
            "finished_at": item.finished_at.isoformat(),
            "started_at": item.started_at.isoformat() if item.started_at else None,
            "zone": item.zone,
        }
    return json.dumps(data)


def raw_hash(item: Item, answers: Mapping[str, Any]) -> str:
    """The same for the same answers as sent, whatever order they came in."""
    text = json.dumps([item.version, item.source.value, answers], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_times(answers: Mapping[str, Any], survey: Survey) -> dict[str, Any]:
    """Without what the phone filled in by itself: the moment of beginning, the device's number."""
    own = {question.name for question in survey.questions if question.type in METADATA}
    return {path: value for path, value in answers.items() if name_of(path) not in own}

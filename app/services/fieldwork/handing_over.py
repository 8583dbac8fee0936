"""Sealed items opened, and handed to the one way of receiving and to the record of contacts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import CaseResult, Channel, Collection, User
from app.services import collections
from app.services.audit import note
from app.services.fieldwork import outcomes as fieldwork
from app.services.fieldwork import quotas, sealing
from app.services.fieldwork.outcomes import Contact
from app.services.receiving import inbox, shape
from app.services.receiving.quarantine import Item
from app.services.receiving.rule import Verdict
from encuestas import Source

GRACE = timedelta(days=30)
"""What was finished before closing may arrive so much later: there are places without signal."""

Told = dict[str, Any]


def hand_over(
    items: Sequence[Mapping[str, Any]], *, data: Path, user: User | None, now: datetime
) -> list[Told]:
    """A verdict for each, in order. Everything but ``refused`` the phone may forget.

    ``data``: the folder with the service's key; ``user``: whose phone it is, if that is known.
    """
    told: list[Told] = []
    responses: list[tuple[int, Item]] = []
    contacts: dict[str, list[tuple[int, Contact]]] = {}
    for at, item in enumerate(items):
        name = str(item.get("id", ""))
        told.append({"id": name, "status": "refused", "code": "malformed"})
        try:
            found = sealing.open_sealed(item.get("sealed") or {}, name=name, data=data)
            if found.get("kind") == "contact":
                slug, contact = _contact(name, found)
                contacts.setdefault(slug, []).append((at, contact))
            else:
                responses.append((at, _response(name, found)))
        except sealing.SealError:
            told[at]["code"] = "not_sealed_for_us"
        except (KeyError, TypeError, ValueError, OverflowError):
            continue  # its shape is wrong: refused, and the phone keeps it
    _take_responses(responses, told, now)
    _take_contacts(contacts, told, user)
    return told


def _take_responses(responses: list[tuple[int, Item]], told: list[Told], now: datetime) -> None:
    if not responses:
        return
    outcomes = inbox.take(
        [item for _at, item in responses], now=now, grace=GRACE, may_use=_interviews_alone
    )
    stored: dict[str, list[str]] = {}
    for (at, item), outcome in zip(responses, outcomes, strict=True):
        # Where its files go: the phone could read that nowhere, for the interview is sealed.
        told[at] = {"id": item.instance_id, "status": outcome.verdict.value}
        told[at]["collection"] = item.collection
        if outcome.receipt:
            told[at]["receipt"] = outcome.receipt
        if outcome.problem is not None:
            told[at]["code"] = outcome.problem.code
        if outcome.verdict is Verdict.STORED:
            stored.setdefault(item.collection, []).append(item.instance_id)
    for slug, instances in stored.items():
        quotas.mark_surplus(collections.find(slug), instances)


def _interviews_alone(channel: Channel) -> Problem | None:
    return None if channel == Channel.INTERVIEW else Problem(ProblemCode.NOT_ALLOWED)


def _take_contacts(
    contacts: Mapping[str, list[tuple[int, Contact]]], told: list[Told], user: User | None
) -> None:
    for slug, group in contacts.items():
        collection = _collection(slug)
        for at, contact in group:
            told[at] = {"id": contact.id, "status": "stored" if collection else "refused"}
        if collection is not None:
            fieldwork.record(collection, [contact for _at, contact in group], user=user)


def _collection(slug: str) -> Collection | None:
    try:
        return collections.find(slug)
    except Problem:
        return None


def _response(name: str, found: Mapping[str, Any]) -> Item:
    """Read as any other item; that it comes from an interview is known by the way that it came."""
    known = {"instance_id": name, "channel": Channel.INTERVIEW, "format": Source.FORM}
    return shape.read({**found, **known, "token": None})


def _contact(name: str, found: Mapping[str, Any]) -> tuple[str, Contact]:
    instance = found.get("instance_id")
    return _text(found["collection"], 64), Contact(
        id=_uuid(name),
        case_id=_uuid(found["case_id"]),
        result=CaseResult(found["result"]),
        at=_moment(found["at"]),
        territory=_text(found.get("territory", ""), 32),
        address=_text(found.get("address", ""), 255),
        note=_text(found.get("note", ""), 4000),
        place=_place(found.get("place")),
        instance_id=_uuid(instance) if instance else None,
    )


def _place(value: Any) -> tuple[float, float, float] | None:
    if value is None:
        return None
    latitude, longitude, accuracy = (float(part) for part in value)
    good = abs(latitude) <= 90 and abs(longitude) <= 180 and math.isfinite(accuracy)
    return (latitude, longitude, accuracy) if good else None


def _uuid(value: Any) -> str:
    return shape.usual_uuid(str(value))


def _text(value: Any, longest: int) -> str:
    """PostgreSQL keeps no NUL and no half of a pair; what is too long for a name is none."""
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode()
    if len(text) > longest:
        raise ValueError("too long")
    return text


def _moment(value: Any) -> datetime:
    found = shape.moment(str(value))
    if found.tzinfo is None:
        raise ValueError("no zone")
    return found


def read_items(text: bytes) -> list[dict[str, Any]] | None:
    """The sealed items of a request; None if it is none."""
    try:
        return items_in(shape.read_json(text))
    except Problem:
        return None


def items_in(body: object) -> list[dict[str, Any]] | None:
    """The sealed items of a request, or of what a phone saved; None if there are none."""
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list) or len(items) > shape.MOST_ITEMS:
        return None
    return items if all(isinstance(item, dict) for item in items) else None


def note_file(slug: str, *, user: User, items: int, refused: int) -> None:
    """That somebody loaded such a file."""
    note("fieldwork.file", slug, actor=user, items=items, refused=refused)
    db.session.commit()

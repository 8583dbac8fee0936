"""Receipts of what clients send on their own: found again by who sent, named by nobody else.

A receipt is kept under a keyed code of collection and instance: sending again gives the same one,
and whoever reads the database cannot tell which response an anonymous receipt belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Mode, Receipt
from app.services.adding import add_new
from app.services.codes import receipt_code
from app.signing import keyed

SHORT, LONG = 5, 8
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """A response that is kept, in whatever state, and wants a receipt."""

    instance_id: str
    response_id: str | None = None
    conflict: bool = False


def give(collection: Collection, kept: Sequence[Kept], *, day: date) -> dict[str, str]:
    """The receipt code of each, by instance id; those that have none get one. Caller commits."""
    wanted = {handle(collection, each.instance_id): each for each in reversed(kept)}
    codes: dict[str, str] = {}
    for attempt in range(_TRIES):
        rows = [
            _row(collection, key, each, day=day, length=LONG if attempt else SHORT)
            for key, each in sorted(wanted.items())
            if key not in codes
        ]
        new = add_new(Receipt, rows, key=Receipt.draft_id)
        codes |= {row["draft_id"]: row["code"] for row in rows if row["draft_id"] in new}
        if len(codes) < len(wanted):
            codes |= _known({key: each for key, each in wanted.items() if key not in codes})
        if len(codes) == len(wanted):
            return {wanted[key].instance_id: code for key, code in codes.items()}
    raise Problem(ProblemCode.BUSY)


def drawn(collection: Collection, kept: Sequence[Kept], *, day: date) -> list[dict[str, Any]]:
    """New receipts for what is not known to have one, in order."""
    return [
        _row(collection, handle(collection, each.instance_id), each, day=day, length=SHORT)
        for each in kept
    ]


def _row(collection: Collection, key: str, kept: Kept, *, day: date, length: int) -> dict[str, Any]:
    return {
        "code": receipt_code(length),
        "draft_id": key,
        "collection_id": collection.id,
        "mode": collection.mode,
        "response_id": kept.response_id if collection.mode == Mode.CONFIDENTIAL else None,
        "preview": False,
        "conflict": kept.conflict,
        "received_on": day,
    }


def handle(collection: Collection, instance_id: str) -> str:
    """What a receipt of this response is kept under."""
    return keyed(f"receipt {collection.id} {instance_id}").hex()


def was_given(collection: Collection, instance_id: str) -> bool:
    """Whether a response that a client sent on its own is kept, in whatever state."""
    query = select(Receipt.code).where(Receipt.draft_id == handle(collection, instance_id))
    return db.session.scalar(query) is not None


def _known(wanted: dict[str, Kept]) -> dict[str, str]:
    """Codes of receipts given before, also by the form; a code that was taken has none."""
    query = select(Receipt.draft_id, Receipt.code).where(Receipt.draft_id.in_(wanted))
    found: dict[str, str] = dict(db.session.execute(query).all())
    responses = {
        each.response_id: key
        for key, each in wanted.items()
        if key not in found and each.response_id
    }
    if responses:
        of_form = select(Receipt.response_id, Receipt.code).where(
            Receipt.response_id.in_(responses)
        )
        found |= {responses[key]: code for key, code in db.session.execute(of_form)}
    return found

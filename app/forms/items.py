"""Finished responses as clients send them: taken in, or refused with what to mend."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from flask import current_app
from flask_babel import gettext

from app.config import MAX_BODY_BYTES
from app.errors import Problem, ProblemCode
from app.models.columns import utc_now
from app.permissions import channel_problem
from app.services.receiving import shape, together
from app.services.receiving.inbox import Outcome
from app.services.receiving.quarantine import Item
from app.services.receiving.rule import Verdict
from app.words.verdicts import FIELDS


def read_item(raw: object, *, alone: bool) -> Item | Problem:
    """One item; ``alone``: whoever read it knows that it is not too large."""
    try:
        item = shape.read(raw)
    except shape.Malformed as error:
        names = [name for name in FIELDS if name in error.names] or [*FIELDS]
        told = "; ".join(f"{name}: {gettext(FIELDS[name])}" for name in names)
        return Problem(ProblemCode.MALFORMED_ITEM, fields=told)
    if not alone and len(json.dumps(raw)) > MAX_BODY_BYTES:
        return Problem(ProblemCode.ITEM_TOO_LARGE, limit_kb=MAX_BODY_BYTES // 1024)
    return item


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

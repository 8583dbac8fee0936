"""Going on with a draft elsewhere: the short code that the pages show leads back to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.models import Collection
from app.services import codes, throttle
from app.services.drafts import drafts, phone_drafts, sending
from app.services.receiving import receipts

KIND = "resume"


@dataclass(frozen=True, slots=True)
class Found:
    """What a typed code leads to: a ``secret``, or the reason why to nothing.

    ``slip``: it cannot be a code, so nobody was guessing. ``wait``: too many codes that open
    nothing were tried. ``received``: what it opened was sent by the phone that had it. None of
    these: a code that opens nothing.
    """

    secret: str = ""
    slip: bool = False
    wait: timedelta = timedelta()
    received: bool = False


def find(collection: Collection, typed: str, *, now: datetime) -> Found:
    """Look a code up; one that opens nothing is counted as a try at guessing."""
    code = codes.read_resume_code(typed)
    if code is None:
        return Found(slip=True)
    key = f"{collection.id} {code}"
    if wait := throttle.pause(KIND, key, now):
        return Found(wait=wait)
    secret = drafts.secret_of(collection, code)
    draft = drafts.find(collection, secret, now=now)
    if draft is None and phone_drafts.was_received(collection, secret):
        return Found(received=True)
    if draft is not None and receipts.was_given(collection, draft.instance_id):
        return Found(received=True)  # and the phone could not say so yet
    if draft is not None or sending.find_receipt(collection, secret):
        return Found(secret)
    throttle.failed(KIND, key, now)
    return Found()

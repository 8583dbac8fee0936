"""Stops guessing: so many failures per account, and in all, and then a pause.

Addresses are not counted: a village meeting shares one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.models import Attempts

WINDOW = timedelta(minutes=15)
PER_KEY = 8
IN_ALL = 400
_EVERYBODY = ""


def blocked(kind: str, key: str, now: datetime) -> bool:
    """True while the key, or the whole kind, has failed too often within the window."""
    return bool(pause(kind, key, now))


def pause(kind: str, key: str | None, now: datetime) -> timedelta:
    """How long the key, or the whole kind, has still to wait; zero if it may try."""
    limits = {_EVERYBODY: IN_ALL} | ({} if key is None else {_hash(key): PER_KEY})
    waits = [
        row.since + WINDOW - now
        for name, limit in limits.items()
        if (row := db.session.get(Attempts, (kind, name))) and row.failures >= limit
    ]
    return max([timedelta(), *waits])


def failed(kind: str, key: str | None, now: datetime) -> None:
    """Count one failure, for good: it is committed whatever becomes of the request.

    Without a key it is counted among all of the kind alone.
    """
    for name in (_EVERYBODY,) if key is None else (_hash(key), _EVERYBODY):
        row = _counter(kind, name, now)
        if now - row.since >= WINDOW:
            row.failures, row.since = 1, now
        else:
            row.failures += 1
    db.session.commit()


def succeeded(kind: str, key: str) -> None:
    """Forget the failures of a key that proved itself. The caller commits."""
    row = db.session.get(Attempts, (kind, _hash(key)))
    if row is not None:
        db.session.delete(row)


def _counter(kind: str, name: str, now: datetime) -> Attempts:
    """The locked row, made when it is missing; another worker may be making it at this moment."""
    row = db.session.get(Attempts, (kind, name), with_for_update=True)
    if row is not None:
        return row
    try:
        with db.session.begin_nested():
            row = Attempts(kind=kind, key=name, failures=0, since=now)
            db.session.add(row)
    except IntegrityError:
        return db.session.get_one(Attempts, (kind, name), with_for_update=True)
    return row


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

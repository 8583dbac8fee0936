"""Interviewers' phones: each has a secret of its own, of which only a hash is kept here.

A session ends while there are interviews to hand over; the phone's secret lets it hand over, and
nothing else, until a manager takes that away.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.extensions import db
from app.models import FieldDevice, User
from app.services.audit import note


def enrol(user: User, *, name: str, day: date) -> str:
    """The secret of a new phone, told once."""
    secret = secrets.token_urlsafe(32)
    db.session.add(
        FieldDevice(user_id=user.id, secret_hash=_hash(secret), name=name[:80], added_on=day)
    )
    note("device.enrol", user.email, actor=user, name=name[:80])
    db.session.commit()
    return secret


def holder(secret: str, *, used: date | None = None) -> User | None:
    """Who carries the phone with that secret; None if it was revoked or there is none.

    ``used``: the day on which it hands something over, to be noted.
    """
    query = (
        select(FieldDevice)
        .where(FieldDevice.secret_hash == _hash(secret), FieldDevice.revoked_on.is_(None))
        .options(joinedload(FieldDevice.user))
    )
    device = db.session.scalars(query).first()
    if device is None or not device.user.active:
        return None
    if used is not None and device.used_on != used:
        device.used_on = used
        db.session.commit()
    return device.user


def every() -> list[FieldDevice]:
    """All phones, those in use first."""
    query = select(FieldDevice).options(joinedload(FieldDevice.user))
    rows = db.session.scalars(query.order_by(FieldDevice.added_on, FieldDevice.id)).all()
    return sorted(rows, key=lambda row: row.revoked_on is not None)


def revoke(key: str, *, user: User, day: date) -> None:
    """Take no more from that phone. Revoking it again changes nothing."""
    device = db.session.get(FieldDevice, key)
    if device is not None and device.revoked_on is None:
        device.revoked_on = day
        note("device.revoke", device.user.email, actor=user, name=device.name)
        db.session.commit()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

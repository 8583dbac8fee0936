"""Keys with which somebody's programs speak for them, of which only hashes are kept here.

A key has 256 random bits, so no slow hash is needed, and it cannot be guessed: wrong ones are
counted so that whoever tries them stops costing anything, and a right one always opens.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.errors import Problem, ProblemCode
from app.extensions import db, writing
from app.models import ApiToken, TokenScope, User
from app.services import throttle
from app.services.audit import note

KIND = "api-token"
PREFIX = "cabildo_"
USUAL_DAYS, MOST_DAYS = 90, 365
LONGEST_NAME = 80


def add(
    user: User, *, name: str, scopes: Iterable[str], days: int, day: date, actor: User | None
) -> tuple[ApiToken, str]:
    """A new key, told once. Raises Problem KEY_EMPTY or KEY_DAYS."""
    wanted = [scope for scope in TokenScope if scope in set(scopes)]
    if not wanted:
        raise Problem(ProblemCode.KEY_EMPTY)
    if not 1 <= days <= MOST_DAYS:
        raise Problem(ProblemCode.KEY_DAYS, most=MOST_DAYS)
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        user_id=user.id,
        name=name.strip()[:LONGEST_NAME],
        secret_hash=_hash(secret),
        scopes=[str(scope) for scope in wanted],
        created_on=day,
        expires_on=day + timedelta(days=days),
    )
    db.session.add(row)
    note("token.add", user.email, actor=actor, name=row.name, scopes=row.scopes)
    db.session.commit()
    return row, secret


def holder(secret: str, *, now: datetime, day: date) -> ApiToken:
    """The token, with its owner; that it was used on this day is noted.

    Raises Problem KEY_REFUSED for one that is unknown, expired, revoked, or whose owner may not
    sign in any more; KEY_TRIES while too many of those were tried.
    """
    query = select(ApiToken).where(ApiToken.secret_hash == _hash(secret))
    token = db.session.scalars(query.options(joinedload(ApiToken.user))).first()
    if token is None or token.revoked_on or token.expires_on <= day or not token.user.active:
        raise _refused(now)
    if token.used_on != day:
        token = _note_use(token.id, day)
    return token


def listed(user: User | None = None) -> list[ApiToken]:
    """Somebody's keys, or everybody's; those that open come first."""
    query = select(ApiToken).options(joinedload(ApiToken.user)).order_by(ApiToken.created_on)
    if user is not None:
        query = query.where(ApiToken.user_id == user.id)
    return sorted(db.session.scalars(query), key=lambda each: each.revoked_on is not None)


def revoke(key: str, *, day: date, owner: User | None = None, actor: User | None = None) -> None:
    """The key opens nothing from now on. Doing it again changes nothing.

    ``owner``: whose it must be. Raises Problem NOT_FOUND.
    """
    token = None if "\0" in key else db.session.get(ApiToken, key)
    if token is None or (owner is not None and token.user_id != owner.id):
        raise Problem(ProblemCode.NOT_FOUND)
    if token.revoked_on is None:
        token.revoked_on = day
        note("token.revoke", token.user.email, actor=actor, name=token.name)
        db.session.commit()


def _note_use(key: str, day: date) -> ApiToken:
    db.session.rollback()
    with writing():
        token = db.session.get_one(ApiToken, key, options=[joinedload(ApiToken.user)])
        token.used_on = day
        db.session.commit()
    return token


def _refused(now: datetime) -> Problem:
    if wait := throttle.pause(KIND, None, now):
        return Problem(ProblemCode.KEY_TRIES, minutes=_minutes(wait))
    db.session.rollback()
    with writing():
        throttle.failed(KIND, None, now)
    return Problem(ProblemCode.KEY_REFUSED)


def _minutes(wait: timedelta) -> int:
    return max(1, -(-int(wait.total_seconds()) // 60))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()

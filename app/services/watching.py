"""Who did, saw and took away what: the audit, read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select, true

from app.extensions import db
from app.models import AuditEntry
from app.services.receiving.rule import ZONE

PAGE = 100
_ACTION = re.compile(r"[a-z.-]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``action``: one, or the beginning of several; ``before``: where the page before ended."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    entries: Sequence[AuditEntry]
    before: int | None


def listed(asked: Asked) -> Found:
    """The newest first, in one query."""
    query = select(AuditEntry).where(_fits(asked)).order_by(AuditEntry.id.desc())
    if asked.before is not None:
        query = query.where(AuditEntry.id < asked.before)
    rows = db.session.scalars(query.limit(PAGE + 1)).all()
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return Found(rows[:PAGE], more)


def of_subject(subject: str, *, most: int = 20) -> Sequence[AuditEntry]:
    """What happened to one thing last."""
    query = select(AuditEntry).where(AuditEntry.subject == subject)
    return db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(most)).all()


def _fits(asked: Asked) -> ColumnElement[bool]:
    found: ColumnElement[bool] = true()
    if actor := _text(asked.actor):
        found &= AuditEntry.actor.contains(actor, autoescape=True)
    if _ACTION.fullmatch(asked.action):
        found &= AuditEntry.action.startswith(asked.action, autoescape=True)
    if subject := _text(asked.subject):
        found &= AuditEntry.subject.startswith(subject, autoescape=True)
    if asked.since is not None:
        found &= AuditEntry.at >= _beginning(asked.since)
    if asked.until is not None and asked.until < date.max:
        found &= AuditEntry.at < _beginning(asked.until + timedelta(days=1))
    return found


def _text(typed: str) -> str:
    return typed.replace("\0", "").strip()[:255]


def _beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, ZONE)

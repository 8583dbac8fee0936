"""Notices on their way: signed, tried again with longer and longer pauses, and written down.

A notice says what happened to which response, and none of its answers: who may read those asks
for them with a key.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import joinedload

from app.extensions import db, reading
from app.models import (
    Delivery,
    DeliveryState,
    Response,
    SurveyVersion,
    Territory,
    User,
    Webhook,
    WebhookEvent,
)
from app.services.scope import Scope
from app.services.webhooks import hooks, outgoing

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
"""After each failure; after one more the notice is given up."""
TRYING = timedelta(minutes=1)
KEPT = timedelta(days=30)
_OVER = (DeliveryState.DONE, DeliveryState.FAILED)

Authorise = Callable[[User, str], Scope | None]


def send_once(now: datetime, authorise: Authorise, *, private: bool) -> bool:
    """Send the notice that waits longest, if one is due; whether there was one."""
    with reading():
        due = and_(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= now)
        key = db.session.scalar(select(Delivery.id).where(due).order_by(Delivery.due_at).limit(1))
        db.session.rollback()
    # Whoever takes it pushes it away for a while: a worker that dies leaves it to the next.
    if key is None or not _change(and_(Delivery.id == key, due), due_at=now + TRYING):
        return key is not None
    with reading():
        query = select(Delivery).where(Delivery.id == key)
        told = joinedload(Delivery.webhook)
        query = query.options(told.joinedload(Webhook.user), told.joinedload(Webhook.collection))
        delivery = db.session.scalars(query).first()
        content = delivery and _content(delivery, authorise)
        hook = delivery and delivery.webhook
        url, secret = (hook.url, hooks.secret_of(hook)) if hook else ("", "")
        attempts = delivery.attempts if delivery else 0
        db.session.rollback()  # nothing is held while the other side takes its time
    if content is None:
        # Nothing is left of it: the log would tell how many answer where its owner may not look.
        _forget(Delivery.id == key)
        return True
    _try(key, url, secret, content, attempts, now=now, private=private)
    return True


def _try(
    key: str,
    url: str,
    secret: str,
    content: dict[str, Any],
    attempts: int,
    *,
    now: datetime,
    private: bool,
) -> None:
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Cabildo",
        "Cabildo-Event": content["event"],
        "Cabildo-Delivery": key,
        "Cabildo-Signature": signature(secret, body, now),
    }
    status, reason = None, ""
    try:
        status = outgoing.post(url, body, headers, private=private)
    except outgoing.Unreachable as fault:
        reason = str(fault)
    if status is not None and 200 <= status < 300:
        _end(key, DeliveryState.DONE, attempts + 1, status=status)
    elif attempts < len(PAUSES):
        due = now + PAUSES[attempts]
        values = {"attempts": attempts + 1, "status": status, "reason": reason, "due_at": due}
        _change(Delivery.id == key, **values)
    else:
        _end(key, DeliveryState.FAILED, attempts + 1, status=status, reason=reason)


def signature(secret: str, body: bytes, now: datetime) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA-256, with the secret, of the seconds, a point and the body."""
    seconds = str(int(now.timestamp()))
    code = hmac.new(bytes.fromhex(secret), f"{seconds}.".encode() + body, "sha256")
    return f"t={seconds},v1={code.hexdigest()}"


def forget_old(now: datetime) -> None:
    """Delete what was told long ago."""
    old = Delivery.state.in_(_OVER) & (Delivery.created_at < now - KEPT)
    _forget(old)


def _content(delivery: Delivery, authorise: Authorise) -> dict[str, Any] | None:
    """None: whoever asked for it may not see the response, or manages nothing any more."""
    hook = delivery.webhook
    scope = authorise(hook.user, "manage")
    if scope is None:
        return None
    content: dict[str, Any] = {
        "event": delivery.event,
        "delivery": delivery.id,
        "collection": hook.collection.slug,
        "simulated": hook.collection.simulated,
    }
    if delivery.event == WebhookEvent.TEST:
        return content
    query = (
        select(
            Response.id,
            Response.instance_id,
            Response.state,
            Response.revises_id,
            SurveyVersion.name.label("version"),
            Territory.code.label("territory"),
            Response.submitted_on,
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .outerjoin(Territory, Territory.id == Response.territory_id)
        .where(Response.id == delivery.response_id, scope.rows())
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    return content | {"response": row._asdict() | {"submitted_on": row.submitted_on.isoformat()}}


def _end(
    key: str, state: DeliveryState, attempts: int, *, status: int | None = None, reason: str = ""
) -> None:
    _change(Delivery.id == key, state=state, attempts=attempts, status=status, reason=reason)


def _forget(which: ColumnElement[bool]) -> None:
    db.session.execute(delete(Delivery).where(which).execution_options(synchronize_session=False))
    db.session.commit()


def _change(which: Any, **values: Any) -> bool:
    statement = update(Delivery).where(which).values(**values)
    found = db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.commit()
    return bool(found.rowcount)

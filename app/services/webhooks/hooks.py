"""Which systems want to know of which collection, and the notices that went to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Delivery, Mode, User, Webhook, WebhookEvent
from app.models.columns import utc_now
from app.services.audit import note
from app.services.scope import EVERYWHERE, Scope
from app.services.webhooks import outgoing
from app.signing import keyed

MOST = 10
SHOWN = 100
WANTED = (WebhookEvent.SUBMITTED, WebhookEvent.EDITED, WebhookEvent.REVIEWED)


def add(
    collection: Collection, url: str, events: Iterable[str], *, user: User, day: date, private: bool
) -> Webhook:
    """Tell that address from now on.

    Raises Problem BAD_WEBHOOK, WEBHOOK_ANONYMOUS, WEBHOOK_EVENTS or TOO_MANY_WEBHOOKS.
    """
    if collection.mode != Mode.CONFIDENTIAL:
        raise Problem(ProblemCode.WEBHOOK_ANONYMOUS)
    outgoing.check_url(url, private=private)
    wanted = [str(event) for event in WANTED if event in set(events)]
    if not wanted:
        raise Problem(ProblemCode.WEBHOOK_EVENTS)
    if len(listed(collection, scope=EVERYWHERE, user=user)) >= MOST:
        raise Problem(ProblemCode.TOO_MANY_WEBHOOKS, limit=MOST)
    hook = Webhook(
        collection_id=collection.id,
        mode=collection.mode,
        user_id=user.id,
        url=url,
        events=wanted,
        created_on=day,
    )
    db.session.add(hook)
    note("webhook.add", collection.slug, actor=user, url=url, events=wanted)
    db.session.commit()
    return hook


def listed(collection: Collection, *, scope: Scope, user: User) -> Sequence[Webhook]:
    """Who is limited to some territories has those of their own alone: of others' they would learn
    how many answer elsewhere."""
    query = select(Webhook).where(Webhook.collection_id == collection.id)
    query = query.options(joinedload(Webhook.user)).where(_seen(scope, user))
    return db.session.scalars(query.order_by(Webhook.created_on, Webhook.id)).all()


def find(collection: Collection, key: str, *, scope: Scope, user: User) -> Webhook:
    """Raises Problem NOT_FOUND."""
    query = select(Webhook).where(Webhook.id == key, Webhook.collection_id == collection.id)
    query = query.where(_seen(scope, user))
    hook = None if "\0" in key else db.session.scalars(query).first()
    if hook is None:
        raise Problem(ProblemCode.NOT_FOUND)
    return hook


def remove(collection: Collection, key: str, *, scope: Scope, user: User) -> None:
    """Tell it nothing any more, what waits included. Raises Problem NOT_FOUND."""
    hook = find(collection, key, scope=scope, user=user)
    note("webhook.remove", collection.slug, actor=user, url=hook.url)
    db.session.delete(hook)
    db.session.commit()


def ask_test(collection: Collection, key: str, *, scope: Scope, user: User) -> None:
    """Send a notice that is about no response. Raises Problem NOT_FOUND."""
    hook, now = find(collection, key, scope=scope, user=user), utc_now()
    event = WebhookEvent.TEST
    db.session.add(Delivery(webhook_id=hook.id, event=event, due_at=now, created_at=now))
    note("webhook.test", collection.slug, actor=user, url=hook.url)
    db.session.commit()


def log(collection: Collection, *, scope: Scope, user: User) -> Sequence[Delivery]:
    """The latest notices, newest first."""
    query = (
        select(Delivery)
        .join(Delivery.webhook)
        .where(Webhook.collection_id == collection.id, _seen(scope, user))
        .options(joinedload(Delivery.webhook))
        .order_by(Delivery.created_at.desc(), Delivery.id)
        .limit(SHOWN)
    )
    return db.session.scalars(query).all()


def _seen(scope: Scope, user: User) -> ColumnElement[bool]:
    return Webhook.user_id == user.id if scope.limited else true()


def secret_of(hook: Webhook) -> str:
    """With what its notices are signed. It is made again from the service's key, and not kept."""
    return keyed(f"webhook {hook.id}").hex()

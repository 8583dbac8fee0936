"""Other systems that want to know of responses, and each notice that goes to them.

Triggers in the migrations write a notice in the transaction in which its response changes, so that
none is lost and receiving does nothing where nobody wants to know.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.collection import Collection
from app.models.columns import Json, Key, Moment, Word, one_of
from app.models.user import User


class WebhookEvent(StrEnum):
    SUBMITTED = "submitted"
    EDITED = "edited"
    REVIEWED = "reviewed"
    # Asked for by a person, to see whether the other side listens.
    TEST = "test"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Webhook(db.Model):
    """Of a confidential collection alone: when a notice comes would tell when somebody answered."""

    __tablename__ = "webhooks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collection_id", "mode"], ["collections.id", "collections.mode"], ondelete="CASCADE"
        ),
        CheckConstraint("mode = 'confidential'", name="confidential"),
        Index("ix_webhooks_collection_id", "collection_id"),
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(String(36))
    mode: Mapped[Word]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(2000))
    events: Mapped[list[str]] = mapped_column(Json)
    created_on: Mapped[date]

    collection: Mapped[Collection] = relationship()
    user: Mapped[User] = relationship()


class Delivery(db.Model):
    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        one_of("event", WebhookEvent),
        one_of("state", DeliveryState),
        Index("ix_webhook_deliveries_state", "state", "due_at"),
        Index("ix_webhook_deliveries_webhook_id", "webhook_id", "created_at"),
    )

    id: Mapped[Key]
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    # No foreign key: that a response was erased takes away no note of what was told of it.
    response_id: Mapped[str | None] = mapped_column(String(36))
    event: Mapped[Word]
    state: Mapped[Word] = mapped_column(default=DeliveryState.WAITING, server_default="waiting")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(Moment, server_default=func.now())
    # What the other side answered, or what stood in the way.
    status: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(64), default="", server_default="")

    webhook: Mapped[Webhook] = relationship()

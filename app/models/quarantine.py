"""Responses that could not be taken as they came: kept as sent until somebody looks at them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.collection import Collection
from app.models.columns import Key, Moment, Word, one_of


class Reason(StrEnum):
    """Why a response waits for somebody to look at it."""

    INVALID = "invalid"
    LATE = "late"
    NOT_YET_OPEN = "not_yet_open"
    NOT_PUBLIC = "not_public"
    UNKNOWN_VERSION = "unknown_version"
    UNKNOWN_CORRECTION = "unknown_correction"
    NOT_INVITED = "not_invited"
    INVITATION_ENDED = "invitation_ended"
    UNKNOWN_TOKEN = "unknown_token"  # noqa: S105 a reason, no secret
    UNEXPECTED = "unexpected"  # reading it failed, and that is the service's own fault


class Decision(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Quarantined(db.Model):
    """One response as it was sent. It is in no figure and no export.

    ``item`` is JSON in ASCII, so that text which no column takes (a NUL, half a surrogate pair) is
    kept too. Of an anonymous one no time finer than the day is there, nor a link to anybody.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collection_id", "mode"], ["collections.id", "collections.mode"], ondelete="CASCADE"
        ),
        one_of("state", Decision),
        CheckConstraint("mode = 'confidential' OR received_at IS NULL", name="anonymous_untimed"),
        UniqueConstraint("collection_id", "instance_id", "content_hash"),
        Index("ix_quarantine_collection_id_state", "collection_id", "state"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(String(36))
    mode: Mapped[Word]
    instance_id: Mapped[str] = mapped_column(String(36))
    content_hash: Mapped[str] = mapped_column(String(64))
    # With which it was answered: it is still needed when somebody accepts it.
    invitation_id: Mapped[str | None] = mapped_column(
        ForeignKey("invitations.id"),
        CheckConstraint("mode = 'confidential' OR invitation_id IS NULL", name="not_invited"),
        index=True,
    )
    # About which it is, as far as its answers or its invitation tell.
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territories.id"))
    reason: Mapped[Word]
    channel: Mapped[Word]
    item: Mapped[str]
    received_on: Mapped[date]
    received_at: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[Word] = mapped_column(default=Decision.WAITING)
    comment: Mapped[str] = mapped_column(default="")

    collection: Mapped[Collection] = relationship()

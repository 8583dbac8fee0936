"""Responses, unfinished drafts, and the receipts that people keep.

Anonymous is a promise that the database keeps: rows of an anonymous collection cannot carry an
organisation or a time finer than the day, a receipt cannot name its response, and the tables have
no running number that would give the order away.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.collection import Collection
from app.models.columns import Json, Key, Moment, Word, one_of, today
from app.models.organisation import Organisation
from app.models.territory import Territory


class ResponseState(StrEnum):
    """Only submitted and accepted responses are counted."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    # Kept for review: it clashes with one that was here before.
    CONFLICT = "conflict"
    # Its sender or staff changed it: the response that `revises_id` points from is counted instead.
    REPLACED = "replaced"
    # Its content was deleted. What is left tells a phone that sends it again that it was received.
    ERASED = "erased"


class Channel(StrEnum):
    WEB = "web"
    PAPER = "paper"
    IMPORT = "import"
    INTERVIEW = "interview"
    API = "api"


COUNTED = (ResponseState.SUBMITTED, ResponseState.ACCEPTED)
# The words of partial indexes. A query that says the same in the same words can be answered by one.
COUNTED_ROWS = text("state IN ('submitted', 'accepted') AND NOT preview")
SETTLED_ROWS = text("state <> 'conflict'")
CONFLICT_ROWS = text("state = 'conflict'")
INVITED_ROWS = text("invitation_id IS NOT NULL AND state IN ('submitted', 'accepted')")
# What most rows lack needs no place in an index: each row that arrives would be put there too.
VOTES = text("organisation_id IS NOT NULL AND state IN ('submitted', 'accepted') AND NOT preview")
INVITED = text("invitation_id IS NOT NULL")
REVISIONS = text("revises_id IS NOT NULL")


def _of_collection() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["collection_id", "mode"], ["collections.id", "collections.mode"], ondelete="CASCADE"
    )


class Response(db.Model):
    __tablename__ = "responses"
    __table_args__ = (
        _of_collection(),
        ForeignKeyConstraint(
            ["version_id", "correction"], ["survey_texts.version_id", "survey_texts.correction"]
        ),
        one_of("state", ResponseState),
        one_of("channel", Channel),
        CheckConstraint(
            "mode = 'confidential' OR (organisation_id IS NULL AND started_at IS NULL"
            " AND submitted_at IS NULL)",
            name="anonymous_unlinked",
        ),
        # One rule for the double click, the phone's queue and the file imported twice.
        Index(
            "uq_responses_instance",
            "collection_id",
            "instance_id",
            unique=True,
            sqlite_where=SETTLED_ROWS,
            postgresql_where=SETTLED_ROWS,
        ),
        # What conflicts with it is kept too, and that once.
        Index(
            "uq_responses_conflict",
            "collection_id",
            "instance_id",
            "content_hash",
            unique=True,
            sqlite_where=CONFLICT_ROWS,
            postgresql_where=CONFLICT_ROWS,
        ),
        Index(
            "uq_responses_one_vote",
            "collection_id",
            "organisation_id",
            unique=True,
            sqlite_where=VOTES,
            postgresql_where=VOTES,
        ),
        Index(
            "ix_responses_invitation_id",
            "invitation_id",
            sqlite_where=INVITED,
            postgresql_where=INVITED,
        ),
        Index(
            "ix_responses_revises_id",
            "revises_id",
            unique=True,
            sqlite_where=REVISIONS,
            postgresql_where=REVISIONS,
        ),
        Index(
            "uq_responses_one_per_invitation",
            "invitation_id",
            unique=True,
            sqlite_where=INVITED_ROWS,
            postgresql_where=INVITED_ROWS,
        ),
        # Few, and told to whoever runs the collection.
        Index(
            "ix_responses_clock_off",
            "collection_id",
            sqlite_where=text("clock_off"),
            postgresql_where=text("clock_off"),
        ),
        # Programs read by it, page by page: what changes moves on and is never missed.
        Index("ix_responses_changed", "collection_id", "changed_on", "id"),
        # Counts whole collections without reading a response, and gives exports their order.
        Index("ix_responses_collection_id_state", "collection_id", "state", "preview"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(String(36))
    mode: Mapped[Word]
    version_id: Mapped[str] = mapped_column(String(36))
    correction: Mapped[int]
    instance_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[Word] = mapped_column(default=ResponseState.SUBMITTED)
    channel: Mapped[Word]
    language: Mapped[str] = mapped_column(String(16))
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territories.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    invitation_id: Mapped[str | None] = mapped_column(
        ForeignKey("invitations.id"),
        CheckConstraint("mode = 'confidential' OR invitation_id IS NULL", name="not_invited"),
    )
    revises_id: Mapped[str | None] = mapped_column(
        ForeignKey("responses.id"),
        CheckConstraint("mode = 'confidential' OR revises_id IS NULL", name="not_revised"),
    )
    preview: Mapped[bool] = mapped_column(default=False)
    simulated: Mapped[bool] = mapped_column(default=False)
    # Received when there were enough of its kind already: kept, counted, and told.
    over_quota: Mapped[bool] = mapped_column(default=False, server_default=false())
    answers: Mapped[dict[str, Any]] = mapped_column(Json)
    content_hash: Mapped[str] = mapped_column(String(64))
    # Calculations that the client sent otherwise than the server made them: {path: sent value}.
    sent_values: Mapped[dict[str, Any] | None] = mapped_column(Json)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    submitted_on: Mapped[date]
    # By the server's own clock; null where it was received before this was noted.
    received_on: Mapped[date | None]
    received_at: Mapped[datetime | None] = mapped_column(
        Moment,
        CheckConstraint(
            "mode = 'confidential' OR received_at IS NULL", name="anonymous_arrival_untimed"
        ),
    )
    # The last day on which anything about it changed, for programs that follow a collection.
    changed_on: Mapped[date | None] = mapped_column(default=today, onupdate=today)
    # The client's clock cannot be right: ``submitted_on`` is then the day of receiving.
    clock_off: Mapped[bool] = mapped_column(default=False, server_default=false())
    # A conflict that was looked at and set aside; null: it waits, or it is none.
    reviewed_on: Mapped[date | None]

    collection: Mapped[Collection] = relationship()
    territory: Mapped[Territory | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @classmethod
    def counts(cls) -> ColumnElement[bool]:
        """Which responses figures, lists and exports are about."""
        return cls.state.in_(COUNTED) & ~cls.preview


class Draft(db.Model):
    """Unfinished answers exactly as typed. The key is the hash of a secret the person holds."""

    __tablename__ = "drafts"
    __table_args__ = (
        _of_collection(),
        ForeignKeyConstraint(
            ["version_id", "correction"], ["survey_texts.version_id", "survey_texts.correction"]
        ),
        CheckConstraint("mode = 'confidential' OR started_at IS NULL", name="anonymous_untimed"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    collection_id: Mapped[str] = mapped_column(String(36), index=True)
    mode: Mapped[Word]
    version_id: Mapped[str] = mapped_column(String(36))
    correction: Mapped[int]
    instance_id: Mapped[str] = mapped_column(String(36), unique=True)
    language: Mapped[str] = mapped_column(String(16))
    # Form values by question: {"name": ["value", ...]}, kept even where they are not valid yet.
    answers: Mapped[dict[str, list[str]]] = mapped_column(Json, default=dict)
    page: Mapped[str] = mapped_column(String(64), default="")
    # Begun with a personal link; in an anonymous collection the person's browser alone knows.
    invitation_id: Mapped[str | None] = mapped_column(
        ForeignKey("invitations.id"),
        CheckConstraint("mode = 'confidential' OR invitation_id IS NULL", name="not_invited"),
        index=True,
    )
    revises_id: Mapped[str | None] = mapped_column(ForeignKey("responses.id"))
    counter: Mapped[int] = mapped_column(default=0)
    preview: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_on: Mapped[date] = mapped_column(index=True)
    # The phone that led it sent it. Nothing of it is left, for whoever types its code, but that.
    received: Mapped[bool] = mapped_column(default=False, server_default=false())

    collection: Mapped[Collection] = relationship()


class Receipt(db.Model):
    """Proof of sending, found again by the draft's secret: a second click gets the same code."""

    __tablename__ = "receipts"
    __table_args__ = (
        _of_collection(),
        CheckConstraint("mode = 'confidential' OR response_id IS NULL", name="anonymous_unlinked"),
        {"sqlite_with_rowid": False},
    )

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    draft_id: Mapped[str] = mapped_column(String(64), unique=True)
    # Without an index: only a collection that is deleted would be helped by it, at each one's cost.
    collection_id: Mapped[str] = mapped_column(String(36))
    mode: Mapped[Word]
    response_id: Mapped[str | None] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), unique=True
    )
    preview: Mapped[bool] = mapped_column(default=False)
    # The answer clashed with one already received and waits for review.
    conflict: Mapped[bool] = mapped_column(default=False)
    received_on: Mapped[date]

"""Attempts to reach an organisation that has not answered, and what came of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.columns import Key, Moment, Word, one_of, utc_now


class ContactResult(StrEnum):
    """What came of an attempt, in the terms of AAPOR's outcomes of contact."""

    TALKED = "talked"
    PROMISED = "promised"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class ContactAttempt(db.Model):
    """Says whether somebody was reached, never what they think: that is for the survey."""

    __tablename__ = "contact_attempts"
    __table_args__ = (
        one_of("result", ContactResult),
        Index("ix_contact_attempts_whom", "collection_id", "organisation_id", "at"),
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    result: Mapped[Word]
    note: Mapped[str] = mapped_column(Text, default="")

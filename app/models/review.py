"""What staff did with a response, and what they said of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.columns import Key, Moment, Word, one_of, utc_now
from app.models.user import User


class ReviewAction(StrEnum):
    COMMENT = "comment"
    ACCEPT = "accept"
    REJECT = "reject"
    # This response came to be by changing the one that its `revises_id` points to.
    EDIT = "edit"


class ReviewNote(db.Model):
    """Erasing the response takes its notes along: they may repeat what was answered."""

    __tablename__ = "review_notes"
    __table_args__ = (one_of("action", ReviewAction), {"sqlite_with_rowid": False})

    id: Mapped[Key]
    response_id: Mapped[str] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    action: Mapped[Word]
    text: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User | None] = relationship()

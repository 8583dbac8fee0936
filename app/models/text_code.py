"""What somebody read in an open answer, as codes."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.columns import Json, Name


class TextCode(db.Model):
    """The codes of one answer; none of them where it was read and fits no code.

    An answer that was changed since is another response, and waits to be read again.
    """

    __tablename__ = "text_codes"
    __table_args__ = (Index("ix_text_codes_collection_id_question", "collection_id", "question"),)

    response_id: Mapped[str] = mapped_column(
        ForeignKey("responses.id", ondelete="CASCADE"), primary_key=True
    )
    question: Mapped[Name] = mapped_column(primary_key=True)
    collection_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("collections.id", ondelete="CASCADE")
    )
    codes: Mapped[list[str]] = mapped_column(Json)

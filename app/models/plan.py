"""PDTs: the development plan of a territory, which its organisations rate."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.columns import Key, Moment, Name, Word
from app.models.territory import Territory


class Plan(db.Model):
    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint(
            "(document_hash IS NULL) = (document_bytes IS NULL)", name="document_whole"
        ),
    )

    id: Mapped[Key]
    code: Mapped[Word] = mapped_column(unique=True)
    title: Mapped[Name]
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), index=True)
    # An old plan of the territory is not shown to those who rate the one that is in force.
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    summary_es: Mapped[str] = mapped_column(Text, default="", server_default="")
    summary_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    # The document: a PDF in the service's own folder, known by what is in it.
    document_hash: Mapped[str | None] = mapped_column(String(64))
    document_bytes: Mapped[int | None]
    document_at: Mapped[datetime | None] = mapped_column(Moment)
    simulated: Mapped[bool] = mapped_column(default=False)

    territory: Mapped[Territory] = relationship()

"""Paper forms that are typed in: known by the folio that is written on them.

What was typed stays only until the form counts: the response has the answers then, and a copy of
them would outlive its erasure. How often two typists agreed stays.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

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
from app.models.columns import Json, Key, Word, one_of


class PaperState(StrEnum):
    """FIRST: a second person has yet to type it. DIFFERS: a third has to say which is right.
    REVIEW: what the paper says is not a complete answer, so it waits among those to be reviewed.
    """

    FIRST = "first"
    DIFFERS = "differs"
    COUNTED = "counted"
    REVIEW = "review"


class PaperForm(db.Model):
    """A sheet. Of an anonymous one, nothing leads from the folio to the response."""

    __tablename__ = "paper_forms"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collection_id", "mode"], ["collections.id", "collections.mode"], ondelete="CASCADE"
        ),
        one_of("state", PaperState),
        CheckConstraint("mode = 'confidential' OR instance_id IS NULL", name="anonymous_unlinked"),
        UniqueConstraint("collection_id", "folio"),
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(String(36))
    mode: Mapped[Word]
    folio: Mapped[Word]
    state: Mapped[Word]
    filled_on: Mapped[date | None]
    instance_id: Mapped[str | None] = mapped_column(String(36))
    # About which it is, as far as what was typed tells.
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territories.id"))
    # Of two typists: how many answers were compared, and where they differed (paths).
    compared: Mapped[int] = mapped_column(default=0)
    differed: Mapped[list[str]] = mapped_column(Json, default=list)

    entries: Mapped[list[PaperEntry]] = relationship(
        order_by="PaperEntry.turn", cascade="all, delete-orphan", passive_deletes=True
    )


class PaperEntry(db.Model):
    """One typing of a form: form values by path, until the form counts."""

    __tablename__ = "paper_entries"
    __table_args__ = (
        CheckConstraint("turn IN (1, 2)", name="turn_known"),
        UniqueConstraint("form_id", "turn"),
        Index("ix_paper_entries_user_id", "user_id", "typed_on"),
    )

    # Made by the page, so that pressing twice types nothing twice.
    id: Mapped[Key]
    form_id: Mapped[str] = mapped_column(ForeignKey("paper_forms.id", ondelete="CASCADE"))
    turn: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    answers: Mapped[dict[str, Any] | None] = mapped_column(Json)
    typed_on: Mapped[date]

"""A territory's development plan (PDT)."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.columns import Key, Name, Word
from app.models.territory import Territory


class Plan(db.Model):
    __tablename__ = "plans"

    id: Mapped[Key]
    code: Mapped[Word] = mapped_column(unique=True)
    title: Mapped[Name]
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), index=True)
    simulated: Mapped[bool] = mapped_column(default=False)

    territory: Mapped[Territory] = relationship()

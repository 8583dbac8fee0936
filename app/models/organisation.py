"""Community organisations: each has one vote on its territory's plan."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.columns import Key, Name, Word
from app.models.territory import Territory


class Organisation(db.Model):
    """The contact is personal data: only pages of the register and of who is to be called show it,
    and no response, figure or export carries it.
    """

    __tablename__ = "organisations"

    id: Mapped[Key]
    code: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Name]
    kind: Mapped[Name]
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    contact_name: Mapped[Name] = mapped_column(default="", server_default="")
    phone: Mapped[Word] = mapped_column(default="", server_default="")
    email: Mapped[Name] = mapped_column(default="", server_default="")
    notes: Mapped[str] = mapped_column(Text, default="", server_default="")
    simulated: Mapped[bool] = mapped_column(default=False)

    territory: Mapped[Territory] = relationship()

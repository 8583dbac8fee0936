"""People who sign in, and the roles that say what they may do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_security import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, db
from app.models.columns import Moment, Name, Word, one_of, random_key, utc_now
from app.models.territory import Territory


class RoleName(StrEnum):
    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    INTERVIEWER = "interviewer"
    EVALUATOR = "evaluator"


user_roles = Table(
    "user_roles",
    Base.metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("roles.id", ondelete="CASCADE"), primary_key=True),
)

# The territories that somebody is limited to; nobody without a row is limited.
user_territories = Table(
    "user_territories",
    Base.metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("territory_id", ForeignKey("territories.id", ondelete="CASCADE"), primary_key=True),
)


class Role(db.Model, RoleMixin):
    __tablename__ = "roles"
    __table_args__ = (one_of("name", RoleName),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Word] = mapped_column(unique=True)


class User(db.Model, UserMixin):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[Name] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    # Flask-Security signs this into the session: a new one ends every session of the user.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=random_key)
    simulated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)

    roles: Mapped[list[Role]] = relationship(secondary=user_roles, lazy="selectin")
    territories: Mapped[list[Territory]] = relationship(
        secondary=user_territories, lazy="selectin", order_by=Territory.code
    )

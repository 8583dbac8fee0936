"""Keys with which somebody's programs speak for them. Only a hash of each is kept."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.columns import Json, Key, Name
from app.models.user import User


class TokenScope(StrEnum):
    """What a token is for. It never gives more than its owner's roles and territories do."""

    # Surveys, collections, figures, the register without contacts.
    READ = "read"
    # Responses one by one, files of them, OData.
    EXPORT = "export"
    # Contacts of the register, webhooks.
    MANAGE = "manage"
    # Responses in the channels that take an account.
    SUBMIT = "submit"


class ApiToken(db.Model):
    __tablename__ = "api_tokens"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[Name]
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_on: Mapped[date]
    # The first day on which it opens nothing any more.
    expires_on: Mapped[date]
    used_on: Mapped[date | None]
    revoked_on: Mapped[date | None]

    user: Mapped[User] = relationship()

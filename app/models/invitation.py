"""A personal link to a collection, and the letters that carried it.

The database keeps hashes of the link and of the spoken code, never either of them: whoever reads
it cannot answer for somebody. In an anonymous collection all that is ever known of a link is
whether it was used, without a time.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.collection import Collection
from app.models.columns import Key, Moment, Name, Word, one_of, random_key, utc_now
from app.models.organisation import Organisation


class LetterKind(StrEnum):
    INVITATION = "invitation"
    REMINDER = "reminder"


class LetterState(StrEnum):
    """A letter is noted before it is sent: one that stays ``sending`` may have arrived or not."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"


class Invitation(db.Model):
    __tablename__ = "invitations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collection_id", "mode"], ["collections.id", "collections.mode"], ondelete="CASCADE"
        ),
        UniqueConstraint("collection_id", "person_id"),
        UniqueConstraint("collection_id", "organisation_id"),
        CheckConstraint("mode = 'anonymous' OR NOT used", name="used_is_anonymous"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(String(36))
    mode: Mapped[Word]
    # The same person in every collection to which their list was taken along.
    person_id: Mapped[str] = mapped_column(String(36), default=random_key, index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[Name] = mapped_column(default="")
    email: Mapped[Name] = mapped_column(default="")
    phone: Mapped[Word] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(16), default="")
    # The link and the code are made from it and the service's key; a new one ends the old link.
    nonce: Mapped[str] = mapped_column(String(36), default=random_key)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    used: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)

    collection: Mapped[Collection] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Letter(db.Model):
    """An e-mail to somebody invited. ``number`` counts the letters of a kind: none goes twice."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("invitation_id", "kind", "number"),
        one_of("kind", LetterKind),
        one_of("state", LetterState),
    )

    id: Mapped[Key]
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitations.id", ondelete="CASCADE"))
    kind: Mapped[Word]
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[Word] = mapped_column(default=LetterState.SENDING)
    email: Mapped[Name]
    # What the mail server said when it refused.
    reason: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(Moment, default=utc_now)

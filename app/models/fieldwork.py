"""Work in the field: what came of each contact, quotas, and the phones that interviewers carry."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.columns import Json, Key, Moment, Name, Word, one_of, random_key
from app.models.user import User


class CaseResult(StrEnum):
    """What came of a contact; the AAPOR's letters are in `app.services.fieldwork.outcomes`."""

    INTERVIEW = "interview"
    PARTIAL = "partial"
    REFUSAL = "refusal"
    ABSENT = "absent"
    UNABLE = "unable"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    NOT_ELIGIBLE = "not_eligible"


class FieldContact(db.Model):
    """One contact with a case: a household, a person, an organisation.

    The key and the case's are made on the phone, so that sending again adds nothing. Of an
    anonymous collection neither address, place, time of day nor response is kept.
    """

    __tablename__ = "field_contacts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["collection_id", "mode"], ["collections.id", "collections.mode"], ondelete="CASCADE"
        ),
        one_of("result", CaseResult),
        CheckConstraint(
            "mode = 'confidential' OR (address = '' AND place IS NULL AND at IS NULL"
            " AND instance_id IS NULL AND note = '')",
            name="anonymous_unlinked",
        ),
        Index("ix_field_contacts_case", "collection_id", "case_id", "result"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(String(36))
    mode: Mapped[Word]
    case_id: Mapped[str] = mapped_column(String(36))
    territory_id: Mapped[str | None] = mapped_column(ForeignKey("territories.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    result: Mapped[Word]
    day: Mapped[date]
    at: Mapped[datetime | None] = mapped_column(Moment)
    address: Mapped[Name] = mapped_column(default="")
    note: Mapped[str] = mapped_column(Text, default="")
    # Latitude, longitude and metres of accuracy; only where the person agreed.
    place: Mapped[list[float] | None] = mapped_column(Json)
    instance_id: Mapped[str | None] = mapped_column(String(36))

    user: Mapped[User | None] = relationship()


class Quota(db.Model):
    """How many are wanted of those who answer so: ``cell`` is {question: value}."""

    __tablename__ = "quotas"
    __table_args__ = (
        CheckConstraint("target > 0", name="target_positive"),
        UniqueConstraint("collection_id", "cell_key"),
    )

    id: Mapped[Key]
    collection_id: Mapped[str] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"))
    cell: Mapped[dict[str, str]] = mapped_column(Json)
    # A hash of it: what the unique rule can compare.
    cell_key: Mapped[str] = mapped_column(String(64))
    target: Mapped[int]


class FieldDevice(db.Model):
    """A phone that may hand over interviews of its user without anybody signing in again."""

    __tablename__ = "field_devices"

    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=random_key)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Name] = mapped_column(default="")
    added_on: Mapped[date]
    used_on: Mapped[date | None]
    revoked_on: Mapped[date | None]

    user: Mapped[User] = relationship()

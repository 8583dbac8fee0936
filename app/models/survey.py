"""A survey, its versions, and the texts of a version.

A version is frozen once published: its structure hash cannot change, and a correction (a better
label or translation) is one more text with the *same* hash. Both rules are kept by the database:
the foreign key on (version, hash), and triggers that the first migration creates.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.columns import Json, Key, Moment, Name, Word, one_of, utc_now


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class Survey(db.Model):
    __tablename__ = "surveys"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)

    versions: Mapped[list[SurveyVersion]] = relationship(
        back_populates="survey", order_by="SurveyVersion.created_at"
    )


class SurveyVersion(db.Model):
    __tablename__ = "survey_versions"
    __table_args__ = (
        UniqueConstraint("survey_id", "name"),
        UniqueConstraint("id", "structure_hash"),
        one_of("state", VersionState),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_at"),
    )

    id: Mapped[Key]
    survey_id: Mapped[str] = mapped_column(ForeignKey("surveys.id"))
    name: Mapped[str] = mapped_column(String(64))
    state: Mapped[Word] = mapped_column(default=VersionState.DRAFT)
    structure_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    published_at: Mapped[datetime | None] = mapped_column(Moment)

    survey: Mapped[Survey] = relationship(back_populates="versions")
    texts: Mapped[list[SurveyText]] = relationship(
        back_populates="version",
        order_by="SurveyText.correction",
        cascade="all, delete-orphan",
        foreign_keys="SurveyText.version_id, SurveyText.structure_hash",
    )


class SurveyText(db.Model):
    """The whole definition as it stands after so many corrections (0: as first written)."""

    __tablename__ = "survey_texts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "structure_hash"],
            ["survey_versions.id", "survey_versions.structure_hash"],
            onupdate="CASCADE",
        ),
        CheckConstraint("correction >= 0", name="correction_counts"),
    )

    version_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    correction: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    structure_hash: Mapped[str] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)

    version: Mapped[SurveyVersion] = relationship(
        back_populates="texts",
        foreign_keys=[version_id, structure_hash],
    )


class SurveyMedia(db.Model):
    """An image or a sound that labels or choices of a version name; a correction may replace it."""

    __tablename__ = "survey_media"

    version_id: Mapped[str] = mapped_column(
        ForeignKey("survey_versions.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[Name] = mapped_column(primary_key=True)
    media_type: Mapped[Word]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))

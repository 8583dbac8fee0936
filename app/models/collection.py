"""A collection: one fielding of a survey, with how its people were chosen."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base, db
from app.models.columns import Json, Key, Moment, Word, one_of, utc_now
from app.models.organisation import Organisation
from app.models.plan import Plan
from app.models.survey import SurveyVersion
from app.models.territory import Territory


class Mode(StrEnum):
    """Whether a response may be tied to whoever gave it."""

    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


class Selection(StrEnum):
    """How the people were chosen: it decides what may be said of the figures."""

    PROBABILITY = "probability"
    CENSUS = "census"
    OPEN = "open"


class Access(StrEnum):
    """Which ways lead in: the collection's own address, personal links, or both."""

    OPEN = "open"
    PERSONAL = "personal"
    BOTH = "both"


# What a survey's questions about who answers are called; a response keeps both in columns too.
TERRITORY_QUESTION = "territory"
ORGANISATION_QUESTION = "organisation"

collection_territories = Table(
    "collection_territories",
    Base.metadata,
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True),
    Column("territory_id", ForeignKey("territories.id"), primary_key=True),
)


class Collection(db.Model):
    __tablename__ = "collections"
    __table_args__ = (
        # The pair that responses, drafts and receipts refer to: it lets *them* refuse a link to a
        # person when the mode is anonymous.
        UniqueConstraint("id", "mode"),
        one_of("mode", Mode),
        one_of("selection", Selection),
        CheckConstraint(
            "respondent <> 'organisation' OR mode = 'confidential'",
            name="organisations_confidential",
        ),
        CheckConstraint("population IS NULL OR population > 0", name="population_positive"),
        CheckConstraint("closes_at IS NULL OR closes_at > opens_at", name="closes_after_opening"),
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("survey_versions.id"))
    respondent: Mapped[Word]
    mode: Mapped[Word]
    selection: Mapped[Word]
    # Size of the universe where it is known without a roll (a person survey's territory, say).
    population: Mapped[int | None]
    # How a sample was drawn (`app.services.analytics.sampling`); without it: simple random.
    design: Mapped[dict[str, Any] | None] = mapped_column(
        Json,
        CheckConstraint("design IS NULL OR selection = 'probability'", name="design_of_sample"),
    )
    languages: Mapped[list[str]] = mapped_column(Json)
    legal_notice: Mapped[dict[str, str] | None] = mapped_column(Json)
    # What the collection adds to or puts in place of the survey's own words (title, asked_by).
    texts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    wave: Mapped[str] = mapped_column(String(64), default="")
    plan_id: Mapped[str | None] = mapped_column(ForeignKey("plans.id"))
    # False: filled by import or by staff alone; /e/<slug> says so and `/` does not list it.
    public: Mapped[bool] = mapped_column(default=True)
    simulated: Mapped[bool] = mapped_column(default=False)
    access: Mapped[Word] = mapped_column(
        one_of("access", Access), default=Access.OPEN, server_default=Access.OPEN
    )
    # Two people type each paper form in, and it counts when they agree.
    double_entry: Mapped[bool] = mapped_column(default=False, server_default=false())
    opens_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment, default=utc_now)

    version: Mapped[SurveyVersion] = relationship()
    plan: Mapped[Plan | None] = relationship()
    territories: Mapped[list[Territory]] = relationship(
        secondary=collection_territories, order_by=Territory.code
    )
    roll: Mapped[list[CollectionRoll]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )


class CollectionRoll(db.Model):
    """The known list of a census: each organisation on it has one vote, in the territory where it
    was when the roll was called. Moving it in the register changes no figure of this collection.
    """

    __tablename__ = "collection_roll"
    __table_args__ = (
        # Only a confidential collection can have a roll of names.
        ForeignKeyConstraint(
            ["collection_id", "mode"], ["collections.id", "collections.mode"], ondelete="CASCADE"
        ),
        CheckConstraint("mode = 'confidential'", name="confidential"),
    )

    collection_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    territory_id: Mapped[str] = mapped_column(ForeignKey("territories.id"))
    mode: Mapped[Word] = mapped_column(default=Mode.CONFIDENTIAL)

    organisation: Mapped[Organisation] = relationship()

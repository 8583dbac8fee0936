"""What the front page names: open collections with their titles, in one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from app.extensions import db
from app.models import Access, Collection, SurveyText


@dataclass(frozen=True, slots=True)
class Listed:
    """An open collection; ``title`` has a text per language."""

    slug: str
    title: Mapping[str, str]
    languages: Sequence[str]
    simulated: bool


def open_now(now: datetime) -> list[Listed]:
    """Public collections that take anybody's answers at this moment, by slug."""
    newest = (
        select(func.max(SurveyText.correction))
        .where(SurveyText.version_id == Collection.version_id)
        .correlate(Collection)
        .scalar_subquery()
    )
    query = (
        select(Collection, SurveyText.definition["title"])
        .join(SurveyText, SurveyText.version_id == Collection.version_id)
        .where(SurveyText.correction == newest)
        .where(Collection.public, Collection.access != Access.PERSONAL)
        .where(Collection.opens_at <= now)
        .where(or_(Collection.closes_at.is_(None), Collection.closes_at > now))
        .order_by(Collection.slug)
    )
    return [
        Listed(row.slug, row.texts.get("title") or title, row.languages, row.simulated)
        for row, title in db.session.execute(query)
    ]

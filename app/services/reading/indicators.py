"""The programme's indicators, and the measures of published surveys that give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app import data
from app.extensions import db
from app.models import Collection, SurveyText, SurveyVersion, VersionState


@dataclass(frozen=True, slots=True)
class Source:
    """A measure that gives an indicator, and the collections where it was asked."""

    survey: str
    version: str
    measure: str
    question: str
    collections: Sequence[str]


def listed() -> Sequence[tuple[data.Indicator, Sequence[Source]]]:
    """Every indicator of the programme's matrix, in its order, in two queries."""
    asked = _collections()
    sources: dict[int, list[Source]] = {}
    for survey, version, measures in _newest_published():
        for number, measure in _numbered(measures):
            given = Source(
                survey, version, measure["name"], measure["question"], asked.get(survey, ())
            )
            sources.setdefault(number, []).append(given)
    return [(each, sources.get(each.number, ())) for each in data.indicators()]


def _numbered(measures: Sequence[Mapping[str, Any]] | None) -> Iterator[tuple[int, Any]]:
    for measure in measures or ():
        if isinstance(number := measure.get("indicator"), int):
            yield number, measure


def _newest_published() -> Iterator[tuple[str, str, Any]]:
    newest = (
        select(SurveyText.version_id, func.max(SurveyText.correction).label("correction"))
        .group_by(SurveyText.version_id)
        .subquery()
    )
    query = (
        select(SurveyVersion.survey_id, SurveyVersion.name, SurveyText.definition["measures"])
        .join(newest, newest.c.version_id == SurveyVersion.id)
        .join(
            SurveyText,
            (SurveyText.version_id == newest.c.version_id)
            & (SurveyText.correction == newest.c.correction),
        )
        .where(SurveyVersion.state == VersionState.PUBLISHED)
        .order_by(SurveyVersion.survey_id, SurveyVersion.created_at)
    )
    found = {survey: (survey, version, each) for survey, version, each in db.session.execute(query)}
    yield from found.values()


def _collections() -> Mapping[str, Sequence[str]]:
    query = (
        select(SurveyVersion.survey_id, Collection.slug)
        .join(Collection, Collection.version_id == SurveyVersion.id)
        .order_by(Collection.slug)
    )
    found: dict[str, list[str]] = {}
    for survey, slug in db.session.execute(query):
        found.setdefault(survey, []).append(slug)
    return found

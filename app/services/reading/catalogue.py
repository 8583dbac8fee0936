"""Surveys with their versions, and collections with how many answered: a few queries for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Response, SurveyText, SurveyVersion
from app.services import surveys
from app.services.collections import SLUG
from app.services.scope import Scope


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version with its newest correction's number and title."""

    version: SurveyVersion
    correction: int
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CollectionLine:
    """A collection with how many responses count, of those that the reader may see."""

    collection: Collection
    title: Mapping[str, str]
    responses: int


def versions(survey_id: str | None = None) -> Sequence[VersionLine]:
    """Every version, or those of one survey, by survey and age. Raises Problem UNKNOWN_SURVEY."""
    newest = _newest()
    query = (
        select(SurveyVersion, newest.c.correction, SurveyText.definition["title"])
        .join(newest, newest.c.version_id == SurveyVersion.id)
        .join(
            SurveyText,
            (SurveyText.version_id == newest.c.version_id)
            & (SurveyText.correction == newest.c.correction),
        )
        .order_by(SurveyVersion.survey_id, SurveyVersion.created_at, SurveyVersion.id)
    )
    if survey_id is not None:
        query = query.where(SurveyVersion.survey_id == survey_id)
    lines = [VersionLine(*row) for row in db.session.execute(query)]
    if survey_id is not None and not lines:
        raise Problem(ProblemCode.UNKNOWN_SURVEY, survey=survey_id)
    return lines


def text(survey_id: str, version_name: str, correction: int | None) -> SurveyText:
    """A version's whole definition, as it stands after so many corrections; None: after all.

    Raises Problem UNKNOWN_SURVEY.
    """
    version = surveys.find_version(survey_id, version_name)
    if correction is None:
        return surveys.newest_text(version.id)
    found = db.session.get(SurveyText, (version.id, correction))
    if found is None:
        raise Problem(
            ProblemCode.UNKNOWN_SURVEY, survey=f"{survey_id} {version_name} ({correction})"
        )
    return found


def collections(*, scope: Scope) -> Sequence[CollectionLine]:
    """Every collection, the latest opened first."""
    query = _lines(scope).order_by(Collection.opens_at.desc(), Collection.slug)
    return [_line(row) for row in db.session.execute(query)]


def collection(slug: str, *, scope: Scope) -> CollectionLine:
    """Raises Problem UNKNOWN_COLLECTION."""
    query = _lines(scope).where(Collection.slug == slug)
    row = db.session.execute(query).first() if SLUG.fullmatch(slug) else None
    if row is None:
        raise Problem(ProblemCode.UNKNOWN_COLLECTION, slug=slug)
    return _line(row)


def _line(row: tuple[Collection, Mapping[str, str], int | None]) -> CollectionLine:
    found, title, responses = row
    return CollectionLine(found, found.texts.get("title") or title, responses or 0)


def _lines(scope: Scope) -> Select[tuple[Collection, Mapping[str, str], int | None]]:
    counts = (
        select(Response.collection_id, func.count().label("responses"))
        .where(Response.counts(), scope.rows())
        .group_by(Response.collection_id)
        .subquery()
    )
    newest = _newest()
    return (
        select(Collection, SurveyText.definition["title"], counts.c.responses)
        .join(newest, newest.c.version_id == Collection.version_id)
        .join(
            SurveyText,
            (SurveyText.version_id == newest.c.version_id)
            & (SurveyText.correction == newest.c.correction),
        )
        .outerjoin(counts, counts.c.collection_id == Collection.id)
        .options(
            joinedload(Collection.version),
            joinedload(Collection.plan),
            selectinload(Collection.territories),
        )
    )


def _newest() -> Subquery:
    return (
        select(SurveyText.version_id, func.max(SurveyText.correction).label("correction"))
        .group_by(SurveyText.version_id)
        .subquery()
    )

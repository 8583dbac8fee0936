"""Which versions of a survey a collection was answered in, put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from app.extensions import db
from app.models import Collection, Response, SurveyVersion, VersionState
from app.services import collections, surveys
from app.services.analytics.cells import Combinations, Known, Rows
from app.services.analytics.counts import Counts
from app.services.columnar.keeping import used
from app.services.scope import EVERYWHERE, Scope
from encuestas import Survey
from encuestas.joining import Joined


def joined(
    collection: Collection, *, all_states: bool = False, scope: Scope = EVERYWHERE
) -> Joined:
    """The version that is answered now, then those of the counted responses, the newest first.

    ``scope``: of what the register lists (territories, organisations), that of these alone.
    """
    now = collections.fielded(collection, scope=scope)
    return Joined([now, *_earlier(collection, scope, all_states=all_states)])


def keys(collection: Collection, joint: Joined) -> dict[str, str]:
    """The key of each version, where there are several to tell apart."""
    if len(joint.versions) == 1:
        return {}
    query = select(SurveyVersion.name, SurveyVersion.id).where(
        SurveyVersion.survey_id == collection.version.survey_id,
        SurveyVersion.name.in_(joint.versions),
    )
    return dict(db.session.execute(query).all())


def comparable(
    joint: Joined, key_of: Mapping[str, str], questions: Iterable[str]
) -> dict[str, list[str]]:
    """The keys of the versions in which each question means the same, where not in all."""
    found = {name: joint.comparable(name) for name in questions}
    return {
        name: [key_of[version] for version in versions]
        for name, versions in found.items()
        if len(versions) < len(joint.versions)
    }


def _earlier(collection: Collection, scope: Scope, *, all_states: bool) -> list[Survey]:
    query = (
        select(SurveyVersion.id)
        .where(
            SurveyVersion.survey_id == collection.version.survey_id,
            SurveyVersion.state == VersionState.PUBLISHED,
            SurveyVersion.id != collection.version_id,
        )
        .order_by(SurveyVersion.created_at.desc(), SurveyVersion.name)
    )
    others = db.session.scalars(query).all()
    if not others:  # as it mostly is; then no response need be read
        return []
    answered = _answered(collection, scope, all_states=all_states)
    texts = [surveys.newest_text(key) for key in others if key in answered]
    return [
        collections.fielded(collection, text.version_id, text.correction, scope=scope)
        for text in texts
    ]


def _answered(collection: Collection, scope: Scope, *, all_states: bool) -> set[str]:
    """The keys of the versions that were answered."""
    if all_states:
        here = (Response.collection_id == collection.id) & scope.rows()
        return set(db.session.scalars(select(Response.version_id).where(here).distinct()))
    asked = Combinations(Rows(scope.territories), (Known("version"),))
    return {key for (key,) in used(collection, lambda held: Counts(held).of(asked))}

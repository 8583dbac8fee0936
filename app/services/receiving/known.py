"""What is known of the collections that answers arrive for, so that each answer need not ask.

The versions of a survey that were published stay published. A collection is used again for a
moment: what staff change counts a second later. Where that second could tell what somebody said
(anonymous figures appear at closing) or whose vote counts, it is asked for each time.
"""

from __future__ import annotations

import time
from collections.abc import Collection as Container
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.extensions import db, reading
from app.models import Collection, Mode, SurveyText, SurveyVersion, VersionState
from app.services.collections import SLUG
from app.services.receiving import at_once
from encuestas import Survey

_COLLECTIONS = (
    select(Collection)
    .where(Collection.slug.in_(bindparam("slugs", expanding=True)))
    .options(selectinload(Collection.territories), joinedload(Collection.version))
)
_VERSIONS = (
    select(SurveyVersion.name, SurveyVersion.id, func.max(SurveyText.correction))
    .join(SurveyText, SurveyText.version_id == SurveyVersion.id)
    .where(
        SurveyVersion.survey_id == bindparam("survey"),
        SurveyVersion.name.in_(bindparam("names", expanding=True)),
        SurveyVersion.state == VersionState.PUBLISHED,
    )
    .group_by(SurveyVersion.name, SurveyVersion.id)
)
MOST_KEPT = 1000


Surveys = dict[tuple[str, int, bool], Survey]
"""By version, correction, and whether who answers was invited."""


@dataclass(frozen=True, slots=True)
class _Kept:
    collection: Collection
    until: float
    surveys: Surveys = field(default_factory=dict)


# By database: a process may serve several, as tests do.
_collections: WeakKeyDictionary[Engine, dict[str, _Kept]] = WeakKeyDictionary()
# Slugs that were last seen to be of such: they are not asked for twice.
_asked_each_time: WeakKeyDictionary[Engine, set[str]] = WeakKeyDictionary()
_versions: WeakKeyDictionary[Engine, dict[tuple[str, str], tuple[str, int]]] = WeakKeyDictionary()


def named(slugs: Iterable[str], *, fresh: timedelta) -> dict[str, Collection]:
    """The collections with these slugs, with their territories and version, in no session.

    ``fresh``: for how long one that was read before is good enough.
    """
    kept, now = _collections.setdefault(db.engine, {}), time.monotonic()
    # What is no slug is not asked of the database: PostgreSQL fails on a NUL.
    wanted = {slug for slug in slugs if SLUG.fullmatch(slug)}
    found = {
        slug: kept[slug].collection for slug in wanted if slug in kept and kept[slug].until > now
    }
    usual = wanted - found.keys() - _asked_each_time.setdefault(db.engine, set())
    if usual and at_once.is_possible():
        found |= _read_apart(usual)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        until = now + fresh.total_seconds()
        kept |= {slug: _Kept(found[slug], until) for slug in usual & found.keys()}
    if missing := wanted - found.keys():
        asked = db.session.scalars(_COLLECTIONS, {"slugs": sorted(missing)})
        found |= {collection.slug: collection for collection in asked}
    return found


def _read_apart(slugs: Container[str]) -> dict[str, Collection]:
    """Those that may be kept, read in no transaction of who receives: nothing waits for it."""
    with reading(), Session(db.engine) as session:
        found = session.scalars(_COLLECTIONS, {"slugs": sorted(slugs)}).all()
    others = _asked_each_time[db.engine]
    if len(others) >= MOST_KEPT:
        others.clear()
    others.update(each.slug for each in found if not _may_be_kept(each))
    return {each.slug: each for each in found if _may_be_kept(each)}


def _may_be_kept(collection: Collection) -> bool:
    return collection.mode == Mode.CONFIDENTIAL and collection.respondent == "person"


def surveys(collection: Collection) -> Surveys:
    """Where definitions as this collection asks them are kept for as long as it is."""
    kept = _collections.get(db.engine, {}).get(collection.slug)
    return kept.surveys if kept is not None and kept.collection is collection else {}


def versions(
    collection: Collection, corrections: Mapping[str, int]
) -> Mapping[str, tuple[str, int]]:
    """Published versions of the collection's survey by name: id and newest correction.

    ``corrections``: the newest that is asked for of each name.
    """
    kept, survey = _versions.setdefault(db.engine, {}), collection.version.survey_id
    found = {
        name: known
        for name, correction in corrections.items()
        if (known := kept.get((survey, name))) and known[1] >= correction
    }
    if missing := sorted(corrections.keys() - found.keys()):
        for name, key, newest in db.session.execute(
            _VERSIONS, {"survey": survey, "names": missing}
        ):
            found[name] = key, newest
            kept[survey, name] = key, newest
    return found

"""What an interviewer's phone takes along: collections that are open, territories, quotas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.extensions import db
from app.models import TERRITORY_QUESTION, Collection, Mode
from app.services import collections, surveys
from app.services.fieldwork import quotas
from app.services.scope import EVERYWHERE, Scope
from encuestas import Survey, localized

Address = Callable[..., str | None]
"""Where a collection's phone document in a language is."""


def pack(
    *, now: datetime, language: str, address: Address, scope: Scope = EVERYWHERE
) -> dict[str, list[dict[str, Any]]]:
    """The collections that take interviews now, ready for JSON: those that a phone can ask alone,
    and ``others``, which are asked on the service's own pages."""
    query = (
        select(Collection)
        .where(
            Collection.opens_at <= now,
            or_(Collection.closes_at.is_(None), Collection.closes_at > now),
        )
        .options(selectinload(Collection.territories))
        .order_by(Collection.slug)
    )
    found = [_packed(each, language, address, scope) for each in db.session.scalars(query)]
    return {
        "collections": [each for each in found if "doc" in each],
        "others": [each for each in found if "page" in each],
    }


def _packed(
    collection: Collection, language: str, address: Address, scope: Scope
) -> dict[str, Any]:
    survey = collections.fielded(collection)
    spoken = language if language in survey.languages else survey.languages[0]
    title = survey.text(collection.texts.get("title") or survey.title, language)
    document = address(collection, spoken)
    if document is None:
        page = f"/e/{collection.slug}" if collection.public else ""
        return {"slug": collection.slug, "title": title, "page": page}
    text = surveys.newest_text(collection.version_id)
    return {
        "slug": collection.slug,
        "title": title,
        "doc": document,
        "docs": [address(collection, code) for code in collection.languages],
        "version": survey.version,
        "correction": text.correction,
        "language": spoken,
        "confidential": collection.mode == Mode.CONFIDENTIAL,
        "simulated": collection.simulated,
        "territories": [[each.code, each.name] for each in scope.of(collection.territories)],
        "asks_territory": survey.has(TERRITORY_QUESTION),
        "quotas": quota_lines(collection, survey, language, scope=scope),
    }


def quota_lines(
    collection: Collection, survey: Survey, language: str, *, scope: Scope = EVERYWHERE
) -> list[dict[str, Any]]:
    """The targets in words, with what there is."""
    names = {each.code: each.name for each in collection.territories}
    lines = []
    for line in quotas.progress(collection, scope=scope):
        words = []
        for name, value in line.cell:
            labels = {}
            if survey.has(name):
                labels = {c.value: c.label for c in survey.question(name).choices}
            found = localized(labels.get(value, {}), language, survey.languages[0])
            words.append(names.get(value, value) if name == TERRITORY_QUESTION else found or value)
        lines.append(
            {"cell": dict(line.cell), "words": words, "target": line.target, "done": line.done}
        )
    return lines

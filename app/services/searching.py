"""Finding what somebody may see by its name or code, whatever accents are typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select

from app.extensions import db
from app.models import Organisation, Survey, SurveyText, SurveyVersion, Territory
from app.services.analytics.analyse import listed
from app.services.scope import EVERYWHERE, Scope
from encuestas import Text

SHORTEST, LONGEST = 2, 100
MOST = 20
"""Results of a kind that are shown."""


class Kind(StrEnum):
    COLLECTION = "collection"
    SURVEY = "survey"
    TERRITORY = "territory"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``name`` has a text per language where it has several."""

    kind: Kind
    key: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """``more``: kinds of which more were found than are shown."""

    found: tuple[Found, ...]
    more: frozenset[Kind]


def folded(text: str) -> str:
    """Without accents nor capitals: «Ñuñoa» is found by «nunoa»."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(each for each in plain if not unicodedata.combining(each)).casefold()


def printable(text: str) -> str:
    """What was typed, as a page can show it again."""
    return "".join(each for each in text if each.isprintable())


def search(text: str, *, kinds: Iterable[Kind], scope: Scope = EVERYWHERE) -> Results:
    """What has every word of the text in its name or code."""
    words = folded(text[:LONGEST]).split()
    if sum(map(len, words)) < SHORTEST:
        return Results(found=(), more=frozenset())
    found: list[Found] = []
    more: set[Kind] = set()
    for kind in kinds:
        fits = [each for each in _all(kind, scope) if _fits(each, words)]
        found += fits[:MOST]
        if len(fits) > MOST:
            more.add(kind)
    return Results(found=tuple(found), more=frozenset(more))


def _fits(one: Found, words: Sequence[str]) -> bool:
    said = folded(" ".join([one.key, *one.name.values()]))
    return all(word in said for word in words)


def _all(kind: Kind, scope: Scope) -> Iterable[Found]:
    if kind is Kind.COLLECTION:
        return (Found(kind=kind, key=each.slug, name=each.title) for each in listed(scope=scope))
    if kind is Kind.SURVEY:
        return _surveys()
    model = Territory if kind is Kind.TERRITORY else Organisation
    where = Territory.id if kind is Kind.TERRITORY else Organisation.territory_id
    query = select(model.code, model.name).where(scope.among(where)).order_by(model.name)
    return (
        Found(kind=kind, key=code, name={"es": name}) for code, name in db.session.execute(query)
    )


def _surveys() -> Iterable[Found]:
    """Each survey by the title of its newest version, as it was last corrected."""
    place = func.row_number().over(
        partition_by=SurveyVersion.survey_id,
        order_by=(SurveyVersion.created_at.desc(), SurveyText.correction.desc()),
    )
    newest = (
        select(
            SurveyVersion.survey_id,
            SurveyText.definition["title"].label("title"),
            place.label("place"),
        )
        .join(SurveyText, SurveyText.version_id == SurveyVersion.id)
        .subquery()
    )
    query = (
        select(Survey.id, newest.c.title)
        .join(newest, newest.c.survey_id == Survey.id)
        .where(newest.c.place == 1)
        .order_by(Survey.id)
    )
    return (
        Found(kind=Kind.SURVEY, key=key, name=title or {})
        for key, title in db.session.execute(query)
    )

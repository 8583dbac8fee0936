"""How the people of a collection were chosen: looked at before it is said, then said and noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Response, Selection, User
from app.services import collections
from app.services.analytics.analyse import analyse
from app.services.analytics.findings import Analysis
from app.services.analytics.sampling import Sampling, declared, require_fits
from app.services.audit import note
from app.services.scope import EVERYWHERE, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """How people were chosen. ``population``: how many there are, where a design does not say."""

    selection: Selection
    population: int | None = None
    design: Sampling | None = None

    @property
    def people(self) -> int | None:
        return (self.design.people if self.design else None) or self.population


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The figures as they are and as they would be; None where they cannot be compared."""

    now: Analysis | None
    then: Analysis | None


def present(collection: Collection) -> Choosing:
    return Choosing(
        selection=Selection(collection.selection),
        population=collection.population,
        design=declared(collection),
    )


def look(slug: str, choosing: Choosing, *, scope: Scope = EVERYWHERE) -> Looked:
    """What saying so would do to the figures. Nothing is changed.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, CENSUS_NEEDS_ROLL, what `require_fits` refuses, what the responses
        contradict, or DESIGN_LIMITED: somebody sees only some territories, and it is of all.
    """
    if scope.limited:
        raise Problem(ProblemCode.DESIGN_LIMITED)
    collection = collections.find(slug)
    with _as_if(collection, choosing):
        _require(collection, choosing)
    if choosing.selection != Selection.PROBABILITY or choosing.design is None:
        return Looked(now=None, then=None)
    try:
        now = analyse(slug) if collection.selection == Selection.PROBABILITY else None
    except Problem as problem:
        if problem.code is ProblemCode.RESULTS_AT_CLOSING:
            return Looked(now=None, then=None)
        now = None  # the design as it stands does not fit: the other may
    if now is None:
        return Looked(now=None, then=None)
    return Looked(now=now, then=analyse(slug, as_if=choosing.design))


def save(
    slug: str, choosing: Choosing, *, actor: User | None = None, scope: Scope = EVERYWHERE
) -> Collection:
    """Say it from now on. Saying the same again changes nothing.

    Raises
    ------
    Problem
        As `look`.
    """
    look(slug, choosing, scope=scope)
    collection = collections.find(slug)
    before = _said(present(collection))
    design = choosing.design if choosing.selection == Selection.PROBABILITY else None
    collection.selection = choosing.selection
    collection.population = choosing.people
    collection.design = design.to_data() if design is not None else None
    after = _said(present(collection))
    if after != before:
        note("collection.design", slug, actor=actor, before=before, design=after)
        db.session.commit()
    return collection


@contextmanager
def _as_if(collection: Collection, choosing: Choosing) -> Iterator[None]:
    """The collection as it would be; nothing of it is written, nor kept."""
    with db.session.no_autoflush:
        try:
            collection.selection, collection.population = choosing.selection, choosing.people
            yield
        finally:
            db.session.expire(collection)


def _require(collection: Collection, choosing: Choosing) -> None:
    organisations = collection.respondent == "organisation"
    census = choosing.selection == Selection.CENSUS
    if census and not organisations and choosing.people is None:
        raise Problem(ProblemCode.CENSUS_NEEDS_ROLL)
    if choosing.selection == Selection.PROBABILITY and choosing.design is not None:
        require_fits(choosing.design, collection, collections.fielded(collection))


def _said(choosing: Choosing) -> dict[str, object]:
    return {
        "selection": str(choosing.selection),
        "population": choosing.population,
        "design": choosing.design.to_data() if choosing.design is not None else None,
    }


def responses(collection: Collection) -> int:
    """How many responses count."""
    query = select(func.count()).where(Response.collection_id == collection.id, Response.counts())
    return db.session.scalar(query) or 0

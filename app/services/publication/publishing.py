"""Publishing a collection's results: a fixed set of tables, protected together and then frozen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    TERRITORY_QUESTION,
    Collection,
    Mode,
    Publication,
    Selection,
    User,
)
from app.models.columns import utc_now
from app.services import collections
from app.services.analytics import fingerprint, joins
from app.services.analytics.analyse import analyse
from app.services.analytics.figures import categories
from app.services.analytics.findings import Analysis, MeasureFigures
from app.services.audit import note
from app.services.publication import released
from app.services.publication.content import content_of, figures_of, told
from app.services.publication.released import Asked
from app.services.scope import EVERYWHERE, Scope
from encuestas import Measure, MeasureKind, Survey

MOST_QUESTIONS = 3
MOST_CELLS = 800
"""Counts that are protected together: what would keep a worker for minutes is refused."""
AT_ONCE = 100
"""So many are protected in less than a second, which a page may take."""
LONGEST_NOTE = 500
Progress = Callable[[int, int], None]
"""(steps done, of how many)."""
_PUBLISHED_KINDS = frozenset({MeasureKind.SATISFACTION, MeasureKind.NPS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to publish: measures by name, and questions whose groups are told apart.

    ``unanimous``: show also groups in which all said the same, as ``agreed`` by whom it says.
    """

    measures: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    unanimous: bool = False
    agreed: str = ""

    def to_data(self) -> dict[str, Any]:
        return {
            "measures": [*self.measures],
            "by": [*self.by],
            "unanimous": self.unanimous,
            "agreed": self.agreed,
        }

    @classmethod
    def from_data(cls, said: Mapping[str, Any]) -> Choice:
        return cls(
            measures=tuple(said["measures"]),
            by=tuple(said["by"]),
            unanimous=said["unanimous"],
            agreed=said["agreed"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """What a collection has that may be published."""

    measures: tuple[Measure, ...]
    by: tuple[str, ...]
    survey: Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A page of results as it would be published.

    ``cells``: the counts that it lets out; ``hidden``: how many it does not, by reason; ``after``:
    so many releases came before it.
    """

    choice: Choice
    content: dict[str, Any]
    cells: dict[str, int]
    hidden: dict[str, int]
    data_hash: str
    after: int

    def to_data(self) -> dict[str, Any]:
        return {
            "choice": self.choice.to_data(),
            "content": self.content,
            "cells": self.cells,
            "hidden": self.hidden,
            "data_hash": self.data_hash,
            "after": self.after,
        }

    @classmethod
    def from_data(cls, said: Mapping[str, Any]) -> Proposal:
        return cls(**{**said, "choice": Choice.from_data(said["choice"])})


def _unheard(_done: int, _total: int) -> None:
    """Nobody waits to hear how far it is."""


def possible(collection: Collection) -> Possible:
    """One measure for each question: two of one question would tell a third by their difference."""
    survey = joins.joined(collection).described
    found: dict[str, Measure] = {}
    for measure in survey.measures:
        if measure.kind in _PUBLISHED_KINDS:
            found.setdefault(measure.question, measure)
    groupings = [
        question.name
        for question in survey.questions
        if question.type == "select_one"
        and question.name not in {TERRITORY_QUESTION, "organisation", *found}
        and not survey.repeats(question.name)
    ]
    places = [TERRITORY_QUESTION] if len(collection.territories) > 1 else []
    return Possible(measures=tuple(found.values()), by=(*places, *groupings), survey=survey)


def check(collection: Collection, choice: Choice, *, scope: Scope = EVERYWHERE) -> int:
    """How many counts would have to be protected together; no answer is read for it.

    Raises
    ------
    Problem
        Of those of `propose`, what can be told at once.
    """
    _require_publishable(collection, scope)
    measures, choice = _chosen(collection, choice)
    survey = possible(collection).survey
    sizes = [
        len(collection.territories)
        if by == TERRITORY_QUESTION
        else len(categories(survey.question(by)))
        for by in choice.by
    ]
    return _require_room(len(measures), sizes)


def propose(
    slug: str, choice: Choice, *, scope: Scope = EVERYWHERE, progress: Progress = _unheard
) -> Proposal:
    """The page as it would be published now, with everything that must stay hidden hidden.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, PUBLISH_LIMITED, PUBLISH_AT_CLOSING, PUBLISH_NOTHING, PUBLISH_TOO_FEW,
        PUBLISH_ALL_HIDDEN, PUBLISH_TOO_MUCH, PUBLISH_WHO_AGREED, PUBLISH_TOO_SOON (fewer responses
        came since the last release than a count must have to be shown), PUBLISH_OUTSIDE_DESIGN,
        UNKNOWN_MEASURE or UNKNOWN_QUESTION.
    """
    collection = collections.find(slug)
    _require_publishable(collection, scope)
    measures, choice = _chosen(collection, choice)
    steps = len(choice.by) + 3  # all, each question, counting, protecting
    whole = analyse(slug)
    _require_enough(whole)
    data_hash, before = fingerprint.fingerprint(slug).hex(), releases(collection)
    if before and not _is_same(before[-1], choice, data_hash):
        _require_news(before[-1], whole)
    parts: dict[str, Analysis] = {}
    for by in choice.by:
        progress(len(parts) + 1, steps)
        parts[by] = analyse(slug, by=by)
    asked = [_asked(figures_of(whole, each)) for each in measures]
    groups = {by: [str(each.value) for each in part.domains] for by, part in parts.items()}
    _require_room(len(asked), [len(values) for values in groups.values()])
    progress(steps - 2, steps)
    tables = released.count(collection, asked, groups)
    progress(steps - 1, steps)
    safe = released.release(
        tables,
        earlier=[each.cells for each in before],
        unanimous=choice.unanimous,
    )
    if not any(safe.tells(each) for each in asked):
        raise Problem(ProblemCode.PUBLISH_ALL_HIDDEN)
    if not safe.shows_total:
        raise Problem(ProblemCode.PUBLISH_TOO_FEW, least=released.THRESHOLD)
    return Proposal(
        choice=choice,
        content=content_of(collection, whole, parts, asked, safe),
        cells=safe.counts(),
        hidden=dict(safe.hidden()),
        data_hash=data_hash,
        after=len(before),
    )


def publish(
    slug: str, choice: Choice, *, actor: User | None = None, scope: Scope = EVERYWHERE
) -> Publication:
    """Put the page at ``/r/<slug>``, in place of the one that was there.

    What was withdrawn and has not changed since is shown again as it was.

    Raises
    ------
    Problem
        As `propose`.
    """
    return publish_proposal(slug, propose(slug, choice, scope=scope), actor=actor, scope=scope)


def publish_proposal(
    slug: str, proposal: Proposal, *, actor: User | None = None, scope: Scope = EVERYWHERE
) -> Publication:
    """Put a page at ``/r/<slug>`` that somebody looked at before: that one, or none.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, PUBLISH_LIMITED, PUBLISH_AT_CLOSING, or PUBLISH_CHANGED: it was made of
        other responses than there are now, or another one was published since.
    """
    collection = collections.find(slug)
    _require_publishable(collection, scope)
    before = releases(collection)
    data_hash = fingerprint.fingerprint(slug).hex()
    if proposal.data_hash != data_hash or proposal.after != len(before):
        raise Problem(ProblemCode.PUBLISH_CHANGED)
    if before and _is_same(before[-1], proposal.choice, proposal.data_hash):
        return _show_again(collection, before[-1], actor)
    now = utc_now()
    for each in before:
        each.withdrawn_at = each.withdrawn_at or now
    number = before[-1].number + 1 if before else 1
    made = Publication(
        collection_id=collection.id,
        number=number,
        choice=proposal.choice.to_data(),
        content=proposal.content,
        cells=proposal.cells,
        data_hash=proposal.data_hash,
        published_at=now,
    )
    db.session.add(made)
    note(
        "publication.publish",
        slug,
        actor=actor,
        number=number,
        choice=made.choice,
        data_hash=made.data_hash,
        hidden=proposal.hidden,
    )
    db.session.commit()
    return made


def withdraw(slug: str, *, actor: User | None = None, scope: Scope = EVERYWHERE) -> None:
    """Take the page away. Withdrawing what is not shown changes nothing."""
    if scope.limited:
        raise Problem(ProblemCode.PUBLISH_LIMITED)
    shown = current(collections.find(slug))
    if shown is not None:
        shown.withdrawn_at = utc_now()
        note("publication.withdraw", slug, actor=actor, number=shown.number)
        db.session.commit()


def releases(collection: Collection) -> list[Publication]:
    """All that was ever published of it, the first first."""
    query = select(Publication).where(Publication.collection_id == collection.id)
    return list(db.session.scalars(query.order_by(Publication.number)))


def current(collection: Collection) -> Publication | None:
    """The one that is shown."""
    found = releases(collection)
    return found[-1] if found and found[-1].withdrawn_at is None else None


def shown(slug: str) -> Publication:
    """The page at ``/r/<slug>``.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_NOT_PUBLISHED or RESULTS_WITHDRAWN.
    """
    found = releases(collections.find(slug))
    if not found:
        raise Problem(ProblemCode.RESULTS_NOT_PUBLISHED)
    if found[-1].withdrawn_at is not None:
        raise Problem(ProblemCode.RESULTS_WITHDRAWN)
    return found[-1]


def listed() -> list[tuple[str, dict[str, str], bool]]:
    """Every page of results that is shown: slug, title and whether simulated, the newest first."""
    query = (
        select(Collection.slug, Publication.content["title"], Collection.simulated)
        .join(Collection, Collection.id == Publication.collection_id)
        .where(Publication.withdrawn_at.is_(None))
        .order_by(Publication.published_at.desc(), Collection.slug)
    )
    return [(slug, title, simulated) for slug, title, simulated in db.session.execute(query)]


def _require_publishable(collection: Collection, scope: Scope) -> None:
    if scope.limited:
        raise Problem(ProblemCode.PUBLISH_LIMITED)
    waits = collection.mode == Mode.ANONYMOUS or collection.selection == Selection.CENSUS
    closed = collection.closes_at is not None and collection.closes_at <= utc_now()
    if waits and not closed:
        raise Problem(ProblemCode.PUBLISH_AT_CLOSING)


def _require_room(measures: int, groups: Sequence[int]) -> int:
    """How many counts the tables have. Raises Problem PUBLISH_TOO_MUCH."""
    cells = measures * (6 + sum(6 * (size + 2) for size in groups))
    if cells > MOST_CELLS:
        raise Problem(ProblemCode.PUBLISH_TOO_MUCH, most=MOST_CELLS)
    return cells


def _require_enough(whole: Analysis) -> None:
    if whole.responses < released.THRESHOLD:
        raise Problem(ProblemCode.PUBLISH_TOO_FEW, least=released.THRESHOLD)
    if whole.design is not None and whole.design.outside:
        raise Problem(ProblemCode.PUBLISH_OUTSIDE_DESIGN, count=whole.design.outside)


def _chosen(collection: Collection, choice: Choice) -> tuple[tuple[Measure, ...], Choice]:
    can = possible(collection)
    known = {each.name: each for each in can.measures}
    unknown = [name for name in choice.measures if name not in known]
    if unknown:
        raise Problem(ProblemCode.UNKNOWN_MEASURE, measure=unknown[0], known=", ".join(known))
    unknown = [name for name in choice.by if name not in can.by]
    if unknown:
        raise Problem(ProblemCode.UNKNOWN_QUESTION, question=unknown[0], known=", ".join(can.by))
    if not choice.measures:
        raise Problem(ProblemCode.PUBLISH_NOTHING)
    if choice.unanimous and not choice.agreed.strip():
        raise Problem(ProblemCode.PUBLISH_WHO_AGREED)
    if len([name for name in choice.by if name != TERRITORY_QUESTION]) > MOST_QUESTIONS:
        raise Problem(ProblemCode.PUBLISH_TOO_MUCH, most=MOST_CELLS)
    tidy = Choice(
        measures=tuple(name for name in known if name in choice.measures),
        by=tuple(name for name in can.by if name in choice.by),
        unanimous=choice.unanimous,
        agreed=choice.agreed.strip()[:LONGEST_NOTE] if choice.unanimous else "",
    )
    return tuple(known[name] for name in tidy.measures), tidy


def _is_same(before: Publication, choice: Choice, data_hash: str) -> bool:
    return before.data_hash == data_hash and before.choice == choice.to_data()


def _require_news(before: Publication, whole: Analysis) -> None:
    new = whole.responses - before.content["responses"]
    if new < released.THRESHOLD:
        raise Problem(ProblemCode.PUBLISH_TOO_SOON, least=released.THRESHOLD, new=max(new, 0))


def _show_again(collection: Collection, before: Publication, actor: User | None) -> Publication:
    if before.withdrawn_at is not None:
        before.withdrawn_at = None
        note("publication.restore", collection.slug, actor=actor, number=before.number)
        db.session.commit()
    return before


def _asked(figures: MeasureFigures) -> Asked:
    measure = told(figures.measure)
    return Asked(
        name=measure.name,
        question=measure.question,
        counted=frozenset(map(str, measure.satisfied)),
        opinions=frozenset(map(str, categories(figures.question))),
    )

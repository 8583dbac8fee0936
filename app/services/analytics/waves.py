"""The same question wave after wave: its trend, and the change against a base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import select

from analisis import (
    AnalysisError,
    Estimate,
    Estimates,
    Flag,
    Statistic,
)
from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, SurveyVersion
from app.services.analytics import answering, panels
from app.services.analytics.answering import Level
from app.services.analytics.asked import Asked
from app.services.analytics.comparing import Compared, compared, share_of
from app.services.analytics.differences import (
    Difference,
    adjusted,
    change_of_shares,
    made_of,
    of_shares,
)
from app.services.analytics.explore import About, about
from app.services.analytics.hiding import THRESHOLD, Hidden
from app.services.analytics.layers import layers
from app.services.analytics.opened import Opened, opened
from app.services.analytics.panels import Read
from app.services.analytics.sheet import Sheet
from app.services.analytics.tallies import Tallied
from app.services.analytics.variables import Variable
from app.services.columnar.keeping import again
from app.services.scope import EVERYWHERE, Scope
from encuestas.diff import compatible

MOST_WAVES = 12
MOST_QUESTIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A collection of the survey. ``about`` is None where its results may not be seen yet."""

    slug: str
    name: str
    about: About | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A question over the waves: a figure for each, None where it was asked otherwise or not yet.

    ``differences``: those against the base, by wave; ``paired``: of the same organisations.
    """

    question: Variable
    what: Compared
    estimates: tuple[Estimate | None, ...]
    differences: tuple[Difference | None, ...]

    def to_dict(self, waves: Sequence[Wave], base: int) -> dict[str, object]:
        return {
            "question": self.question.name,
            "label": dict(self.question.label),
            "statistic": str(self.what.statistic),
            "category": self.what.category,
            "waves": [
                {
                    "wave": wave.name,
                    "collection": wave.slug,
                    "estimate": one.to_dict() if one else None,
                    "against_base": other.to_dict() if other else None,
                }
                for wave, one, other in zip(waves, self.estimates, self.differences, strict=True)
            ],
            "base": waves[base].name,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    about: About
    asked: Asked
    opened: Opened
    waves: tuple[Wave, ...]
    base: int
    trends: tuple[Trend, ...]

    def to_dict(self) -> dict[str, object]:
        return self.about.to_dict() | {
            "asked": self.asked.query(),
            "waves": [{"wave": each.name, "collection": each.slug} for each in self.waves],
            "base": self.waves[self.base].name,
            "adjust": self.asked.adjust,
            "trends": [each.to_dict(self.waves, self.base) for each in self.trends],
        }


@again
def waves(
    slug: str, asked: Asked, *, scope: Scope = EVERYWHERE, threshold: int = THRESHOLD
) -> Waves:
    """Follow questions over the collections of the same survey, the oldest first.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, NO_SUCH_WAVE, or what `Catalogue` refuses.
    """
    whole = opened(slug, scope=scope)
    every = _collections(whole.collection)
    names = _names(every)
    base = _base(asked.base, every, names)
    questions = _questions(whole, asked)
    what = {each.name: compared(each, asked.category) for each in questions}
    level = Level(asked.confidence, asked.standard)
    read = [_read(each, whole, questions, what, asked, level, threshold) for each in every]
    mine = read[every.index(whole.collection)]
    if mine is None:
        raise Problem(ProblemCode.RESULTS_AT_CLOSING)
    return Waves(
        about=about(mine.sheet, None),
        asked=asked,
        opened=whole,
        waves=tuple(
            Wave(
                slug=collection.slug,
                name=name,
                about=about(one.sheet, None) if one else None,
            )
            for collection, name, one in zip(every, names, read, strict=True)
        ),
        base=base,
        trends=tuple(_trend(each, what[each.name], read, base, level, asked) for each in questions),
    )


def _collections(collection: Collection) -> list[Collection]:
    """Those of the survey, the oldest first; of many the latest, and always this one."""
    query = (
        select(Collection)
        .join(SurveyVersion, SurveyVersion.id == Collection.version_id)
        .where(
            SurveyVersion.survey_id == collection.version.survey_id,
            Collection.simulated == collection.simulated,
        )
        .order_by(Collection.opens_at, Collection.slug)
    )
    every = list(db.session.scalars(query))
    kept = every[-MOST_WAVES:]
    return kept if collection in kept else [collection, *kept[1:]]


def _names(every: Sequence[Collection]) -> list[str]:
    """What each wave is called: its own word, else its year, else its slug."""
    years = [each.wave or str(each.opens_at.year) for each in every]
    return [
        name if years.count(name) == 1 else each.slug
        for each, name in zip(every, years, strict=True)
    ]


def _base(asked: str | None, every: Sequence[Collection], names: Sequence[str]) -> int:
    if asked is None:
        return 0
    slugs = [each.slug for each in every]
    for known in (names, slugs):
        if asked in known:
            return list(known).index(asked)
    raise Problem(ProblemCode.NO_SUCH_WAVE, wave=asked, known=", ".join(names))


def _questions(whole: Opened, asked: Asked) -> list[Variable]:
    """Those that are asked about; else those that are measured, or the first there are."""
    catalogue = whole.catalogue
    if asked.questions:
        found = [catalogue.question(name) for name in asked.questions]
    else:
        found = [each for each in catalogue.questions.values() if each.measure is not None]
    found = found or list(catalogue.questions.values())
    return list({each.name: each for each in found}.values())[:MOST_QUESTIONS]


def _read(
    collection: Collection,
    whole: Opened,
    questions: Sequence[Variable],
    what: dict[str, Compared],
    asked: Asked,
    level: Level,
    threshold: int,
) -> Read | None:
    try:
        here = (
            whole if collection is whole.collection else opened(collection.slug, scope=whole.scope)
        )
    except Problem as problem:
        if problem.code is ProblemCode.RESULTS_AT_CLOSING:
            return None
        raise
    same = [each for each in questions if _is_same(each, here, whole)]
    mine = {each.name: replace(here.catalogue.questions[each.name], measure=each.measure)
            for each in same}  # fmt: skip
    filters = here.catalogue.filters(asked.filters)
    sheet = Sheet(here, [*mine.values(), *(variable for variable, _places in filters.values())])
    found = layers(sheet, (), filters)
    sheet.load([Tallied((), filters, each) for each in (None, *mine.values())])
    if filters:
        sheet.load([Tallied((), {}, each) for each in mine.values()])
    drawn = answering.design(sheet, found[0], level)
    figures = {}
    for name, variable in mine.items():
        ((_layer, cells, made),) = answering.figures(
            sheet, variable, found, drawn=drawn, level=level
        )
        if filters:
            hidden = Hidden(variable, found[0], threshold=threshold)
            made = [hidden.of(one) for one in made]
        one = next(one for one in made if _is(one, what[name]))
        figures[name] = (cells[0], one)
    return Read(opened=here, everybody=found[0], figures=figures)


def _is(one: Estimate, what: Compared) -> bool:
    return (one.statistic, one.category) == (what.statistic, what.category)


def _is_same(variable: Variable, here: Opened, whole: Opened) -> bool:
    """Whether the question means the same there."""
    other = here.catalogue.questions.get(variable.name)
    if other is None or other.question is None or variable.question is None:
        return False
    return compatible(variable.question, other.question)


def _trend(
    question: Variable,
    what: Compared,
    read: Sequence[Read | None],
    base: int,
    level: Level,
    asked: Asked,
) -> Trend:
    found: list[Difference | None] = []
    for place, each in enumerate(read):
        one, other = read[base], each
        known = one and other and question.name in one.figures and question.name in other.figures
        if place == base or not known or one is None or other is None:
            found.append(None)
            continue
        made = _against(question.name, what, one, other, level)
        found.append(replace(made, first=base, second=place))
    tested = iter(adjusted([each for each in found if each is not None], asked.adjust))
    return Trend(
        question=question,
        what=what,
        estimates=tuple(
            None
            if each is None or question.name not in each.figures
            else each.figures[question.name][1]
            for each in read
        ),
        differences=tuple(None if each is None else next(tested) for each in found),
    )


def _against(name: str, what: Compared, base: Read, now: Read, level: Level) -> Difference:
    """The change from the base to now, by what the two collections allow."""
    (old, one), (new, other) = base.figures[name], now.figures[name]
    plain = made_of(one, other)
    if plain.value is None or Flag.SELF_SELECTED in plain.flags:
        return Difference(first=0, second=1, estimate=plain)
    if (paired := panels.of_organisations(name, what, base, now, level)) is not None:
        return paired
    if base.sheet.sampling is not None or now.sheet.sampling is not None or not what.answers:
        together = panels.of_clusters(name, what, base, now, level)
        return _of_two(plain, together or _independent(one, other, level))
    shares = share_of(old, one, what), share_of(new, other, what)
    made = of_shares(0, 1, *shares, confidence=level.confidence)
    return replace(made, change=change_of_shares(*shares, confidence=level.confidence))


def _independent(one: Estimate, other: Estimate, level: Level) -> Estimates | None:
    """Two samples that have nothing in common: their variances add up, and so do their df."""
    if one.se is None or other.se is None:
        return None
    return Estimates(
        [one, other],
        covariance=lambda: np.diag([one.se or 0.0, other.se or 0.0]) ** 2,
        joint_df=lambda _places: float((one.df or 0) + (other.df or 0)),
        confidence=level.confidence,
    )


def _of_two(plain: Estimate, figures: Estimates | None) -> Difference:
    """The second less the first, and as a rate of it; without an error it is the value alone."""
    if figures is None:
        return Difference(first=0, second=1, estimate=plain)
    (tested,) = figures.pairwise(None)
    try:
        change = figures.change_rate(0, 1)
    except AnalysisError:
        change = None
    return Difference(
        first=0,
        second=1,
        estimate=_limits(plain, tested.estimate),
        p_value=tested.p_value,
        change=change and _limits(replace(plain, statistic=Statistic.CHANGE_RATE), change),
    )


def _limits(plain: Estimate, found: Estimate) -> Estimate:
    names = ("value", "se", "low", "high", "confidence", "method", "df")
    return replace(plain, **{name: getattr(found, name) for name in names})

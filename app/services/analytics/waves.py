"""The same question wave after wave: its trend, and the change against a base."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import select

from analisis import (
    AnalysisError,
    Estimate,
    Estimates,
    Flag,
    Interval,
    Selection,
    Statistic,
    mean_interval,
    paired_difference_interval,
)
from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, CollectionRoll, Response, SurveyVersion
from app.services.analytics import answering
from app.services.analytics.answering import Cell, Level
from app.services.analytics.asked import Asked
from app.services.analytics.comparing import Compared, compared, share_of
from app.services.analytics.differences import (
    Difference,
    adjusted,
    change_of_shares,
    made_of,
    of_shares,
    p_of,
)
from app.services.analytics.explore import About, about
from app.services.analytics.hiding import THRESHOLD, Hidden
from app.services.analytics.layers import layers
from app.services.analytics.opened import Opened, opened
from app.services.analytics.sheet import Sheet
from app.services.analytics.variables import Variable
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A wave that was read: what each question says there, and who said it."""

    opened: Opened
    sheet: Sheet
    inside: np.ndarray
    figures: dict[str, tuple[Cell, Estimate]]


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
) -> _Read | None:
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
    inside, found = layers(sheet, (), filters)
    drawn = answering.design(sheet, inside, level)
    figures = {}
    for name, variable in mine.items():
        ((_layer, cells, made),) = answering.figures(
            sheet, variable, found, drawn=drawn, level=level
        )
        if filters:
            hidden = Hidden(sheet, variable, found[0], inside, threshold=threshold, whole=False)
            made = [hidden.of(one) for one in made]
        one = next(one for one in made if _is(one, what[name]))
        figures[name] = (cells[0], one)
    return _Read(opened=here, sheet=sheet, inside=inside, figures=figures)


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
    read: Sequence[_Read | None],
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


def _against(name: str, what: Compared, base: _Read, now: _Read, level: Level) -> Difference:
    """The change from the base to now, by what the two collections allow."""
    (old, one), (new, other) = base.figures[name], now.figures[name]
    plain = made_of(one, other)
    if plain.value is None or Flag.SELF_SELECTED in plain.flags:
        return Difference(first=0, second=1, estimate=plain)
    if base.sheet.sampling is not None or now.sheet.sampling is not None or not what.answers:
        if (paired := _paired(name, what, base, now, level)) is not None:
            return paired
        return _independent(one, other, level)
    if (paired := _paired(name, what, base, now, level)) is not None:
        return paired
    shares = share_of(old, one, what), share_of(new, other, what)
    made = of_shares(0, 1, *shares, confidence=level.confidence)
    return replace(made, change=change_of_shares(*shares, confidence=level.confidence))


def _independent(one: Estimate, other: Estimate, level: Level) -> Difference:
    """Of two samples that have nothing in common: their variances add up, and so do their df."""
    plain = made_of(one, other)
    if one.se is None or other.se is None:
        return Difference(first=0, second=1, estimate=plain)
    figures = Estimates(
        [one, other],
        covariance=lambda: np.diag([one.se or 0.0, other.se or 0.0]) ** 2,
        joint_df=lambda _places: float((one.df or 0) + (other.df or 0)),
        confidence=level.confidence,
    )
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


# The same organisations in both -------------------------------------------------------------------


def _paired(name: str, what: Compared, base: _Read, now: _Read, level: Level) -> Difference | None:
    """The change among the organisations that answered both times; None where none can be told."""
    both = (base.opened.collection, now.opened.collection)
    if any(
        each.respondent != "organisation"
        or each.selection != Selection.CENSUS
        or each.mode != "confidential"
        for each in both
    ):
        return None
    old, new = (_by_organisation(name, what, each) for each in (base, now))
    same = sorted(old.keys() & new.keys())
    if len(same) < 2:
        return None
    size = _on_both_rolls(both, base.opened.scope)
    population = size if size is not None and size >= len(same) else None
    if what.answers:
        at = _of_shares([(old[key], new[key]) for key in same], population)
    else:
        at = _of_means([new[key] - old[key] for key in same], population)
    one, other = base.figures[name][1], now.figures[name][1]
    value = float(np.mean([new[key] - old[key] for key in same]))
    found = at(level.confidence)
    exact = population == len(same)
    return Difference(
        first=0,
        second=1,
        paired=True,
        p_value=None if exact else p_of(at),
        estimate=replace(
            made_of(one, other),
            value=value,
            low=found.low,
            high=found.high,
            confidence=None if exact else level.confidence,
            method=None if exact else found.method,
            n=len(same),
            base=len(same),
            population=population,
        ),
    )


def _of_shares(
    pairs: Sequence[tuple[float, float]], population: int | None
) -> Callable[[float], Interval]:
    counts = {pair: pairs.count(pair) for pair in ((1, 1), (0, 1), (1, 0), (0, 0))}
    # The interval is of the first less the second: now is the first.
    cells = (counts[1, 1], counts[0, 1], counts[1, 0], counts[0, 0])
    return lambda level: paired_difference_interval(*cells, population=population, confidence=level)


def _of_means(changes: Sequence[float], population: int | None) -> Callable[[float], Interval]:
    counts = {change: changes.count(change) for change in set(changes)}
    value = float(np.mean(changes))

    def at(level: float) -> Interval:
        found = mean_interval(counts, population, confidence=level)
        return found or Interval(value, value, "t", level)

    return at


def _by_organisation(name: str, what: Compared, read: _Read) -> dict[str, float]:
    """What each organisation said: whether it gave one of the answers, or its number."""
    variable = read.opened.catalogue.questions[name]
    answers = read.sheet.answers(variable)
    rows = np.flatnonzero(read.inside & answers.valid)
    query = select(Response.id, Response.organisation_id).where(
        Response.collection_id == read.opened.collection.id,
        Response.organisation_id.is_not(None),
        read.opened.scope.rows(),
    )
    of = dict(db.session.execute(query).all())
    ids = read.sheet.column("_id").take(rows).to_pylist()
    if answers.values is not None:
        values = answers.values[rows]
    elif answers.chosen is not None:
        values = answers.chosen[rows, variable.categories.index(what.answers[0])]
    elif what.answers:
        values = np.isin(answers.codes[rows], [variable.categories.index(a) for a in what.answers])
    else:
        values = np.asarray(variable.categories, dtype=np.float64)[answers.codes[rows]]
    return {of[key]: float(value) for key, value in zip(ids, values, strict=True) if key in of}


def _on_both_rolls(both: Sequence[Collection], scope: Scope) -> int | None:
    """How many organisations had a vote both times."""
    rolls = [
        set(
            db.session.scalars(
                select(CollectionRoll.organisation_id).where(
                    CollectionRoll.collection_id == each.id,
                    scope.among(CollectionRoll.territory_id),
                )
            )
        )
        for each in both
    ]
    return len(rolls[0] & rolls[1]) or None

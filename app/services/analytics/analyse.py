"""From a collection's responses to its figures: here `encuestas` and `analisis` meet.

Who counts. A response counts when it is submitted or accepted and is no preview. Of those, a
question's *base* is who was shown it: *not shown* (skip logic) is neither an answer nor a silence.
Among the figures of a known list, though (response rate, strict, bounds), everyone on the list
stays: who was not shown the question responded, and is neither satisfied nor known not to be.
For the figures among answers they are one more way of not having an opinion, like *don't know*:
the population stays the whole list, so the interval is, if anything, too wide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import func, select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    ORGANISATION_QUESTION,
    TERRITORY_QUESTION,
    Collection,
    CollectionRoll,
    Response,
    Selection,
    SurveyText,
)
from app.models.columns import utc_now
from app.services import collections
from app.services.analytics import figures, joins, populations
from app.services.analytics.asked import Asked
from app.services.analytics.cells import Rows
from app.services.analytics.counting import (
    Grouped,
    Tally,
    everything,
    tally,
    versions_in,
    versions_of,
)
from app.services.analytics.counts import Counts
from app.services.analytics.drawn import Drawn
from app.services.analytics.figures import believable
from app.services.analytics.findings import Analysis, Caution, DesignUse, Domain, Listed
from app.services.analytics.sampling import Sampling, declared
from app.services.columnar.keeping import Snapshot, used
from app.services.register import rolls
from app.services.scope import EVERYWHERE, Scope
from encuestas import Measure, Question, Survey

GROUPING_TYPES = frozenset({"select_one", "scale"})


def listed(*, scope: Scope = EVERYWHERE) -> tuple[Listed, ...]:
    """Every collection with its number of counted responses, the latest opened first."""
    counts = (
        select(Response.collection_id, func.count().label("responses"))
        .where(Response.counts(), scope.rows())
        .group_by(Response.collection_id)
        .subquery()
    )
    newest = (
        select(SurveyText.version_id, func.max(SurveyText.correction).label("correction"))
        .group_by(SurveyText.version_id)
        .subquery()
    )
    query = (
        select(Collection, SurveyText.definition["title"], counts.c.responses)
        .join(newest, newest.c.version_id == Collection.version_id)
        .join(
            SurveyText,
            (SurveyText.version_id == newest.c.version_id)
            & (SurveyText.correction == newest.c.correction),
        )
        .outerjoin(counts, counts.c.collection_id == Collection.id)
        .order_by(Collection.opens_at.desc(), Collection.slug)
    )
    return tuple(
        Listed(
            slug=collection.slug,
            title=collection.texts.get("title") or title,
            selection=Selection(collection.selection),
            simulated=collection.simulated,
            opens_at=collection.opens_at,
            closes_at=collection.closes_at,
            responses=responses or 0,
        )
        for collection, title, responses in db.session.execute(query)
    )


def analyse(
    slug: str,
    *,
    by: str | None = None,
    measure: str | None = None,
    confidence: float = 0.95,
    scope: Scope = EVERYWHERE,
    as_if: Sampling | None = None,
) -> Analysis:
    """Every figure of a collection's measures, of everybody and of each group that ``by`` makes.

    ``scope``: of the people of these territories. A design that was declared stays that of the
    whole sample, in which they are a domain. ``as_if``: as a design would give them that nobody
    has declared yet.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, UNKNOWN_MEASURE, UNKNOWN_QUESTION, or
        CANNOT_GROUP_BY: only a question with one answer out of few makes groups, and never the
        organisation that answered.
    """
    collection = collections.find(slug)
    collections.require_results(collection, utc_now())
    words = {"by": by, "measure": measure, "confidence": confidence, "scope": scope}
    return used(collection, partial(_analysis, collection, as_if=as_if, **words))


def of_some(slug: str, asked: Asked) -> Asked:
    """What the same figures are called where answers are filtered: all measures, if none is named.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION.
    """
    if asked.questions:
        return asked
    survey = joins.joined(collections.find(slug)).described
    return replace(asked, questions=tuple(each.name for each in survey.measures))


def _analysis(
    collection: Collection,
    held: Snapshot,
    *,
    by: str | None,
    measure: str | None,
    confidence: float,
    scope: Scope,
    as_if: Sampling | None,
) -> Analysis:
    joint = joins.joined(collection, scope=scope)
    survey = joint.described
    chosen = _chosen(survey, measure)
    _require_grouping(collection, survey, by)
    keys = joins.keys(collection, joint)
    sampling = declared(collection) if as_if is None else as_if
    names = _questions(survey, chosen, by, sampling)
    same = joins.comparable(joint, keys, names)
    questions = {name: joint.variables[name].merged for name in names}
    drawn = sampling and Drawn(
        collection=collection, sampling=sampling, questions=questions, versions=same
    )
    rows = drawn.counts(scope) if drawn else Rows(scope.territories)
    counts, grouped = Counts(held), Grouped(rows, by, same)
    wanted = figures.wanted(chosen, questions)
    counts.load(
        [
            *everything(wanted, grouped),
            *figures.beside(joint, keys, chosen, questions, grouped),
            *([drawn.lacking(scope)] if drawn and sampling.questions else ()),
            versions_of(scope),
        ]
    )
    counted = tally(counts, wanted, grouped)
    groups = _domains(collection, questions, by, counted, scope)
    inside = sum(counted.responses.values())
    outside, lacking = drawn.outside(counts, scope) if drawn else (0, {})
    population = populations.people(collection, scope=scope)
    if as_if is not None and not scope.limited:
        population = as_if.people or population
    asked = figures.Request(
        collection=collection,
        joint=joint,
        keys=keys,
        same=same,
        questions=questions,
        counts=counts,
        grouped=grouped,
        counted=counted,
        by=by,
        domains=groups,
        population=believable(population, inside + outside),
        confidence=confidence,
        design=drawn
        and figures.design(
            held, drawn, chosen, grouped, groups, confidence=confidence, scope=scope
        ),
    )
    measures = tuple(figures.of(asked, each) for each in chosen)
    used, previews = versions_in(counts, scope=scope)
    design = asked.design and DesignUse(
        sampling=populations.told(collection, asked.design.sampling, scope),
        outside=outside,
        lacking=lacking,
        silent=asked.design.silent,
        lonely=asked.design.lonely,
    )
    return Analysis(
        collection=collection.slug,
        title=collection.texts.get("title") or survey.title,
        definition=survey,
        versions=used,
        differences=joint.differences(),
        responses=inside + outside,
        previews=previews,
        simulated=collection.simulated,
        selection=Selection(collection.selection),
        population=population,
        provisional=_provisional(collection),
        design=design,
        opens_at=collection.opens_at,
        closes_at=collection.closes_at,
        public=collection.public,
        groupings=_groupings(collection, survey),
        by=by,
        domains=groups,
        unclassified=inside - sum(group.responses for group in groups) if by else 0,
        cautions=_cautions(population, inside + outside, groups, design),
        measures=measures,
    )


def _provisional(collection: Collection) -> bool | None:
    if collection.selection != Selection.CENSUS or collection.respondent != "organisation":
        return None
    return rolls.is_provisional(collection, utc_now())


def _questions(
    survey: Survey, measures: Sequence[Measure], by: str | None, sampling: Sampling | None
) -> list[str]:
    """Every question that is looked at; the territory of a response need not be one."""
    names = [each.question for each in measures]
    others = (*([by] if by else ()), *(sampling.questions if sampling else ()))
    return [*names, *(name for name in others if survey.has(name))]


def _chosen(survey: Survey, measure: str | None) -> tuple[Measure, ...]:
    if measure is None:
        return survey.measures
    found = tuple(each for each in survey.measures if each.name == measure)
    if not found:
        known = ", ".join(each.name for each in survey.measures)
        raise Problem(ProblemCode.UNKNOWN_MEASURE, measure=measure, known=known)
    return found


def _groupings(collection: Collection, survey: Survey) -> tuple[str, ...]:
    names = [
        question.name
        for question in survey.questions
        if question.type in GROUPING_TYPES
        and question.name not in {ORGANISATION_QUESTION, TERRITORY_QUESTION}
        and not survey.repeats(question.name)
    ]
    return (TERRITORY_QUESTION, *names) if collection.territories else tuple(names)


def _require_grouping(collection: Collection, survey: Survey, by: str | None) -> None:
    possible = _groupings(collection, survey)
    if by is None or by in possible:
        return
    if survey.has(by):
        kind = survey.question(by).type
        raise Problem(ProblemCode.CANNOT_GROUP_BY, question=by, type=kind)
    raise Problem(ProblemCode.UNKNOWN_QUESTION, question=by, known=", ".join(possible))


def _domains(
    collection: Collection,
    questions: Mapping[str, Question],
    by: str | None,
    counted: Tally,
    scope: Scope,
) -> tuple[Domain, ...]:
    if by is None:
        return ()
    if by == TERRITORY_QUESTION:
        return _territories(collection, counted, scope)
    question = questions[by]
    words = {choice.value: choice.label for choice in question.choices}
    return tuple(
        Domain(
            value=value,
            label=words.get(str(value), {}),
            responses=counted.responses.get(str(value), 0),
            population=None,
        )
        for value in figures.categories(question)
    )


def _territories(collection: Collection, counted: Tally, scope: Scope) -> tuple[Domain, ...]:
    on_roll: Mapping[str, int] = {}
    if collection.respondent == "organisation" and collection.selection == Selection.CENSUS:
        query = (
            select(CollectionRoll.territory_id, func.count())
            .where(CollectionRoll.collection_id == collection.id)
            .group_by(CollectionRoll.territory_id)
        )
        on_roll = dict(db.session.execute(query).all())
    return tuple(
        Domain(
            value=territory.code,
            label={"es": territory.name},
            responses=counted.responses.get(territory.id, 0),
            population=on_roll.get(territory.id),
        )
        for territory in scope.of(collection.territories)
    )


def _cautions(
    population: int | None, total: int, domains: Sequence[Domain], design: DesignUse | None
) -> tuple[Caution, ...]:
    sizes = [(population, total), *((each.population, each.responses) for each in domains)]
    exceeded = any(size is not None and responses > size for size, responses in sizes)
    found = {
        Caution.POPULATION_EXCEEDED: exceeded,
        Caution.OUTSIDE_DESIGN: design is not None and design.outside > 0,
        Caution.SILENT_STRATA: design is not None and bool(total and design.silent),
        Caution.LONELY_PSU: design is not None and bool(design.lonely),
    }
    return tuple(caution for caution, there in found.items() if there)

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
from dataclasses import dataclass

from sqlalchemy import func, select

from analisis import OF_THE_LIST, Estimate, measure_estimates
from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import (
    Collection,
    CollectionRoll,
    Response,
    Selection,
    SurveyText,
)
from app.models.columns import utc_now
from app.services import collections
from app.services.collections import ORGANISATION_QUESTION, TERRITORY_QUESTION
from app.services.counting import Tally, blank, tally, versions
from app.services.findings import Analysis, Caution, Domain, Listed, MeasureFigures, Value
from encuestas import Measure, Question, Survey

GROUPING_TYPES = frozenset({"select_one", "scale"})


def listed() -> tuple[Listed, ...]:
    """Every collection with its number of counted responses, the latest opened first."""
    counts = (
        select(Response.collection_id, func.count().label("responses"))
        .where(Response.counts())
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
    slug: str, *, by: str | None = None, measure: str | None = None, confidence: float = 0.95
) -> Analysis:
    """Every figure of a collection's measures, of everybody and of each group that ``by`` makes.

    Raises
    ------
    Problem
        UNKNOWN_COLLECTION, RESULTS_AT_CLOSING, UNKNOWN_MEASURE, UNKNOWN_QUESTION, or
        CANNOT_GROUP_BY: only a question with one answer out of few makes groups, and never the
        organisation that answered.
    """
    collection = collections.find(slug)
    collections.require_results(collection, utc_now())
    survey = collections.fielded(collection)
    chosen = _chosen(survey, measure)
    _require_grouping(collection, survey, by)
    asked_about = [survey.question(each.question) for each in chosen]
    counted = tally(collection, {each.name: _texts(each) for each in asked_about}, by)
    used, previews = versions(collection)
    total = sum(counted.responses.values())
    groups = _domains(collection, survey, by, counted)
    population = collections.population(collection)
    asked = _Request(
        collection=collection,
        survey=survey,
        counted=counted,
        by=by,
        domains=groups,
        population=_believable(population, total),
        confidence=confidence,
    )
    return Analysis(
        collection=collection.slug,
        title=collection.texts.get("title") or survey.title,
        definition=survey,
        versions=used,
        responses=total,
        previews=previews,
        simulated=collection.simulated,
        selection=Selection(collection.selection),
        population=population,
        opens_at=collection.opens_at,
        closes_at=collection.closes_at,
        public=collection.public,
        groupings=_groupings(collection, survey),
        by=by,
        domains=groups,
        unclassified=total - sum(group.responses for group in groups) if by else 0,
        cautions=_cautions(population, total, groups),
        measures=tuple(_figures(asked, each) for each in chosen),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What every measure of one analysis shares."""

    collection: Collection
    survey: Survey
    counted: Tally
    by: str | None
    domains: Sequence[Domain]
    population: int | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """The answers to one question in one domain."""

    counts: Mapping[Value, int]
    special: Mapping[str, int]
    missing: int
    not_shown: int


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
    collection: Collection, survey: Survey, by: str | None, counted: Tally
) -> tuple[Domain, ...]:
    if by is None:
        return ()
    if by == TERRITORY_QUESTION:
        return _territories(collection, counted)
    question = survey.question(by)
    words = {choice.value: choice.label for choice in question.choices}
    return tuple(
        Domain(
            value=value,
            label=words.get(str(value), {}),
            responses=counted.responses.get(str(value), 0),
            population=None,
        )
        for value in _categories(question)
    )


def _territories(collection: Collection, counted: Tally) -> tuple[Domain, ...]:
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
        for territory in collection.territories
    )


def _believable(population: int | None, responses: int) -> int | None:
    return None if population is None or responses > population else population


def _cautions(population: int | None, total: int, domains: Sequence[Domain]) -> tuple[Caution, ...]:
    sizes = [(population, total), *((each.population, each.responses) for each in domains)]
    exceeded = any(size is not None and responses > size for size, responses in sizes)
    return (Caution.POPULATION_EXCEEDED,) if exceeded else ()


def _categories(question: Question) -> tuple[Value, ...]:
    if question.type == "scale":
        return question.settings.marks
    return tuple(choice.value for choice in question.choices)


def _texts(question: Question) -> list[str]:
    """Every answer that a measured question may have, as the tally knows it."""
    return [*map(str, _categories(question)), *question.special]


def _figures(asked: _Request, measure: Measure) -> MeasureFigures:
    question = asked.survey.question(measure.question)
    keys = asked.counted.responses.keys()
    blanks = blank(asked.collection, asked.survey, question.name, asked.by)
    cells = {key: _cell(asked.counted, question, key, blanks.get(key, 0)) for key in keys}
    everybody = _merged(question, list(cells.values()))
    estimates = list(_estimates(asked, measure, everybody, population=asked.population))
    names = _keys(asked)
    for domain in asked.domains:
        cell = cells.get(names[domain.value]) or _merged(question, [])
        size = _believable(domain.population, domain.responses)
        estimates += _estimates(
            asked, measure, cell, population=size, domain={str(asked.by): domain.value}
        )
    return MeasureFigures(
        measure=measure,
        question=question,
        special=everybody.special,
        missing=everybody.missing,
        not_shown=everybody.not_shown,
        estimates=tuple(estimates),
    )


def _keys(asked: _Request) -> Mapping[Value, str]:
    """The text under which the tally holds each domain."""
    if asked.by == TERRITORY_QUESTION:
        return {territory.code: territory.id for territory in asked.collection.territories}
    return {domain.value: str(domain.value) for domain in asked.domains}


def _cell(counted: Tally, question: Question, key: str | None, blanks: int) -> _Cell:
    answers = counted.answers[key, question.name]
    return _Cell(
        counts={value: answers.counts[str(value)] for value in _categories(question)},
        special={code: answers.counts[code] for code in question.special},
        missing=blanks,
        not_shown=counted.responses[key] - answers.given - blanks,
    )


def _merged(question: Question, cells: Sequence[_Cell]) -> _Cell:
    return _Cell(
        counts={
            value: sum(cell.counts[value] for cell in cells) for value in _categories(question)
        },
        special={code: sum(cell.special[code] for cell in cells) for code in question.special},
        missing=sum(cell.missing for cell in cells),
        not_shown=sum(cell.not_shown for cell in cells),
    )


def _estimates(
    asked: _Request,
    measure: Measure,
    cell: _Cell,
    *,
    population: int | None,
    domain: Mapping[str, Value] | None = None,
) -> tuple[Estimate, ...]:
    def made(missing: int, size: int | None) -> tuple[Estimate, ...]:
        return measure_estimates(
            cell.counts,
            variable=measure.question,
            satisfied=measure.satisfied,
            dissatisfied=measure.dissatisfied,
            special=cell.special,
            selection=asked.collection.selection,
            population=size,
            domain=domain,
            confidence=asked.confidence,
            missing=missing,
            simulated=asked.collection.simulated,
        )

    if population is None or not cell.not_shown:
        return made(cell.missing, population)
    listed_people = made(cell.missing + cell.not_shown, population)
    among_answers = made(cell.missing, population)
    return (
        *(figure for figure in listed_people if figure.statistic in OF_THE_LIST),
        *(figure for figure in among_answers if figure.statistic not in OF_THE_LIST),
    )

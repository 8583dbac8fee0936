"""From counts to the figures of one measure, whatever its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from analisis import (
    OF_THE_LIST,
    Estimate,
    Moments,
    mean_estimates,
    measure_estimates,
    rank_estimates,
)
from app.models import Collection
from app.services import numbers
from app.services.collections import TERRITORY_QUESTION
from app.services.counting import DomainKey, Tally, Versions, blank
from app.services.counting import Question as Counted
from app.services.findings import Domain, MeasureFigures, Value
from encuestas import Measure, MeasureKind, Question
from encuestas.joining import Joined
from encuestas.measures import DETRACTORS, PROMOTERS

NO_NUMBERS = Moments.of(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What every measure of one analysis shares."""

    collection: Collection
    joint: Joined
    keys: Mapping[str, str]
    same: Versions
    questions: Mapping[str, Question]
    counted: Tally
    by: str | None
    domains: Sequence[Domain]
    population: int | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """The answers to one question in one domain, as far as its kind of measure needs them."""

    counts: Mapping[Value, int] = field(default_factory=dict)
    moments: Moments = NO_NUMBERS
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    special: Mapping[str, int]
    missing: int
    not_shown: int


def wanted(
    measures: Sequence[Measure], questions: Mapping[str, Question]
) -> dict[Counted, Sequence[str]]:
    """Every answer that has to be counted, as the tally knows it."""
    found: dict[Counted, Sequence[str]] = {}
    for measure in measures:
        question = questions[measure.question]
        # A list is counted by its text; a special answer is one of one.
        special = [*question.special, *(f'["{code}"]' for code in question.special)]
        if measure.kind is MeasureKind.RANKS:
            codes = [choice.value for choice in question.choices]
            found[question.name] = special
            found |= {(question.name, place): codes for place in range(len(codes))}
        else:
            found[question.name] = [*map(str, categories(question)), *question.special]
    return found


def categories(question: Question) -> tuple[Value, ...]:
    """The answers of a question that has few; none of one that is answered with any number."""
    if question.type == "scale":
        return question.settings.marks
    if question.type == "nps":
        return (*DETRACTORS, *range(DETRACTORS[-1] + 1, PROMOTERS[0]), *PROMOTERS)
    return tuple(choice.value for choice in question.choices)


def believable(population: int | None, responses: int) -> int | None:
    """The population, unless there are more responses than it has."""
    return None if population is None or responses > population else population


def of(asked: Request, measure: Measure) -> MeasureFigures:
    """The measure's figures, of everybody and of each domain."""
    if measure.kind is MeasureKind.NPS:
        measure = replace(measure, satisfied=PROMOTERS, dissatisfied=DETRACTORS)
    question = asked.questions[measure.question]
    cells = _cells(asked, measure, question)
    everybody = _merged(question, list(cells.values()))
    estimates = list(_estimates(asked, measure, everybody, population=asked.population))
    names = _keys(asked)
    for domain in asked.domains:
        cell = cells.get(names[domain.value]) or _merged(question, [])
        size = believable(domain.population, domain.responses)
        estimates += _estimates(
            asked, measure, cell, population=size, domain={str(asked.by): domain.value}
        )
    return MeasureFigures(
        measure=measure,
        question=question,
        versions=_versions(asked, question),
        special=everybody.special,
        missing=everybody.missing,
        not_shown=everybody.not_shown,
        estimates=tuple(estimates),
    )


def _versions(asked: Request, question: Question) -> tuple[str, ...]:
    """The versions that the figures are about, the oldest first; none where they are of all."""
    if question.name not in asked.same:
        return ()
    return asked.joint.comparable(question.name)[::-1]


def _keys(asked: Request) -> Mapping[Value, str]:
    """The text under which the tally holds each domain."""
    if asked.by == TERRITORY_QUESTION:
        return {territory.code: territory.id for territory in asked.collection.territories}
    return {domain.value: str(domain.value) for domain in asked.domains}


def _cells(asked: Request, measure: Measure, question: Question) -> dict[DomainKey, _Cell]:
    blanks = _blanks(asked, question)
    sums: Mapping[DomainKey, Moments] = {}
    if measure.kind is MeasureKind.MEAN and not categories(question):
        sums = numbers.moments(asked.collection, question.name, asked.by, asked.same)
    return {
        key: _cell(asked.counted, measure, question, key, blanks.get(key, 0), sums)
        for key in asked.counted.responses
    }


def _blanks(asked: Request, question: Question) -> Mapping[DomainKey, int]:
    """Who was shown the question and left it blank: each version shows it by its own rules."""
    several = len(asked.joint.versions) > 1
    found: Counter[DomainKey] = Counter()
    for version in asked.joint.comparable(question.name):
        found.update(
            blank(
                asked.collection,
                asked.joint.versions[version],
                question.name,
                asked.by,
                versions=asked.same,
                version_id=asked.keys[version] if several else None,
            )
        )
    return found


def _cell(
    counted: Tally,
    measure: Measure,
    question: Question,
    key: DomainKey,
    blanks: int,
    sums: Mapping[DomainKey, Moments],
) -> _Cell:
    answers = counted.answers[key, question.name]
    special = {
        code: answers.counts[code] + answers.counts.get(f'["{code}"]', 0)
        for code in question.special
    }
    counts: dict[Value, int] = {}
    places: dict[str, tuple[int, ...]] = {}
    moments, missing = NO_NUMBERS, blanks
    if measure.kind is MeasureKind.RANKS:
        places = _places(counted, question, key)
    else:
        counts = {value: answers.counts[str(value)] for value in categories(question)}
    if measure.kind is MeasureKind.MEAN:
        moments = Moments.of(counts.items()) if counts else sums.get(key, NO_NUMBERS)
        # A calculation may come to something that is no number.
        missing += answers.given - moments.n - sum(special.values())
    return _Cell(
        counts=counts,
        moments=moments,
        places=places,
        special=special,
        missing=missing,
        not_shown=counted.responses[key] - answers.given - blanks,
    )


def _places(counted: Tally, question: Question, key: DomainKey) -> dict[str, tuple[int, ...]]:
    codes = [choice.value for choice in question.choices]
    return {
        code: tuple(
            counted.answers[key, (question.name, place)].counts[code] for place in range(len(codes))
        )
        for code in codes
    }


def _merged(question: Question, cells: Sequence[_Cell]) -> _Cell:
    def added(parts: Sequence[Mapping[Any, int]], names: Sequence[Any]) -> dict[Any, int]:
        return {name: sum(part.get(name, 0) for part in parts) for name in names}

    ranked = [cell.places for cell in cells if cell.places]
    codes = [choice.value for choice in question.choices] if ranked else []
    return _Cell(
        counts=added([cell.counts for cell in cells], categories(question)),
        moments=reduce(Moments.__add__, (cell.moments for cell in cells), NO_NUMBERS),
        places={
            code: tuple(map(sum, zip(*(places[code] for places in ranked), strict=True)))
            for code in codes
        },
        special=added([cell.special for cell in cells], question.special),
        missing=sum(cell.missing for cell in cells),
        not_shown=sum(cell.not_shown for cell in cells),
    )


def _estimates(
    asked: Request,
    measure: Measure,
    cell: _Cell,
    *,
    population: int | None,
    domain: Mapping[str, Value] | None = None,
) -> tuple[Estimate, ...]:
    def made(missing: int, size: int | None) -> tuple[Estimate, ...]:
        return _MADE[measure.kind](
            measure,
            cell,
            variable=measure.question,
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


def _satisfaction(measure: Measure, cell: _Cell, **shared: Any) -> tuple[Estimate, ...]:
    return measure_estimates(
        cell.counts, satisfied=measure.satisfied, dissatisfied=measure.dissatisfied, **shared
    )


def _mean(_measure: Measure, cell: _Cell, **shared: Any) -> tuple[Estimate, ...]:
    return mean_estimates(cell.moments, **shared)


def _ranks(_measure: Measure, cell: _Cell, **shared: Any) -> tuple[Estimate, ...]:
    # Everybody who ranked put something first.
    ranked = sum(places[0] for places in cell.places.values())
    return rank_estimates(cell.places, ranked, **shared)


_MADE: Mapping[MeasureKind, Callable[..., tuple[Estimate, ...]]] = {
    MeasureKind.SATISFACTION: _satisfaction,
    MeasureKind.NPS: _satisfaction,
    MeasureKind.MEAN: _mean,
    MeasureKind.RANKS: _ranks,
}

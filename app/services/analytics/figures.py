"""From counts to the figures of one measure, whatever its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any, NamedTuple

from analisis import (
    OF_THE_LIST,
    Estimate,
    Moments,
    mean_estimates,
    measure_estimates,
    rank_estimates,
)
from app.models import TERRITORY_QUESTION, Collection
from app.services.analytics import populations
from app.services.analytics.cells import Asked as Cells
from app.services.analytics.cells import Combinations, Number, Text
from app.services.analytics.counting import (
    DomainKey,
    Grouped,
    Tally,
    Versions,
    blank,
    blanks_of,
    of_versions,
)
from app.services.analytics.counting import Question as Counted
from app.services.analytics.counts import Counts
from app.services.analytics.design_figures import Asked, Design, numbers_of
from app.services.analytics.drawn import Drawn
from app.services.analytics.findings import Domain, MeasureFigures, Value
from app.services.analytics.sampled import GROUP, Marks, Numbers, Ranking, Sampled, Store
from app.services.columnar.keeping import Snapshot
from app.services.scope import Scope
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
    counts: Counts
    grouped: Grouped
    counted: Tally
    by: str | None
    domains: Sequence[Domain]
    population: int | None
    confidence: float
    design: Design | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """The answers to one question in one domain, as far as its kind of measure needs them."""

    counts: Mapping[Value, int] = field(default_factory=dict)
    moments: Moments = NO_NUMBERS
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    special: Mapping[str, int]
    missing: int
    not_shown: int

    @property
    def base(self) -> int:
        """Who was shown the question."""
        # Everybody who ranked put something first.
        ranked = sum(places[0] for places in self.places.values())
        given = ranked or sum(self.counts.values()) or self.moments.n
        return given + sum(self.special.values()) + self.missing


class _Whose(NamedTuple):
    """The answers of everybody, or of one domain."""

    domain: Mapping[str, Value]
    cell: _Cell
    population: int | None


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


def readings(
    measures: Sequence[Measure], questions: Mapping[str, Question], versions: Versions
) -> dict[str, Store]:
    """The answers as the figures of a sample need them: response by response."""
    found: dict[str, Store] = {}
    for measure in measures:
        name, question = measure.question, questions[measure.question]
        keys = of_versions(name, versions)
        if measure.kind is MeasureKind.RANKS:
            found[name] = Ranking(name, keys, [choice.value for choice in question.choices])
        elif marks := numbers_of(categories(question)):
            places = {str(category): mark for category, mark in marks.items()}
            found[name] = Marks(name, Text(name, keys), places)
        else:
            found[name] = Numbers(name, Number(name, keys))
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
    names = keys(asked.collection, asked.by, asked.domains)
    whose = [_Whose({}, everybody, asked.population)]
    whose += [
        _Whose(
            {str(asked.by): domain.value},
            cells.get(names[domain.value]) or _merged(question, []),
            believable(domain.population, domain.responses),
        )
        for domain in asked.domains
    ]
    return MeasureFigures(
        measure=measure,
        question=question,
        versions=_versions(asked, question),
        special=everybody.special,
        missing=everybody.missing,
        not_shown=everybody.not_shown,
        estimates=tuple(_figures(asked, measure, question, whose)),
    )


def design(
    held: Snapshot,
    drawn: Drawn,
    measures: Sequence[Measure],
    grouped: Grouped,
    domains: Sequence[Domain],
    *,
    confidence: float,
    scope: Scope,
) -> Design:
    """Read what the figures of these measures need of a sample whose design was declared.

    Outside the scope answers are read as missing, and the rows stay: who drew the sample drew it
    everywhere, and the people of some territories are a domain of it.
    """
    wanted = readings(measures, drawn.questions, drawn.versions)
    if grouped.domain:
        groups = keys(drawn.collection, grouped.by, domains).values()
        places = {key: float(place) for place, key in enumerate(groups)}
        wanted[GROUP] = Marks(GROUP, grouped.domain[0], places)
    return Design(
        Sampled(held, drawn, wanted, scope=scope),
        confidence=confidence,
        simulated=drawn.collection.simulated,
        nameable=populations.nameable(drawn.collection, drawn.sampling, scope),
    )


def _versions(asked: Request, question: Question) -> tuple[str, ...]:
    """The versions that the figures are about, the oldest first; none where they are of all."""
    if question.name not in asked.same:
        return ()
    return asked.joint.comparable(question.name)[::-1]


def keys(collection: Collection, by: str | None, domains: Sequence[Domain]) -> Mapping[Value, str]:
    """The text under which the database holds each domain."""
    if by == TERRITORY_QUESTION:
        return {territory.code: territory.id for territory in collection.territories}
    return {domain.value: str(domain.value) for domain in domains}


def _cells(asked: Request, measure: Measure, question: Question) -> dict[DomainKey, _Cell]:
    blanks = _blanks(asked, question)
    sums: Mapping[DomainKey, Moments] = {}
    if _summed(measure, question):
        sums = asked.counts.of(asked.grouped.sums(question.name))
    return {
        key: _cell(asked.counted, measure, question, key, blanks.get(key, 0), sums)
        for key in asked.counted.responses
    }


def _summed(measure: Measure, question: Question) -> bool:
    return measure.kind is MeasureKind.MEAN and not categories(question)


def beside(
    joint: Joined,
    version_keys: Mapping[str, str],
    measures: Sequence[Measure],
    questions: Mapping[str, Question],
    grouped: Grouped,
) -> Iterator[Cells]:
    """What figures ask beside a tally, to have it at once."""
    for measure in measures:
        question = questions[measure.question]
        if _summed(measure, question):
            yield grouped.sums(question.name)
        for _version, asked in _blanks_asked(joint, version_keys, question.name, grouped):
            if asked is not None:
                yield asked


def _blanks_asked(
    joint: Joined, version_keys: Mapping[str, str], question: str, grouped: Grouped
) -> Iterator[tuple[str, Combinations | None]]:
    several = len(joint.versions) > 1
    for version in joint.comparable(question):
        key = version_keys[version] if several else None
        yield version, blanks_of(joint.versions[version], question, grouped, version_id=key)


def _blanks(asked: Request, question: Question) -> Mapping[DomainKey, int]:
    """Who was shown the question and left it blank: each version shows it by its own rules."""
    found: Counter[DomainKey] = Counter()
    for version, blanks in _blanks_asked(asked.joint, asked.keys, question.name, asked.grouped):
        survey = asked.joint.versions[version]
        found.update(blank(asked.counts, asked.collection, survey, question.name, blanks))
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


def _figures(
    asked: Request, measure: Measure, question: Question, whose: Sequence[_Whose]
) -> Iterable[Estimate]:
    """The figures of everybody, then of each domain."""
    if asked.design is not None:
        groups = [
            Asked(domain=domain, base=cell.base, population=population)
            for domain, cell, population in whose
        ]
        return asked.design.figures(measure, categories(question), groups)
    return (figure for each in whose for figure in _estimates(asked, measure, each))


def _estimates(asked: Request, measure: Measure, whose: _Whose) -> tuple[Estimate, ...]:
    domain, cell, population = whose

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

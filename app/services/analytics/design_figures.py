"""The figures of a sample whose design was declared: what `analisis` makes of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from analisis import (
    AnalysisError,
    ErrorCode,
    Estimate,
    Flag,
    LonelyPSU,
    Statistic,
    SurveyDesign,
    reliability,
)
from analisis.io import open_source
from analisis.publication import PROPORTIONS
from analisis.sums import Source
from app.errors import Problem, ProblemCode
from app.services.analytics.sampled import (
    FIRST,
    GROUP,
    Columns,
    Sampled,
    code_of,
    place_of,
    size_of,
)
from encuestas import Measure, MeasureKind

if TYPE_CHECKING:
    from app.services.analytics.placed import Placed

Category = int | str
Group = int | None
"""The number of a group; None for everybody."""

_PROBLEMS: Mapping[ErrorCode, ProblemCode] = {
    ErrorCode.CLUSTERS_NOT_NESTED: ProblemCode.DESIGN_NOT_NESTED,
    ErrorCode.EMPTY_CELL: ProblemCode.DESIGN_EMPTY_CELL,
    ErrorCode.POPULATION_TOO_SMALL: ProblemCode.DESIGN_SMALL_POPULATION,
    ErrorCode.POPULATION_VARIES: ProblemCode.DESIGN_POPULATION_VARIES,
}
_PROBLEMS_OF_ALL: Mapping[ErrorCode, ProblemCode] = {
    ErrorCode.POPULATION_TOO_SMALL: ProblemCode.DESIGN_SMALL_WHOLE,
    ErrorCode.POPULATION_VARIES: ProblemCode.DESIGN_WHOLE_VARIES,
}
"""The same where no stratum or unit is to blame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom the figures of a measure are about: everybody, or one group."""

    domain: Mapping[str, Category]
    base: int
    population: int | None


def numbers_of(categories: Sequence[Category]) -> dict[Category, float]:
    """The number that stands for each answer in its column: a mark for itself."""
    return {
        category: float(category) if isinstance(category, int) else float(place)
        for place, category in enumerate(categories)
    }


class Design:
    """A sample that was read, and the declaration as `analisis` takes it.

    ``nameable``: whether a stratum may be named to whoever asks. ``where``: a column of true and
    false; the figures are of those responses alone.
    """

    def __init__(
        self,
        sampled: Sampled | Placed,
        *,
        confidence: float,
        simulated: bool,
        nameable: Callable[[str], bool],
        where: str | None = None,
    ) -> None:
        self.sampled = sampled
        self._nameable = nameable
        self.sampling = sampled.sampling
        self.where = where
        self.confidence = confidence
        self.simulated = simulated
        self._lonely: dict[str, None] = {}

    @property
    def lonely(self) -> tuple[str, ...]:
        """The strata whose single unit left figures without an error, as far as they were made."""
        return tuple(self._lonely)

    @property
    def silent(self) -> tuple[str, ...]:
        """The strata that the population has and no response is from."""
        sizes = self.sampling.population[0] if self.sampling.population else None
        if not isinstance(sizes, Mapping):
            return ()
        found = self.sampled.codes(self.sampling.strata or "")
        return tuple(
            stratum for stratum in sizes if stratum not in found and self._nameable(stratum)
        )

    def figures(
        self, measure: Measure, categories: Sequence[Category], asked: Sequence[Asked]
    ) -> Iterator[Estimate]:
        """Every figure of each that is asked for, in that order; everybody comes first."""

        def rows(measured: Measured) -> Rows:
            return _KINDS[measure.kind](measured, measure, categories)

        return self.told(rows, (measure.question,), measure.question, asked)

    def told(
        self,
        rows: Callable[[Measured], Rows],
        columns: Sequence[str],
        variable: str,
        asked: Sequence[Asked],
    ) -> Iterator[Estimate]:
        """The same of any rows of figures that are made of these columns."""
        found = [*rows(self.measured(columns, by_group=len(asked) > 1))]
        for place, whom in enumerate(asked):
            for statistic, category, some in found:
                one = some.get(place - 1 if place else None)
                yield self.record(one, statistic, category, variable, whom)

    def measured(self, columns: Sequence[str], *, by_group: bool) -> Measured:
        """These columns beside those of the design, and the group and domain of each response."""
        names = (*columns, *((GROUP,) if by_group else ()), *((self.where,) if self.where else ()))
        return Measured(self, self.sampled.columns(*names), by_group=by_group)

    def record(
        self,
        one: Estimate | None,
        statistic: Statistic,
        category: Category | None,
        variable: str,
        whom: Asked,
    ) -> Estimate:
        about = {"statistic": statistic, "variable": variable, "category": category}
        about |= {"domain": dict(whom.domain), "base": whom.base}
        flags = [Flag.SIMULATED] if self.simulated else []
        if one is None or not one.n or one.value is None:
            return Estimate(n=0, population=whom.population, flags=tuple(flags), **about)
        size = one.population if whom.population is None else whom.population
        made = replace(one, population=size, flags=(*one.flags, *flags), **about)
        if statistic in PROPORTIONS and made.se is not None and Flag.CENSUS not in made.flags:
            verdict = reliability(made).verdict
            return replace(made, flags=(*made.flags, *([verdict] if verdict else [])))
        return made

    def declare(self, source: Source, lonely: LonelyPSU | None = None) -> SurveyDesign:
        """The design over these columns. Raises the Problem of what does not fit together."""
        said = self.sampling
        population = [self._size(size) for size in said.population]
        margins = [(code_of(name), self._totals(name)) for name in said.totals]
        try:
            design = SurveyDesign(
                source,
                strata=code_of(said.strata) if said.strata else None,
                clusters=[code_of(name) for name in said.clusters] or None,
                weights=size_of(said.weights) if said.weights else None,
                population=population or None,
                nest=said.nest,
                lonely_psu=lonely or said.lonely_psu,
            )
            if len(margins) > 1:
                return design.rake(margins)
            return design.poststratify(*margins[0]) if margins else design
        except AnalysisError as error:
            raise self.problem(error) from error

    def _size(self, size: Any) -> Any:
        if isinstance(size, str):
            return size_of(size)
        if not isinstance(size, Mapping):
            return size
        return self._by_code(self.sampling.strata or "", size)

    def _totals(self, name: str) -> Mapping[int, float]:
        totals = self.sampling.totals[name]
        if empty := [value for value in totals if value not in self.sampled.codes(name)]:
            raise Problem(ProblemCode.DESIGN_EMPTY_CELL, question=name, value=empty[0])
        return self._by_code(name, totals)

    def _by_code(self, name: str, sizes: Mapping[str, float]) -> Mapping[int, float]:
        codes = self.sampled.codes(name)
        if missing := sorted(value for value in codes if value not in sizes):
            raise Problem(ProblemCode.DESIGN_OTHER_VALUES, question=name, missing=missing, extra=())
        return {code: sizes[value] for value, code in codes.items()}

    def problem(self, error: AnalysisError) -> Problem:
        """What does not fit, in the words of the survey."""
        where = error.value if error.stratum is None else error.stratum
        if not isinstance(where, int):
            code = _PROBLEMS_OF_ALL.get(error.code, ProblemCode.DESIGN_DOES_NOT_FIT)
            return Problem(code, reason=str(error.code))
        code = _PROBLEMS.get(error.code, ProblemCode.DESIGN_DOES_NOT_FIT)
        question, value = self.sampled.value(where)
        return Problem(code, question=question, value=value, reason=str(error.code))

    def say_lonely(self, design: SurveyDesign) -> None:
        """Note every stratum of which one unit was drawn out of several."""
        for stage in design.frame.stages:
            for name in stage.names[stage.lonely].tolist():
                value = self.sampled.value(name)[1] if isinstance(name, int) else ""
                self._lonely.setdefault(value if self._nameable(value) else "")


class Measured:
    """One question's columns beside those of the design."""

    def __init__(self, design: Design, columns: Columns, *, by_group: bool) -> None:
        self._design = design
        self._source = open_source(columns)
        self._columns = columns
        self._by_group = by_group

    @cached_property
    def declared(self) -> SurveyDesign:
        """The design over these columns."""
        return self._design.declare(self._source)

    def has_values(self, column: str) -> bool:
        """Whether anybody has one there; without any there is nothing to compute."""
        return bool(np.isfinite(self._columns[column]).any())

    def levels(self, column: str) -> set[float]:
        """The values that somebody has."""
        return set(self._source.levels(column).tolist())

    def ask(self, name: str, *words: Any, **more: Any) -> dict[tuple[Group, Any], Estimate]:
        """A figure of everybody, and of each group, by group and category."""
        found = {}
        for by in (None, GROUP) if self._by_group else (None,):
            for one in self.estimates(name, *words, by=by, **more):
                group = int(one.domain[GROUP]) if by else None
                found[group, one.category] = one
        return found

    def one(self, name: str, *words: Any, **more: Any) -> dict[Group, Estimate]:
        """The same of a figure that has one category at most."""
        found = self.ask(name, *words, **more)
        return {group: one for (group, _category), one in found.items()}

    def estimates(self, name: str, *words: Any, **more: Any) -> Iterable[Estimate]:
        """Figures by a method of the design, without an error where a stratum has one unit."""
        call = self.called(name, *words, **more)
        try:
            return call(self.declared)
        except AnalysisError as error:
            if error.code is ErrorCode.EMPTY_DOMAIN:  # nobody is in any group
                return ()
            if error.code is not ErrorCode.LONELY_PSU:
                raise self._design.problem(error) from error
        # The figure stands; how far it may be off can't be told, and is not guessed.
        self._design.say_lonely(self.declared)
        return map(_without_error, call(self._design.declare(self._source, LonelyPSU.REMOVE)))

    def called(self, name: str, *words: Any, **more: Any) -> Callable[[SurveyDesign], Any]:
        """A method of a design, with the level and the domain of all figures."""
        given = {"confidence": self._design.confidence, "where": self._design.where}
        return partial(_call, name, words, more | given)


def _call(
    name: str, words: Sequence[Any], more: Mapping[str, Any], design: SurveyDesign
) -> Sequence[Estimate]:
    return getattr(design, name)(*words, **more)


def _without_error(one: Estimate) -> Estimate:
    nothing = dict.fromkeys(
        ("se", "low", "high", "confidence", "method", "df", "deff", "n_effective")
    )
    return replace(one, **nothing)


Rows = Iterator[tuple[Statistic, Category | None, dict[Group, Estimate]]]


def satisfaction(measured: Measured, measure: Measure, categories: Sequence[Category]) -> Rows:
    column, numbers = measure.question, numbers_of(categories)
    top, bottom = (
        [numbers[each] for each in side] for side in (measure.satisfied, measure.dissatisfied)
    )
    some = measured.has_values(column)
    yield from shares(measured, column, Statistic.CATEGORY, numbers)
    yield Statistic.SATISFIED, None, measured.one("proportion", column, top) if some else {}
    if bottom:
        share = measured.one("proportion", column, bottom) if some else {}
        yield Statistic.DISSATISFIED, None, share
        yield Statistic.NET, None, measured.one("net", column, top, bottom) if some else {}
    if not any(isinstance(category, str) for category in categories):
        yield Statistic.MEAN, None, measured.one("mean", column) if some else {}


def shares(
    measured: Measured, column: str, statistic: Statistic, numbers: Mapping[Category, float]
) -> Rows:
    some = measured.has_values(column)
    given = measured.levels(column)
    together = measured.ask("proportion", column) if some else {}
    for category, number in numbers.items():
        found = {group: one for (group, level), one in together.items() if level == number}
        if some and number not in given:
            found = measured.one("proportion", column, number)
        yield statistic, category, found


def mean(measured: Measured, column: str) -> Rows:
    some = measured.has_values(column)
    yield Statistic.MEAN, None, measured.one("mean", column) if some else {}


def _mean(measured: Measured, measure: Measure, _categories: Sequence[Category]) -> Rows:
    return mean(measured, measure.question)


def _ranks(measured: Measured, _measure: Measure, categories: Sequence[Category]) -> Rows:
    numbers = {category: float(place) for place, category in enumerate(categories)}
    yield from shares(measured, FIRST, Statistic.FIRST_PLACE, numbers)
    for place, category in enumerate(categories):
        column = place_of(place)
        found = measured.one("mean", column) if measured.has_values(column) else {}
        yield Statistic.MEAN_POSITION, category, found


_KINDS: Mapping[MeasureKind, Callable[[Measured, Measure, Sequence[Category]], Rows]] = {
    MeasureKind.SATISFACTION: satisfaction,
    MeasureKind.NPS: satisfaction,
    MeasureKind.MEAN: _mean,
    MeasureKind.RANKS: _ranks,
}

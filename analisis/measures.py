"""From the counts of one question to its figures, saying only what the selection allows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from operator import index
from typing import Any, TypeVar

from analisis.checks import check_confidence
from analisis.estimate import OF_THE_LIST, Estimate, Flag, Selection, Statistic
from analisis.means import Mean, mean_interval, mean_of_counts
from analisis.net import net_interval
from analisis.nonresponse import bounds
from analisis.proportions import interval
from analisis.result import Interval
from analisis.standards import PROPORTIONS, reliability

Category = TypeVar("Category", bound=int | float | str)


def measure_estimates(
    counts: Mapping[Category, int],
    *,
    variable: str,
    satisfied: Collection[Category],
    dissatisfied: Collection[Category],
    special: Mapping[str, int] | None = None,
    selection: Selection | str,
    population: int | None = None,
    domain: Mapping[str, object] | None = None,
    confidence: float = 0.95,
    missing: int = 0,
    simulated: bool = False,
) -> tuple[Estimate, ...]:
    """Compute every figure of a measure from the counts of its answers, without a design.

    Parameters
    ----------
    counts : mapping of category to int
        Valid answers per category; the caller includes categories that nobody chose.
    variable : str
        Name of the question.
    satisfied, dissatisfied : collections of categories
        Categories that count for and against, all among those of `counts`. With no dissatisfied
        category there is neither `dissatisfied` nor `net` among the results.
    special : mapping of str to int, optional
        Special answers ("don't know" and the like) by code.
    selection : Selection or str
        How the people were chosen.
    population : int, optional
        Units in the population, N, where known.
    domain : mapping, optional
        The part of the population that the counts describe.
    confidence : float
        Nominal level, between 0 and 1.
    missing : int
        Eligible people who answered the questionnaire and left this question blank.
    simulated : bool
        Flag every figure as made from simulated data.

    Returns
    -------
    tuple of Estimate
        In this order: `response_rate` and `strict` (census of a known list), `bounds` (census or
        open, with a known population); then a `category` for each category, `satisfied`,
        `dissatisfied`, `net`, and `mean` if the categories are numbers.

        n is the number of valid answers, and base adds special answers and blanks. The response
        rate is base / N: whoever answered the questionnaire counts, whatever this question got.
        *strict* is satisfied / N: the silent and the undecided count as not satisfied. *bounds*
        take both as unknown. The intervals take both as non-response.

    Raises
    ------
    ValueError
        If a count is negative, a category is unknown or counts both ways, there are more responses
        than people, or the level or the selection is impossible.

    Notes
    -----
    *probability*: intervals, ``simple_random_assumed`` and the INE's verdict. *census*: intervals
    with ``assumes_random_nonresponse``. In both, n = N gives points flagged ``census``. *open*: no
    interval and ``self_selected``.
    """
    _check_categories(counts, satisfied, dissatisfied)
    check_confidence(confidence)
    answers = {category: _count(category, count) for category, count in counts.items()}
    n = sum(answers.values())
    specials = sum(_count(code, count) for code, count in (special or {}).items())
    base = n + specials + _count("missing", missing)
    if population is not None and base > population:
        raise ValueError(
            f"{variable}: {base} responses from a population of {population}; correct the "
            "population, or look for units that answered twice"
        )
    measure = _Measure(
        counts=answers,
        top=sum(answers[category] for category in set(satisfied)),
        bottom=sum(answers[category] for category in set(dissatisfied)) if dissatisfied else None,
        selection=Selection(selection),
        confidence=confidence,
        n=n,
        base=base,
        population=population,
        common={"variable": variable, "domain": dict(domain or {})},
        simulated=simulated,
    )
    return (*measure.of_the_list(), *measure.of_the_answers())


def _check_categories(
    counts: Mapping[Category, int],
    satisfied: Collection[Category],
    dissatisfied: Collection[Category],
) -> None:
    if not satisfied:
        raise ValueError("satisfied is empty; name the categories that count as satisfied")
    unknown = [category for category in (*satisfied, *dissatisfied) if category not in counts]
    if unknown:
        raise ValueError(
            f"categories {unknown} are not in counts; include those that nobody chose, with 0"
        )
    both = set(satisfied) & set(dissatisfied)
    if both:
        raise ValueError(f"categories {sorted(both, key=str)} count both ways; choose one")


def _count(name: object, count: int) -> int:
    """Take a count as a plain int (NumPy's overflow in exact arithmetic), refusing a negative."""
    if count < 0:
        raise ValueError(f"{name!r} has {count} answers; a count cannot be negative")
    return index(count)


def _limits(found: Interval) -> dict[str, Any]:
    return {
        "low": found.low,
        "high": found.high,
        "confidence": found.confidence,
        "method": found.method,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """The counts of a measure, checked, and how its figures are to be read."""

    counts: Mapping[Any, int]
    top: int
    bottom: int | None
    selection: Selection
    confidence: float
    n: int
    base: int
    population: int | None
    common: Mapping[str, Any]
    simulated: bool

    def of_the_list(self) -> tuple[Estimate, ...]:
        """Give the figures that assume nothing about the silent."""
        if self.population is None or self.selection is Selection.PROBABILITY:
            return ()
        size = self.population
        found = bounds(self.top, self.n, size) if size else None
        limits = self._record(
            Statistic.BOUNDS,
            low=found.low if found else None,
            high=found.high if found else None,
        )
        if self.selection is Selection.OPEN:
            return (limits,)
        return (
            self._record(Statistic.RESPONSE_RATE, value=self.base / size if size else None),
            self._record(Statistic.STRICT, value=self.top / size if size else None),
            limits,
        )

    def of_the_answers(self) -> tuple[Estimate, ...]:
        """Give the figures among those who answered the question."""
        figures = [
            self._proportion(Statistic.CATEGORY, count, category=category)
            for category, count in self.counts.items()
        ]
        figures.append(self._proportion(Statistic.SATISFIED, self.top))
        if self.bottom is not None:
            figures.append(self._proportion(Statistic.DISSATISFIED, self.bottom))
            figures.append(self._net(self.top, self.bottom))
        if not any(isinstance(category, str) for category in self.counts):
            figures.append(self._mean())
        return tuple(figures)

    def _proportion(
        self, statistic: Statistic, count: int, *, category: int | float | str | None = None
    ) -> Estimate:
        if not self.n:
            return self._answer(statistic, None, None, category=category)
        mean = mean_of_counts({1: count, 0: self.n - count}, self.population)
        found = interval(count, self.n, self.population, confidence=self.confidence)
        return self._answer(statistic, mean, found, category=category)

    def _net(self, top: int, bottom: int) -> Estimate:
        if not self.n:
            return self._answer(Statistic.NET, None, None)
        scores = {1: top, 0: self.n - top - bottom, -1: bottom}
        found = net_interval(
            top, bottom, self.n, population=self.population, confidence=self.confidence
        )
        return self._answer(Statistic.NET, mean_of_counts(scores, self.population), found)

    def _mean(self) -> Estimate:
        if not self.n:
            return self._answer(Statistic.MEAN, None, None)
        found = mean_interval(self.counts, self.population, confidence=self.confidence)
        return self._answer(Statistic.MEAN, mean_of_counts(self.counts, self.population), found)

    def _answer(
        self,
        statistic: Statistic,
        mean: Mean | None,
        found: Interval | None,
        *,
        category: int | float | str | None = None,
    ) -> Estimate:
        """Record a figure among the answers; an open link has neither error nor interval."""
        if mean is None or self.selection is Selection.OPEN:
            value = mean.value if mean else None
            return self._record(statistic, category=category, value=value)
        limits = _limits(found) if found else {}
        estimate = self._record(
            statistic,
            category=category,
            value=mean.value,
            se=mean.se,
            df=self.n - 1,
            deff=1.0,
            n_effective=self.n,
            **limits,
        )
        if statistic in PROPORTIONS and Flag.SIMPLE_RANDOM_ASSUMED in estimate.flags:
            verdict = reliability(estimate).verdict
            return replace(estimate, flags=(*estimate.flags, *([verdict] if verdict else [])))
        return estimate

    def _record(self, statistic: Statistic, **fields: Any) -> Estimate:
        return Estimate(
            statistic=statistic,
            n=self.n,
            base=self.base,
            population=self.population,
            flags=self._flags(of_the_list=statistic in OF_THE_LIST),
            **self.common,
            **fields,
        )

    def _flags(self, *, of_the_list: bool) -> tuple[Flag, ...]:
        flags: list[Flag] = []
        if self.selection is Selection.OPEN:
            flags.append(Flag.SELF_SELECTED)
        elif self.n and self.n == self.population:
            flags.append(Flag.CENSUS)
        elif not of_the_list:
            flags.append(_ASSUMED[self.selection])
        if self.simulated:
            flags.append(Flag.SIMULATED)
        return tuple(flags)


_ASSUMED = {
    Selection.CENSUS: Flag.ASSUMES_RANDOM_NONRESPONSE,
    Selection.PROBABILITY: Flag.SIMPLE_RANDOM_ASSUMED,
}

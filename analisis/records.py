"""What all figures of one question share: how the people were chosen, and so what may be said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import index
from typing import Any

from analisis.checks import check_confidence
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import OF_THE_LIST, Estimate, Flag, Selection, Statistic
from analisis.means import Counts, Mean, mean_interval, mean_of_counts
from analisis.net import net_interval
from analisis.nonresponse import bounds
from analisis.proportions import interval
from analisis.publication import PROPORTIONS, reliability
from analisis.result import Interval


def count_of(name: object, count: int) -> int:
    """Take a count as a plain int (NumPy's overflow in exact arithmetic), refusing a negative."""
    if count < 0:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT, f"{name!r} has {count} answers; a count cannot be negative"
        )
    return index(count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Who answered a question, checked, and how its figures are to be read."""

    selection: Selection
    confidence: float
    n: int
    base: int
    population: int | None
    common: Mapping[str, Any]
    simulated: bool

    @classmethod
    def of(
        cls,
        n: int,
        *,
        variable: str,
        special: Mapping[str, int] | None,
        selection: Selection | str,
        population: int | None,
        domain: Mapping[str, object] | None,
        confidence: float,
        missing: int,
        simulated: bool,
    ) -> "Answered":
        """Check what every kind of measure is told alike.

        Raises
        ------
        ValueError
            If a count is negative, there are more responses than people, or the level or the
            selection is impossible.
        """
        check_confidence(confidence)
        specials = sum(count_of(code, count) for code, count in (special or {}).items())
        base = n + specials + count_of("missing", missing)
        if population is not None and base > population:
            raise AnalysisError(
                ErrorCode.POPULATION_TOO_SMALL,
                f"{variable}: {base} responses from a population of {population}; correct the "
                "population, or look for units that answered twice",
            )
        return cls(
            selection=Selection(selection),
            confidence=confidence,
            n=n,
            base=base,
            population=population,
            common={"variable": variable, "domain": dict(domain or {})},
            simulated=simulated,
        )

    def response_rate(self) -> tuple[Estimate, ...]:
        """Give the response rate of a known list, which assumes nothing about the silent."""
        if self.population is None or self.selection is not Selection.CENSUS:
            return ()
        value = self.base / self.population if self.population else None
        return (self.record(Statistic.RESPONSE_RATE, value=value),)

    def of_everybody(
        self, count: int, *, category: int | float | str | None = None
    ) -> tuple[Estimate, ...]:
        """Give what `count` answers say of all the people, whatever the silent think."""
        size = self.population
        if size is None or self.selection is Selection.PROBABILITY:
            return ()
        found = bounds(count, self.n, size) if size else None
        limits = self.record(
            Statistic.BOUNDS,
            category=category,
            low=found.low if found else None,
            high=found.high if found else None,
        )
        if self.selection is Selection.OPEN:
            return (limits,)
        share = count / size if size else None
        return (self.record(Statistic.STRICT, category=category, value=share), limits)

    def proportion(
        self, statistic: Statistic, count: int, *, category: int | float | str | None = None
    ) -> Estimate:
        """Give the share that `count` of the answers are."""
        if not self.n:
            return self._answer(statistic, None, None, category=category)
        mean = mean_of_counts({1: count, 0: self.n - count}, self.population)
        found = interval(count, self.n, self.population, confidence=self.confidence)
        return self._answer(statistic, mean, found, category=category)

    def net(self, top: int, bottom: int) -> Estimate:
        """Give the share for, less the share against."""
        if not self.n:
            return self._answer(Statistic.NET, None, None)
        scores = {1: top, 0: self.n - top - bottom, -1: bottom}
        found = net_interval(
            top, bottom, self.n, population=self.population, confidence=self.confidence
        )
        return self._answer(Statistic.NET, mean_of_counts(scores, self.population), found)

    def mean(
        self, statistic: Statistic, counts: Counts, *, category: int | float | str | None = None
    ) -> Estimate:
        """Give the mean of scores, with Student's interval."""
        if not self.n:
            return self._answer(statistic, None, None, category=category)
        found = mean_interval(counts, self.population, confidence=self.confidence)
        mean = mean_of_counts(counts, self.population)
        return self._answer(statistic, mean, found, category=category)

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
            return self.record(statistic, category=category, value=value)
        limits = _limits(found) if found else {}
        estimate = self.record(
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

    def record(self, statistic: Statistic, **fields: Any) -> Estimate:
        """Give a figure with all that is known of who answered, and what a reader must know."""
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


def _limits(found: Interval) -> dict[str, Any]:
    return {
        "low": found.low,
        "high": found.high,
        "confidence": found.confidence,
        "method": found.method,
    }


_ASSUMED = {
    Selection.CENSUS: Flag.ASSUMES_RANDOM_NONRESPONSE,
    Selection.PROBABILITY: Flag.SIMPLE_RANDOM_ASSUMED,
}

"""Differences between figures that are not of one design: their interval, and how sure they are.

What a test says and what an interval says must be the same thing, so that the p value is the one
at which the interval just reaches zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from analisis import (
    AnalysisError,
    Estimate,
    Flag,
    Interval,
    Statistic,
    adjust_p,
    change_rate_interval,
    difference_interval,
)

_STEPS = 24
_LEAST = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of how many, of a population where it is known; with the figure that says so."""

    count: int
    estimate: Estimate
    population: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure less another. ``p_adjusted``: for how many were compared.

    ``change``: the same as a rate of the base, where that can be told. ``paired``: of the units
    that are in both.
    """

    first: int
    second: int
    estimate: Estimate
    p_value: float | None = None
    p_adjusted: float | None = None
    change: Estimate | None = None
    paired: bool = False

    def to_dict(self) -> dict[str, object]:
        return {
            "estimate": self.estimate.to_dict(),
            "p_value": self.p_value,
            "p_adjusted": self.p_adjusted,
            "change": self.change.to_dict() if self.change else None,
            "paired": self.paired,
        }


def of_shares(first: int, second: int, base: Share, now: Share, *, confidence: float) -> Difference:
    """The second less the first, of two lists or simple samples that are independent."""

    def at(level: float) -> Interval:
        return difference_interval(
            now.count,
            now.estimate.n,
            base.count,
            base.estimate.n,
            now.population,
            base.population,
            confidence=level,
        )

    made = made_of(base.estimate, now.estimate)
    if Flag.SELF_SELECTED in made.flags or made.value is None:
        return Difference(first=first, second=second, estimate=made)
    if _is_whole(base) and _is_whole(now):
        exact = replace(made, low=made.value, high=made.value, flags=(*made.flags, Flag.CENSUS))
        return Difference(first=first, second=second, estimate=exact)
    found = at(confidence)
    made = replace(made, low=found.low, high=found.high, confidence=confidence, method=found.method)
    return Difference(first=first, second=second, estimate=made, p_value=p_of(at))


def _is_whole(share: Share) -> bool:
    return share.population is not None and share.estimate.n == share.population


def made_of(base: Estimate, now: Estimate) -> Estimate:
    """The difference of two figures, without an interval yet."""
    value = None if base.value is None or now.value is None else now.value - base.value
    same = {name: value for name, value in now.domain.items() if base.domain.get(name) == value}
    verdicts = (Flag.RELIABLE, Flag.WEAKLY_RELIABLE, Flag.NOT_RELIABLE, Flag.CENSUS)
    flags = dict.fromkeys((*base.flags, *now.flags))
    return Estimate(
        statistic=Statistic.DIFFERENCE,
        variable=now.variable,
        category=now.category,
        domain=same,
        value=value,
        n=base.n + now.n,
        base=base.base + now.base,
        flags=tuple(flag for flag in flags if flag not in verdicts),
    )


def p_of(interval: Callable[[float], Interval]) -> float:
    """The p value of «there is no difference» that the intervals of every level imply."""
    low, high = 0.0, 1.0  # at p = 0 zero is inside, at p = 1 it may not be
    for _step in range(_STEPS):
        p = (low + high) / 2
        if p < _LEAST:
            break
        found = interval(1 - p)
        if found.low <= 0 <= found.high:
            low = p
        else:
            high = p
    return high


def change_of_shares(base: Share, now: Share, *, confidence: float) -> Estimate | None:
    """The change as a rate of the base; None where the base is too near to zero."""
    one, other = base.estimate, now.estimate
    if not one.value or other.value is None:
        return None
    made = replace(
        made_of(one, other), statistic=Statistic.CHANGE_RATE, value=other.value / one.value - 1
    )
    if Flag.SELF_SELECTED in made.flags:
        return made
    try:
        found = change_rate_interval(
            base.count,
            one.n,
            now.count,
            other.n,
            base.population,
            now.population,
            confidence=confidence,
        )
    except AnalysisError:
        return None
    return replace(made, low=found.low, high=found.high, confidence=confidence, method=found.method)


def adjusted(found: Sequence[Difference], method: str) -> list[Difference]:
    """The same with p values that stand how many were asked."""
    tested = [each.p_value for each in found if each.p_value is not None]
    values = iter(adjust_p(tested, method).tolist())
    return [
        each if each.p_value is None else replace(each, p_adjusted=next(values)) for each in found
    ]

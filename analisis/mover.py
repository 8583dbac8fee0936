"""The method of variance estimates recovery: limits of two shares become those of a contrast."""

import math
from dataclasses import dataclass

from analisis.proportions import hypergeometric_interval, wilson_interval


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with its own limits."""

    value: float
    low: float
    high: float

    @property
    def below(self) -> float:
        """How far the lower limit is."""
        return self.value - self.low

    @property
    def above(self) -> float:
        """How far the upper limit is."""
        return self.high - self.value


def share(x: int, n: int, population: int | None, confidence: float) -> Share:
    """Give a proportion its limits: Wilson's, or the exact ones widened by half a unit.

    The half unit is a correction for continuity: the exact limits are whole numbers of units, and
    a contrast of two of them falls short of its level without it (see difference-finite.md in
    docs/methods). If n = N nobody is left to be uncertain about, and the share is a point.
    """
    if population is None:
        found = wilson_interval(x, n, confidence=confidence)
        return Share(x / n, found.low, found.high)
    exact = hypergeometric_interval(x, n, population=population, confidence=confidence)
    if n == population:
        return Share(x / n, x / n, x / n)
    # x/n need not be a possible M/N, and may lie outside by less than a unit.
    low = min(x / n, exact.low - 0.5 / population)
    high = max(x / n, exact.high + 0.5 / population)
    return Share(x / n, low, high)


def square_and_add(first: Share, second: Share, correlation: float = 0.0) -> tuple[float, float]:
    r"""Combine the limits of two shares into those of their difference.

    Notes
    -----
    With limits :math:`(l_i, u_i)` and the correlation :math:`\rho` of the two estimates,

    .. math::

        L = d - \sqrt{(p_1-l_1)^2 + (u_2-p_2)^2 - 2\rho(p_1-l_1)(u_2-p_2)}

    and U with the other two limits.
    """
    difference = first.value - second.value
    return (
        difference - _hypotenuse(first.below, second.above, correlation),
        difference + _hypotenuse(first.above, second.below, correlation),
    )


def _hypotenuse(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(0.0, one**2 + other**2 - 2 * correlation * one * other))

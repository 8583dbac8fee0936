"""The exact interval for a proportion of a finite population that was counted in part.

No float takes part in a decision: two tails that tie with alpha/2 differ in the last bit of a
float, and a limit that moves by one organisation of 45 is two points of percentage.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import comb
from operator import index

from analisis.checks import check_confidence, check_counts
from analisis.result import Interval

_SCALE = 1 << 128
_NEGLIGIBLE = 1 << 16


def hypergeometric_interval(
    successes: int, n: int, *, population: int, confidence: float = 0.95
) -> Interval:
    r"""Invert the two one-sided exact tests of the number of successes in the population.

    Parameters
    ----------
    successes : int
        Units in the sample that have the property, 0..n.
    n : int
        Units that gave a valid answer, at least 1.
    population : int
        Units in the population, N, at least n.
    confidence : float
        Guaranteed level, between 0 and 1, read as the decimal number that it prints as.

    Returns
    -------
    Interval
        Proportions M/N in [0, 1]; a point if n = N.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With X hypergeometric (N, M, n), M stays in the interval if and only if

    .. math:: P(X \ge x \mid M) > \alpha/2 \quad\text{and}\quad P(X \le x \mid M) > \alpha/2 .

    Both tails are monotone in M, so each limit is found by bisection: about log2(N) decisions.
    A decision sums the terms near the mode in 128-bit fixed-point integers, once rounded down and
    once up; if alpha/2 lies between the two sums (in practice, at an exact tie) it sums exactly.
    A decision takes a number of steps proportional to the standard deviation of X, which is at
    most sqrt(N)/4; the exact sum takes at most n steps on integers of up to N bits.

    When n is nearly N the rule can leave a single M: of 45, 44 answered and all 44 are satisfied;
    were the silent one not, it would have been left out with chance 1/45 < 0.025. The sample's x/n
    is then not always inside, for no M gives it exactly; it is less than 1/N away.

    References
    ----------
    Buonaccorsi, J. P. (1987). A note on confidence intervals for proportions in finite
    populations. The American Statistician 41, 215-218.
    """
    check_counts(successes, n, population=population)
    check_confidence(confidence)
    # NumPy's integers would overflow below without a word.
    successes, n, population = index(successes), index(n), index(population)
    tail = (1 - Fraction(repr(float(confidence)))) / 2
    low = _least_total(successes, n, population, tail)
    high = population - _least_total(n - successes, n, population, tail)
    return Interval(low / population, high / population, "hypergeometric", confidence)


def _least_total(x: int, n: int, population: int, tail: Fraction) -> int:
    """Find the least M with P(X >= x | M) > tail; the upper limit is its mirror image."""
    low, high = x, population - (n - x)
    while low < high:
        middle = (low + high) // 2
        if _Tail(x, n, middle, population).exceeds(tail):
            high = middle
        else:
            low = middle + 1
    return low


@dataclass(frozen=True, slots=True)
class _Tail:
    """P(X >= x) for X hypergeometric: n drawn from a population that has `total` successes."""

    x: int
    n: int
    total: int
    population: int

    def exceeds(self, level: Fraction) -> bool:
        """Decide P(X >= x) > level, cheaply where the answer is plain, else exactly."""
        p, q = level.numerator, level.denominator
        tail_low, tail_high, rest_low, rest_high = self._enclose()
        if tail_low * (q - p) > p * rest_high:
            return True
        if tail_high * (q - p) <= p * rest_low:
            return False
        return self._exact() * q > p * comb(self.population, self.n)

    def _exact(self) -> int:
        """Count the samples with X >= x, each term from the one before."""
        x, n, total = self.x, self.n, self.total
        others = self.population - total
        term = comb(total, x) * comb(others, n - x)
        count = 0
        for k in range(x, min(n, total) + 1):
            count += term
            term = term * (total - k) * (n - k) // ((k + 1) * (others - n + k + 1))
        return count

    def _enclose(self) -> tuple[int, int, int, int]:
        """Bound the sums of the terms k >= x and k < x, in units of the mode's term / 2^128."""
        n, total = self.n, self.total
        mode = (n + 1) * (total + 1) // (self.population + 2)
        sums = [0, 0, 0, 0]
        self._add(sums, mode, _SCALE, _SCALE)
        spare = self._climb(sums, mode) + self._descend(sums, mode)
        # Terms beyond the stop were not looked at: they may lie on either side.
        return sums[0], sums[1] + spare, sums[2], sums[3] + spare

    def _add(self, sums: list[int], k: int, low: int, high: int) -> None:
        side = 0 if k >= self.x else 2
        sums[side] += low
        sums[side + 1] += high

    def _climb(self, sums: list[int], mode: int) -> int:
        """Add the terms above the mode; return a bound on those left out."""
        n, total = self.n, self.total
        others = self.population - total
        low = high = _SCALE
        last = min(n, total)
        for k in range(mode, last):
            up, down = (total - k) * (n - k), (k + 1) * (others - n + k + 1)
            low = low * up // down
            high = -(-high * up // down)
            self._add(sums, k + 1, low, high)
            if high < _NEGLIGIBLE:
                return high * (last - k - 1)
        return 0

    def _descend(self, sums: list[int], mode: int) -> int:
        """Add the terms below the mode; return a bound on those left out."""
        n, total = self.n, self.total
        others = self.population - total
        low = high = _SCALE
        first = max(0, n - others)
        for k in range(mode, first, -1):
            up, down = k * (others - n + k), (total - k + 1) * (n - k + 1)
            low = low * up // down
            high = -(-high * up // down)
            self._add(sums, k - 1, low, high)
            if high < _NEGLIGIBLE:
                return high * (k - 1 - first)
        return 0

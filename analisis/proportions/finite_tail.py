"""Tails of the hypergeometric distribution compared with a level, in integers.

No float takes part in a decision: two tails that tie with alpha/2 differ in the last bit of a
float, and a limit that moves by one organisation of 45 is two points of percentage.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from scipy.special import ndtri

from analisis.checks import check_confidence, check_counts

_SCALE = 1 << 128
_NEGLIGIBLE = 1 << 16
# Places in the sums of terms: k below x, k = x, k above x.
_BELOW, _AT, _ABOVE = 0, 1, 2


def exact_level(confidence: float) -> Fraction:
    """Read a confidence level as the decimal number that it prints as: 0.95 is 19/20."""
    check_confidence(confidence)
    return Fraction(repr(float(confidence)))


def limits_by_tails(
    successes: int, n: int, population: int, confidence: float, *, mid_p: bool
) -> tuple[int, int]:
    """Find the least and the greatest M whose two tails both exceed alpha/2.

    Parameters
    ----------
    successes, n, population : int
        Checked here.
    confidence : float
        Checked here.
    mid_p : bool
        Whether a tail counts only half of the chance of x itself.

    Returns
    -------
    tuple of int
        Numbers of units. At levels below one half no M may qualify; then the two that surround
        the change are given, so that the interval is never empty.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.
    """
    check_counts(successes, n, population=population)
    # NumPy's integers would overflow below without a word.
    successes, n, population = int(successes), int(n), int(population)
    tail = (1 - exact_level(confidence)) / 2
    low = _least_total(successes, n, population, tail, mid_p)
    high = population - _least_total(n - successes, n, population, tail, mid_p)
    return min(low, high), max(low, high)


def _least_total(x: int, n: int, population: int, tail: Fraction, mid_p: bool) -> int:
    """Find the least M with P(X >= x | M) > tail; the upper limit is its mirror image.

    The search steps out from a guess, which saves decisions and decides nothing.
    """
    low, high = x, population - (n - x)
    at = min(max(_guess(x, n, population, tail), low), high)
    step = 1
    while low < high:
        if Tail(x, n, at, population, mid_p).exceeds(tail):
            high, nearer = at, at - step
        else:
            low, nearer = at + 1, at + 1 + step
        step *= 2
        at = nearer if low <= nearer < high else (low + high) // 2
    return low


def _guess(x: int, n: int, population: int, tail: Fraction) -> int:
    """Place the lower limit by Wilson's formula with the finite population correction."""
    correction = (population - n) / max(1, population - 1)
    z2 = float(ndtri(float(tail))) ** 2 * correction
    share = max(0.0, x - 0.5) / n
    spread = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n)))
    return round(population * (share + z2 / (2 * n) - spread) / (1 + z2 / n))


@dataclass(frozen=True, slots=True)
class Tail:
    """P(X >= x) for X hypergeometric: n drawn from a population that has `total` successes.

    With `mid_p` only half of P(X = x) counts.
    """

    x: int
    n: int
    total: int
    population: int
    mid_p: bool = False

    def exceeds(self, level: Fraction) -> bool:
        """Decide tail > level, cheaply where the answer is plain, else exactly."""
        p, q = level.numerator, level.denominator
        low, high = self._enclose()
        if self._tail(low) * (q - p) > p * self._rest(high):
            return True
        if self._tail(high) * (q - p) <= p * self._rest(low):
            return False
        return self._exact() * q > 2 * p * comb(self.population, self.n)

    def _tail(self, sums: list[int]) -> int:
        """Twice the tail, so that half of a term is a whole number."""
        return 2 * sums[_ABOVE] + (1 if self.mid_p else 2) * sums[_AT]

    def _rest(self, sums: list[int]) -> int:
        """Twice what the tail leaves."""
        return 2 * sums[_BELOW] + (sums[_AT] if self.mid_p else 0)

    def _exact(self) -> int:
        """Count the samples of the tail twice, each term from the one before."""
        x, n, total = self.x, self.n, self.total
        others = self.population - total
        term = comb(total, x) * comb(others, n - x)
        count = -term if self.mid_p else 0
        for k in range(x, min(n, total) + 1):
            count += 2 * term
            term = term * (total - k) * (n - k) // ((k + 1) * (others - n + k + 1))
        return count

    def _enclose(self) -> tuple[list[int], list[int]]:
        """Bound the sums below, at and above x, in units of the mode's term / 2^128."""
        n, total = self.n, self.total
        mode = (n + 1) * (total + 1) // (self.population + 2)
        low, high = [0, 0, 0], [0, 0, 0]
        self._add(low, high, mode, _SCALE, _SCALE)
        spare = self._climb(low, high, mode) + self._descend(low, high, mode)
        # Terms beyond the stop were not looked at: they may lie on any side.
        return low, [each + spare for each in high]

    def _add(self, low: list[int], high: list[int], k: int, least: int, most: int) -> None:
        side = _ABOVE if k > self.x else _BELOW if k < self.x else _AT
        low[side] += least
        high[side] += most

    def _climb(self, low: list[int], high: list[int], mode: int) -> int:
        """Add the terms above the mode; return a bound on those left out."""
        n, total = self.n, self.total
        others = self.population - total
        least = most = _SCALE
        last = min(n, total)
        for k in range(mode, last):
            up, down = (total - k) * (n - k), (k + 1) * (others - n + k + 1)
            least = least * up // down
            most = -(-most * up // down)
            self._add(low, high, k + 1, least, most)
            if most < _NEGLIGIBLE:
                return most * (last - k - 1)
        return 0

    def _descend(self, low: list[int], high: list[int], mode: int) -> int:
        """Add the terms below the mode; return a bound on those left out."""
        n, total = self.n, self.total
        others = self.population - total
        least = most = _SCALE
        first = max(0, n - others)
        for k in range(mode, first, -1):
            up, down = k * (others - n + k), (total - k + 1) * (n - k + 1)
            least = least * up // down
            most = -(-most * up // down)
            self._add(low, high, k - 1, least, most)
            if most < _NEGLIGIBLE:
                return most * (k - 1 - first)
        return 0

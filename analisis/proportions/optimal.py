"""The shortest exact intervals for a proportion of a finite population."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import comb

from analisis.checks import check_counts
from analisis.errors import AnalysisError, ErrorCode
from analisis.proportions.finite_tail import exact_level
from analisis.result import Interval

# The table for every M is computed at once: a second or two at this size, and minutes at 100,000.
LARGEST_POPULATION = 5000

Region = tuple[int, int]


def optimal_interval(
    successes: int, n: int, *, population: int, confidence: float = 0.95
) -> Interval:
    r"""Invert, for every possible M, the shortest range of x that has the level's chance.

    Parameters
    ----------
    successes : int
        Units in the sample that have the property, 0..n.
    n : int
        Units that gave a valid answer, at least 1.
    population : int
        Units in the population, N, from n to 5000.
    confidence : float
        Guaranteed level, between 0 and 1, read as the decimal number that it prints as.

    Returns
    -------
    Interval
        Proportions M/N in [0, 1]; a point if n = N.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, or the population is above 5000
        (``not_supported``): `hypergeometric` is nearly as short there and takes milliseconds.

    Notes
    -----
    For each M up to N/2 the acceptance region starts at the mode of X and takes in the likelier
    neighbour (the lower one if they tie) until :math:`P(a_M \le X \le b_M \mid M) \ge 1-\alpha`:
    no range of that chance is shorter, and none so short has more. Regions that would make
    :math:`a_M` or :math:`b_M` fall as M grows are moved without changing their length; the region
    of N/2 is symmetric, and those above N/2 are mirror images. The interval of x is
    :math:`\{M : a_M \le x \le b_M\}`, which has no holes. Sums are exact integers.

    Over all x together no symmetric exact interval is shorter, and none here is longer in total
    than that of `hypergeometric`; a single x can lose. The price is that the two errors are no
    longer alpha/2 each, and that the limits of one x depend on what is decided for the others.

    References
    ----------
    Bartroff, J., Lorden, G. and Wang, L. (2023). Optimal and fast confidence intervals for
    hypergeometric successes. The American Statistician 77, 151-159.
    """
    check_counts(successes, n, population=population)
    if population > LARGEST_POPULATION:
        raise AnalysisError(
            ErrorCode.NOT_SUPPORTED,
            f"optimal takes populations up to {LARGEST_POPULATION}, not {population}; use "
            "hypergeometric, which is fast and nearly as short there",
            value=population,
        )
    successes, n, population = int(successes), int(n), int(population)
    limits = _limits(n, population, exact_level(confidence))
    low, high = limits[successes]
    return Interval(low / population, high / population, "optimal", confidence)


@lru_cache(maxsize=256)
def _limits(n: int, population: int, level: Fraction) -> tuple[Region, ...]:
    """Least and greatest M for every x from 0 to n."""
    regions = _regions(n, population, level)
    found = []
    first = last = 0
    for x in range(n + 1):
        while regions[first][1] < x:
            first += 1
        while last < population and regions[last + 1][0] <= x:
            last += 1
        found.append((first, last))
    return tuple(found)


def _regions(n: int, population: int, level: Fraction) -> list[Region]:
    """Acceptance regions of M = 0..N, both of whose ends never fall as M grows."""
    half = population // 2
    needed = level.numerator * comb(population, n)
    regions = _monotone(
        [_shortest(n, total, population, needed, level.denominator) for total in range(half + 1)]
    )
    if population % 2 == 0:
        regions[half] = _symmetric(n, population, level)
    mirrored = [(n - high, n - low) for low, high in regions[: (population + 1) // 2]]
    return regions + mirrored[::-1]


def _shortest(n: int, total: int, population: int, needed: int, scale: int) -> Region:
    """Grow from the mode towards the likelier neighbour until scale times the ways is `needed`."""
    others = population - total
    low = high = (n + 1) * (total + 1) // (population + 2)
    term = comb(total, low) * comb(others, n - low)
    missing = needed - scale * term
    # Ways just outside; 0 beyond the possible.
    below = term * low * (others - n + low) // ((total - low + 1) * (n - low + 1))
    above = term * (total - high) * (n - high) // ((high + 1) * (others - n + high + 1))
    while missing > 0:
        if above > below:
            missing -= scale * above
            high += 1
            above = above * (total - high) * (n - high) // ((high + 1) * (others - n + high + 1))
        else:
            missing -= scale * below
            low -= 1
            below = below * low * (others - n + low) // ((total - low + 1) * (n - low + 1))
    return low, high


def _monotone(regions: Sequence[Region]) -> list[Region]:
    """Move regions up, then down, just so far that neither end falls as M grows."""
    lows = accumulate((low for low, _ in regions), max)
    raised = [(low, low + region[1] - region[0]) for low, region in zip(lows, regions, strict=True)]
    highs = list(accumulate((high for _, high in reversed(raised)), min))[::-1]
    return [(high - (top - low), high) for high, (low, top) in zip(highs, raised, strict=True)]


def _symmetric(n: int, population: int, level: Fraction) -> Region:
    """Leave out as much as fits alpha/2 at each end; for M = N/2 the distribution is symmetric."""
    half = population // 2
    p, q = (1 - level).numerator, (1 - level).denominator
    allowed = p * comb(population, n)
    cut = max(0, n - half)
    left_out = 0
    while True:
        left_out += 2 * q * comb(half, cut) * comb(half, n - cut)
        if left_out > allowed:
            return cut, n - cut
        cut += 1

"""The exact interval of a finite population against enumeration in rational arithmetic."""

import functools
import itertools
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from analisis import interval


def limits(x: int, n: int, population: int, confidence: float = 0.95) -> tuple[int, int]:
    """The limits as numbers of units; they must be whole."""
    found = interval(x, n, population, confidence=confidence)
    low, high = round(found.low * population), round(found.high * population)
    assert (low / population, high / population) == (found.low, found.high)
    return low, high


def enumerated(n: int, population: int, tail: Fraction) -> list[tuple[int, int]]:
    """For every x, the least and greatest M that the definition keeps; all M are tried."""
    kept: list[list[int]] = [[] for _ in range(n + 1)]
    total = comb(population, n)
    for successes in range(population + 1):
        ways = [comb(successes, k) * comb(population - successes, n - k) for k in range(n + 1)]
        upto = list(itertools.accumulate(ways))
        for x in range(n + 1):
            at_most = Fraction(upto[x], total)
            at_least = Fraction(total - upto[x] + ways[x], total)
            if at_least > tail and at_most > tail:
                kept[x].append(successes)
    for found in kept:
        assert found == list(range(found[0], found[-1] + 1)), "an interval has no holes"
    return [(found[0], found[-1]) for found in kept]


@functools.cache
def choices(n: int) -> tuple[int, ...]:
    return tuple(comb(n, k) for k in range(n + 1))


def counted(n: int, population: int, p: int, q: int) -> list[tuple[int, int]]:
    """What `enumerated` finds for a tail of p/q, in a tenth of the time."""
    bar = p * comb(population, n)
    low, high = [-1] * (n + 1), [-1] * (n + 1)
    for successes in range(population + 1):
        yes, no = choices(successes), choices(population - successes)
        # Only these x can be drawn; the tails of others are 0.
        first, last = max(0, n - len(no) + 1), min(n, len(yes) - 1)
        ways = [yes[k] * no[n - k] for k in range(first, last + 1)]
        upto = 0
        whole = q * comb(population, n)
        for x, way in enumerate(ways, first):
            before, upto = upto, upto + q * way
            if upto > bar and whole - before > bar:
                low[x] = successes if low[x] < 0 else low[x]
                high[x] = successes
    return list(zip(low, high, strict=True))


@pytest.mark.parametrize(
    ("confidence", "largest"), [(0.95, 25), (0.9, 14), (0.8, 14), (0.5, 14), (0.99, 14)]
)
def test_equals_rational_enumeration(confidence: float, largest: int) -> None:
    tail = (1 - Fraction(str(confidence))) / 2
    for population in range(1, largest + 1):
        for n in range(1, population + 1):
            expected = enumerated(n, population, tail)
            found = [limits(x, n, population, confidence) for x in range(n + 1)]
            assert found == expected, (population, n)


def test_every_list_up_to_60_equals_rational_enumeration() -> None:
    """All x <= n <= N <= 60; the chances are compared as whole numbers of samples."""
    intervals = 0
    for population in range(1, 61):
        for n in range(1, population + 1):
            expected = counted(n, population, 1, 40)
            assert [limits(x, n, population) for x in range(n + 1)] == expected, (population, n)
            intervals += n + 1
    assert intervals == 39_650


@pytest.mark.parametrize(
    ("x", "n", "population", "low"),
    [
        (1, 1, 40, 2),  # P(X >= 1 | M = 1) is 1/40 exactly: M = 1 goes
        (1, 1, 80, 3),
        (39, 39, 40, 40),
        (1, 1000, 40_000, 2),
    ],
)
def test_a_tie_with_half_alpha_leaves_the_interval(
    x: int, n: int, population: int, low: int
) -> None:
    successes = low - 1
    ways = sum(
        comb(successes, k) * comb(population - successes, n - k)
        for k in range(x, min(n, successes) + 1)
    )
    assert Fraction(ways, comb(population, n)) == Fraction(1, 40)
    assert limits(x, n, population)[0] == low


def test_large_populations_equal_scipy_away_from_ties() -> None:
    rng = np.random.default_rng(45)
    for _ in range(60):
        population = int(rng.choice([300, 5000, 100_000]))
        n = int(rng.integers(1, population))
        x = int(rng.integers(0, n + 1))
        low, high = limits(x, n, population)
        tails = hypergeom.sf(x - 1, population, [low - 1, low], n)
        if low > x:
            assert tails[0] <= 0.025 + 1e-9
        assert tails[1] > 0.025 - 1e-9
        tails = hypergeom.cdf(x, population, [high, high + 1], n)
        assert tails[0] > 0.025 - 1e-9
        if high < population - (n - x):
            assert tails[1] <= 0.025 + 1e-9


def test_large_populations_need_no_exact_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exact sum is for ties; at this size it takes seconds and the bounds milliseconds."""

    def refuse(tail: object) -> int:
        raise AssertionError(f"summed exactly: {tail}")

    monkeypatch.setattr("analisis.proportions.finite_tail.Tail._exact", refuse)
    assert limits(25_000, 50_000, 100_000) == (49_690, 50_310)


def test_the_programme_s_example() -> None:
    assert limits(20, 31, 45) == (24, 33)
    assert interval(20, 31, 45).method == "hypergeometric"


def test_one_silent_unit_can_be_decided() -> None:
    """The rule is kept to the letter: the other M has a tail of 1/80, which is below 0.025."""
    assert limits(1, 79, 80) == (1, 1)


def test_the_whole_list_is_a_point() -> None:
    for x in range(46):
        assert limits(x, 45, 45) == (x, x)


def test_numpy_integers_do_not_overflow() -> None:
    found = interval(np.int64(250), np.int64(500), np.int64(100_000))
    assert found == interval(250, 500, 100_000)


@given(
    st.integers(2, 400).flatmap(
        lambda size: st.integers(1, size).flatmap(
            lambda n: st.tuples(st.integers(0, n), st.just(n), st.just(size))
        )
    )
)
@settings(max_examples=150, deadline=None)
def test_behaves(sample: tuple[int, int, int]) -> None:
    x, n, population = sample
    low, high = limits(x, n, population)
    assert x <= low <= high <= population - (n - x)
    # The sample's x/n need not be a possible M/N; it is less than one unit away from one kept.
    assert (low - 1) * n < x * population < (high + 1) * n
    assert limits(n - x, n, population) == (population - high, population - low)
    wider = limits(x, n, population, 0.99)
    assert wider[0] <= low <= high <= wider[1]
    if x < n:
        following = limits(x + 1, n, population)
        assert low <= following[0]
        assert high <= following[1]

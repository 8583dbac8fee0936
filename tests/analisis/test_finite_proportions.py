"""mid-P, optimal and Wilson's interval of a finite population."""

import itertools
import json
import math
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode, interval

HYPER = json.loads((Path(__file__).parent / "r" / "hyper_optimal.json").read_text())


def units(
    x: int, n: int, population: int, method: str, confidence: float = 0.95
) -> tuple[int, int]:
    """The limits as numbers of units; they must be whole."""
    found = interval(x, n, population, method=method, confidence=confidence)
    low, high = round(found.low * population), round(found.high * population)
    assert (low / population, high / population) == (found.low, found.high)
    return low, high


def chances(n: int, population: int) -> list[list[Fraction]]:
    """P(X = x | M) for every M and x."""
    whole = comb(population, n)
    return [
        [Fraction(comb(m, x) * comb(population - m, n - x), whole) for x in range(n + 1)]
        for m in range(population + 1)
    ]


@pytest.mark.parametrize("confidence", ["0.95", "0.9", "0.5"])
def test_mid_p_equals_rational_enumeration(confidence: str) -> None:
    tail = (1 - Fraction(confidence)) / 2
    for population in range(1, 17):
        for n in range(1, population + 1):
            table = chances(n, population)
            for x in range(n + 1):
                half = [row[x] / 2 for row in table]
                above = [sum(row[x + 1 :]) + at for row, at in zip(table, half, strict=True)]
                below = [1 - each for each in above]
                kept = [m for m in range(population + 1) if min(above[m], below[m]) > tail]
                # None may be kept at a level of one half: then the two around the change.
                if not kept:
                    kept = sorted(
                        [
                            max(m for m in range(population + 1) if above[m] <= tail),
                            min(m for m in range(population + 1) if above[m] > tail),
                        ]
                    )
                found = units(x, n, population, "mid_p", float(confidence))
                assert found == (kept[0], kept[-1]), (x, n, population)


def test_mid_p_breaks_ties_in_integers() -> None:
    """P(X = 1 | M = 1)/2 is 1/40 for n/N = 1/20: at the level .95, M = 1 goes."""
    assert units(1, 1, 20, "mid_p") == (2, 20)
    assert units(1, 1, 19, "mid_p") == (1, 19)
    assert units(1, 2_000, 40_000, "mid_p")[0] == 2


def test_optimal_equals_the_authors_package() -> None:
    """hyperMCI sums doubles, so that two of its tables hang on a tie that it cannot see."""
    limits = 0
    for case in HYPER:
        n, population, confidence = case["n"], case["population"], round(case["confidence"], 6)
        found = [units(x, n, population, "optimal", confidence) for x in range(n + 1)]
        expected = list(zip(case["low"], case["high"], strict=True))
        if confidence == 0.9 and (n, population) in {(10, 20), (18, 20)}:
            ours, theirs = (sum(high - low for low, high in each) for each in (found, expected))
            assert (theirs, ours) == {10: (60, 60), 18: (28, 26)}[n]
            continue
        assert found == expected, (n, population)
        limits += 2 * len(found)
    assert limits > 3500


def test_the_ties_that_doubles_do_not_see() -> None:
    """With M = 6 of 20, 2 and 4 of 10 are equally likely; with M = 1, 1 of 18 is 9/10 exactly."""
    six, one = chances(10, 20)[6], chances(18, 20)[1]
    assert six[2] == six[4]
    assert one[1] == Fraction(9, 10)
    assert units(0, 18, 20, "optimal", 0.9) == (0, 0)


@pytest.mark.parametrize("confidence", ["0.95", "0.8"])
def test_optimal_covers_and_is_no_longer_than_the_tails(confidence: str) -> None:
    """Every n <= N <= 30, every M, in whole numbers of samples."""
    level = Fraction(confidence)
    for population in range(1, 31):
        for n in range(1, population + 1):
            found = [units(x, n, population, "optimal", float(confidence)) for x in range(n + 1)]
            for m in range(population + 1):
                ways = sum(
                    comb(m, x) * comb(population - m, n - x)
                    for x, (low, high) in enumerate(found)
                    if low <= m <= high
                )
                assert ways >= level * comb(population, n), (m, n, population)
            tails = [
                units(x, n, population, "hypergeometric", float(confidence)) for x in range(n + 1)
            ]
            assert sum(h - w for w, h in found) <= sum(h - w for w, h in tails)


def test_optimal_is_shorter_where_it_matters() -> None:
    """45 organisations, 31 answered: the intervals of all x together, in units."""
    total = {
        method: sum(high - low for low, high in (units(x, 31, 45, method) for x in range(32)))
        for method in ("optimal", "hypergeometric", "mid_p")
    }
    assert total == {"optimal": 206, "hypergeometric": 222, "mid_p": 202}


def test_optimal_refuses_what_would_take_minutes() -> None:
    with pytest.raises(AnalysisError, match="use hypergeometric") as refused:
        interval(10, 100, 5_001, method="optimal")
    assert refused.value.code is ErrorCode.NOT_SUPPORTED
    assert refused.value.value == 5_001


def test_wilson_fpc_solves_its_equation() -> None:
    """|p - x/n| is z standard errors of a sample without replacement, by hand at each limit."""
    z = 1.959963984540054
    for x, n, population in ((20, 31, 45), (1, 8, 45), (7, 8, 9), (300, 1000, 1001)):
        found = interval(x, n, population, method="wilson_fpc")
        for p in (found.low, found.high):
            error = math.sqrt(p * (1 - p) / n * (population - n) / (population - 1))
            assert math.isclose(abs(p - x / n), z * error, rel_tol=1e-9)


def test_wilson_fpc_tends_to_wilson() -> None:
    finite, infinite = interval(20, 31, 10**9, method="wilson_fpc"), interval(20, 31)
    assert math.isclose(finite.low, infinite.low, rel_tol=1e-7)
    assert math.isclose(finite.high, infinite.high, rel_tol=1e-7)


@pytest.mark.parametrize("method", ["hypergeometric", "mid_p", "optimal", "wilson_fpc"])
def test_the_whole_list_is_a_point(method: str) -> None:
    for population in (1, 2, 45):
        for x in range(population + 1):
            found = interval(x, population, population, method=method)
            assert found.low == found.high == x / population


@given(
    st.sampled_from(["mid_p", "optimal", "wilson_fpc"]),
    st.integers(2, 300).flatmap(
        lambda size: st.integers(1, size - 1).flatmap(
            lambda n: st.tuples(st.integers(0, n), st.just(n), st.just(size))
        )
    ),
    st.sampled_from([(0.9, 0.95), (0.95, 0.99), (0.8, 0.81)]),
)
@settings(max_examples=200, deadline=None)
def test_behaves(method: str, sample: tuple[int, int, int], levels: tuple[float, float]) -> None:
    x, n, population = sample
    found, wider = (interval(x, n, population, method=method, confidence=level) for level in levels)
    unit = 0 if method == "wilson_fpc" else 1 / population
    assert 0 <= found.low <= found.high <= 1
    # x/n need not be a possible M/N; it is less than one unit away from one kept.
    assert found.low - unit <= x / n <= found.high + unit
    mirror = interval(n - x, n, population, method=method, confidence=levels[0])
    assert math.isclose(mirror.low, 1 - found.high, abs_tol=1e-12)
    assert math.isclose(mirror.high, 1 - found.low, abs_tol=1e-12)
    assert wider.low <= found.low
    assert found.high <= wider.high
    if method != "wilson_fpc":
        low, high = round(found.low * population), round(found.high * population)
        assert x <= low
        assert high <= population - (n - x)


def test_optimal_limits_rise_with_x() -> None:
    for n in (1, 8, 31, 44):
        found = [units(x, n, 45, "optimal") for x in range(n + 1)]
        for one, other in itertools.pairwise(found):
            assert one[0] < other[0]
            assert one[1] < other[1]

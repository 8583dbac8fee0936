"""The net of two answers of the same people."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from analisis import interval, net_interval


def test_the_published_example() -> None:
    """Cavo et al. 2012 (6 and 16 discordant of 161) as the R package contingencytables prints it.

    Its own tests hold Wald_CI_BonettPrice_paired_2x2(cavo_2012) to -0.1195 .. -0.0032.
    """
    found = net_interval(6, 16, 161)
    assert (round(found.low, 4), round(found.high, 4)) == (-0.1195, -0.0032)
    assert found.method == "bonett_price"


def test_it_is_wald_after_adding_one_answer_to_each_side() -> None:
    for n in (1, 8, 31):
        for top in range(n + 1):
            for bottom in range(n + 1 - top):
                scores = [1] * (top + 1) + [-1] * (bottom + 1) + [0] * (n - top - bottom)
                mean = sum(scores) / (n + 2)
                spread = sum((score - mean) ** 2 for score in scores) / (n + 2)
                half = norm.ppf(0.95) * math.sqrt(spread / (n + 2))
                found = net_interval(top, bottom, n, confidence=0.9)
                assert math.isclose(found.low, max(-1, mean - half), abs_tol=1e-12)
                assert math.isclose(found.high, min(1, mean + half), abs_tol=1e-12)


def test_a_finite_population_narrows_it() -> None:
    found, unlimited = net_interval(20, 6, 31, population=45), net_interval(20, 6, 31)
    assert found.method == "mover_exact"
    assert found.high - found.low < 0.7 * (unlimited.high - unlimited.low)


def test_mover_by_hand() -> None:
    """20 and 6 of 31 of 45: exact limits 24..33 and 6..13, each half a unit wider."""
    top, bottom = interval(20, 31, 45), interval(6, 31, 45)
    assert (round(top.low * 45), round(top.high * 45)) == (24, 33)
    assert (round(bottom.low * 45), round(bottom.high * 45)) == (6, 13)
    p1, p2 = 20 / 31, 6 / 31
    below1, above2 = p1 - 23.5 / 45, 13.5 / 45 - p2
    rho = -math.sqrt((21 / 33) * (7 / 33) / ((12 / 33) * (26 / 33)))
    low = p1 - p2 - math.sqrt(below1**2 + above2**2 - 2 * rho * below1 * above2)
    assert math.isclose(net_interval(20, 6, 31, population=45).low, low, abs_tol=1e-12)


def test_the_whole_list_is_a_point() -> None:
    found = net_interval(20, 6, 31, population=31)
    assert found.low == found.high == 14 / 31


@given(
    st.integers(1, 120).flatmap(
        lambda n: st.integers(0, n).flatmap(
            lambda t: st.tuples(st.just(t), st.integers(0, n - t), st.just(n))
        )
    ),
    st.none() | st.integers(0, 60),
)
@settings(max_examples=150, deadline=None)
def test_behaves(sample: tuple[int, int, int], silent: int | None) -> None:
    top, bottom, n = sample
    population = None if silent is None else n + silent
    found = net_interval(top, bottom, n, population=population)
    assert -1 <= found.low <= found.high <= 1
    mirror = net_interval(bottom, top, n, population=population)
    assert math.isclose(mirror.low, -found.high, abs_tol=1e-12)
    assert math.isclose(mirror.high, -found.low, abs_tol=1e-12)
    if population is not None:
        assert found.low - 1e-12 <= (top - bottom) / n <= found.high + 1e-12
        assert found.low >= (top - bottom - (population - n)) / population - 1e-12
        assert (found.low < found.high) == (n < population)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ({"top": 4, "bottom": 3, "n": 6}, "no answer can count for both"),
        ({"top": 4, "bottom": -1, "n": 6}, "among the n valid answers"),
        ({"top": 0, "bottom": 0, "n": 0}, "at least one valid answer"),
        ({"top": 4, "bottom": 2, "n": 6, "population": 5}, "correct the population"),
        ({"top": 4, "bottom": 2, "n": 6, "method": "newcombe"}, "one of: bonett_price"),
        (
            {"top": 4, "bottom": 2, "n": 6, "method": "bonett_price", "population": 9},
            "one of: mover_exact",
        ),
        ({"top": 4, "bottom": 2, "n": 6, "population": 6, "confidence": 2}, "between 0 and 1"),
    ],
)
def test_impossible_arguments_say_what_to_do(arguments: dict[str, object], remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        net_interval(**arguments)

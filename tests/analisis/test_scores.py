"""Figures of numbers and rankings, and the sums that they rest on."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analisis import (
    AnalysisError,
    Moments,
    answer_estimates,
    interval,
    mean_estimates,
    mean_interval,
    rank_estimates,
)

NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.integers(0, 40))
def test_sums_are_exact_and_add_up(numbers: list[float], cut: int) -> None:
    whole = Moments.of((number, 1) for number in numbers)
    assert whole.total == sum(map(Fraction, numbers))
    assert whole.squares == sum(Fraction(number) ** 2 for number in numbers)
    parts = (Moments.of((n, 1) for n in part) for part in (numbers[:cut], numbers[cut:]))
    assert next(parts) + next(parts) == whole


def test_nothing_is_lost_where_doubles_lose_everything() -> None:
    numbers = [1e9 + n / 8 for n in range(50)]
    found = mean_interval(Moments.of((number, 1) for number in numbers))
    shifted = mean_interval({n / 8: 1 for n in range(50)})
    assert found is not None
    assert shifted is not None
    assert found.high - found.low == pytest.approx(shifted.high - shifted.low, rel=1e-6)


def test_a_mean_equals_scipys() -> None:
    chance = random.Random(7)  # noqa: S311 numbers, no secrets
    values = [chance.gauss(50, 20) for _ in range(31)]
    (mean,) = mean_estimates(
        Counter(values),
        variable="score",
        selection="probability",
        special={"no_sabe": 3},
        missing=2,
    )
    limits = stats.t(30, stats.tmean(values), stats.sem(values)).interval(0.95)
    assert (mean.value, mean.se) == pytest.approx((stats.tmean(values), stats.sem(values)))
    assert (mean.low, mean.high) == pytest.approx(limits)
    assert (mean.n, mean.base, mean.df) == (31, 36, 30)


def test_a_known_list_says_first_how_many_answered() -> None:
    rate, mean = mean_estimates(
        {1: 3, 2: 3}, variable="score", selection="census", population=10, missing=1
    )
    assert (rate.statistic, rate.value) == ("response_rate", 0.7)
    assert (mean.flags, mean.population) == (("assumes_random_nonresponse",), 10)
    assert mean.high - mean.low < 1.1  # narrower than t without the finite population


def test_a_ranking() -> None:
    found = rank_estimates({"a": [3, 1, 0], "b": [1, 3, 0]}, 4, variable="r", selection="open")
    assert [(one.statistic, one.category, one.value, one.n) for one in found] == [
        ("first_place", "a", 0.75, 4),
        ("first_place", "b", 0.25, 4),
        ("mean_position", "a", 1.25, 4),
        ("mean_position", "b", 1.75, 4),
    ]
    assert {one.flags for one in found} == {("self_selected",)}


def test_who_gave_a_choice_no_place_is_not_in_its_mean() -> None:
    *_, mean = rank_estimates({"a": [4, 0], "b": [0, 2]}, 4, variable="r", selection="probability")
    assert (mean.category, mean.value, mean.n) == ("b", 2, 2)


def test_nobody() -> None:
    found = rank_estimates({"a": [0, 0]}, 0, variable="r", selection="probability")
    assert [one.value for one in found] == [None, None]
    (mean,) = mean_estimates({}, variable="score", selection="probability")
    assert (mean.value, mean.n) == (None, 0)


@pytest.mark.parametrize(
    ("places", "n", "words"),
    [({"a": [3]}, 2, "placed 3 times by 2"), ({"a": [-1]}, 2, "cannot be negative")],
)
def test_impossible_places(places: dict[str, list[int]], n: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rank_estimates(places, n, variable="r", selection="open")


def test_more_answers_than_people() -> None:
    with pytest.raises(ValueError, match="answered twice"):
        mean_estimates({1: 5}, variable="score", selection="census", population=4)


def test_how_answers_are_spread() -> None:
    """Of a known list each answer has its strict figure and its bounds; several may be chosen."""
    shared = {"variable": "needs", "selection": "census", "population": 45}
    found = answer_estimates({"water": 12, "light": 20}, n=31, missing=2, **shared)
    by = {(one.statistic, one.category): one for one in found}
    assert by["response_rate", None].value == 33 / 45
    assert by["strict", "water"].value == 12 / 45
    assert (by["bounds", "light"].low, by["bounds", "light"].high) == (20 / 45, 34 / 45)
    limits = interval(20, 31, 45)
    light = by["category", "light"]
    assert (light.low, light.high, light.n, light.base) == (limits.low, limits.high, 31, 33)
    marks = answer_estimates({1: 3, 7: 5}, variable="mark", selection="open")
    assert [one.statistic for one in marks] == ["category", "category", "mean"]
    assert all(one.low is None for one in marks)
    with pytest.raises(AnalysisError):
        answer_estimates({"water": 32}, n=31, **shared)

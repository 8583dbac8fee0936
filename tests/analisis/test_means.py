"""Means of scales, and the one standard error behind every figure."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from analisis import mean_interval
from analisis.means import mean_of_counts

MARKS = {1: 1, 2: 0, 3: 2, 4: 3, 5: 5, 6: 8, 7: 12}


def spelled(counts: dict[int, int]) -> np.ndarray:
    return np.repeat(list(counts), list(counts.values()))


@given(st.lists(st.integers(1, 7), min_size=2, max_size=60), st.floats(0.5, 0.999))
@settings(max_examples=100, deadline=None)
def test_equals_statsmodels_and_scipy(answers: list[int], confidence: float) -> None:
    counts = {mark: answers.count(mark) for mark in range(1, 8)}
    found = mean_interval(counts, confidence=confidence)
    if len(set(answers)) == 1:
        assert found is None
        return
    assert found is not None
    reference = DescrStatsW(np.array(answers, float)).tconfint_mean(alpha=1 - confidence)
    assert np.allclose((found.low, found.high), reference, rtol=1e-10, atol=1e-12)
    reference = stats.ttest_1samp(answers, 0).confidence_interval(confidence)
    assert np.allclose((found.low, found.high), reference, rtol=1e-10, atol=1e-12)


def test_the_standard_error_is_scipy_s_and_shrinks_with_the_population() -> None:
    plain, finite = mean_of_counts(MARKS, None), mean_of_counts(MARKS, 45)
    assert plain.se is not None
    assert finite.se is not None
    assert math.isclose(plain.value, spelled(MARKS).mean(), rel_tol=1e-14)
    assert math.isclose(plain.se, stats.sem(spelled(MARKS)), rel_tol=1e-12)
    assert math.isclose(finite.se, plain.se * math.sqrt(14 / 45), rel_tol=1e-12)


def test_a_proportion_is_a_mean_of_zeros_and_ones() -> None:
    share = mean_of_counts({1: 20, 0: 11}, None)
    assert share.value == 20 / 31
    assert share.se is not None
    assert math.isclose(share.se, math.sqrt(20 / 31 * 11 / 31 / 30), rel_tol=1e-14)


def test_the_variance_is_that_of_drawing_without_replacement() -> None:
    """Over all samples of 3 from 6, the mean of se squared is the variance of the mean."""
    from itertools import combinations

    people = [1, 3, 4, 4, 6, 7]
    samples = [
        mean_of_counts({mark: s.count(mark) for mark in s}, 6) for s in combinations(people, 3)
    ]
    variance = np.var([sample.value for sample in samples])
    assert math.isclose(np.mean([(sample.se or 0) ** 2 for sample in samples]), variance)


def test_the_whole_list_is_a_point() -> None:
    found = mean_interval(MARKS, 31)
    assert found is not None
    assert found.low == found.high == mean_of_counts(MARKS, 31).value
    assert mean_of_counts({5: 1}, 1).se == 0


@pytest.mark.parametrize("counts", [{5: 1, 6: 0}, {0.1: 3, 0.2: 0}, {7: 40}])
def test_without_spread_there_is_no_interval(counts: dict[float, int]) -> None:
    assert mean_interval(counts) is None


def test_one_answer_leaves_the_error_unknown() -> None:
    assert mean_of_counts({5: 1}, None).se is None


@pytest.mark.parametrize(
    ("counts", "population", "remedy"),
    [
        ({}, None, "at least one answer"),
        ({1: 0}, None, "at least one answer"),
        ({1: 3, 2: -1}, None, "from 0 up"),
        ({1: 3, 2: 4}, 6, "correct the population"),
    ],
)
def test_impossible_counts_say_what_to_do(
    counts: dict[int, int], population: int | None, remedy: str
) -> None:
    with pytest.raises(ValueError, match=remedy):
        mean_interval(counts, population)


def test_a_level_of_95_is_refused() -> None:
    with pytest.raises(ValueError, match=r"0\.95 for 95 %"):
        mean_interval(MARKS, confidence=95)


def test_numbers_at_the_limit_of_doubles() -> None:
    most = 1.7e308
    mean = mean_of_counts({most: 1, -most: 1}, None)
    assert (mean.value, mean.se) == (0.0, most)
    assert mean_interval({most: 1, -most: 1}) is None
    found = mean_interval({1e200: 2, 3e200: 2})
    assert found is not None
    scaled = mean_interval({1: 2, 3: 2})
    assert scaled is not None
    assert np.allclose((found.low / 1e200, found.high / 1e200), (scaled.low, scaled.high))

"""The ratio of two proportions and the relative change since a base year."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from analisis import (
    AnalysisError,
    ErrorCode,
    Interval,
    change_rate_interval,
    interval,
    ratio_interval,
)

R = json.loads((Path(__file__).parent / "r" / "two_proportions.json").read_text())
METHODS = ("log", "log_adjusted", "score")


def near(found: Interval, low: float, high: float, tolerance: float) -> bool:
    return math.isclose(found.low, low, rel_tol=tolerance) and math.isclose(
        found.high, high, rel_tol=tolerance
    )


@pytest.mark.parametrize("method", METHODS)
def test_equals_r(method: str) -> None:
    cases = [case for case in R if case["method"] == f"ratio {method}"]
    assert len(cases) > 20
    refused = 0
    for case in cases:
        limits = case["low"], case["high"]
        if limits[0] == limits[1]:  # no variance: R gives a point, and here it is refused
            with pytest.raises(AnalysisError, match="use score"):
                ratio_interval(*case["counts"], method=method)
            refused += 1
            continue
        found = ratio_interval(*case["counts"], method=method, confidence=case["confidence"])
        assert near(found, *limits, 1e-6 if method == "score" else 1e-12), case
    assert refused < 4


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
@pytest.mark.parametrize("method", METHODS)
def test_equals_statsmodels(method: str, confidence: float) -> None:
    for counts in [(56, 70, 48, 80), (9, 10, 3, 10), (20, 31, 15, 31), (30, 1000, 90, 200)]:
        reference = confint_proportions_2indep(
            *counts, compare="ratio", method=method.replace("_", "-"), alpha=1 - confidence
        )
        found = ratio_interval(*counts, method=method, confidence=confidence)
        assert near(found, *reference, 1e-9), counts


def test_where_the_logarithm_fails_the_default_is_the_score() -> None:
    assert ratio_interval(20, 31, 15, 31).method == "log"
    for counts in [(0, 31, 15, 31), (20, 31, 0, 31), (31, 31, 30, 30)]:
        found = ratio_interval(*counts)
        assert found.method == "score"
        with pytest.raises(AnalysisError, match="use score in the place of log") as refused:
            ratio_interval(*counts, method="log")
        assert refused.value.code is ErrorCode.EMPTY_CELL
    assert ratio_interval(20, 31, 0, 31).high == math.inf
    assert ratio_interval(0, 31, 15, 31).low == 0
    assert (ratio_interval(0, 9, 0, 9).low, ratio_interval(0, 9, 0, 9).high) == (0, math.inf)


def test_score_by_hand_of_none() -> None:
    """0 of 12 beside 9 of 20."""
    found = ratio_interval(0, 12, 9, 20, method="score")
    ratio = found.high
    # The likelihood's quadratic and the score's equation hold at the limit.
    a, b, c = 32 * ratio, -(12 * ratio + 20 + 9 * ratio), 9
    base = (-b - math.sqrt(b * b - 4 * a * c)) / (2 * a)
    p1 = ratio * base
    variance = (p1 * (1 - p1) / 12 + ratio**2 * base * (1 - base) / 20) * 32 / 31
    assert math.isclose((ratio * 9 / 20) ** 2, 1.959963984540054**2 * variance, rel_tol=1e-9)


samples = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
some = st.integers(2, 200).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


@given(st.sampled_from(METHODS), some, some, st.floats(0.5, 0.995))
@settings(max_examples=200, deadline=None)
def test_a_ratio_behaves(
    method: str, one: tuple[int, int], two: tuple[int, int], confidence: float
) -> None:
    found = ratio_interval(*one, *two, method=method, confidence=confidence)
    assert 0 < found.low < found.high < math.inf
    if method != "log_adjusted":  # its centre is pulled towards 1
        ratio = one[0] / one[1] / (two[0] / two[1])
        assert found.low * (1 - 1e-12) <= ratio <= found.high * (1 + 1e-12)
    swapped = ratio_interval(*two, *one, method=method, confidence=confidence)
    assert near(swapped, 1 / found.high, 1 / found.low, 1e-8)
    wider = ratio_interval(*one, *two, method=method, confidence=(1 + confidence) / 2)
    assert wider.low <= found.low * (1 + 1e-12)
    assert found.high <= wider.high * (1 + 1e-12)


@given(samples, samples)
@settings(max_examples=100, deadline=None)
def test_the_default_always_answers(one: tuple[int, int], two: tuple[int, int]) -> None:
    found = ratio_interval(*one, *two)
    assert 0 <= found.low < found.high


def test_a_change_rate_by_hand() -> None:
    """48 of 80, then 56 of 70: Wilson's limits on the scale of logarithms."""
    base, now = interval(48, 80), interval(56, 70)
    ratio = 0.8 / 0.6
    low = ratio * math.exp(-math.hypot(math.log(0.8 / now.low), math.log(base.high / 0.6)))
    high = ratio * math.exp(math.hypot(math.log(now.high / 0.8), math.log(0.6 / base.low)))
    found = change_rate_interval(48, 80, 56, 70)
    assert found.method == "mover_log"
    assert math.isclose(found.low, low - 1, rel_tol=1e-12)
    assert math.isclose(found.high, high - 1, rel_tol=1e-12)


def test_a_change_rate_of_finite_populations_by_hand() -> None:
    base, now = interval(20, 31, 45), interval(12, 30, 60)
    below0 = math.log(20 / 31 / (base.low - 0.5 / 45))
    above1 = math.log((now.high + 0.5 / 60) / 0.4)
    found = change_rate_interval(20, 31, 12, 30, 45, 60)
    high = 0.4 / (20 / 31) * math.exp(math.hypot(below0, above1)) - 1
    assert math.isclose(found.high, high, rel_tol=1e-12)
    mixed = change_rate_interval(20, 31, 12, 30, population1=60)
    assert mixed.high > found.high
    point = change_rate_interval(20, 31, 12, 30, 31, 30)
    assert math.isclose(point.low, 12 / 30 / (20 / 31) - 1, rel_tol=1e-12)
    assert math.isclose(point.high, point.low, rel_tol=1e-12)


def test_the_delta_method_is_the_logarithm_s_variance_times_the_square() -> None:
    """Katz's variance of the logarithm, from statsmodels' interval, times the ratio squared."""
    low, high = confint_proportions_2indep(56, 70, 48, 80, compare="ratio", method="log")
    ratio = 0.8 / 0.6
    half = ratio * math.log(high / low) / 2
    found = change_rate_interval(48, 80, 56, 70, method="wald")
    assert math.isclose(found.low, ratio - 1 - half, rel_tol=1e-9)
    assert math.isclose(found.high, ratio - 1 + half, rel_tol=1e-9)


def test_none_now_is_the_limit_of_the_formula() -> None:
    found = change_rate_interval(15, 30, 0, 30)
    assert found.low == -1
    assert math.isclose(found.high, interval(0, 30).high / 0.5 - 1, rel_tol=1e-12)


@pytest.mark.parametrize("method", ["mover_log", "wald"])
def test_a_base_near_zero_is_refused(method: str) -> None:
    for x0 in range(4):
        with pytest.raises(AnalysisError, match="difference in points") as refused:
            change_rate_interval(x0, 30, 15, 30, method=method)
        assert refused.value.code is ErrorCode.BASE_NEAR_ZERO
    assert change_rate_interval(4, 30, 15, 30, method=method).low > -1
    with pytest.raises(AnalysisError) as refused:
        change_rate_interval(4, 30, 15, 30, method=method, confidence=0.99)
    assert refused.value.code is ErrorCode.BASE_NEAR_ZERO


def test_a_whole_list_is_no_base_near_zero() -> None:
    assert change_rate_interval(1, 30, 15, 30, 30, 60).low > 0
    with pytest.raises(AnalysisError, match="0 of 30"):
        change_rate_interval(0, 30, 15, 30, 30, 60)


@given(
    samples.filter(lambda one: one[0] > 12 * (1 - one[0] / one[1])), samples, st.floats(0.5, 0.995)
)
@settings(max_examples=150, deadline=None)
def test_a_change_rate_behaves(
    base: tuple[int, int], now: tuple[int, int], confidence: float
) -> None:
    found = change_rate_interval(*base, *now, confidence=confidence)
    rate = now[0] / now[1] / (base[0] / base[1]) - 1
    assert -1 <= found.low < found.high < math.inf
    assert found.low - 1e-9 <= rate <= found.high + 1e-9
    wider = change_rate_interval(*base, *now, confidence=0.995)
    assert wider.low <= found.low + 1e-12
    assert found.high <= wider.high * (1 + 1e-12) + 1e-12


@pytest.mark.parametrize(
    ("function", "arguments", "code"),
    [
        (ratio_interval, {"method": "katz"}, ErrorCode.UNKNOWN_METHOD),
        (ratio_interval, {"confidence": 95}, ErrorCode.INVALID_CONFIDENCE),
        (change_rate_interval, {"method": "log"}, ErrorCode.UNKNOWN_METHOD),
        (change_rate_interval, {"method": "wald", "population0": 9}, ErrorCode.UNKNOWN_METHOD),
        (change_rate_interval, {"population1": 4}, ErrorCode.POPULATION_TOO_SMALL),
        (change_rate_interval, {"confidence": 95}, ErrorCode.INVALID_CONFIDENCE),
    ],
)
def test_impossible_arguments_have_a_code(
    function: object, arguments: dict[str, object], code: ErrorCode
) -> None:
    with pytest.raises(AnalysisError) as refused:
        function(4, 5, 2, 5, **arguments)
    assert refused.value.code is code


@pytest.mark.parametrize("function", [ratio_interval, change_rate_interval])
@pytest.mark.parametrize("counts", [(6, 5, 2, 5), (4, 5, -1, 5), (4, 5, 0, 0)])
def test_impossible_counts_are_refused(function: object, counts: tuple[int, ...]) -> None:
    with pytest.raises(AnalysisError) as refused:
        function(*counts)
    assert refused.value.code is ErrorCode.INVALID_COUNT

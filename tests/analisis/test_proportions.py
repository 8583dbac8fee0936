"""One proportion, unlimited population: equal to SciPy, statsmodels and R, and well behaved."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson
from statsmodels.stats.proportion import proportion_confint

from analisis import Interval, interval
from analisis.proportions.dispatch import WITHOUT_POPULATION

SAMPLES = [(x, n) for n in (1, 2, 8, 31, 45) for x in range(n + 1)] + [(3, 1000), (99_900, 100_000)]
LEVELS = (0.5, 0.8, 0.95, 0.999)


def near(found: Interval, low: float, high: float) -> bool:
    return math.isclose(found.low, low, rel_tol=1e-9, abs_tol=1e-12) and math.isclose(
        found.high, high, rel_tol=1e-9, abs_tol=1e-12
    )


@pytest.mark.parametrize("confidence", LEVELS)
@pytest.mark.parametrize(("ours", "theirs"), [("wilson", "wilson"), ("clopper_pearson", "exact")])
def test_equals_scipy(ours: str, theirs: str, confidence: float) -> None:
    for x, n in SAMPLES:
        reference = binomtest(x, n).proportion_ci(confidence, theirs)
        assert near(interval(x, n, method=ours, confidence=confidence), *reference), (x, n)


@pytest.mark.parametrize("confidence", LEVELS)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("wilson", "wilson"),
        ("clopper_pearson", "beta"),
        ("jeffreys", "jeffreys"),
        ("agresti_coull", "agresti_coull"),
        ("wald", "normal"),
    ],
)
def test_equals_statsmodels(ours: str, theirs: str, confidence: float) -> None:
    for x, n in SAMPLES:
        low, high = proportion_confint(x, n, alpha=1 - confidence, method=theirs)
        if ours == "jeffreys":  # statsmodels omits the rule at 0 and n
            low, high = (0 if x == 0 else low), (1 if x == n else high)
        assert near(interval(x, n, method=ours, confidence=confidence), low, high), (x, n)


@pytest.mark.parametrize("method", ["wilson_cc", "mid_p"])
def test_equals_r(method: str) -> None:
    """R's prop.test is exact; contingencytables finds the mid-P limits to 1e-8."""
    tolerance = {"wilson_cc": 1e-12, "mid_p": 2e-8}[method]
    cases = json.loads((Path(__file__).parent / "r" / "one_proportion.json").read_text())
    cases = [case for case in cases if case["method"] == method]
    assert len(cases) > 100
    for case in cases:
        found = interval(case["x"], case["n"], method=method, confidence=case["confidence"])
        assert math.isclose(found.low, case["low"], abs_tol=tolerance), case
        assert math.isclose(found.high, case["high"], abs_tol=tolerance), case


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I.
PUBLISHED = {
    "wilson": [(0.2553, 0.3662), (0.0624, 0.1605), (0, 0.1611), (0.0061, 0.1718)],
    "wilson_cc": [(0.2535, 0.3682), (0.0598, 0.1644), (0, 0.2005), (0.0018, 0.1963)],
    "clopper_pearson": [(0.2527, 0.3676), (0.0578, 0.1617), (0, 0.1684), (0.0009, 0.1776)],
    "mid_p": [(0.2544, 0.3658), (0.0601, 0.1581), (0, 0.1391), (0.0017, 0.1585)],
}


@pytest.mark.parametrize("method", PUBLISHED)
def test_equals_newcombe_s_table(method: str) -> None:
    for (x, n), limits in zip(
        [(81, 263), (15, 148), (0, 20), (1, 29)], PUBLISHED[method], strict=True
    ):
        found = interval(x, n, method=method)
        assert (round(found.low, 4), round(found.high, 4)) == limits


def test_mid_p_at_none_and_all() -> None:
    """Half of (1 - p)^n is alpha/2: the limit is 1 - alpha^(1/n)."""
    assert math.isclose(interval(0, 12, method="mid_p").high, 1 - 0.05 ** (1 / 12))
    assert math.isclose(interval(12, 12, method="mid_p").low, 0.05 ** (1 / 12))


@pytest.mark.parametrize("x", [1, 2, 7])
def test_mid_p_of_a_rare_answer(x: int) -> None:
    """Of a thousand million: the limits are those of a Poisson count, to 1e-8 of themselves."""
    n = 10**9
    found = interval(x, n, method="mid_p")
    for limit, tail in ((found.low, 0.975), (found.high, 0.025)):
        mean = limit * n
        assert math.isclose(poisson.cdf(x - 1, mean) + poisson.pmf(x, mean) / 2, tail, rel_tol=1e-6)


def test_wilson_is_the_default_and_known() -> None:
    found = interval(20, 31)
    assert (found.method, found.confidence) == ("wilson", 0.95)
    assert (round(found.low, 3), round(found.high, 3)) == (0.469, 0.789)


@given(
    st.sampled_from(sorted(WITHOUT_POPULATION)),
    st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.floats(0.5, 0.999),
)
@settings(max_examples=150, deadline=None)
def test_behaves(method: str, sample: tuple[int, int], confidence: float) -> None:
    x, n = sample
    found = interval(x, n, method=method, confidence=confidence)
    assert 0 <= found.low <= x / n <= found.high <= 1
    assert found.low < found.high or (method == "wald" and x in (0, n))
    mirror = interval(n - x, n, method=method, confidence=confidence)
    assert near(mirror, 1 - found.high, 1 - found.low)
    wider = interval(x, n, method=method, confidence=(1 + confidence) / 2)
    assert wider.low <= found.low
    assert found.high <= wider.high
    if x < n:
        following = interval(x + 1, n, method=method, confidence=confidence)
        assert found.low < following.low or 0 in (x, found.low)
        assert found.high < following.high or x + 1 == n or found.high == 1


@pytest.mark.parametrize("method", sorted(set(WITHOUT_POPULATION) - {"wald"}))
def test_none_and_all_have_width(method: str) -> None:
    none, everyone = interval(0, 20, method=method), interval(20, 20, method=method)
    assert none.low == 0
    assert none.high > 0.08
    assert everyone.high == 1
    assert everyone.low < 0.92


def test_wald_has_no_width_at_none_and_all() -> None:
    """It is there to be compared with; its page says so."""
    assert (interval(0, 20, method="wald").high, interval(20, 20, method="wald").low) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ({"successes": 1, "n": 0}, "at least one valid answer"),
        ({"successes": -1, "n": 5}, "among the n valid answers"),
        ({"successes": 6, "n": 5}, "among the n valid answers"),
        ({"successes": 2, "n": 5, "confidence": 95}, r"0\.95 for 95 %"),
        ({"successes": 2, "n": 5, "confidence": math.nan}, r"0\.95 for 95 %"),
        ({"successes": 2, "n": 5, "method": "wlison"}, "wilson, clopper_pearson, jeffreys"),
        ({"successes": 2, "n": 5, "population": 4}, "correct the population"),
        ({"successes": 2, "n": 5, "population": 9, "method": "wilson"}, "one of: hypergeometric"),
        ({"successes": 2, "n": 5, "method": "hypergeometric"}, "without a population"),
    ],
)
def test_impossible_arguments_say_what_to_do(arguments: dict[str, object], remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        interval(**arguments)

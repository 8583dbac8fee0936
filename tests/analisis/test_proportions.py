"""One proportion, unlimited population: equal to SciPy and statsmodels, and well behaved."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
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
    [("wilson", "wilson"), ("clopper_pearson", "beta"), ("jeffreys", "jeffreys")],
)
def test_equals_statsmodels(ours: str, theirs: str, confidence: float) -> None:
    for x, n in SAMPLES:
        low, high = proportion_confint(x, n, alpha=1 - confidence, method=theirs)
        if ours == "jeffreys":  # statsmodels omits the rule at 0 and n
            low, high = (0 if x == 0 else low), (1 if x == n else high)
        assert near(interval(x, n, method=ours, confidence=confidence), low, high), (x, n)


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
    assert found.low < found.high
    mirror = interval(n - x, n, method=method, confidence=confidence)
    assert near(mirror, 1 - found.high, 1 - found.low)
    wider = interval(x, n, method=method, confidence=(1 + confidence) / 2)
    assert wider.low <= found.low
    assert found.high <= wider.high
    if x < n:
        following = interval(x + 1, n, method=method, confidence=confidence)
        assert found.low < following.low or x == 0
        assert found.high < following.high or x + 1 == n


@pytest.mark.parametrize("method", sorted(WITHOUT_POPULATION))
def test_none_and_all_have_width(method: str) -> None:
    none, everyone = interval(0, 20, method=method), interval(20, 20, method=method)
    assert none.low == 0
    assert none.high > 0.08
    assert everyone.high == 1
    assert everyone.low < 0.92


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

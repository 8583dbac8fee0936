"""The difference between two independent proportions."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import xlogy
from statsmodels.stats.proportion import confint_proportions_2indep

from analisis import AnalysisError, ErrorCode, difference_interval, interval
from analisis.comparisons.difference import WITHOUT_POPULATION

R = json.loads((Path(__file__).parent / "r" / "two_proportions.json").read_text())
# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, examples (a) to (h).
EXAMPLES = [
    (56, 70, 48, 80),
    (9, 10, 3, 10),
    (6, 7, 2, 7),
    (5, 56, 0, 29),
    (0, 10, 0, 20),
    (0, 10, 0, 10),
    (10, 10, 0, 20),
    (10, 10, 0, 10),
]
PUBLISHED = {
    "wald": [
        (0.0575, 0.3425),
        (0.2605, 0.9395),
        (0.1481, 0.9947),
        (0.0146, 0.1640),
        (0, 0),
        (0, 0),
        (1, 1),
        (1, 1),
    ],
    "newcombe": [
        (0.0524, 0.3339),
        (0.1705, 0.8090),
        (0.0582, 0.8062),
        (-0.0381, 0.1926),
        (-0.1611, 0.2775),
        (-0.2775, 0.2775),
        (0.6791, 1),
        (0.6075, 1),
    ],
    "score": [(0.0528, 0.3382), (0.1700, 0.8406), (0.0342, 0.8534), (-0.0326, 0.1933)],
}


@pytest.mark.parametrize("method", PUBLISHED)
def test_the_published_examples(method: str) -> None:
    for counts, limits in zip(EXAMPLES, PUBLISHED[method], strict=False):
        found = difference_interval(*counts, method=method)
        assert (round(found.low, 4), round(found.high, 4)) == limits, counts
        assert found.method == method


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("newcombe", "newcomb"), ("wald", "wald"), ("agresti_caffo", "agresti-caffo")],
)
def test_equals_statsmodels(ours: str, theirs: str, confidence: float) -> None:
    for counts in [*EXAMPLES[:3], (20, 31, 15, 31), (300, 1000, 90, 200), (2, 9, 5, 8)]:
        low, high = confint_proportions_2indep(*counts, method=theirs, alpha=1 - confidence)
        found = difference_interval(*counts, method=ours, confidence=confidence)
        # statsmodels does not clip.
        assert math.isclose(found.low, max(-1, low), abs_tol=1e-12), counts
        assert math.isclose(found.high, min(1, high), abs_tol=1e-12), counts


@pytest.mark.parametrize("method", sorted(WITHOUT_POPULATION))
def test_equals_r(method: str) -> None:
    cases = [case for case in R if case["method"] == f"difference {method}"]
    assert len(cases) > 30
    for case in cases:
        found = difference_interval(*case["counts"], method=method, confidence=case["confidence"])
        tolerance = 2e-7 if method == "score" else 1e-12
        assert math.isclose(found.low, max(-1, case["low"]), abs_tol=tolerance), case
        assert math.isclose(found.high, min(1, case["high"]), abs_tol=tolerance), case


@pytest.mark.parametrize("counts", [*EXAMPLES[:4], (1, 200, 3, 8), (20, 31, 15, 31)])
def test_score_at_its_limits(counts: tuple[int, int, int, int]) -> None:
    """The likeliest pair found by maximising; statsmodels 0.15 has a slip in its cubic here."""
    x1, n1, x2, n2 = counts
    found = difference_interval(*counts, method="score")
    for delta in (found.low, found.high):

        def loss(p2: float, delta: float = delta) -> float:
            p1 = p2 + delta
            return -float(xlogy(x1, p1) + xlogy(n1 - x1, 1 - p1) + xlogy(x2, p2)) - float(
                xlogy(n2 - x2, 1 - p2)
            )

        ends = (max(0.0, -delta), min(1.0, 1 - delta))
        p2 = minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-12}).x
        p1 = p2 + delta
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
        score = (x1 / n1 - x2 / n2 - delta) / math.sqrt(variance)
        assert math.isclose(abs(score), 1.959963984540054, rel_tol=1e-5)


def test_score_by_hand_where_searches_fail() -> None:
    """None of 10 twice: d² = c d(1 - d)/10. All and none: d = 1 - 2e, 4e² = 2c e(1 - e)/10."""
    c = 1.959963984540054**2 * 20 / 19
    none = difference_interval(0, 10, 0, 10, method="score")
    assert math.isclose(none.high, c / (10 + c), abs_tol=1e-12)
    assert math.isclose(none.low, -none.high, abs_tol=1e-12)
    apart = difference_interval(10, 10, 0, 10, method="score")
    assert math.isclose(apart.low, 1 - 2 * (c / 5) / (4 + c / 5), abs_tol=1e-12)
    assert apart.high == 1


def test_mover_exact_by_hand() -> None:
    """20 of 31 of 45 less 12 of 30 of 60, from the exact limits half a unit wider."""
    one, two = interval(20, 31, 45), interval(12, 30, 60)
    p1, p2 = 20 / 31, 12 / 30
    below1, above1 = p1 - (one.low - 0.5 / 45), one.high + 0.5 / 45 - p1
    below2, above2 = p2 - (two.low - 0.5 / 60), two.high + 0.5 / 60 - p2
    found = difference_interval(20, 31, 12, 30, 45, 60)
    assert found.method == "mover_exact"
    assert math.isclose(found.low, p1 - p2 - math.hypot(below1, above2), abs_tol=1e-12)
    assert math.isclose(found.high, p1 - p2 + math.hypot(above1, below2), abs_tol=1e-12)


def test_mover_exact_with_one_population_takes_wilson_for_the_other() -> None:
    one, two = interval(20, 31, 45), interval(12, 30)
    found = difference_interval(20, 31, 12, 30, population1=45)
    above1, below2 = one.high + 0.5 / 45 - 20 / 31, 12 / 30 - two.low
    assert math.isclose(found.high, 20 / 31 - 0.4 + math.hypot(above1, below2), abs_tol=1e-12)
    mirror = difference_interval(12, 30, 20, 31, population2=45)
    assert math.isclose(mirror.low, -found.high, abs_tol=1e-12)


def test_mover_exact_with_both_lists_whole_is_a_point() -> None:
    found = difference_interval(20, 31, 12, 30, 31, 30)
    assert found.low == found.high == 20 / 31 - 12 / 30


def test_mover_exact_keeps_to_what_the_silent_leave_possible() -> None:
    """One of each list is silent: 43 to 44 of 45 less 1 to 2 of 45."""
    found = difference_interval(43, 44, 1, 44, 45, 45)
    assert found.low >= 41 / 45 - 1e-12
    assert found.high <= 43 / 45 + 1e-12


samples = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.sampled_from(sorted(WITHOUT_POPULATION)), samples, samples, st.floats(0.5, 0.995))
@settings(max_examples=200, deadline=None)
def test_behaves(
    method: str, one: tuple[int, int], two: tuple[int, int], confidence: float
) -> None:
    found = difference_interval(*one, *two, method=method, confidence=confidence)
    difference = one[0] / one[1] - two[0] / two[1]
    assert -1 <= found.low <= found.high <= 1
    if method != "agresti_caffo":  # its centre is pulled towards 0
        assert found.low - 1e-12 <= difference <= found.high + 1e-12
    if method != "wald":
        assert found.low < found.high
    swapped = difference_interval(*two, *one, method=method, confidence=confidence)
    complement = difference_interval(
        one[1] - one[0], one[1], two[1] - two[0], two[1], method=method, confidence=confidence
    )
    for mirror in (swapped, complement):
        assert math.isclose(mirror.low, -found.high, abs_tol=1e-9)
        assert math.isclose(mirror.high, -found.low, abs_tol=1e-9)
    wider = difference_interval(*one, *two, method=method, confidence=(1 + confidence) / 2)
    assert wider.low <= found.low + 1e-12
    assert found.high <= wider.high + 1e-12


@given(samples, samples, st.integers(0, 60), st.integers(0, 60) | st.none())
@settings(max_examples=150, deadline=None)
def test_a_finite_population_behaves(
    one: tuple[int, int], two: tuple[int, int], silent1: int, silent2: int | None
) -> None:
    sizes = one[1] + silent1, None if silent2 is None else two[1] + silent2
    found = difference_interval(*one, *two, *sizes)
    assert -1 <= found.low <= found.high <= 1
    difference = one[0] / one[1] - two[0] / two[1]
    assert found.low - 1e-12 <= difference <= found.high + 1e-12
    swapped = difference_interval(*two, *one, sizes[1], sizes[0])
    assert math.isclose(swapped.low, -found.high, abs_tol=1e-9)
    wider = difference_interval(*one, *two, *sizes, confidence=0.99)
    assert wider.low <= found.low + 1e-12
    assert found.high <= wider.high + 1e-12


@pytest.mark.parametrize(
    ("arguments", "code", "remedy"),
    [
        ({"x1": 6, "n1": 5}, ErrorCode.INVALID_COUNT, "among the n valid answers"),
        ({"n2": 0}, ErrorCode.INVALID_COUNT, "at least one valid answer"),
        ({"method": "newcomb"}, ErrorCode.UNKNOWN_METHOD, "one of: newcombe, wald"),
        ({"method": "newcombe", "population1": 9}, ErrorCode.UNKNOWN_METHOD, "of: mover_exact"),
        ({"method": "mover_exact"}, ErrorCode.UNKNOWN_METHOD, "without a population"),
        ({"population2": 4}, ErrorCode.POPULATION_TOO_SMALL, "correct the population"),
        ({"confidence": 95}, ErrorCode.INVALID_CONFIDENCE, r"0\.95 for 95 %"),
        ({"method": "wald", "confidence": 0}, ErrorCode.INVALID_CONFIDENCE, "between 0 and 1"),
        ({"method": "score", "x2": -1}, ErrorCode.INVALID_COUNT, "among the n valid answers"),
    ],
)
def test_impossible_arguments_say_what_to_do(
    arguments: dict[str, object], code: ErrorCode, remedy: str
) -> None:
    with pytest.raises(AnalysisError, match=remedy) as refused:
        difference_interval(**{"x1": 3, "n1": 5, "x2": 2, "n2": 5, **arguments})
    assert refused.value.code is code

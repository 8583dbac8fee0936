"""Kappa is that of statsmodels and R's psych."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from analisis import AnalysisError, ErrorCode, kappa
from tests.analisis.scales.reference import far, printed

CASES = printed("scales")["kappa"]


@pytest.mark.parametrize("case", CASES)
def test_equals_psych(case: dict[str, Any]) -> None:
    options = {"categories": case["categories"]}
    found = kappa(case["a"], case["b"], **options)
    assert far((found.value, found.se), (case["value"], case["se"])) < 1e-10
    assert far((found.low, found.high), (max(case["low"], -1), min(case["high"], 1))) < 1e-10
    # Its standard error of a weighted kappa is left out: it weighs the margins of the second
    # coder otherwise than Fleiss, Cohen and Everitt.
    assert far(kappa(case["a"], case["b"], "quadratic", **options).value, case["quadratic"]) < 1e-10
    assert far(kappa(case["a"], case["b"], "linear", **options).value, case["linear"]) < 1e-10


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_equals_statsmodels(case: dict[str, Any], weights: str | None) -> None:
    c = len(case["categories"])
    table = np.zeros((c, c))
    np.add.at(table, (np.array(case["a"]) - 1, np.array(case["b"]) - 1), 1)
    reference = cohens_kappa(table, wt=weights)
    found = kappa(case["a"], case["b"], weights, categories=case["categories"])
    assert far((found.value, found.se), (reference.kappa, reference.std_kappa)) < 1e-10
    assert far(found.low, max(reference.kappa_low, -1)) < 1e-10
    assert found.n == len(case["a"])


def test_textbook_example() -> None:
    # Two coders, 50 applications: 20 both yes, 15 both no, 5 and 10 divided.
    a = ["yes"] * 25 + ["no"] * 25
    b = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = kappa(a, b)
    assert (found.observed, found.expected) == (0.7, 0.5)
    assert found.value == pytest.approx(0.4)
    assert found.categories == ("no", "yes")


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_standard_error_is_what_leaving_one_out_shows(weights: str | None) -> None:
    rng = np.random.default_rng(4)
    a = rng.integers(1, 6, 600)
    b = np.where(rng.random(600) < 0.6, a, np.clip(a + rng.integers(-2, 3, 600), 1, 5))
    found = kappa(a, b, weights)
    left = [kappa(np.delete(a, i), np.delete(b, i), weights).value for i in range(600)]
    jackknife = np.sqrt(599 / 600 * np.sum((np.array(left) - np.mean(left)) ** 2))
    assert found.se == pytest.approx(jackknife, rel=0.01)


codings = st.integers(2, 5).flatmap(
    lambda c: st.lists(
        st.tuples(st.integers(1, c), st.integers(1, c)), min_size=2, max_size=60
    ).filter(lambda pairs: len({x for pair in pairs for x in pair}) > 1)
)


@given(codings, st.sampled_from([None, "linear", "quadratic"]), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_is_symmetric_and_blind_to_order(
    pairs: list[tuple[int, int]], weights: str | None, random: Any
) -> None:
    a, b = zip(*pairs, strict=True)
    found = kappa(a, b, weights)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high
    for other in (
        kappa(b, a, weights),
        kappa(*zip(*random.sample(pairs, len(pairs)), strict=True), weights),
        # Turning the order of the categories round keeps the distances.
        kappa([9 - x for x in a], [9 - x for x in b], weights),
    ):
        assert np.allclose(
            (other.value, other.se, other.low, other.high),
            (found.value, found.se, found.low, found.high),
            atol=1e-9,
        )


@given(codings)
@settings(max_examples=50, deadline=None)
def test_names_of_categories_do_not_matter_unweighted(pairs: list[tuple[int, int]]) -> None:
    a, b = zip(*pairs, strict=True)
    names = {1: "z", 2: "a", 3: "m", 4: "c", 5: "q"}
    renamed = kappa([names[x] for x in a], [names[x] for x in b])
    assert renamed.value == pytest.approx(kappa(a, b).value, abs=1e-12)


@given(codings)
@settings(max_examples=50, deadline=None)
def test_with_two_categories_weights_change_nothing(pairs: list[tuple[int, int]]) -> None:
    a, b = ([min(x, 2) for x in coder] for coder in zip(*pairs, strict=True))
    if len(set(a) | set(b)) < 2:
        return
    plain = kappa(a, b)
    for weights in ("linear", "quadratic"):
        found = kappa(a, b, weights)
        assert (found.value, found.se) == pytest.approx((plain.value, plain.se), abs=1e-9)


def test_full_agreement_is_not_a_point() -> None:
    found = kappa([1, 2, 3, 1, 2] * 4, [1, 2, 3, 1, 2] * 4)
    assert (found.value, found.se, found.high, found.method) == (1, 0, 1, "wilson")
    # Wilson's lower limit of 20 of 20 is .8389; chance agrees in .36.
    assert found.low == pytest.approx((0.838875 - 0.36) / 0.64, abs=1e-5)


def test_the_order_of_categories_is_the_one_given() -> None:
    a, b = ["low", "high", "middle", "low"], ["low", "middle", "middle", "low"]
    order = ["low", "middle", "high"]
    found = kappa(a, b, "linear", categories=order)
    numbers = kappa([0, 2, 1, 0], [0, 1, 1, 0], "linear")
    assert found.value == numbers.value
    assert found.categories == tuple(order)
    # A category that nobody used is a step on the way.
    longer = kappa(a, b, "linear", categories=["low", "lowish", "middle", "high"])
    assert longer.observed == pytest.approx(1 - 1 / 12)


def test_units_that_a_coder_left_out_leave() -> None:
    a, b = [1, 2, None, 2, 1, 2], [1, 1, 2, float("nan"), 1, 2]
    assert kappa(a, b) == kappa([1, 2, 1, 2], [1, 1, 1, 2])
    with pytest.raises(AnalysisError) as raised:
        kappa(a, b, missing="error")
    assert (raised.value.code, raised.value.value) == (ErrorCode.MISSING_VALUES, 2)


@pytest.mark.parametrize(
    ("a", "b", "options", "code"),
    [
        ([1, 2], [1], {}, ErrorCode.UNEQUAL_LENGTHS),
        ([], [], {}, ErrorCode.INVALID_COUNT),
        ([None, 1], [1, None], {}, ErrorCode.INVALID_COUNT),
        ([1, 1, 1], [1, 1, 1], {}, ErrorCode.NO_VARIATION),
        (["a", "b"], ["a", "a"], {"weights": "linear"}, ErrorCode.INVALID_ARGUMENT),
        ([1, 2], [1, 3], {"categories": [1, 2]}, ErrorCode.INVALID_ARGUMENT),
        ([1, 2], [1, 2], {"categories": [1, 2, 1]}, ErrorCode.INVALID_ARGUMENT),
        ([1, 2], [1, 2], {"weights": "cubic"}, ErrorCode.UNKNOWN_METHOD),
        ([1, 2], [1, 2], {"missing": "pairwise"}, ErrorCode.UNKNOWN_METHOD),
        ([1, 2], [1, 2], {"confidence": 95}, ErrorCode.INVALID_CONFIDENCE),
    ],
)
def test_what_has_no_kappa_says_why(
    a: list[Any], b: list[Any], options: dict[str, Any], code: ErrorCode
) -> None:
    with pytest.raises(AnalysisError) as raised:
        kappa(a, b, **options)
    assert raised.value.code == code

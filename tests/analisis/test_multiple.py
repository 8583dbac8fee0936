"""Adjusted p-values are those of R, and Hommel's those of the closed test."""

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from analisis import AnalysisError, ErrorCode, adjust_p
from analisis.multiple import METHODS
from tests.analisis.scales.reference import far, printed

CASES = printed("scales")["adjusted"]
probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=25)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("method", METHODS)
def test_equals_r(case: dict[str, Any], method: str) -> None:
    p = np.atleast_1d(case["p"])
    assert far(adjust_p(p, method), np.atleast_1d(case["adjusted"][method])) < 1e-12


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7))
@settings(max_examples=30, deadline=None)
def test_hommel_is_the_closed_test_of_simes(p: list[float]) -> None:
    def simes(members: tuple[int, ...]) -> float:
        values = sorted(p[i] for i in members)
        return min(len(values) * value / rank for rank, value in enumerate(values, 1))

    places = range(len(p))
    sets = [s for size in range(1, len(p) + 1) for s in combinations(places, size)]
    expected = [max(min(1, simes(s)) for s in sets if i in s) for i in places]
    assert np.allclose(adjust_p(p, "hommel"), expected, rtol=1e-12)


@given(probabilities)
@settings(max_examples=20, deadline=None)
def test_equals_statsmodels(p: list[float]) -> None:
    names = {"simes-hochberg": "hochberg", "fdr_bh": "bh", "fdr_by": "by", "holm": "holm"}
    for theirs, ours in names.items():
        expected = multipletests(p, method=theirs)[1]
        assert np.allclose(adjust_p(p, ours), expected, rtol=1e-10)


@given(probabilities, st.sampled_from(sorted(METHODS)), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_keeps_the_order_and_never_makes_smaller(p: list[float], method: str, random: Any) -> None:
    found = adjust_p(p, method)
    assert np.all(found >= np.array(p))
    assert np.all(found <= 1)
    assert np.all(np.diff(found[np.argsort(p, kind="stable")]) >= 0)
    order = random.sample(range(len(p)), len(p))
    assert np.array_equal(adjust_p([p[i] for i in order], method), found[order])
    raised = adjust_p([min(1.0, value * 1.5) for value in p], method)
    assert np.all(raised >= found * (1 - 1e-12))


@given(probabilities)
@settings(max_examples=50, deadline=None)
def test_methods_stand_in_their_order(p: list[float]) -> None:
    chain = [adjust_p(p, name) for name in ("bh", "hommel", "hochberg", "holm", "bonferroni")]
    for smaller, larger in pairwise(chain):
        assert np.all(smaller <= larger * (1 + 1e-12))
    assert np.all(adjust_p(p, "bh") <= adjust_p(p, "by") * (1 + 1e-12))


def test_holm_is_the_default_and_nothing_stays_nothing() -> None:
    assert np.array_equal(adjust_p([0.01, 0.04]), adjust_p([0.01, 0.04], "holm"))
    assert adjust_p([]).shape == (0,)


@pytest.mark.parametrize(
    ("p", "method", "code"),
    [
        ([0.1, 1.2], "holm", ErrorCode.INVALID_ARGUMENT),
        ([0.1, -0.2], "holm", ErrorCode.INVALID_ARGUMENT),
        ([0.1, float("nan")], "bh", ErrorCode.INVALID_ARGUMENT),
        ([[0.1], [0.2]], "bh", ErrorCode.INVALID_ARGUMENT),
        ([0.1], "sidak", ErrorCode.UNKNOWN_METHOD),
    ],
)
def test_what_cannot_be_adjusted_says_why(p: Any, method: str, code: ErrorCode) -> None:
    with pytest.raises(AnalysisError) as raised:
        adjust_p(p, method)
    assert raised.value.code == code


def test_what_is_given_stays_as_it_is() -> None:
    given_values = np.array([0.03, 0.01, 0.02])
    adjust_p(given_values, "hommel")
    assert given_values.tolist() == [0.03, 0.01, 0.02]

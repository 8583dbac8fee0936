"""Korn-Graubard's interval against R's, Clopper-Pearson's and the arithmetic at the edges."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analisis import AnalysisError, ErrorCode
from analisis.proportions import clopper_pearson_interval, korn_graubard_limits

CASES = json.loads((Path(__file__).parent / "r" / "korn_graubard.json").read_text())


def test_r_where_it_does_not_exceed_the_answers() -> None:
    names = ("p", "n", "n_effective", "df", "low", "high", "confidence")
    # R prints "Inf" where the variance is zero.
    column = {name: np.array([float(case[name]) for case in CASES]) for name in names}
    compared = 0
    for level in (0.9, 0.95, 0.99):
        price = stats.t.isf((1 - level) / 2, column["n"] - 1) / stats.t.isf(
            (1 - level) / 2, column["df"]
        )
        rows = (column["confidence"] == level) & (
            column["n_effective"] * price**2 <= column["n"] * (1 - 1e-9)
        )
        low, high = korn_graubard_limits(
            column["p"][rows], column["n"][rows], column["n_effective"][rows],
            column["df"][rows], level,
        )  # fmt: skip
        np.testing.assert_allclose(low, column["low"][rows], rtol=1e-10)
        np.testing.assert_allclose(high, column["high"][rows], rtol=1e-10)
        compared += int(rows.sum())
    assert compared >= 40


@given(n=st.integers(2, 500), data=st.data())
def test_a_simple_random_sample_gives_clopper_pearson(n: int, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n))
    low, high = korn_graubard_limits(x / n, n, n * data.draw(st.sampled_from([1, 1.7])), n - 1)
    exact = clopper_pearson_interval(x, n)
    assert (low, high) == (pytest.approx(exact.low), pytest.approx(exact.high))


def test_none_and_all_use_the_answers_adjusted_for_the_degrees_of_freedom() -> None:
    size = 50 * (stats.t.isf(0.025, 49) / stats.t.isf(0.025, 8)) ** 2
    low, high = korn_graubard_limits([0.0, 1.0], 50, np.nan, 8)
    # A beta with one parameter of 1 has closed quantiles.
    assert high[0] == pytest.approx(1 - 0.025 ** (1 / size), rel=1e-12)
    assert low[1] == pytest.approx(0.025 ** (1 / size), rel=1e-12)
    assert (low[0], high[1]) == (0, 1)


def test_a_tiny_share_stays_inside_its_interval() -> None:
    low, high = korn_graubard_limits(5e-324, 1, 1, 1)
    assert low <= 5e-324 < high


def test_infinite_degrees_of_freedom_are_the_normal_quantile() -> None:
    found = korn_graubard_limits(0.4, 60, 30, np.inf)
    near = korn_graubard_limits(0.4, 60, 30, 1e9)
    np.testing.assert_allclose(found, near, rtol=1e-7)


def test_a_single_answer_has_limits() -> None:
    low, high = korn_graubard_limits([0.0, 1.0], 1, np.nan, 5)
    assert [low.tolist(), high.tolist()] == [[0, pytest.approx(0.025)], [pytest.approx(0.975), 1]]


@given(
    p=st.floats(1e-6, 1 - 1e-6) | st.sampled_from([0.0, 1.0]),
    n=st.integers(1, 5000),
    share=st.floats(0.01, 3),
    df=st.floats(0.5, 1000),
)
def test_limits_hold_the_estimate_and_mirror_the_complement(
    p: float, n: int, share: float, df: float
) -> None:
    low, high = korn_graubard_limits(p, n, n * share, df)
    assert 0 <= low <= p <= high <= 1
    mirrored = korn_graubard_limits(1 - p, n, n * share, df)
    np.testing.assert_allclose((1 - high, 1 - low), mirrored, atol=1e-9)
    if df <= n - 1:  # as in every design: else more confidence may find more answers worth counting
        wider = korn_graubard_limits(p, n, n * share, df, 0.99)
        assert wider[0] <= low + 1e-12
        assert wider[1] >= high - 1e-12


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"p": 1.2}, "p is 1.2"), ({"p": np.nan}, "p is nan"), ({"n": 0}, "n is 0"),
        ({"n_effective": 0}, "n_effective is 0"), ({"n_effective": np.nan}, "n_effective is nan"),
        ({"df": 0}, "more PSUs than strata"), ({"df": [5, -1]}, "df is -1"),
    ],
)  # fmt: skip
def test_impossible_arguments(changes: dict[str, object], name: str) -> None:
    with pytest.raises(AnalysisError, match=name) as caught:
        korn_graubard_limits(**({"p": 0.5, "n": 30, "n_effective": 20, "df": 9} | changes))
    assert caught.value.code is ErrorCode.INVALID_ARGUMENT

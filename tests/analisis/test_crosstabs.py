"""Tables of two questions: simple random samples against SciPy, and what must not change them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from analisis import AnalysisError, ErrorCode, SurveyDesign
from analisis.io.arrays import ArraySource

TESTS = ("F", "Chisq", "Wald", "adjWald")


class Elsewhere(ArraySource):
    """Rows that are only handed out in groups, as an engine does."""

    in_memory = False


def _columns(seed: int = 3, n: int = 360) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(seed)
    psu = np.repeat(np.arange(n // 12), 12)
    lift = rng.normal(0, 0.8, n // 12)[psu]
    answer = np.clip(np.round(3 + lift + rng.normal(0, 1, n)), 1, 4)
    return {
        "psu": psu,
        "stratum": psu % 3,
        "w": rng.integers(1, 9, n).astype(float),
        "age": np.where(lift + rng.normal(0, 1, n) > 0.3, "old", "young"),
        "sat": np.where(rng.random(n) < 0.08, np.nan, answer),
        "some": rng.random(n) < 0.7,
    }


def _design(columns: Mapping[str, Any], source: type[ArraySource] = ArraySource) -> SurveyDesign:
    return SurveyDesign(source(columns), weights="w", strata="stratum", clusters="psu")


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (3, 4)])
def test_a_simple_random_sample_gives_pearsons_test(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(9)
    n = 150
    one, other = (rng.integers(0, levels, n) for levels in shape)
    counts = np.zeros(shape)
    np.add.at(counts, (one, other), 1)
    pearson = stats.chi2_contingency(counts, correction=False)
    design = SurveyDesign({"one": one, "other": other})
    k = (shape[0] - 1) * (shape[1] - 1)
    # The sample's own variance has the divisor n - 1.
    f = design.crosstab("one", "other")
    assert f.statistic == pytest.approx(pearson.statistic * (n - 1) / n / k)
    assert f.df == pytest.approx((k, k * (n - 1)))
    assert f.p_value == pytest.approx(stats.f.sf(f.statistic, *f.df))
    chisq = design.crosstab("one", "other", test="Chisq")
    assert chisq.statistic == pytest.approx(pearson.statistic)
    assert chisq.p_value == pytest.approx(stats.chi2.sf(pearson.statistic * (n - 1) / n, k))
    np.testing.assert_allclose(f.table, counts)


def test_shares_are_those_of_proportion() -> None:
    columns = _columns()
    found = _design(columns).crosstab("age", "sat", where="some")
    pairs = zip(columns["age"], columns["sat"], strict=True)
    both = [None if np.isnan(sat) else f"{age} × {sat}" for age, sat in pairs]
    whole = _design({**columns, "both": both}).proportion("both", where="some")
    rows = _design(columns).proportion("sat", by="age", where="some")
    for ours, theirs in ((found.estimates, whole), (found.row_estimates, rows)):
        for one, other in zip(ours, theirs, strict=True):
            for name in ("value", "se", "low", "high", "df", "deff", "n", "base"):
                assert getattr(one, name) == pytest.approx(getattr(other, name)), name
        np.testing.assert_allclose(ours.covariance, theirs.covariance, atol=1e-15)
    assert [each.category for each in found.estimates] == [each.category for each in whole]
    assert [(each.domain, each.category) for each in found.row_estimates] == [
        (each.domain, each.category) for each in rows
    ]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), test=st.sampled_from(TESTS))
def test_what_must_not_change_a_test(seed: int, test: str) -> None:
    columns = _columns(seed)
    wanted = _design(columns).crosstab("age", "sat", test=test)
    order = np.random.default_rng(seed).permutation(len(columns["w"]))
    halves = {name: np.repeat(each, 2) for name, each in columns.items()}
    for other in (
        _design({name: each[order] for name, each in columns.items()}),
        _design({**columns, "w": columns["w"] * 7.3}),
        _design(columns, Elsewhere),
        _design({**halves, "w": halves["w"] / 2}),
    ):
        found = other.crosstab("age", "sat", test=test)
        assert found.p_value == pytest.approx(wanted.p_value, rel=1e-9)
        assert found.df == pytest.approx(wanted.df, rel=1e-9)
    turned = _design(columns).crosstab("sat", "age", test=test)
    assert turned.statistic == pytest.approx(wanted.statistic, rel=1e-9)
    assert turned.p_value == pytest.approx(wanted.p_value, rel=1e-9)
    np.testing.assert_allclose(turned.table.T, wanted.table)


def test_an_empty_cell_is_for_f_alone() -> None:
    columns = _columns()
    columns["sat"] = np.where(
        columns["age"] == "old", np.maximum(columns["sat"], 2), columns["sat"]
    )
    design = _design(columns)
    found = design.crosstab("age", "sat")
    assert found.table[0, 0] == 0
    assert 0 <= found.p_value < 1
    low = SurveyDesign({"a": [1, 1, 2, 2, 2, 1], "b": [1, 1, 2, 2, 2, 1]})
    with pytest.raises(AnalysisError, match="test='F'") as fault:
        low.crosstab("a", "b", test="Wald")
    assert fault.value.code is ErrorCode.SINGULAR


def test_a_census_has_nothing_to_test() -> None:
    design = SurveyDesign({"a": [1, 1, 2, 2], "b": [1, 2, 2, 1]}, population=4)
    with pytest.raises(AnalysisError, match="everybody was asked") as fault:
        design.crosstab("a", "b")
    assert fault.value.code is ErrorCode.SINGULAR


def test_few_units_leave_wald_without_degrees_of_freedom() -> None:
    design = SurveyDesign(_columns(n=36), weights="w", clusters="psu")
    for test in ("Wald", "adjWald"):
        with pytest.raises(AnalysisError) as fault:
            design.crosstab("age", "sat", test=test)
        assert fault.value.code is ErrorCode.SINGULAR


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"row": "age", "column": "age"}, ErrorCode.INVALID_ARGUMENT),
        ({"row": "age", "column": "one"}, ErrorCode.INVALID_ARGUMENT),
        ({"row": "age", "column": "x"}, ErrorCode.UNKNOWN_COLUMN),
        ({"row": "age", "column": "sat", "test": "exact"}, ErrorCode.UNKNOWN_METHOD),
        ({"row": "age", "column": "sat", "method": "exact"}, ErrorCode.UNKNOWN_METHOD),
        ({"row": "age", "column": "sat", "na": "error"}, ErrorCode.MISSING_VALUES),
        ({"row": "age", "column": "sat", "where": "none"}, ErrorCode.EMPTY_DOMAIN),
    ],
)
def test_what_has_no_answer_is_refused(asked: dict[str, Any], code: ErrorCode) -> None:
    columns = _columns()
    none = np.zeros(len(columns["w"]), dtype=bool)
    design = _design({**columns, "one": np.ones(len(none)), "none": none})
    with pytest.raises(AnalysisError) as fault:
        design.crosstab(asked.pop("row"), asked.pop("column"), **asked)
    assert fault.value.code is code


def test_replicates_test_with_the_spread_of_their_shares() -> None:
    columns = _columns()
    design = _design(columns).replicates(kind="JKn")
    found, linearised = (each.crosstab("age", "sat") for each in (design, _design(columns)))
    rows = design.proportion("sat", by="age")
    assert [each.se for each in found.row_estimates] == pytest.approx([each.se for each in rows])
    assert found.statistic == pytest.approx(linearised.statistic, rel=0.05)
    np.testing.assert_allclose(found.table, linearised.table)

"""Regression under a design: against statsmodels, domain means, and what must not change it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from analisis import AnalysisError, ErrorCode, SurveyDesign
from analisis.io.arrays import ArraySource


class Elsewhere(ArraySource):
    """Rows that are only handed out in groups, as an engine does."""

    in_memory = False


def _columns(seed: int = 1, n: int = 300) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(seed)
    psu = np.repeat(np.arange(n // 10), 10)
    x = rng.integers(0, 9, n).astype(float)
    kind = np.array(["low", "mid", "top"])[rng.integers(0, 3, n)]
    y = 2 + 0.7 * x + 3 * (kind == "top") + rng.normal(0, 1, n // 10)[psu] + rng.normal(0, 2, n)
    return {
        "psu": psu,
        "stratum": psu % 4,
        "w": rng.integers(1, 30, n) / 4,
        "x": x,
        "z": np.where(rng.random(n) < 0.05, np.nan, rng.normal(0, 1, n)),
        "kind": kind,
        "old": rng.random(n) < 0.4,
        "some": rng.random(n) < 0.8,
        "y": y.round(1),
        "yes": y + rng.normal(0, 2, n) > 5.5,
    }


def _design(columns: Mapping[str, Any], source: type[ArraySource] = ArraySource) -> SurveyDesign:
    return SurveyDesign(source(columns), weights="w", strata="stratum", clusters="psu")


@pytest.mark.parametrize("family", ["linear", "logistic"])
def test_rows_as_units_give_the_sandwich_of_statsmodels(family: str) -> None:
    columns = _columns()
    n = len(columns["y"])
    design = SurveyDesign(columns, weights="w").regression(
        ["x", "kind"], "y" if family == "linear" else "yes", family=family
    )
    matrix = np.column_stack(
        [np.ones(n), columns["x"], columns["kind"] == "mid", columns["kind"] == "top"]
    ).astype(float)
    weights = columns["w"] / columns["w"].mean()
    if family == "linear":
        theirs = sm.WLS(columns["y"], matrix, weights=weights).fit(cov_type="HC0")
        mean = theirs.fittedvalues
        slope = np.ones(n)
    else:
        model = sm.GLM(columns["yes"] * 1.0, matrix, sm.families.Binomial(), freq_weights=weights)
        theirs = model.fit(tol=1e-14)
        mean = theirs.fittedvalues
        slope = mean * (1 - mean)
    np.testing.assert_allclose(design.coefficients, theirs.params, rtol=1e-9)
    response = columns["y"] if family == "linear" else columns["yes"]
    bread = np.linalg.inv(matrix.T @ (matrix * (weights * slope)[:, np.newaxis]))
    scores = matrix * ((response - mean) * weights)[:, np.newaxis]
    sandwich = bread @ scores.T @ scores @ bread * n / (n - 1)
    if family == "linear":
        np.testing.assert_allclose(theirs.cov_params() * n / (n - 1), sandwich, rtol=1e-9)
    np.testing.assert_allclose(design.covariance, sandwich, rtol=1e-8)
    assert design.names == ("(Intercept)", "x", "kindmid", "kindtop")
    assert design.df == n - 4


def test_the_slope_of_two_groups_is_their_difference() -> None:
    design = _design(_columns())
    means = design.mean("y", by="old", where="some")
    fit = design.regression("old", "y", where="some")
    change = means.difference(1, 0)
    assert fit.names == ("(Intercept)", "oldTRUE")
    assert fit.coefficients.tolist() == pytest.approx([means[0].value, change.value])
    assert fit.estimates[1].se == pytest.approx(change.se)
    assert fit.estimates[0].se == pytest.approx(means[0].se)
    apart = design.regression("old", "y", where="some", intercept=False)
    assert apart.names == ("oldFALSE", "oldTRUE")
    np.testing.assert_allclose(apart.covariance, means.covariance)
    assert fit.df == change.df - 1 if change.df else False


def test_the_logistic_slope_of_two_groups_is_their_log_odds_ratio() -> None:
    design = _design(_columns())
    shares = design.mean("yes", by="old")
    fit = design.regression("old", "yes", family="logistic")
    p = np.array([each.value for each in shares])
    odds = np.log(p / (1 - p))
    slopes = np.array([[1, 0], [-1, 1]]) / (p * (1 - p))
    np.testing.assert_allclose(fit.coefficients, [odds[0], odds[1] - odds[0]])
    np.testing.assert_allclose(fit.covariance, slopes @ shares.covariance @ slopes.T)


def test_calibrated_weights_count_as_for_a_mean() -> None:
    columns = _columns()
    for design in (_design(columns), SurveyDesign(columns, weights="w")):
        after = design.poststratify("kind", {"low": 900, "mid": 500, "top": 600})
        (mean,) = after.mean("y", where="some")
        fit = after.regression([], "y", where="some")
        assert fit.coefficients[0] == pytest.approx(mean.value)
        assert fit.estimates[0].se == pytest.approx(mean.se)
        assert fit.df == mean.df


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 999), family=st.sampled_from(["linear", "logistic"]))
def test_what_must_not_change_a_model(seed: int, family: str) -> None:
    columns = _columns(seed)
    response = "y" if family == "linear" else "yes"

    def fit(design: SurveyDesign) -> Any:
        return design.regression(["x", "kind", "old", "z"], response, family=family, where="some")

    wanted = fit(_design(columns))
    scale = np.sqrt(np.diag(wanted.covariance))
    order = np.random.default_rng(seed).permutation(len(columns["w"]))
    halves = {name: np.repeat(each, 2) for name, each in columns.items()}
    for other in (
        _design({name: each[order] for name, each in columns.items()}),
        _design({**columns, "w": columns["w"] * 7.3}),
        _design({**halves, "w": halves["w"] / 2}),
        _design({**columns, "stratum": 9 - columns["stratum"]}),
        _design(columns, Elsewhere),
    ):
        found = fit(other)
        np.testing.assert_allclose(found.coefficients / scale, wanted.coefficients / scale, 1e-9)
        np.testing.assert_allclose(
            found.covariance / np.outer(scale, scale),
            wanted.covariance / np.outer(scale, scale),
            atol=1e-9,
        )
        assert (found.df, found.names) == (wanted.df, wanted.names)


def test_equal_rows_of_an_engine_count_each() -> None:
    columns = {name: each for name, each in _columns().items() if name in {"w", "old", "yes"}}
    columns["w"] = np.ceil(columns["w"])
    here, there = (
        SurveyDesign(source(columns), weights="w").regression("old", "yes", family="logistic")
        for source in (ArraySource, Elsewhere)
    )
    np.testing.assert_allclose(there.coefficients, here.coefficients)
    np.testing.assert_allclose(there.covariance, here.covariance)
    assert (there.df, there.n) == (here.df, here.n) == (298, 300)


def test_estimates_carry_students_interval() -> None:
    fit = _design(_columns()).regression(["x", "z"], "y", confidence=0.9)
    slope = fit.estimates[1]
    assert (slope.statistic, slope.variable, slope.category, slope.method) == (
        "coefficient", "y", "x", "t",
    )  # fmt: skip
    half = stats.t.ppf(0.95, fit.df) * slope.se
    assert (slope.low, slope.high) == (
        pytest.approx(slope.value - half),
        pytest.approx(slope.value + half),
    )
    np.testing.assert_array_equal(fit.estimates.covariance, fit.covariance)
    assert fit.n < slope.base == 300
    given_df = _design(_columns()).regression(["x", "z"], "y", df=5)
    assert given_df.df == 5


def test_a_census_has_no_error() -> None:
    design = SurveyDesign({"x": [1, 2, 3, 5], "y": [2.0, 3.0, 3.5, 7.0]}, population=4)
    slope = design.regression("x", "y").estimates[1]
    assert (slope.se, slope.low, slope.flags) == (0, slope.value, ("census",))


def _refused(columns: Mapping[str, Any], *asked: Any, **more: Any) -> AnalysisError:
    with pytest.raises(AnalysisError) as fault:
        _design(columns).regression(*asked, **more)
    return fault.value


def test_a_column_that_others_tell_is_named() -> None:
    columns = _columns()
    twice = {
        **columns,
        "twice": 2 * columns["x"] + 1,
        "one": np.full(300, "a"),
        "two": columns["x"],
    }
    fault = _refused(twice, ["x", "kind", "twice"], "y")
    assert (fault.code, fault.column) == (ErrorCode.SINGULAR, "twice")
    assert _refused(twice, ["x", "two"], "yes", family="logistic").column == "two"
    assert _refused(twice, ["x", "one"], "y").column == "one"
    few = {**columns, "few": np.arange(300) < 3}
    fault = _refused(few, ["x", "z", "kind"], "y", where="few")
    assert fault.code is ErrorCode.SINGULAR


def test_what_tells_the_response_without_a_doubt_is_named() -> None:
    columns = _columns()
    for column in (columns["yes"] * 3.0 + columns["x"] / 100, columns["yes"] | columns["old"]):
        fault = _refused({**columns, "sign": column}, ["x", "sign"], "yes", family="logistic")
        assert (fault.code, fault.column) == (ErrorCode.NOT_CONVERGED, "sign")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"columns": "x", "response": "kind"}, ErrorCode.NOT_NUMERIC),
        ({"columns": "q", "response": "y"}, ErrorCode.UNKNOWN_COLUMN),
        ({"columns": ["x", "x"], "response": "y"}, ErrorCode.INVALID_ARGUMENT),
        ({"columns": "y", "response": "y"}, ErrorCode.INVALID_ARGUMENT),
        ({"columns": [], "response": "y", "intercept": False}, ErrorCode.INVALID_ARGUMENT),
        ({"columns": "x", "response": "y", "family": "probit"}, ErrorCode.UNKNOWN_METHOD),
        ({"columns": "x", "response": "y", "family": "logistic"}, ErrorCode.INVALID_ARGUMENT),
        ({"columns": "x", "response": "same"}, ErrorCode.INVALID_ARGUMENT),
        ({"columns": "x", "response": "none"}, ErrorCode.EMPTY_DOMAIN),
        ({"columns": "z", "response": "y", "na": "error"}, ErrorCode.MISSING_VALUES),
    ],
)
def test_what_has_no_answer_is_refused(asked: dict[str, Any], code: ErrorCode) -> None:
    columns = {**_columns(), "same": np.full(300, 0.5), "none": np.full(300, np.nan)}
    assert _refused(columns, asked.pop("columns"), asked.pop("response"), **asked).code is code


@pytest.mark.parametrize("family", ["linear", "logistic"])
def test_replicates_fit_each_anew(family: str) -> None:
    columns = _columns()
    response = "y" if family == "linear" else "yes"
    design = _design(columns).replicates(kind="JKn")
    fit = design.regression(["x", "old"], response, family=family)
    matrix = np.column_stack([np.ones(300), columns["x"], columns["old"]]).astype(float)
    again = []
    for weights in design.replicate_weights.T:
        there = weights > 0
        y = columns[response][there].astype(float)
        if family == "linear":
            model = sm.WLS(y, matrix[there], weights=weights[there]).fit()
        else:
            model = sm.GLM(
                y, matrix[there], sm.families.Binomial(), freq_weights=weights[there]
            ).fit(tol=1e-14)
        again.append(model.params)
    gap = np.array(again) - np.mean(again, axis=0)
    wanted = design.scale * gap.T @ (gap * design.rscales[:, np.newaxis])
    np.testing.assert_allclose(fit.covariance, wanted, rtol=1e-7)
    linearised = _design(columns).regression(["x", "old"], response, family=family)
    np.testing.assert_allclose(fit.coefficients, linearised.coefficients)
    assert fit.df == linearised.df == 30 - 4 + 1 - 3


def test_a_replicate_that_loses_a_level_is_left_out() -> None:
    columns = _columns()
    alone = np.where(columns["psu"] == 3, "only here", "elsewhere")
    design = _design({**columns, "alone": alone}).replicates(kind="JKn")
    fit = design.regression("alone", "y")
    assert np.isfinite(fit.covariance).all()

"""Quantiles of a design: against NumPy, fractions, and what must not change them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from analisis import AnalysisError, ErrorCode, SurveyDesign
from analisis.estimators.quantile_rules import OF_SUMS, RULES
from analisis.io.arrays import ArraySource
from tests.analisis.reference_designs import data

NUMPY = {
    "hf1": "inverted_cdf",
    "hf2": "averaged_inverted_cdf",
    "hf4": "interpolated_inverted_cdf",
    "hf5": "hazen",
    "hf6": "weibull",
    "hf7": "linear",
    "hf8": "median_unbiased",
    "hf9": "normal_unbiased",
}


class Elsewhere(ArraySource):
    """Rows that are only handed out in groups, as an engine does."""

    in_memory = False


@pytest.mark.parametrize("rule", NUMPY)
def test_equal_weights_give_numpys_quantiles(rule: str) -> None:
    rng = np.random.default_rng(5)
    for n in (1, 2, 3, 10, 37, 100):
        x = np.sort(rng.permutation(1000)[:n]).astype(float)
        p = np.append(rng.uniform(0, 1, 20), [0.0, 0.5, 0.7, 1.0])
        found = RULES[rule](x, np.full(n, 7.3), p, 1e-12)
        np.testing.assert_allclose(found, np.quantile(x, p, method=NUMPY[rule]), rtol=1e-12)


@pytest.mark.parametrize(("n", "p"), [(200, 0.1), (200, 0.9), (50, 0.2), (10, 0.7), (10, 0.3)])
def test_a_tie_is_a_tie_whatever_the_weights_round_to(n: int, p: float) -> None:
    wanted = int(Fraction(p).limit_denominator(100) * n)
    x = np.arange(1.0, n + 1)
    for weight in (30.97, 1 / 3, 7.3, 15.1, 1e-9, 12345.678):
        found = {rule: RULES[rule](x, np.full(n, weight), np.array([p]), 1e-12) for rule in OF_SUMS}
        assert found["math"] == wanted
        assert found["school"] == wanted + 0.5


def test_the_tenth_of_the_schools() -> None:
    schools = data("apisrs")
    lowest = np.sort(schools["api00"])
    found = SurveyDesign(schools, weights="pw", population="fpc").quantile("api00", [0.1, 0.9])
    assert [each.value for each in found] == [lowest[19], lowest[179]] == [479, 818]


Row = tuple[int, int, int]
ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 4), st.integers(0, 3)), min_size=5, max_size=30
).filter(lambda rows: len({psu for _y, _w, psu in rows}) > 1)


def _columns(rows: list[Row]) -> dict[str, NDArray[Any]]:
    y, weight, psu = (np.array(column) for column in zip(*rows, strict=True))
    return {"y": y.astype(float), "w": weight.astype(float), "psu": psu}


def _figures(
    columns: Mapping[str, Any], source: type[ArraySource] = ArraySource, **asked: Any
) -> Any:
    design = SurveyDesign(source(columns), weights="w", clusters=asked.pop("clusters", "psu"))
    found = design.quantile("y", [0.1, 0.25, 0.5, 0.8], **asked)
    return [
        [None if each is None else round(each, 7) for each in (e.value, e.low, e.high, e.se)]
        for e in found
    ]


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, rule=st.sampled_from(sorted(OF_SUMS)), data=st.data())
def test_what_must_not_change_a_quantile(rows: list[Row], rule: str, data: st.DataObject) -> None:
    columns = _columns(rows)
    found = _figures(columns, rule=rule)
    order = data.draw(st.permutations(range(len(rows))))
    assert _figures({name: each[order] for name, each in columns.items()}, rule=rule) == found
    scale = data.draw(st.sampled_from([0.1, 7.3, 1e-6, 12345.6]))
    assert _figures({**columns, "w": columns["w"] * scale}, rule=rule) == found
    halves = {name: np.repeat(each, 2) for name, each in columns.items()}
    assert _figures({**halves, "w": halves["w"] / 2}, rule=rule) == found


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, rule=st.sampled_from(sorted(set(RULES) - {"shahvaish"})))
def test_a_quantile_grows_with_the_probability(rows: list[Row], rule: str) -> None:
    columns = _columns(rows)
    p = np.linspace(0, 1, 41)
    found = SurveyDesign(columns, weights="w").quantile("y", p.tolist(), rule=rule)
    values = np.array([each.value for each in found], dtype=float)
    assert np.all(np.diff(values) >= -1e-12)
    # A value between two answers has the share of the lower one, which may be far below p.
    for each in found if rule in OF_SUMS else ():
        assert each.low is None or each.value is None or each.low <= each.value
        assert each.high is None or each.value is None or each.high >= each.value


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, rule=st.sampled_from(sorted(RULES)), clusters=st.sampled_from([None, "psu"]))
def test_groups_of_equal_rows_say_the_same(
    rows: list[Row], rule: str, clusters: str | None
) -> None:
    columns = _columns(sorted(rows))  # rules that count rows take them in the order of the weights
    here = _figures(columns, rule=rule, clusters=clusters)
    assert _figures(columns, Elsewhere, rule=rule, clusters=clusters) == here


def _panel(source: type[ArraySource] = ArraySource) -> SurveyDesign:
    rng = np.random.default_rng(11)
    n = 240
    columns = {
        "y": np.where(rng.random(n) < 0.1, np.nan, rng.normal(50, 10, n)),
        "w": rng.uniform(1, 9, n).round(2),
        "town": np.repeat(["a", "b", "c"], 80),
        "psu": np.repeat(np.arange(24), 10),
        "year": np.tile([1, 2], 120),
        "some": rng.random(n) < 0.6,
    }
    return SurveyDesign(source(columns), weights="w", strata="town", clusters="psu")


def test_medians_of_strata_are_independent_and_those_of_years_are_not() -> None:
    design = _panel()
    towns = design.quantile("y", 0.5, by="town")
    np.testing.assert_allclose(np.sqrt(np.diag(towns.covariance)), [each.se for each in towns])
    np.testing.assert_allclose(towns.covariance - np.diag(np.diag(towns.covariance)), 0, atol=1e-12)
    change = towns.difference("b", "a")
    assert change.se == pytest.approx(np.hypot(towns[0].se or 0, towns[1].se or 0))
    years = design.quantile("y", 0.5, by="year", where="some")
    share = design.mean("some", by="year")
    assert years.covariance[0, 1] != 0
    assert share.covariance.shape == years.covariance.shape


def test_domains_are_as_if_asked_one_by_one() -> None:
    design = _panel()
    both = design.quantile("y", [0.3, 0.5], by=("town", "year"), where="some", interval="xlogit")
    assert [dict(each.domain) for each in both][::2] == [
        {"town": town, "year": year} for town in "abc" for year in (1, 2)
    ]
    alone = design.quantile("y", 0.5, where="some", interval="beta", df=9)[0]
    assert (alone.df, alone.method, alone.domain) == (9, "beta", {})
    assert alone.base > alone.n > 0


@pytest.mark.parametrize("interval", ["mean", "beta", "xlogit", "asin", "score"])
def test_intervals_from_an_engine_are_those_from_memory(interval: str) -> None:
    here, there = (
        each.quantile("y", [0.25, 0.5], by="town", interval=interval, rule="hf8").to_dicts()
        for each in (_panel(), _panel(Elsewhere))
    )
    for one, other in zip(here, there, strict=True):
        for name in ("value", "se", "low", "high", "df"):
            assert other[name] == pytest.approx(one[name], rel=1e-12), name
    assert all(each["low"] < each["value"] < each["high"] for each in here)  # type: ignore[operator]


def test_a_census_has_points() -> None:
    design = SurveyDesign({"y": [1.0, 2.0, 3.0, 9.0]}, population=4)
    (median,) = design.quantile("y", 0.5)
    assert (median.value, median.low, median.high, median.se) == (2, 2, 2, 0)
    assert median.flags == ("census",)


def test_a_limit_that_the_sample_does_not_reach_is_none() -> None:
    (low,) = SurveyDesign({"y": np.arange(12.0)}).quantile("y", 0.05)
    assert (low.low, low.se) == (None, None)
    assert low.high is not None
    assert low.method == "mean"


def test_a_domain_without_answers_has_no_value() -> None:
    design = SurveyDesign({"y": [1, 2, None, None], "g": ["a", "a", "b", "b"]})
    there, none = design.quantile("y", 0.5, by="g")
    assert there.value == 1
    assert (none.value, none.low, none.se, none.n, none.base) == (None, None, None, 0, 2)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"probabilities": 1.5}, ErrorCode.INVALID_ARGUMENT),
        ({"probabilities": [0.5, float("nan")]}, ErrorCode.INVALID_ARGUMENT),
        ({"probabilities": []}, ErrorCode.INVALID_ARGUMENT),
        ({"probabilities": 0.5, "rule": "hf10"}, ErrorCode.UNKNOWN_METHOD),
        ({"probabilities": 0.5, "interval": "wald"}, ErrorCode.UNKNOWN_METHOD),
        ({"probabilities": 0.5, "na": "error"}, ErrorCode.MISSING_VALUES),
        ({"probabilities": 0.5, "na": "guess"}, ErrorCode.INVALID_ARGUMENT),
        ({"probabilities": 0.5, "column": "town"}, ErrorCode.NOT_NUMERIC),
        ({"probabilities": 0.5, "column": "x"}, ErrorCode.UNKNOWN_COLUMN),
        ({"probabilities": 0.5, "confidence": 95}, ErrorCode.INVALID_CONFIDENCE),
    ],
)
def test_what_has_no_answer_is_refused(asked: dict[str, Any], code: ErrorCode) -> None:
    with pytest.raises(AnalysisError) as fault:
        _panel().quantile(asked.pop("column", "y"), **asked)
    assert fault.value.code is code


def test_replicates_have_the_spread_of_their_own_quantiles() -> None:
    design = _panel().replicates(kind="bootstrap", n=30, rng=4, mse=True)
    found = design.quantile("y", [0.25, 0.5], interval="quantile", where="some")
    columns = {name: _panel().source.column(name) for name in ("y", "some")}
    there = columns["some"] & ~np.isnan(columns["y"].astype(float))
    y = columns["y"][there].astype(float)
    order = np.argsort(y)
    weights = design.replicate_weights[there][order]
    reached = np.cumsum(weights, axis=0) / weights.sum(axis=0)
    replicated = [[y[order][np.argmax(each >= p)] for p in (0.25, 0.5)] for each in reached.T]
    gap = np.array(replicated) - [each.value for each in found]
    wanted = design.scale * gap.T @ (gap * design.rscales[:, np.newaxis])
    np.testing.assert_allclose(found.covariance, wanted)
    np.testing.assert_allclose([each.se for each in found], np.sqrt(np.diag(wanted)))
    assert all(each.method == "quantile" for each in found)


def test_a_design_without_replicates_has_no_spread_of_them() -> None:
    with pytest.raises(AnalysisError, match=r"replicates\(\)") as fault:
        _panel().quantile("y", 0.5, interval="quantile")
    assert fault.value.code is ErrorCode.NOT_SUPPORTED

"""Weights that agree with the population; equality with R's is tested beside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode, SurveyDesign
from tests.analisis.designs import DECLARED, Columns, clustered, rearranged
from tests.analisis.reference_designs import data

TOWNS = {"Arica": 700.0, "Ovalle": 900.0, "Ñuñoa": 1400.0}
SEXES = {True: 1600.0, False: 1400.0}
CROSSED = {(town, sex): TOWNS[town] * SEXES[sex] / 3000 for town in TOWNS for sex in SEXES}
AGES = 3000 * 47.0
ROWS = {"weights": "weight", "strata": "stratum"}

ADJUSTMENTS: dict[str, Callable[[SurveyDesign], SurveyDesign]] = {
    "poststratify": lambda design: design.poststratify("town", TOWNS),
    "crossed": lambda design: design.poststratify(["town", "woman"], CROSSED),
    "rake": lambda design: design.rake([("town", TOWNS), ("woman", SEXES)]),
    "linear": lambda design: design.calibrate(["town", "age"], {"town": TOWNS, "age": AGES}),
    "raking": lambda design: design.calibrate(
        ["town", "woman"], {"town": TOWNS, "woman": SEXES}, kind="raking"
    ),
    "logit": lambda design: design.calibrate(
        ["town", "woman"], {"town": TOWNS, "woman": SEXES}, kind="logit", bounds=(0.1, 20)
    ),
}
SEEDS = st.integers(0, 10_000)


def even(seed: int) -> Columns:
    """A sample whose weights add to about three thousand."""
    columns = dict(clustered(seed, rows=200))
    columns["weight"] = columns["weight"] * 3000 / columns["weight"].sum()
    columns["one"] = np.ones(200)
    return columns


@pytest.mark.parametrize("declared", [DECLARED, ROWS], ids=["clusters", "rows"])
@pytest.mark.parametrize("name", ADJUSTMENTS)
@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_totals_are_met_without_error(name: str, declared: dict[str, object], seed: int) -> None:
    design = ADJUSTMENTS[name](SurveyDesign(even(seed), **declared))
    found = design.total("one", by="town")
    for each in found:
        assert each.value == pytest.approx(TOWNS[str(each.domain["town"])], rel=1e-9)
        assert each.se == pytest.approx(0, abs=1e-5)
    if name in {"rake", "raking", "logit", "crossed"}:
        for each in design.total("one", by="woman"):
            assert each.value == pytest.approx(SEXES[bool(each.domain["woman"])], rel=1e-9)
            assert each.se == pytest.approx(0, abs=1e-5)
    if name == "linear":
        (age,) = design.total("age")
        assert (age.value, age.se) == pytest.approx((AGES, 0), abs=1e-3)


@pytest.mark.parametrize("name", ADJUSTMENTS)
@given(seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_a_second_time_changes_nothing(name: str, seed: int) -> None:
    once = ADJUSTMENTS[name](SurveyDesign(even(seed), **DECLARED))
    twice = ADJUSTMENTS[name](once)
    np.testing.assert_allclose(twice.weights, once.weights, rtol=1e-7, atol=1e-9)
    one, other = once.mean("mark", by="woman"), twice.mean("mark", by="woman")
    assert [each.value for each in other] == pytest.approx([each.value for each in one], rel=1e-9)


@pytest.mark.parametrize("name", ADJUSTMENTS)
@given(seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_the_order_of_rows_does_not_matter(name: str, seed: int) -> None:
    columns = even(seed)
    order = np.random.default_rng(seed).permutation(200)
    here = ADJUSTMENTS[name](SurveyDesign(columns, **DECLARED))
    there = ADJUSTMENTS[name](SurveyDesign(rearranged(columns, order), **DECLARED))
    np.testing.assert_allclose(there.weights, here.weights[order], rtol=1e-8)
    one, other = here.mean("mark", by="woman"), there.mean("mark", by="woman")
    for figure in ("value", "se"):
        ours = [getattr(each, figure) for each in other]
        assert ours == pytest.approx([getattr(each, figure) for each in one], rel=1e-8)


@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_raking_uneven_weights_is_calibration_with_the_exponential_distance(seed: int) -> None:
    design = SurveyDesign(even(seed), **DECLARED)
    raked, calibrated = ADJUSTMENTS["rake"](design), ADJUSTMENTS["raking"](design)
    np.testing.assert_allclose(raked.weights, calibrated.weights, rtol=1e-8)
    one, other = raked.mean("mark", by="town"), calibrated.mean("mark", by="town")
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("kind", ["linear", "raking", "logit"])
def test_factors_stay_within_bounds_and_reach_them_when_they_must(kind: str) -> None:
    columns = even(11)
    design = SurveyDesign(columns, **DECLARED)
    totals = {"town": TOWNS, "age": AGES * 1.02}
    free = design.calibrate(["town", "age"], totals).weights / columns["weight"]
    bounds = (0.8 * free.min() + 0.2, 0.9 * free.max() + 0.1)
    held = design.calibrate(["town", "age"], totals, kind=kind, bounds=bounds)
    factor = held.weights / columns["weight"]
    assert bounds[0] - 1e-12 <= factor.min()
    assert factor.max() <= bounds[1] + 1e-12
    if kind == "linear":
        assert factor.max() == pytest.approx(bounds[1])
    assert held.total("age")[0].value == pytest.approx(AGES * 1.02, rel=1e-10)


def test_rows_without_weight_have_no_residual() -> None:
    columns = data("awkward")
    declared = {"weights": "w0", "strata": "stratum", "clusters": "psu", "nest": True}
    totals = {1: 900, 2: 1200}
    kept = columns["w0"] > 0
    whole = SurveyDesign(columns, **declared).poststratify("sex", totals)
    part = SurveyDesign({name: values[kept] for name, values in columns.items()}, **declared)
    units = {(s, p) for s, p in zip(columns["stratum"], columns["psu"], strict=True)}
    left = {(s, p) for s, p in zip(columns["stratum"][kept], columns["psu"][kept], strict=True)}
    assert units == left
    one = whole.mean("y", by="region")
    other = part.poststratify("sex", totals).mean("y", by="region")
    assert [each.se for each in one] == pytest.approx([each.se for each in other], rel=1e-12)


def test_the_mean_of_post_strata_by_hand() -> None:
    design = SurveyDesign({"g": ["a"] * 3 + ["b"] * 2, "y": [1.0, 2, 6, 4, 8]})
    (mean,) = design.poststratify("g", {"a": 60, "b": 40}).mean("y")
    assert mean.value == pytest.approx(0.6 * 3 + 0.4 * 6)
    # Residuals -2, -1, 3, -2, 2 with weights 20 and 20 of a hundred; five units of one stratum.
    assert mean.se == pytest.approx(np.sqrt(5 / 4 * 0.2**2 * (4 + 1 + 9 + 4 + 4)))


@pytest.mark.parametrize("declared", [DECLARED, ROWS], ids=["clusters", "rows"])
@pytest.mark.parametrize("name", [*ADJUSTMENTS, "nonresponse", "replicates"])
def test_a_file_says_what_arrays_say(
    name: str, declared: dict[str, object], tmp_path: Path
) -> None:
    columns = {**even(21), "answered": np.arange(200) % 3 > 0}
    pq.write_table(pa.table(columns), tmp_path / "answers.parquet")
    adjust = ADJUSTMENTS | {
        "nonresponse": lambda design: design.nonresponse("answered", ["town", "woman"]),
        "replicates": lambda design: design.replicates(kind="bootstrap", n=20, rng=3),
    }
    one, other = (
        adjust[name](SurveyDesign(each, **declared)).mean(["mark", "age"], by="town")
        for each in (columns, str(tmp_path / "answers.parquet"))
    )
    for field in ("value", "se", "df", "n"):
        ours = [getattr(each, field) for each in other]
        assert ours == pytest.approx([getattr(each, field) for each in one], rel=1e-11, abs=1e-11)


def wrong(columns: Columns | None = None) -> SurveyDesign:
    return SurveyDesign(even(3) if columns is None else columns, **DECLARED)


def gaps() -> SurveyDesign:
    columns = dict(even(3))
    columns["town"] = np.where(np.arange(200) == 7, None, columns["town"].astype(object))
    return wrong(columns)


def hollow() -> SurveyDesign:
    """No woman in Arica and no man elsewhere but for one: margins that fight."""
    columns = dict(even(3))
    columns["woman"] = columns["town"] != "Arica"
    return wrong(columns)


FAULTS: dict[str, tuple[Callable[[], object], ErrorCode, str]] = {
    "no sample": (
        lambda: wrong().poststratify("town", {**TOWNS, "Iquique": 10}),
        ErrorCode.EMPTY_CELL,
        "town='Iquique'",
    ),
    "no total": (
        lambda: wrong().poststratify("town", {"Arica": 1, "Ovalle": 2}),
        ErrorCode.EMPTY_CELL,
        "town='Ñuñoa'",
    ),
    "total of zero": (
        lambda: wrong().poststratify("town", {**TOWNS, "Arica": 0}),
        ErrorCode.EMPTY_CELL,
        "town='Arica'",
    ),
    "negative total": (
        lambda: wrong().poststratify("town", {**TOWNS, "Arica": -1}),
        ErrorCode.INVALID_ARGUMENT,
        "0 or more",
    ),
    "other type": (
        lambda: wrong().poststratify("unit", {"0": 10}),
        ErrorCode.EMPTY_CELL,
        "own type",
    ),
    "margins of two populations": (
        lambda: wrong().rake([("town", TOWNS), ("woman", {True: 1500, False: 1400})]),
        ErrorCode.TOTALS_MISMATCH,
        "add to 3000 and those of woman to 2900",
    ),
    "calibration of two populations": (
        lambda: wrong().calibrate(["town"], {"town": TOWNS}, size=2900),
        ErrorCode.TOTALS_MISMATCH,
        "one population",
    ),
    "margins that fight": (
        lambda: hollow().rake([("town", TOWNS), ("woman", SEXES)]),
        ErrorCode.NOT_CONVERGED,
        "join levels",
    ),
    "columns that repeat": (
        lambda: hollow().calibrate(["town", "woman"], {"town": TOWNS, "woman": SEXES}),
        ErrorCode.TOTALS_MISMATCH,
        "leave one",
    ),
    "bounds too narrow": (
        lambda: wrong().calibrate(
            ["town", "age"], {"town": TOWNS, "age": AGES * 1.2}, bounds=(0.9, 1.1)
        ),
        ErrorCode.NOT_CONVERGED,
        "widen the bounds",
    ),
    "logit without bounds": (
        lambda: wrong().calibrate(["town"], {"town": TOWNS}, kind="logit"),
        ErrorCode.INVALID_ARGUMENT,
        "needs bounds",
    ),
    "bounds without one": (
        lambda: wrong().calibrate(["town"], {"town": TOWNS}, bounds=(1.1, 2)),
        ErrorCode.INVALID_ARGUMENT,
        "one between",
    ),
    "no such kind": (
        lambda: wrong().calibrate(["town"], {"town": TOWNS}, kind="ridge"),
        ErrorCode.UNKNOWN_METHOD,
        "linear, raking, logit",
    ),
    "no total of a column": (
        lambda: wrong().calibrate(["town", "age"], {"town": TOWNS}),
        ErrorCode.INVALID_ARGUMENT,
        "'age'",
    ),
    "number for text": (
        lambda: wrong().calibrate(["town"], {"town": 3000}),
        ErrorCode.NOT_NUMERIC,
        "'town'",
    ),
    "missing value": (
        lambda: gaps().rake([("town", TOWNS), ("woman", SEXES)]),
        ErrorCode.MISSING_VALUES,
        "a level and a total",
    ),
    "no such column": (
        lambda: wrong().poststratify("city", TOWNS),
        ErrorCode.UNKNOWN_COLUMN,
        "city",
    ),
    "nothing to rake to": (lambda: wrong().rake([]), ErrorCode.INVALID_ARGUMENT, "margin"),
}


@pytest.mark.parametrize(("call", "code", "told"), FAULTS.values(), ids=FAULTS)
def test_faults_say_what_to_do(call: Callable[[], object], code: ErrorCode, told: str) -> None:
    with pytest.raises(AnalysisError) as fault:
        call()
    assert fault.value.code == code
    assert told in str(fault.value)


SCHOOLS = {"kind": ["E", "E", "H", "H", "M"], "pupils": [300, 420, 900, 1300, 700]}


def test_totals_may_go_by_the_names_of_r_s_model_matrix() -> None:
    design = SurveyDesign(SCHOOLS)
    ours = design.calibrate(
        ["kind", "pupils"], {"kind": {"E": 70, "H": 20, "M": 10}, "pupils": 55_000}
    )
    named = {"(Intercept)": 100, "kindH": 20, "kindM": 10, "pupils": 55_000}
    assert design.calibrate(["kind", "pupils"], named).weights.tolist() == ours.weights.tolist()
    alone = design.calibrate(["pupils"], {"(Intercept)": 100, "pupils": 55_000})
    assert (
        alone.weights.tolist()
        == design.calibrate(["pupils"], {"pupils": 55_000}, size=100).weights.tolist()
    )


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        ({"(Intercept)": 100, "kindH": 20}, "totals give no units for it"),
        ({"(Intercept)": 100, "kindE": 70, "kindH": 20, "kindM": 5}, "the sample has none"),
        ({"(Intercept)": 100, "sort": 20}, "none of the columns"),
    ],
)
def test_totals_by_other_names_are_refused(totals: dict[str, float], words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        SurveyDesign(SCHOOLS).calibrate(["kind"], totals)

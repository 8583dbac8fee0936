"""Those who answered stand for their class: exact where it can be, else by simulation and R."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode, Estimates, Flag, SurveyDesign
from tests.analisis.designs import DECLARED, Columns, clustered
from tests.analisis.reference_designs import data

R = Path(__file__).parent / "r"
SEEDS = st.integers(0, 10_000)


def asked(seed: int, *, rows: int = 90, size: int | None = None) -> Columns:
    """A simple random sample of which some answered, of each class at least two."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, rows)
    answered = rng.random(rows) < np.array([0.9, 0.6, 0.4])[kind]
    for each in range(3):
        answered[np.flatnonzero(kind == each)[:2]] = True
    mark = rng.normal(10 + 3 * kind, 2)
    return {
        "kind": np.array([f"k{each}" for each in kind]),
        "answered": answered,
        "mark": np.where(answered, mark, np.nan),
        "woman": rng.random(rows) < 0.5,
        "N": np.full(rows, size or rows),
        "one": np.ones(rows),
    }


def numbers(figures: Estimates, *fields: str) -> list[float | None]:
    return [getattr(each, field) for each in figures for field in fields]


@given(seed=SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_census_with_silence_is_a_stratified_sample_of_those_who_answered(seed: int) -> None:
    columns = asked(seed)
    everybody = SurveyDesign(columns, population="N").nonresponse("answered", "kind")
    there = columns["answered"]
    heard = {name: values[there] for name, values in columns.items()}
    sizes = {kind: int((columns["kind"] == kind).sum()) for kind in ("k0", "k1", "k2")}
    strata = SurveyDesign(heard, strata="kind", population=sizes)
    for call in (
        lambda design: design.mean("mark", by="woman"),
        lambda design: design.total("mark"),
        lambda design: design.proportion("woman", level=True),
    ):
        one, other = call(everybody), call(strata)
        fields = ("value", "se", "n")
        assert numbers(one, *fields) == pytest.approx(numbers(other, *fields), rel=1e-9)
        np.testing.assert_allclose(one.covariance, other.covariance, rtol=1e-9, atol=1e-12)
    assert not everybody.is_census
    assert everybody.mean("mark")[0].flags == (Flag.ASSUMES_RANDOM_NONRESPONSE,)


def test_a_single_class_by_hand() -> None:
    rng = np.random.default_rng(3)
    n, m, size = 40, 25, 100
    mark = rng.normal(size=n)
    columns = {"mark": mark, "answered": np.arange(n) < m, "size": np.full(n, size)}
    (total,) = SurveyDesign(columns, population="size").nonresponse("answered", ()).total("mark")
    s2 = mark[:m].var(ddof=1)
    between = size**2 * (1 - n / size) * n * (m - 1) / (m**2 * (n - 1)) * s2
    assert total.value == pytest.approx(size * mark[:m].mean())
    assert total.se**2 == pytest.approx(between + size * (n - m) / m * s2)


def test_the_variance_is_unbiased_over_all_who_might_have_answered() -> None:
    mark = np.array([1.0, 4, 6, 7, 11, 12, 3, 8])
    kind = np.array(["a"] * 5 + ["b"] * 3)
    totals, variances = [], []
    for first in itertools.combinations(range(5), 3):
        for second in itertools.combinations(range(5, 8), 2):
            answered = np.isin(np.arange(8), [*first, *second])
            design = SurveyDesign({"mark": mark, "kind": kind, "answered": answered}, population=8)
            (total,) = design.nonresponse("answered", "kind").total("mark")
            totals.append(total.value)
            variances.append(total.se**2)
    assert np.mean(totals) == pytest.approx(mark.sum())
    assert np.mean(variances) == pytest.approx(np.var(totals))


@pytest.mark.parametrize("told", json.loads((R / "two_phase.json").read_text()))
def test_two_phases_of_r_are_near(told: dict[str, float]) -> None:
    columns = {**data("apisrs")}
    columns["answered"] = columns["snum"] % 3 != 0
    design = SurveyDesign(columns, population=told["size"]).nonresponse("answered", "stype")
    (total,), (mean,) = design.total("api00"), design.mean("api00")
    assert (total.value, mean.value) == pytest.approx((told["total"], told["mean"]), rel=1e-12)
    # R divides by one less in each class where we do by one less in the sample.
    assert (total.se, mean.se) == pytest.approx((told["total_se"], told["mean_se"]), rel=5e-3)


def simulated(size: int, n: int, *, known: bool, then: bool, repeats: int) -> tuple[float, float]:
    """Mean of the variance estimates over the variance of the means, and their bias."""
    rng = np.random.default_rng(size + n)
    kind = rng.integers(0, 3, size)
    mark = rng.normal(10 + 3 * kind, 2)
    group = mark + rng.normal(size=size) > 13
    sizes = {each: int((kind == each).sum()) for each in range(3)} if known else None
    means, variances = [], []
    for _each in range(repeats):
        taken = rng.choice(size, n, replace=False)
        answered = rng.random(n) < np.array([0.9, 0.6, 0.4])[kind[taken]]
        columns = {
            "kind": kind[taken],
            "answered": answered,
            "group": group[taken],
            "mark": np.where(answered, mark[taken], np.nan),
        }
        design = SurveyDesign(columns, population=size).nonresponse("answered", "kind", sizes)
        if then:
            design = design.poststratify("group", {True: group.sum(), False: (~group).sum()})
        (mean,) = design.mean("mark")
        means.append(mean.value)
        variances.append(mean.se**2)
    return float(np.mean(variances) / np.var(means)), float(np.mean(means) - mark.mean())


@pytest.mark.parametrize("size", [3000, 300])
@pytest.mark.parametrize(("known", "then"), [(False, False), (True, False), (False, True)])
def test_the_variance_is_right_on_the_average(size: int, known: bool, then: bool) -> None:
    ratio, bias = simulated(size, 150, known=known, then=then, repeats=400)
    assert ratio == pytest.approx(1, abs=0.2)
    assert bias == pytest.approx(0, abs=0.06)


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_known_totals_are_post_strata_of_those_who_answered(seed: int) -> None:
    columns = asked(seed)
    sizes = {"k0": 400.0, "k1": 300.0, "k2": 500.0}
    whole = SurveyDesign(columns).nonresponse("answered", "kind", sizes)
    there = columns["answered"]
    heard = SurveyDesign({name: values[there] for name, values in columns.items()})
    one, other = whole.mean("mark"), heard.poststratify("kind", sizes).mean("mark")
    n, m = len(there), int(there.sum())
    assert one[0].value == pytest.approx(other[0].value, rel=1e-12)
    # The silent are units without residual: n/(n - 1) in place of m/(m - 1).
    assert one[0].se == pytest.approx(other[0].se * np.sqrt(n / (n - 1) * (m - 1) / m), rel=1e-9)


@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_the_weights_of_a_class_stay_what_they_were(seed: int) -> None:
    columns = dict(clustered(seed, rows=200))
    columns["answered"] = np.random.default_rng(seed).random(200) < 0.7
    columns["one"] = np.ones(200)
    design = SurveyDesign(columns, **DECLARED)
    after = design.nonresponse("answered", ["town", "woman"])
    before, now = design.total("one", by="town"), after.total("one", by="town")
    assert numbers(now, "value", "se") == pytest.approx(numbers(before, "value", "se"), rel=1e-9)
    assert (after.weights[~columns["answered"]] == 0).all()
    assert sum(each.n for each in now) == columns["answered"].sum()


def test_everybody_answering_changes_nothing() -> None:
    columns = {**clustered(5), "answered": np.ones(120, dtype=bool)}
    design = SurveyDesign(columns, **DECLARED)
    after = design.nonresponse("answered", "town")
    fields = ("value", "se", "df", "n")
    one, other = after.mean("mark", by="woman"), design.mean("mark", by="woman")
    assert numbers(one, *fields) == pytest.approx(numbers(other, *fields), rel=1e-9)


def test_calibration_after_silence_holds_without_error() -> None:
    columns = asked(8, size=900)
    design = SurveyDesign(columns, population="N").nonresponse("answered", "kind")
    then = design.rake(
        [("woman", {True: 500, False: 400}), ("kind", {"k0": 300, "k1": 300, "k2": 300})]
    )
    for each in then.total("one", by="woman"):
        assert each.value == pytest.approx(500 if each.domain["woman"] else 400)
        assert each.se == pytest.approx(0, abs=1e-6)
    assert then.mean("mark")[0].flags == (Flag.ASSUMES_RANDOM_NONRESPONSE,)


def test_replicates_adjust_each_of_them() -> None:
    columns = {**clustered(9, rows=400, strata=6)}
    columns["answered"] = np.random.default_rng(9).random(400) < 0.7
    design = SurveyDesign(columns, **DECLARED)
    after = design.nonresponse("answered", "town")
    first, last = after.replicates(kind="JKn"), design.replicates(kind="JKn")
    last = last.nonresponse("answered", "town")
    np.testing.assert_allclose(first.replicate_weights, last.replicate_weights, rtol=1e-10)
    assert (last.replicate_weights[~columns["answered"]] == 0).all()
    (jackknifed,), (linear,) = last.mean("mark"), after.mean("mark")
    assert jackknifed.se == pytest.approx(linear.se, rel=0.1)
    assert jackknifed.flags == linear.flags == (Flag.ASSUMES_RANDOM_NONRESPONSE,)


def silent_class() -> object:
    columns = dict(asked(2))
    columns["answered"] = columns["answered"] & (columns["kind"] != "k1")
    return SurveyDesign(columns).nonresponse("answered", "kind")


def gaps() -> object:
    columns = dict(asked(2))
    columns["kind"] = np.where(np.arange(90) == 5, None, columns["kind"].astype(object))
    return SurveyDesign(columns).nonresponse("answered", "kind")


FAULTS: dict[str, tuple[Callable[[], object], ErrorCode, str]] = {
    "a class that is silent": (silent_class, ErrorCode.EMPTY_CELL, "'k1'"),
    "a class that is missing": (gaps, ErrorCode.MISSING_VALUES, "'kind'"),
    "marks for answers": (
        lambda: SurveyDesign(asked(2)).nonresponse("kind", ()),
        ErrorCode.NOT_BOOLEAN,
        "kind",
    ),
    "answers for a class": (
        lambda: SurveyDesign(asked(2)).nonresponse("answered", ["kind", "answered"]),
        ErrorCode.INVALID_ARGUMENT,
        "cannot be a class",
    ),
    "no such column": (
        lambda: SurveyDesign(asked(2)).nonresponse("replied", "kind"),
        ErrorCode.UNKNOWN_COLUMN,
        "replied",
    ),
    "a class without total": (
        lambda: SurveyDesign(asked(2)).nonresponse("answered", "kind", {"k0": 3, "k1": 4}),
        ErrorCode.EMPTY_CELL,
        "'k2'",
    ),
}


@pytest.mark.parametrize(("call", "code", "told"), FAULTS.values(), ids=FAULTS)
def test_faults_say_what_to_do(call: Callable[[], object], code: ErrorCode, told: str) -> None:
    with pytest.raises(AnalysisError) as fault:
        call()
    assert fault.value.code == code
    assert told in str(fault.value)

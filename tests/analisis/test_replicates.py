"""Replicate weights: exact where theory says so, near where chance makes them, R's beside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode, Estimates, ReplicateDesign, SurveyDesign
from analisis.replication.hadamard import hadamard
from tests.analisis.designs import DECLARED, Columns, clustered, rearranged

SEEDS = st.integers(0, 10_000)


def pairs(seed: int, *, strata: int = 6) -> Columns:
    """Two units in each stratum."""
    rng = np.random.default_rng(seed)
    rows = 10 * strata
    stratum = np.repeat(np.arange(strata), 10)
    return {
        "stratum": stratum,
        "unit": np.tile(np.repeat([0, 1], 5), strata),
        "weight": rng.uniform(1, 9, rows),
        "mark": rng.integers(1, 8, rows).astype(float),
        "age": rng.integers(14, 90, rows).astype(float),
        "woman": rng.random(rows) < 0.5,
        "one": np.ones(rows),
    }


def close(one: Estimates, other: Estimates, *, rel: float = 1e-9) -> None:
    for field in ("value", "se", "low", "high", "df", "n"):
        ours = [getattr(each, field) for each in one]
        assert ours == pytest.approx([getattr(each, field) for each in other], rel=rel)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=rel, atol=1e-12)


@pytest.mark.parametrize("least", [*range(1, 120), 200])
def test_rows_of_a_hadamard_matrix_are_orthogonal_signs(least: int) -> None:
    matrix = hadamard(least)
    order = len(matrix)
    assert least <= order <= max(4, least + 16)
    assert set(np.unique(matrix)) <= {1.0, -1.0}
    np.testing.assert_array_equal(matrix @ matrix.T, order * np.eye(order))
    np.testing.assert_array_equal(matrix[0], np.ones(order))


@pytest.mark.parametrize(("kind", "rho"), [("BRR", None), ("Fay", 0.3), ("JKn", None)])
@pytest.mark.parametrize("strata", [2, 3, 7, 12])
def test_totals_of_pairs_have_the_linear_variance_exactly(
    kind: str, rho: float | None, strata: int
) -> None:
    design = SurveyDesign(pairs(strata, strata=strata), **DECLARED)
    found = design.replicates(kind=kind, rho=rho).total(["mark", "age"], by="woman")
    wanted = design.total(["mark", "age"], by="woman")
    assert [each.se for each in found] == pytest.approx([each.se for each in wanted], rel=1e-12)
    np.testing.assert_allclose(found.covariance, wanted.covariance, rtol=1e-10)


@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_a_jackknifed_total_has_the_linear_variance_with_finite_populations(seed: int) -> None:
    columns = dict(clustered(seed))
    columns["N"] = np.array([9 + 2 * int(name[1:]) for name in columns["stratum"]])
    design = SurveyDesign(columns, **DECLARED, population="N")
    jackknifed = design.replicates(kind="JKn")
    found, wanted = jackknifed.total("age", by="town"), design.total("age", by="town")
    np.testing.assert_allclose(found.covariance, wanted.covariance, rtol=1e-9, atol=1e-6)
    assert jackknifed.df == design.df


@pytest.mark.parametrize("kind", ["bootstrap", "subbootstrap"])
@pytest.mark.parametrize("population", [None, "N"])
def test_bootstraps_come_near_the_linear_variance(kind: str, population: str | None) -> None:
    rng = np.random.default_rng(5)
    columns = {
        "stratum": np.repeat(np.arange(4), 30),
        "unit": np.tile(np.arange(30), 4),
        "N": np.full(120, 60),
        "mark": rng.normal(size=120) + np.repeat(np.arange(4), 30),
    }
    declared = {"strata": "stratum", "clusters": "unit", "nest": True}
    design = SurveyDesign(columns, **declared, population=population)
    found = design.replicates(kind=kind, n=4000, rng=8)
    (mean,), (linear,) = found.mean("mark"), design.mean("mark")
    # Rao and Wu's takes no heed of the finite population, of which half was drawn here.
    unseen = 2**0.5 if kind == "subbootstrap" and population else 1
    assert mean.se == pytest.approx(unseen * linear.se, rel=0.05)
    assert found.replicate_weights.mean(axis=1) == pytest.approx(design.weights, rel=0.1)


def test_the_same_seed_makes_the_same_replicates() -> None:
    design = SurveyDesign(clustered(1), **DECLARED)
    one, same, other = (
        design.replicates(kind="bootstrap", n=20, rng=rng)
        for rng in (4, np.random.default_rng(4), 5)
    )
    np.testing.assert_array_equal(one.replicate_weights, same.replicate_weights)
    assert not np.array_equal(one.replicate_weights, other.replicate_weights)
    assert one.replicate_weights.shape == (120, 20)


CALLS: dict[str, Callable[[SurveyDesign | ReplicateDesign], Estimates]] = {
    "mean": lambda design: design.mean(["mark", "age"], by="town"),
    "total": lambda design: design.total("age", where="woman"),
    "ratio": lambda design: design.ratio("mark", "age"),
    "variance": lambda design: design.variance(["mark", "age"]),
    "share": lambda design: design.proportion("mark", level=[6, 7], by="town"),
    "net": lambda design: design.net("mark", by=["town", "woman"]),
    "quantile": lambda design: design.quantile("age", [0.25, 0.5], by="woman"),
}


def given_again(design: ReplicateDesign, columns: Columns) -> ReplicateDesign:
    weighted = {**columns, "full": design.weights}
    return ReplicateDesign(
        weighted,
        weights="full",
        replicate_weights=design.replicate_weights,
        kind="other",
        scale=design.scale,
        rscales=design.rscales.tolist(),
        mse=design.mse,
    )


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("mse", [True, False])
def test_weights_that_were_made_and_given_say_the_same(
    call: Callable[[SurveyDesign | ReplicateDesign], Estimates], mse: bool
) -> None:
    columns = clustered(17, gaps=True)
    design = SurveyDesign(columns, **DECLARED).replicates(kind="JKn", mse=mse)
    close(call(design), call(given_again(design, columns)))


def test_given_columns_are_given_weights() -> None:
    columns = dict(clustered(3))
    design = SurveyDesign(columns, **DECLARED).replicates(kind="bootstrap", n=12, rng=1)
    names = [f"r{place}" for place in range(12)]
    columns |= dict(zip(names, design.replicate_weights.T, strict=True))
    found = ReplicateDesign(
        columns, weights="weight", replicate_weights=names, kind="bootstrap", scale=design.scale
    )
    close(design.mean("mark", by="town"), found.mean("mark", by="town"))


@given(seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    columns = clustered(seed)
    order = np.random.default_rng(seed).permutation(len(columns["unit"]))
    one = SurveyDesign(columns, **DECLARED).replicates(kind="JKn")
    other = SurveyDesign(rearranged(columns, order), **DECLARED).replicates(kind="JKn")
    close(one.mean("mark", by="town"), other.mean("mark", by="town"))


SEXES = {True: 170.0, False: 130.0}
HALVES = {0: 90.0, 1: 210.0}
ADJUSTMENTS = {
    "poststratify": lambda design: design.poststratify("woman", SEXES),
    "rake": lambda design: design.rake([("woman", SEXES), ("unit", HALVES)]),
    "calibrate": lambda design: design.calibrate(
        ["woman", "age"], {"woman": SEXES, "age": 300 * 51.0}
    ),
    "twice": lambda design: design.poststratify("unit", HALVES).poststratify("woman", SEXES),
}


@pytest.mark.parametrize("clusters", ["unit", None])
@pytest.mark.parametrize("adjust", ADJUSTMENTS.values(), ids=ADJUSTMENTS)
def test_every_replicate_is_adjusted_whatever_comes_first(
    adjust: Callable[[SurveyDesign], SurveyDesign], clusters: str | None
) -> None:
    columns = pairs(4)
    declared = {"weights": "weight", "strata": "stratum", "clusters": clusters, "nest": True}
    design = SurveyDesign(columns, **declared)
    first = adjust(design).replicates(kind="JKn")
    last = adjust(design.replicates(kind="JKn"))
    np.testing.assert_allclose(first.replicate_weights, last.replicate_weights, rtol=1e-9)
    for each in last.total("one", by="woman"):
        assert each.value == pytest.approx(SEXES[bool(each.domain["woman"])], rel=1e-9)
        assert each.se == pytest.approx(0, abs=1e-6)
    linear = adjust(design).mean("mark")[0]
    assert last.mean("mark")[0].se == pytest.approx(linear.se, rel=0.25)
    close(last.mean("mark", by="unit"), given_again(last, columns).mean("mark", by="unit"))


def test_degrees_of_freedom_are_those_given_or_those_of_the_domain() -> None:
    columns = dict(clustered(2))
    design = SurveyDesign(columns, **DECLARED)
    jackknifed = design.replicates(kind="JKn")
    assert jackknifed.df == design.df
    columns["first"] = columns["stratum"] == "s0"
    first = SurveyDesign(columns, **DECLARED).replicates(kind="JKn").mean("age", where="first")[0]
    assert first.df == 2
    fixed = ReplicateDesign(
        columns,
        weights="weight",
        replicate_weights=jackknifed.replicate_weights,
        kind="JKn",
        rscales=jackknifed.rscales.tolist(),
        df=6.5,
    )
    assert fixed.df == 6.5
    assert fixed.mean("age", where="first")[0].df == 6.5
    assert fixed.mean("mark", by="town").difference(0, 1).df == 6.5


def alone() -> Columns:
    columns = dict(pairs(1))
    kept = ~((columns["stratum"] == 2) & (columns["unit"] == 1))
    return {name: values[kept] for name, values in columns.items()}


def odd() -> SurveyDesign:
    return SurveyDesign(clustered(1), **DECLARED)


def made(**more: object) -> ReplicateDesign:
    arguments: dict[str, object] = {
        "weights": "w",
        "replicate_weights": np.ones((3, 4)),
        "kind": "bootstrap",
    }
    return ReplicateDesign({"w": [1, 2, 0], "y": [1, 2, 3]}, **(arguments | more))  # type: ignore[arg-type]  # faults on purpose


HOLES = np.array([[1.0, np.nan], [1, 1], [0, 0]])
FAULTS: dict[str, tuple[Callable[[], object], ErrorCode, str]] = {
    "no such kind": (lambda: odd().replicates(kind="JK3"), ErrorCode.UNKNOWN_METHOD, "JKn"),
    "strata without strata": (
        lambda: odd().replicates(kind="JK1"),
        ErrorCode.INVALID_ARGUMENT,
        "kind='JKn'",
    ),
    "halves of three": (
        lambda: odd().replicates(kind="BRR"),
        ErrorCode.INVALID_ARGUMENT,
        "need pairs",
    ),
    "Fay without rho": (
        lambda: SurveyDesign(pairs(1), **DECLARED).replicates(kind="Fay"),
        ErrorCode.INVALID_ARGUMENT,
        "rho=0.3",
    ),
    "rho of one": (
        lambda: SurveyDesign(pairs(1), **DECLARED).replicates(kind="Fay", rho=1),
        ErrorCode.INVALID_ARGUMENT,
        "rho is 1",
    ),
    "lonely unit": (
        lambda: SurveyDesign(alone(), **DECLARED).replicates(kind="JKn"),
        ErrorCode.LONELY_PSU,
        "stratum 2",
    ),
    "one replicate": (
        lambda: odd().replicates(kind="bootstrap", n=1),
        ErrorCode.INVALID_ARGUMENT,
        "better 500",
    ),
    "too many": (
        lambda: SurveyDesign({"y": np.zeros(20_000)}).replicates(kind="JK1"),
        ErrorCode.NOT_SUPPORTED,
        "bootstrap",
    ),
    "shape": (
        lambda: made(replicate_weights=np.ones((2, 4))),
        ErrorCode.UNEQUAL_LENGTHS,
        "3 rows",
    ),
    "missing": (lambda: made(replicate_weights=HOLES), ErrorCode.MISSING_WEIGHT, "1 replicate"),
    "negative": (
        lambda: made(replicate_weights=-np.ones((3, 2))),
        ErrorCode.NEGATIVE_WEIGHT,
        "6 replicate",
    ),
    "weight of nothing": (lambda: made(), ErrorCode.INVALID_ARGUMENT, "whose weight is 0"),
    "no such column": (
        lambda: made(replicate_weights=["a", "b"]),
        ErrorCode.UNKNOWN_COLUMN,
        "'a'",
    ),
    "no such given kind": (
        lambda: made(replicate_weights=np.zeros((3, 2)), kind="JK3"),
        ErrorCode.UNKNOWN_METHOD,
        "successive-difference",
    ),
    "JKn without rscales": (
        lambda: made(replicate_weights=np.zeros((3, 2)), kind="JKn"),
        ErrorCode.INVALID_ARGUMENT,
        "(n - 1)/n",
    ),
    "rscales": (
        lambda: made(replicate_weights=np.zeros((3, 2)), rscales=[1, 2, 3]),
        ErrorCode.UNEQUAL_LENGTHS,
        "3 rscales",
    ),
    "negative scale": (
        lambda: made(replicate_weights=np.zeros((3, 2)), scale=-1),
        ErrorCode.INVALID_ARGUMENT,
        "at least 0",
    ),
    "df of nothing": (
        lambda: made(replicate_weights=np.zeros((3, 2)), df=0),
        ErrorCode.INVALID_ARGUMENT,
        "above 0",
    ),
    "a cell that a replicate loses": (
        lambda: (
            SurveyDesign({"g": ["a", "b", "b"], "y": [1, 2, 3]})
            .replicates(kind="JK1")
            .poststratify("g", {"a": 5, "b": 5})
        ),
        ErrorCode.EMPTY_CELL,
        "in replicate 1",
    ),
}


@pytest.mark.parametrize(("call", "code", "told"), FAULTS.values(), ids=FAULTS)
def test_faults_say_what_to_do(call: Callable[[], object], code: ErrorCode, told: str) -> None:
    with pytest.raises(AnalysisError) as fault:
        call()
    assert fault.value.code == code
    assert told in str(fault.value)


@pytest.mark.parametrize("rule", ["certainty", "remove", "average", "adjust"])
def test_lonely_units_follow_the_rule_of_the_design(rule: str) -> None:
    design = SurveyDesign(alone(), **DECLARED, lonely_psu=rule)
    jackknifed = design.replicates(kind="JKn")
    (total,), (linear,) = jackknifed.total("mark"), design.total("mark")
    assert total.value == pytest.approx(linear.value)
    if rule in {"certainty", "remove"}:
        assert total.se == pytest.approx(linear.se)
        assert jackknifed.replicate_weights.shape[1] == 10
    else:
        assert total.se is not None
        assert total.se > 0

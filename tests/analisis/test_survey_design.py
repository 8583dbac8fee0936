"""What holds for every design, whatever the data; equality with R is tested beside."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analisis import AnalysisError, ErrorCode, Estimates, Flag, SurveyDesign
from tests.analisis.designs import DECLARED, Columns, clustered, rearranged

CALLS: dict[str, Callable[[SurveyDesign], Estimates]] = {
    "mean": lambda design: design.mean(["mark", "age"], by="town"),
    "total": lambda design: design.total("age", where="woman"),
    "ratio": lambda design: design.ratio("mark", "age"),
    "variance": lambda design: design.variance(["mark", "age"]),
    "share": lambda design: design.proportion("mark", level=[6, 7], by="town"),
    "shares": lambda design: design.proportion("town"),
    "net": lambda design: design.net("mark", by=["town", "woman"]),
}
SAMPLES = st.tuples(st.integers(0, 10_000), st.booleans())


def sample(drawn: tuple[int, bool]) -> Columns:
    seed, gaps = drawn
    return clustered(seed, gaps=gaps)


def same(one: Estimates, other: Estimates, *, tolerance: float = 1e-9) -> None:
    assert [e.domain for e in one] == [e.domain for e in other]
    for a, b in zip(one, other, strict=True):
        assert (a.n, a.base, a.df, a.method, a.flags) == (b.n, b.base, b.df, b.method, b.flags)
        for name in ("value", "se", "low", "high", "deff"):
            x, y = getattr(a, name), getattr(b, name)
            assert (x is None) == (y is None), name
            if x is not None:
                assert math.isclose(x, y, rel_tol=tolerance, abs_tol=1e-11), (name, x, y)
    np.testing.assert_allclose(one.covariance, other.covariance, rtol=tolerance, atol=1e-9)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@given(drawn=SAMPLES)
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_and_the_names_of_strata_do_not_matter(
    call: Callable[[SurveyDesign], Estimates], drawn: tuple[int, bool]
) -> None:
    columns = sample(drawn)
    order = np.random.default_rng(drawn[0]).permutation(len(columns["unit"]))
    other = dict(rearranged(columns, order))
    other["stratum"] = np.array([f"x{9 - int(name[1:])}" for name in other["stratum"]])
    other["unit"] = 7 - other["unit"]
    same(call(SurveyDesign(columns, **DECLARED)), call(SurveyDesign(other, **DECLARED)))


@pytest.mark.parametrize("name", [name for name in CALLS if name != "total"])
@given(drawn=SAMPLES)
@settings(max_examples=10, deadline=None)
def test_the_scale_of_weights_does_not_matter(name: str, drawn: tuple[int, bool]) -> None:
    columns = sample(drawn)
    other = {**columns, "weight": columns["weight"] * 1000}
    a, b = (
        CALLS[name](SurveyDesign(columns, **DECLARED)),
        CALLS[name](SurveyDesign(other, **DECLARED)),
    )
    for one, two in zip(a, b, strict=True):
        assert math.isclose(one.se, two.se, rel_tol=1e-9)
        assert math.isclose(one.value, two.value, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("name", ["mean", "total", "ratio", "share", "net"])
@given(drawn=SAMPLES)
@settings(max_examples=10, deadline=None)
def test_splitting_rows_changes_no_value_and_no_error(name: str, drawn: tuple[int, bool]) -> None:
    """A row that counts for two, as two rows in the same unit, is the same answer."""
    columns = sample(drawn)
    rows = len(columns["unit"])
    twice = rearranged({**columns, "weight": columns["weight"] / 2}, np.arange(2 * rows) % rows)
    for one, two in zip(
        CALLS[name](SurveyDesign(columns, **DECLARED)),
        CALLS[name](SurveyDesign(twice, **DECLARED)),
        strict=True,
    ):
        assert math.isclose(one.value, two.value, rel_tol=1e-9, abs_tol=1e-12)
        assert math.isclose(one.se, two.se, rel_tol=1e-9)
        assert 2 * one.n == two.n


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("clusters", ["unit", None])
def test_two_halves_merge_to_the_whole(
    call: Callable[[SurveyDesign], Estimates], clusters: str | None
) -> None:
    columns = clustered(8, gaps=True)
    half = np.arange(len(columns["unit"])) < 50
    parts = [rearranged(columns, half), rearranged(columns, ~half)]
    declared = {**DECLARED, "clusters": clusters, "nest": clusters is not None}
    same(call(SurveyDesign(columns, **declared)), call(SurveyDesign(parts, **declared)))


def test_rows_as_units_are_units_of_one_row() -> None:
    columns = clustered(3, gaps=True)
    single = {**columns, "unit": np.arange(len(columns["unit"]))}
    for call in CALLS.values():
        same(
            call(SurveyDesign(columns, weights="weight", strata="stratum")),
            call(SurveyDesign(single, weights="weight", strata="stratum", clusters="unit")),
        )


@pytest.mark.parametrize(
    "method", ["auto", "wilson", "wilson_r", "logit", "likelihood", "beta", "korn_graubard"]
)
@given(drawn=SAMPLES, level=st.sampled_from([[7], [6, 7], [1], [1, 2, 3, 4]]))
@settings(max_examples=25, deadline=None)
def test_intervals_of_shares_behave(method: str, drawn: tuple[int, bool], level: list[int]) -> None:
    design = SurveyDesign(sample(drawn), **DECLARED)
    rest = sorted(set(range(1, 8)) - set(level))
    found = design.proportion("mark", level=level, by="town", method=method)
    wider = design.proportion("mark", level=level, by="town", method=method, confidence=0.99)
    mirror = design.proportion("mark", level=rest, by="town", method=method)
    for share, wide, other in zip(found, wider, mirror, strict=True):
        assert 0 <= share.low <= share.value + 1e-12
        assert share.value - 1e-12 <= share.high <= 1
        assert share.low < share.high
        assert wide.low <= share.low + 1e-12
        assert share.high <= wide.high + 1e-12
        assert math.isclose(share.low, 1 - other.high, abs_tol=1e-9)
        assert math.isclose(share.high, 1 - other.low, abs_tol=1e-9)


def test_none_and_all_have_width_by_every_method() -> None:
    columns = clustered(1)
    design = SurveyDesign({**columns, "all": np.ones(len(columns["unit"]))}, **DECLARED)
    methods = [
        "wilson",
        "wilson_r",
        "logit",
        "likelihood",
        "asin",
        "beta",
        "mean",
        "xlogit",
        "korn_graubard",
    ]
    for method in methods:
        everybody = design.proportion("all", level=1, method=method)[0]
        nobody = design.proportion("all", level=9, method=method)[0]
        assert (everybody.value, everybody.high, nobody.value, nobody.low) == (1, 1, 0, 0)
        assert 0.8 < everybody.low < 1
        assert math.isclose(nobody.high, 1 - everybody.low)
        assert everybody.method == "korn_graubard"
        assert Flag.CENSUS not in everybody.flags


def test_a_census_is_a_point() -> None:
    design = SurveyDesign({"sat": [6, 7, 2, 7]}, population=4)
    share = design.proportion("sat", level=[6, 7])[0]
    assert (share.value, share.low, share.high, share.se) == (0.75, 0.75, 0.75, 0)
    assert share.flags == (Flag.CENSUS,)
    assert share.population == 4


def _population() -> dict[str, np.ndarray]:
    return {
        "psu": np.repeat([0, 1, 2, 3], [3, 4, 2, 3]),
        "ssu": np.concatenate([np.arange(size) for size in (3, 4, 2, 3)]),
        "y": np.array([4.0, 6, 7, 1, 2, 2, 5, 7, 7, 3, 6, 1]),
    }


def test_the_variance_of_two_stages_is_unbiased() -> None:
    """Every sample of 2 units out of 4 and 2 within each, with its chance: exact enumeration."""
    people = _population()
    totals, variances, chances = [], [], []
    for pair in itertools.combinations(range(4), 2):
        within = [
            list(itertools.combinations(np.flatnonzero(people["psu"] == psu), 2)) for psu in pair
        ]
        for first, second in itertools.product(*within):
            rows = np.array([*first, *second])
            sizes = np.bincount(people["psu"])[people["psu"][rows]]
            design = SurveyDesign(
                {name: values[rows] for name, values in people.items()} | {"size": sizes},
                clusters=("psu", "ssu"),
                population=(4, "size"),
            )
            found = design.total("y")[0]
            totals.append(found.value)
            variances.append(found.se**2)
            chances.append(1 / math.prod([6, *(len(each) for each in within)]))
    chance = np.array(chances)
    assert math.isclose(chance.sum(), 1)
    mean = chance @ totals
    assert math.isclose(mean, people["y"].sum())
    assert math.isclose(chance @ variances, chance @ (np.array(totals) - mean) ** 2)


def test_a_domain_deletes_no_unit() -> None:
    """Units without members are zeros: the same as a total of y times membership."""
    columns = dict(clustered(5))
    columns["inside"] = columns["age"] * columns["woman"]
    design = SurveyDesign(columns, **DECLARED)
    some, masked = design.total("age", where="woman")[0], design.total("inside")[0]
    assert math.isclose(some.value, masked.value)
    assert math.isclose(some.se, masked.se)
    assert some.df == design.df


def test_missing_answers_leave_by_column_by_row_or_not_at_all() -> None:
    columns = {"a": [1, None, 3, 4], "b": [1.0, 2.0, None, 5.0]}
    design = SurveyDesign(columns)
    assert [(each.n, each.base) for each in design.mean(["a", "b"])] == [(3, 4), (3, 4)]
    listwise = design.mean(["a", "b"], na="listwise")
    assert [(each.n, each.value) for each in listwise] == [(2, 2.5), (2, 3.0)]
    with pytest.raises(AnalysisError, match="1 rows have no value for 'a'") as raised:
        design.mean(["a", "b"], na="error")
    assert (raised.value.code, raised.value.column) == (ErrorCode.MISSING_VALUES, "a")


def test_levels_compare_in_the_column_s_own_type() -> None:
    design = SurveyDesign(
        {"code": ["05402", "2818", "05402"], "mark": [6, 7, 7], "yes": [True, False, None]}
    )
    assert design.proportion("code", level="05402")[0].value == 2 / 3
    assert design.proportion("code", level=5402)[0].value == 0
    assert design.proportion("code", level=2818)[0].value == 1 / 3
    assert design.proportion("mark", level="7")[0].value == 2 / 3
    assert design.proportion("mark", level="seven")[0].value == 0
    assert design.proportion("yes", level=True)[0].value == 0.5
    assert [each.category for each in design.proportion("mark")] == [6, 7]


def test_weights_come_from_the_population_where_none_are_given() -> None:
    columns = {"town": ["a", "a", "b"], "N": [10, 10, 3], "y": [1, 2, 3]}
    design = SurveyDesign(columns, strata="town", population="N", lonely_psu="remove")
    assert design.weights.tolist() == [5, 5, 3]
    assert SurveyDesign(columns).weights.tolist() == [1, 1, 1]
    fraction = SurveyDesign(columns, strata="town", population={"a": 0.2, "b": 1.0})
    assert fraction.weights.tolist() == [5, 5, 1]


def test_rows_without_weight_count_for_nothing() -> None:
    columns = {"w": [1.0, 2.0, 0.0], "y": [1.0, 4.0, 100.0], "u": [1, 2, 3]}
    found = SurveyDesign(columns, weights="w", clusters="u").mean("y")[0]
    assert (found.value, found.n, found.df) == (3, 2, 1)


def test_all_figures_may_be_asked_for_alike() -> None:
    common = {"by": "town", "where": "woman", "method": "auto", "confidence": 0.9, "df": 12}
    common |= {"deff": True, "na": "drop"}
    columns = dict(clustered(2, gaps=True))
    columns["old"] = columns["age"] > 50
    design = SurveyDesign(columns, **DECLARED)
    for sample in (design, design.replicates("JKn")):
        assert [each.df for each in sample.quantile("mark", [0.5], **common)] == [12] * 3
        for call in ("mean", "total", "variance", "proportion", "net"):
            assert {each.df for each in getattr(sample, call)("mark", **common)} == {12}
        assert {each.df for each in sample.ratio("mark", "age", **common)} == {12}
        with pytest.raises(AnalysisError, match="ask for each with where"):
            sample.crosstab("town", "old", **common)
        assert sample.crosstab("town", "old", **(common | {"by": None})).p_value > 0

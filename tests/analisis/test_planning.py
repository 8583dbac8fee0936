"""Planning against Cochran's and Lohr's examples, statsmodels, and enumeration."""

from collections import Counter
from fractions import Fraction
from itertools import combinations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import power_proportions_2indep, samplesize_confint_proportion

from analisis import AnalysisError, ErrorCode, SurveyDesign, reliability
from analisis.planning import (
    allocate,
    margin_of_error,
    power,
    power_of_means,
    sample_size,
    sample_size_to_compare,
    select,
)
from analisis.planning import selection as drawing

TWO_SIGMA = float(norm.cdf(2) - norm.cdf(-2))


def test_cochran_blood_group() -> None:
    """Sections 4.2 and 4.4: 5 points, t = 2, 3,200 people: 400, and 356 of a finite population."""
    assert sample_size(0.05, confidence=TWO_SIGMA).answers == 400
    assert sample_size(0.05, confidence=TWO_SIGMA, population=3200).answers == 356


@pytest.mark.parametrize(("p", "margin"), [(0.5, 0.03), (0.2, 0.05), (0.9, 0.01)])
def test_statsmodels_sample_size(p: float, margin: float) -> None:
    expected = samplesize_confint_proportion(p, margin, 0.05)
    assert sample_size(margin, p=p).answers == int(np.ceil(expected))


@given(
    margin=st.floats(0.005, 0.3), p=st.floats(0.05, 0.95), deff=st.floats(0.5, 4),
    population=st.none() | st.integers(50, 10**6), mean=st.booleans(),
)  # fmt: skip
def test_the_least_number_with_that_margin(
    margin: float, p: float, deff: float, population: int | None, mean: bool
) -> None:
    common = {"p": p, "deff": deff, "population": population, "sd": 0.4 if mean else None}
    n = sample_size(margin, **common).answers
    assert margin_of_error(n, **common) <= margin * (1 + 1e-6)
    if n > 1:
        assert margin_of_error(n - 1, **common) > margin * (1 - 1e-6)


def test_silence_costs_invitations() -> None:
    assert sample_size(0.05, response=0.4).invited == 963  # 385 / 0.4 = 962.5
    assert margin_of_error(1000, response=0.4) == pytest.approx(margin_of_error(400))
    with pytest.raises(AnalysisError, match="there are 500 units"):
        sample_size(0.05, population=500, response=0.4)
    assert margin_of_error(45, population=45) == 0


@pytest.mark.parametrize(("p1", "p2"), [(0.5, 0.6), (0.1, 0.13), (0.9, 0.7), (0.4, 0.4)])
@pytest.mark.parametrize(("n1", "n2"), [(100, 100), (400, 250)])
def test_statsmodels_power(p1: float, p2: float, n1: int, n2: int) -> None:
    expected = power_proportions_2indep(
        p1 - p2, p2, n1, ratio=n2 / n1, alpha=0.05, return_results=False
    )
    assert power(p1, p2, n1, n2) == pytest.approx(expected, abs=1e-10)
    assert power(p1, p2, 2 * n1, 2 * n2, deff=2) == pytest.approx(expected, abs=1e-10)
    means = NormalIndPower().power((p1 - p2) / 0.3, n1, 0.05, ratio=n2 / n1)
    assert power_of_means(p1 - p2, 0.3, n1, n2) == pytest.approx(means, abs=1e-10)
    assert power_of_means(p1 - p2, 0.3, 4 * n1, 4 * n2, response=0.25) == pytest.approx(means)


def test_power_in_finite_populations_against_simulation() -> None:
    rng = np.random.default_rng(11)
    n, size = 60, 100
    x = rng.hypergeometric(70, 30, n, 20_000) / n
    y = rng.hypergeometric(50, 50, n, 20_000) / n
    pooled = (x + y) / 2
    left = (size - n) / (size - 1)
    z = abs(x - y) / np.sqrt(pooled * (1 - pooled) * 2 * left / n)
    seen = (z > norm.isf(0.025)).mean()
    assert power(0.7, 0.5, n, populations=(size, size)) == pytest.approx(seen, abs=0.02)
    assert power(0.7, 0.5, size, populations=(size, size)) == 1


def test_the_least_number_with_that_power() -> None:
    n = sample_size_to_compare(0.5, 0.6, response=0.5)
    assert power(0.5, 0.6, n, response=0.5) >= 0.8 > power(0.5, 0.6, n - 1, response=0.5)
    with pytest.raises(AnalysisError, match="two different"):
        sample_size_to_compare(0.5, 0.5)


def test_lohr_farms() -> None:
    """Example 3.2: 300 counties of the 3,078 in proportion."""
    sizes = {"NE": 220, "NC": 1054, "S": 1382, "W": 422}
    assert allocate(300, sizes) == {"NE": 21, "NC": 103, "S": 135, "W": 41}


@settings(max_examples=60)
@given(
    sizes=st.lists(st.integers(1, 7), min_size=3, max_size=3),
    sd=st.lists(st.integers(1, 5), min_size=3, max_size=3), data=st.data(),
)  # fmt: skip
def test_neyman_rounds_to_near_the_least_variance(
    sizes: list[int], sd: list[int], data: st.DataObject
) -> None:
    """The bounded shares minimise the variance; the whole ones are within one of them."""
    n = data.draw(st.integers(3, sum(sizes)))
    named, spread = dict(enumerate(sizes)), dict(enumerate(sd))
    found = allocate(n, named, method="neyman", sd=spread, minimum=1)
    assert sum(found.values()) == n
    assert all(1 <= found[each] <= sizes[each] for each in found)

    def variance(given: tuple[int, ...]) -> Fraction:
        terms = zip(sizes, sd, given, strict=True)
        return sum(Fraction(N * N * S * S, k) for N, S, k in terms)

    ways = product(*(range(1, size + 1) for size in sizes))
    best = min(variance(way) for way in ways if sum(way) == n)
    mine = variance(tuple(found.values()))
    near = [
        variance(way)
        for way in product(*(range(max(1, k - 1), min(size, k + 1) + 1)
                             for k, size in zip(found.values(), sizes, strict=True)))
        if sum(way) == n
    ]  # fmt: skip
    assert min(near) == best
    assert mine <= best * Fraction(5, 4)


@given(
    sizes=st.lists(st.integers(1, 300), min_size=1, max_size=8), minimum=st.integers(0, 4),
    method=st.sampled_from(["proportional", "equal"]), data=st.data(),
)  # fmt: skip
def test_allocations_add_up_within_bounds(
    sizes: list[int], minimum: int, method: str, data: st.DataObject
) -> None:
    least = sum(min(minimum, size) for size in sizes)
    n = data.draw(st.integers(least, sum(sizes)))
    found = allocate(n, dict(enumerate(sizes)), method=method, minimum=minimum)
    assert sum(found.values()) == n
    assert all(min(minimum, sizes[i]) <= k <= sizes[i] for i, k in found.items())
    if method == "proportional" and not minimum:
        assert all(abs(k - Fraction(n * sizes[i], sum(sizes))) < 1 for i, k in found.items())


def test_srs_draws_every_sample_equally() -> None:
    rng = np.random.default_rng(3)
    seen = Counter(tuple(select(2, seed=rng, units=5).indices) for _ in range(10_000))
    assert set(seen) == set(combinations(range(5), 2))
    expected = 10_000 / comb(5, 2)
    assert sum((k - expected) ** 2 / expected for k in seen.values()) < 27.9  # chi2(9), .999


@pytest.mark.parametrize(
    ("values", "n"),
    [([1, 1, 1, 1, 1], 1), ([1, 1, 1, 1, 1], 3), ([3, 1, 4, 1, 5], 2), ([2, 2, 6, 3, 1, 6], 3)],
)
def test_systematic_chances_are_exact(values: list[int], n: int) -> None:
    """The share of starting points at which a unit is drawn is its stated probability."""
    total = sum(values)
    steps = 10 * total  # every boundary is a multiple of 1/total: midpoints never hit one
    drawn: Counter[int] = Counter()
    for step in range(steps):
        rows, chances = drawing._every((step + 0.5) / steps, n, np.array(values, dtype=float))
        assert len(set(rows.tolist())) == n
        assert chances == pytest.approx(n * np.array(values)[rows] / total)
        drawn.update(rows.tolist())
    assert [Fraction(drawn[i], steps) for i in range(len(values))] == [
        Fraction(n * value, total) for value in values
    ]


def test_certainty_units_of_pps() -> None:
    """40 of 60 with n = 3 is certain; then 10 of 20 with n = 2 is; the rest share one."""
    rng = np.random.default_rng(0)
    runs = [select(3, seed=rng, method="pps", sizes=[40, 10, 5, 5]) for _ in range(400)]
    assert all(run.indices[:2].tolist() == [0, 1] for run in runs)
    assert all(run.probabilities.tolist() == [1, 1, 0.5] for run in runs)
    assert 140 < sum(run.indices[2] == 2 for run in runs) < 260


def test_sampford_chances_by_simulation() -> None:
    sizes = np.array([1, 2, 3, 4, 2, 5, 3])
    rng = np.random.default_rng(8)
    times = 4000
    drawn = np.zeros(len(sizes))
    for _ in range(times):
        found = select(3, seed=rng, method="sampford", sizes=sizes)
        assert len(set(found.indices.tolist())) == 3
        drawn[found.indices] += 1
    chance = 3 * sizes / sizes.sum()
    assert np.all(np.abs(drawn / times - chance) < 4 * np.sqrt(chance * (1 - chance) / times))


def test_strata_and_two_stages_give_the_columns_of_a_design() -> None:
    strata = np.repeat(["N", "S"], [40, 60])
    found = select({"N": 4, "S": 3}, seed=2, strata=strata)
    assert Counter(found.design["stratum"].tolist()) == {"N": 4, "S": 3}
    assert found.weights.sum() == pytest.approx(100)
    assert set(found.design["population_1"].tolist()) == {40, 60}
    clusters = np.repeat(np.arange(20), 5)
    staged = select({"N": 3, "S": 4}, seed=2, strata=strata, clusters=clusters, per_cluster=2)
    assert len(staged.indices) == 14
    assert staged.weights.sum() == pytest.approx(100)
    assert (clusters[staged.indices] == staged.design["cluster"]).all()
    assert set(staged.design["population_1"].tolist()) == {8, 12}
    assert set(staged.design["population_2"].tolist()) == {5}


def test_a_drawn_sample_is_a_design_whose_figures_are_judged() -> None:
    strata, clusters = np.repeat(["N", "S"], [400, 600]), np.repeat(np.arange(100), 10)
    satisfied = np.random.default_rng(1).random(1000) < 0.6
    drawn = select({"N": 16, "S": 24}, seed=2, strata=strata, clusters=clusters, per_cluster=4)
    data = {"y": satisfied[drawn.indices].astype(float), "row": drawn.indices}
    design = SurveyDesign(
        data | {"weight": drawn.weights} | dict(drawn.design),
        weights="weight",
        strata="stratum",
        clusters=("cluster", "row"),
        population=("population_1", "population_2"),
    )
    figure = design.proportion("y", level=1)[0]
    assert (figure.n, figure.df) == (160, 38)
    assert figure.low < satisfied.mean() < figure.high
    assert [str(reliability(figure, name).verdict) for name in ("ine", "cepal", "nchs")] == [
        "reliable"
    ] * 3
    assert design.total("y")[0].value == pytest.approx((data["y"] * drawn.weights).sum())


def test_two_stages_by_size_give_all_the_same_chance() -> None:
    clusters = np.repeat(np.arange(6), [4, 6, 8, 10, 12, 5])
    rng = np.random.default_rng(4)
    drawn = np.zeros(45)
    for _ in range(4000):
        found = select(2, seed=rng, method="pps", clusters=clusters, per_cluster=2)
        assert found.probabilities == pytest.approx(4 / 45)
        assert "population_1" not in found.design
        drawn[found.indices] += 1
    assert np.all(np.abs(drawn / 4000 - 4 / 45) < 0.02)


@given(
    seed=st.integers(0, 10**6), method=st.sampled_from(["srs", "systematic", "pps", "sampford"])
)  # fmt: skip
def test_the_same_seed_draws_the_same(seed: int, method: str) -> None:
    sizes = {"sizes": np.arange(10, 40)} if method in {"pps", "sampford"} else {"units": 30}
    one, two = (select(5, seed=seed, method=method, **sizes) for _ in range(2))
    assert one.indices.tolist() == two.indices.tolist() == sorted(set(one.indices.tolist()))
    assert one.probabilities * one.weights == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: sample_size(0), ErrorCode.INVALID_ARGUMENT),
        (lambda: sample_size(0.1, p=1), ErrorCode.INVALID_ARGUMENT),
        (lambda: sample_size(0.1, sd=-1), ErrorCode.INVALID_ARGUMENT),
        (lambda: sample_size(0.1, deff=0), ErrorCode.INVALID_ARGUMENT),
        (lambda: sample_size(0.1, response=1.2), ErrorCode.INVALID_ARGUMENT),
        (lambda: sample_size(0.1, confidence=95), ErrorCode.INVALID_CONFIDENCE),
        (lambda: margin_of_error(0), ErrorCode.INVALID_COUNT),
        (lambda: margin_of_error(50, population=45), ErrorCode.INVALID_COUNT),
        (lambda: power(0, 0.5, 10), ErrorCode.INVALID_ARGUMENT),
        (lambda: power(0.4, 0.5, 0), ErrorCode.INVALID_COUNT),
        (lambda: power(0.4, 0.5, 9, deff=-1), ErrorCode.INVALID_ARGUMENT),
        (lambda: power_of_means(1, 0, 9), ErrorCode.INVALID_ARGUMENT),
        (lambda: allocate(5, {}), ErrorCode.INVALID_ARGUMENT),
        (lambda: allocate(5, {"a": 3}), ErrorCode.INVALID_COUNT),
        (lambda: allocate(3, {"a": 3, "b": 3}, minimum=2), ErrorCode.INVALID_COUNT),
        (lambda: allocate(3, {"a": 3, "b": 3}, method="neyman"), ErrorCode.INVALID_ARGUMENT),
        (lambda: allocate(3, {"a": 3}, method="neyman", sd={"a": 0}), ErrorCode.INVALID_ARGUMENT),
        (lambda: allocate(3, {"a": 3}, method="best"), ErrorCode.UNKNOWN_METHOD),
        (lambda: select(3, seed=1), ErrorCode.UNEQUAL_LENGTHS),
        (lambda: select(3, seed=1, units=2), ErrorCode.INVALID_COUNT),
        (lambda: select(1, seed=1, units=2, method="pps"), ErrorCode.INVALID_ARGUMENT),
        (lambda: select(1, seed=1, sizes=[1, 2]), ErrorCode.INVALID_ARGUMENT),
        (lambda: select(1, seed=1, sizes=[1, 0], method="pps"), ErrorCode.INVALID_ARGUMENT),
        (lambda: select(2, seed=1, sizes=[1, 9, 1], method="sampford"), ErrorCode.INVALID_ARGUMENT),
        (lambda: select(1, seed=1, strata=["a", "b"]), ErrorCode.INVALID_ARGUMENT),
        (lambda: select({"a": 1}, seed=1, strata=["a", "b"]), ErrorCode.INVALID_ARGUMENT),
        (lambda: select(1, seed=1, clusters=["a"], sizes=[1]), ErrorCode.INVALID_ARGUMENT),
        (lambda: select(1, seed=1, clusters=["a", "b"], per_cluster=0), ErrorCode.INVALID_COUNT),
        (lambda: select({"a": 1, "b": 1}, seed=1, strata=["a", "b"], clusters=[1, 1]),
         ErrorCode.CLUSTERS_NOT_NESTED),
    ],
)  # fmt: skip
def test_faults(call: object, code: ErrorCode) -> None:
    with pytest.raises(AnalysisError) as caught:
        call()
    assert caught.value.code is code

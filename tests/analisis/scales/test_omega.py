"""Omega has the loadings of R's factanal; its standard error that of the likelihood."""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analisis import AnalysisError, ErrorCode, Omega, cronbach_alpha, omega
from tests.analisis.scales.reference import far, printed

CASES = printed("scales")


@pytest.mark.parametrize("case", CASES["omega"], ids=lambda case: case["set"])
def test_equals_factanal(case: dict[str, Any]) -> None:
    found = omega(case["items"])
    # Factanal's search stops where its likelihood is flat to half of the digits.
    assert far(found.loadings, case["loadings"]) < 2e-6
    assert far(found.uniquenesses, case["uniquenesses"]) < 2e-6
    assert far(found.value, case["omega"]) < 1e-6
    assert found.fit.df == case["df"]
    if case["df"] == 0:
        assert found.fit.p_value is None
        assert found.fit.rmsea is None
        assert found.fit.statistic == pytest.approx(0, abs=1e-8)
    else:
        assert far(found.fit.statistic, case["statistic"]) < 1e-6
        assert found.fit.p_value == pytest.approx(case["p_value"], rel=1e-6, abs=1e-12)


def correlations(items: dict[str, list[float | None]]) -> np.ndarray:
    table = np.array(list(items.values()), dtype=float).T
    return np.corrcoef(table[~np.isnan(table).any(axis=1)], rowvar=False)


@pytest.mark.parametrize("case", CASES["omega"], ids=lambda case: case["set"])
def test_is_a_stationary_point_to_the_last_digits(case: dict[str, Any]) -> None:
    found, r = omega(case["items"]), correlations(case["items"])
    loadings, uniquenesses = np.array(found.loadings), np.array(found.uniquenesses)
    # Lawley's equations of the maximum: diag(Σ) = diag(R), and R Ψ⁻¹λ = λ(1 + λ'Ψ⁻¹λ).
    assert np.allclose(loadings**2 + uniquenesses, 1, atol=1e-11)
    scaled = loadings / uniquenesses
    assert np.allclose(r @ scaled, loadings * (1 + loadings @ scaled), atol=1e-10)


def test_three_items_in_closed_form() -> None:
    case = next(case for case in CASES["omega"] if case["set"] == "three")
    r, found = correlations(case["items"]), omega(case["items"])
    first = math.sqrt(r[0, 1] * r[0, 2] / r[1, 2])
    expected = (first, r[0, 1] / first, r[0, 2] / first)
    assert far(found.loadings, expected) < 1e-11


def discrepancy(covariance: np.ndarray, loadings: np.ndarray, sds: np.ndarray) -> float:
    model = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    model *= np.outer(sds, sds)
    return float(np.linalg.slogdet(model)[1] + np.trace(covariance @ np.linalg.inv(model)))


def numerical_se(loadings: np.ndarray, n: int) -> float:
    """Delta method on second differences of the likelihood in loadings and deviations."""
    k, h = len(loadings), 1e-4
    truth = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    point = np.concatenate([loadings, np.ones(k)])

    def f(x: np.ndarray) -> float:
        return discrepancy(truth, x[:k], x[k:])

    hessian = np.empty((2 * k, 2 * k))
    step = np.eye(2 * k) * h
    for i, j in product(range(2 * k), repeat=2):
        hessian[i, j] = (
            f(point + step[i] + step[j]) - f(point + step[i] - step[j])
            - f(point - step[i] + step[j]) + f(point - step[i] - step[j])
        ) / (4 * h * h)  # fmt: skip

    def value(x: np.ndarray) -> float:
        return x.sum() ** 2 / (x.sum() ** 2 + (1 - x**2).sum())

    slope = np.zeros(2 * k)
    for i in range(k):
        up, down = loadings.copy(), loadings.copy()
        up[i] += h
        down[i] -= h
        slope[i] = (value(up) - value(down)) / (2 * h)
    return math.sqrt(slope @ np.linalg.solve(n * hessian / 2, slope))


@pytest.mark.parametrize("name", ["attitude", "weak", "three", "seven"])
def test_standard_error_is_that_of_the_likelihood(name: str) -> None:
    case = next(case for case in CASES["omega"] if case["set"] == name)
    found = omega(case["items"])
    assert found.se == pytest.approx(numerical_se(np.array(found.loadings), found.n), rel=1e-5)


def test_limits_are_those_of_the_logit() -> None:
    found = omega(CASES["omega"][0]["items"], confidence=0.9)
    z = stats.norm.ppf(0.95) * found.se / (found.value * (1 - found.value))
    logits = [math.log(x / (1 - x)) for x in (found.low, found.value, found.high)]
    assert np.allclose(np.diff(logits), z)


def simulated(rng: np.random.Generator, n: int, loadings: list[float]) -> np.ndarray:
    strength = np.array(loadings)
    errors = rng.normal(size=(n, len(strength))) * np.sqrt(1 - strength**2)
    return rng.normal(size=(n, 1)) * strength + errors


def test_standard_error_is_what_repeated_samples_show() -> None:
    rng, loadings = np.random.default_rng(3), [0.8, 0.7, 0.6, 0.5]
    truth = 2.6**2 / (2.6**2 + 4 - sum(x * x for x in loadings))
    found: list[Omega] = [omega(simulated(rng, 250, loadings)) for _ in range(600)]
    spread = np.std([sample.value for sample in found])
    assert np.mean([sample.se for sample in found]) == pytest.approx(spread, rel=0.1)
    assert 0.925 < np.mean([sample.low <= truth <= sample.high for sample in found]) < 0.975


@given(st.integers(0, 1000), st.permutations(range(4)))
@settings(max_examples=30, deadline=None)
def test_order_units_and_sign_do_not_matter(seed: int, order: list[int]) -> None:
    rng = np.random.default_rng(seed)
    table = simulated(rng, 120, [0.8, 0.7, 0.6, 0.7])
    found = omega(table)
    moved = omega((table[rng.permutation(120)] * [1, 20, 3, 0.1] + 7)[:, order])
    assert moved.value == pytest.approx(found.value, rel=1e-9)
    assert moved.se == pytest.approx(found.se, rel=1e-8)
    assert np.allclose(moved.loadings, np.array(found.loadings)[order], rtol=1e-8)
    assert omega(-table).loadings == pytest.approx(found.loadings, rel=1e-8)
    assert 0 < found.low < found.value < found.high < 1


def with_correlations(loadings: list[float]) -> np.ndarray:
    """Fifty rows whose correlations are exactly those of the model."""
    strength = np.array(loadings)
    model = np.outer(strength, strength) + np.diag(1 - strength**2)
    raw = np.random.default_rng(2).normal(size=(50, len(loadings)))
    centred = raw - raw.mean(axis=0)
    whitened = centred @ np.linalg.inv(np.linalg.cholesky(np.cov(centred, rowvar=False))).T
    return whitened @ np.linalg.cholesky(model).T


def test_a_model_that_holds_is_found_and_alpha_lies_below() -> None:
    loadings = [0.9, 0.7, 0.5, 0.3]
    table = with_correlations(loadings)
    found = omega(table)
    assert found.loadings == pytest.approx(loadings, rel=1e-9)
    assert found.fit.statistic == pytest.approx(0, abs=1e-9)
    assert found.fit.rmsea == 0
    assert cronbach_alpha(table).value < found.value


@pytest.mark.parametrize("case", CASES["heywood"], ids=lambda case: case["set"])
def test_heywood_cases_are_named(case: dict[str, Any]) -> None:
    with pytest.raises(AnalysisError) as raised:
        omega(case["items"])
    assert (raised.value.code, raised.value.column) == (ErrorCode.HEYWOOD_CASE, case["item"])
    assert case["uniqueness"] == pytest.approx(0.005)


def repeated() -> dict[str, Any]:
    table = simulated(np.random.default_rng(1), 30, [0.7, 0.7, 0.7]).T
    return {"a": table[0], "b": table[1], "c": table[2], "d": table[0] + 2 * table[1]}


def unrelated() -> Any:
    # The sign table of a full factorial: no two columns correlate.
    return list(product([0, 1], repeat=4))


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ({"a": [1, 2, 3, 4, 5], "b": [1, 3, 2, 5, 4]}, ErrorCode.INVALID_COUNT),
        ({"a": [1, 2, 3], "b": [1, 3, 2], "c": [2, 1, 3]}, ErrorCode.INVALID_COUNT),
        ({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4], "c": [2, 2, 2, 2]}, ErrorCode.NO_VARIATION),
        (repeated(), ErrorCode.SINGULAR),
        (unrelated(), ErrorCode.SINGULAR),
        (with_correlations([0.7, -0.7, 0.6, -0.6]), ErrorCode.SINGULAR),
    ],
)
def test_what_has_no_omega_says_why(items: Any, code: ErrorCode) -> None:
    with pytest.raises(AnalysisError) as raised:
        omega(items)
    assert raised.value.code == code


def test_pairwise_correlations_are_not_for_a_likelihood() -> None:
    with pytest.raises(AnalysisError, match="listwise, error"):
        omega(CASES["omega"][0]["items"], missing="pairwise")

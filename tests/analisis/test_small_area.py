"""Small areas are those of R's sae, and the maximum of a likelihood written down separately."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from analisis import AnalysisError, ErrorCode, Estimate, Flag, Statistic, small_area
from tests.analisis.scales.reference import far, printed

CASES = printed("scales_small_area")
METHODS = ("reml", "ml", "moments")


def fitted(case: dict[str, Any], method: str) -> Any:
    return small_area(
        case["direct"],
        case["covariates"],
        variances=case["variances"],
        method=method,
        intercept=False,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
@pytest.mark.parametrize("method", METHODS)
def test_equals_sae(case: dict[str, Any], method: str) -> None:
    expected, found = case["methods"][method], fitted(case, method)
    if expected is None:
        # Sae's scoring runs away below 0; the likelihood is greatest at 0.
        assert found.model_variance == 0
        return
    assert found.model_variance == pytest.approx(expected["variance"], rel=1e-10)
    assert far(list(found.coefficients.values()), expected["coefficients"]) < 1e-10
    assert far(list(found.standard_errors.values()), expected["standard_errors"]) < 1e-10
    assert far([area.eblup for area in found.areas], expected["eblup"]) < 1e-10
    assert far([area.mse for area in found.areas], expected["mse"]) < 1e-10


def test_there_are_references() -> None:
    printed_fits = [fit for case in CASES for fit in case["methods"].values() if fit is not None]
    assert len(printed_fits) == 22


def negative_log_likelihood(variance: float, case: dict[str, Any], method: str) -> float:
    """The density of the data (ML), or of the contrasts that the covariates leave (REML)."""
    y, x = np.array(case["direct"]), np.array(case["covariates"])
    v = np.diag(variance + np.array(case["variances"]))
    if method == "reml":
        contrasts = np.linalg.qr(x, mode="complete")[0][:, x.shape[1] :]
        return -stats.multivariate_normal(cov=contrasts.T @ v @ contrasts).logpdf(contrasts.T @ y)
    inverse = np.linalg.inv(v)
    mean = x @ np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
    return -stats.multivariate_normal(mean, v).logpdf(y)


@pytest.mark.parametrize("case", [case for case in CASES if len(case["direct"]) < 100],
                         ids=lambda case: case["name"])  # fmt: skip
@pytest.mark.parametrize("method", ["reml", "ml"])
def test_is_the_maximum_of_the_likelihood(case: dict[str, Any], method: str) -> None:
    found = fitted(case, method).model_variance
    top = max(case["variances"]) * 20
    grid = np.linspace(0, top, 400)
    start = min(grid, key=lambda a: negative_log_likelihood(a, case, method))
    bracket = (max(start - top / 400, 0), start + top / 400)
    best = optimize.minimize_scalar(
        negative_log_likelihood, bounds=bracket, args=(case, method), method="bounded",
        options={"xatol": top * 1e-10},
    )  # fmt: skip
    assert found == pytest.approx(best.x, rel=1e-4, abs=top * 1e-6)
    assert negative_log_likelihood(found, case, method) <= best.fun + 1e-10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_moments_solve_their_equation(case: dict[str, Any]) -> None:
    found = fitted(case, "moments")
    residuals = np.array([area.direct - area.synthetic for area in found.areas])
    sum_of_squares = np.sum(residuals**2 / (found.model_variance + np.array(case["variances"])))
    left = len(residuals) - len(found.coefficients)
    if found.model_variance > 0:
        assert sum_of_squares == pytest.approx(left, rel=1e-10)
    else:
        assert sum_of_squares <= left


def test_equal_variances_by_hand() -> None:
    # With one ψ and a common mean: A = s² − ψ, γ = A/s², the synthetic figure is the mean.
    y, psi = np.array([2.0, 4.0, 9.0, 5.0]), 1.5
    spread = float(np.var(y, ddof=1))
    found = small_area(y, variances=[psi] * 4)
    assert found.model_variance == pytest.approx(spread - psi, rel=1e-12)
    gamma = 1 - psi / spread
    for area, direct in zip(found.areas, y, strict=True):
        assert area.shrinkage == pytest.approx(gamma, rel=1e-12)
        assert area.synthetic == pytest.approx(5, rel=1e-12)
        assert area.eblup == pytest.approx(gamma * direct + (1 - gamma) * 5, rel=1e-12)
        # g1 + g2 + 2 g3, with g3 = (ψ/s²)² · (2 s⁴/m)/s².
        by_hand = gamma * psi + (1 - gamma) ** 2 * spread / 4 + 2 * (psi / spread) ** 2 * spread / 2
        assert area.mse == pytest.approx(by_hand, rel=1e-12)
    assert found.coefficients == pytest.approx({"intercept": 5})


def test_without_sign_of_differences_all_is_synthetic() -> None:
    found = small_area([0.5, 0.52, 0.49, 0.51], variances=[0.01] * 4, areas=["a", "b", "c", "d"])
    assert found.model_variance == 0
    assert {area.flags for area in found.areas} == {("synthetic",)}
    assert {area.shrinkage for area in found.areas} == {0}
    assert all(area.eblup == area.synthetic and area.mse > 0 for area in found.areas)
    assert [area.area for area in found.areas] == ["a", "b", "c", "d"]


def estimate(value: float | None, se: float | None, place: str, **more: Any) -> Estimate:
    return Estimate(statistic=Statistic.SATISFIED, variable="sat", domain={"comuna": place},
                    value=value, se=se, n=10, base=10, **more)  # fmt: skip


def test_takes_estimates_as_they_come() -> None:
    y, se, x = [0.6, 0.3, 0.8, 0.5, 0.1], [0.05, 0.1, 0.06, 0.02, 0.04], [1.0, 2.0, 0.5, 1.2, 3.0]
    records = [
        estimate(value, error, name) for value, error, name in zip(y, se, "abcde", strict=True)
    ]
    found = small_area(records, {"poverty": x})
    numbers = small_area(y, {"poverty": x}, variances=np.square(se), areas=list("abcde"))
    assert found == numbers
    assert list(found.coefficients) == ["intercept", "poverty"]


def test_an_area_without_answers_gets_the_synthetic_figure() -> None:
    y, x = [0.6, 0.3, 0.8, None, 0.1, 0.45], [1.0, 2.0, 0.5, 1.2, 3.0, 2.2]
    psi = [0.0025, 0.01, 0.004, None, 0.002, 0.001]
    found = small_area(y, {"x": x}, variances=psi)
    area = found.areas[3]
    assert (area.direct, area.variance, area.shrinkage) == (None, None, 0)
    assert area.flags == ("synthetic", "not_sampled")
    others = [place for place in range(6) if place != 3]
    without = small_area(
        [y[i] for i in others], {"x": [x[i] for i in others]}, variances=[psi[i] for i in others]
    )
    assert [found.areas[i].eblup for i in others] == pytest.approx(
        [area.eblup for area in without.areas], rel=1e-12
    )
    expected = found.coefficients["intercept"] + 1.2 * found.coefficients["x"]
    assert area.eblup == area.synthetic == pytest.approx(expected, rel=1e-12)
    assert area.mse > found.model_variance
    records = [estimate(value, v and v**0.5, "x") for value, v in zip(y, psi, strict=True)]
    assert small_area(records, {"x": x}).areas[3].eblup == pytest.approx(area.eblup, rel=1e-12)


areas = st.integers(4, 25).flatmap(
    lambda m: st.tuples(
        st.lists(st.integers(-100, 100), min_size=m, max_size=m),
        st.lists(st.floats(0.5, 200), min_size=m, max_size=m),
    )
)


@given(areas, st.sampled_from(METHODS))
@settings(max_examples=80, deadline=None)
def test_predictors_lie_between_direct_and_synthetic(
    given_areas: tuple[list[int], list[float]], method: str
) -> None:
    y, psi = given_areas
    found = small_area(y, variances=psi, method=method)
    assert found.model_variance >= 0
    for area in found.areas:
        assert area.direct is not None
        between = sorted([area.direct, area.synthetic])
        assert between[0] - 1e-9 <= area.eblup <= between[1] + 1e-9
        assert 0 <= area.shrinkage < 1
        assert area.mse >= 0


@given(areas, st.sampled_from(METHODS), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_and_units_do_not_matter(
    given_areas: tuple[list[int], list[float]], method: str, random: Any
) -> None:
    y, psi = (np.array(part, dtype=float) for part in given_areas)
    found = small_area(y, variances=psi, method=method)
    order = random.sample(range(len(y)), len(y))
    moved = small_area(3 * y[order] + 10, variances=9 * psi[order], method=method)
    scale = float(np.max(psi)) + float(np.var(y))
    assert moved.model_variance == pytest.approx(
        9 * found.model_variance, rel=1e-6, abs=1e-7 * scale
    )
    expected = [3 * found.areas[i].eblup + 10 for i in order]
    assert np.allclose([area.eblup for area in moved.areas], expected, rtol=1e-6, atol=1e-5)


def test_predictors_err_less_than_direct_figures_and_by_as_much_as_said() -> None:
    rng, m = np.random.default_rng(11), 40
    psi, x = rng.uniform(0.5, 2, m), rng.normal(size=m)
    direct_error, error, said = 0.0, 0.0, 0.0
    for _ in range(150):
        theta = 1 + 2 * x + rng.normal(size=m)
        y = theta + rng.normal(size=m) * np.sqrt(psi)
        found = small_area(y, x, variances=psi)
        direct_error += np.sum((y - theta) ** 2)
        error += np.sum((np.array([area.eblup for area in found.areas]) - theta) ** 2)
        said += sum(area.mse for area in found.areas)
    assert error < 0.6 * direct_error
    assert said / error == pytest.approx(1, abs=0.07)


Y, V = [1.0, 2.0, 4.0, 3.0], [0.1, 0.2, 0.1, 0.3]


@pytest.mark.parametrize(
    ("direct", "covariates", "options", "code"),
    [
        (Y, None, {}, ErrorCode.INVALID_ARGUMENT),
        (Y, None, {"variances": V[:3]}, ErrorCode.UNEQUAL_LENGTHS),
        (Y, None, {"variances": [0.1, 0, 0.1, 0.2]}, ErrorCode.INVALID_ARGUMENT),
        (Y, None, {"variances": [0.1, -1, 0.1, 0.2]}, ErrorCode.INVALID_ARGUMENT),
        (Y, None, {"variances": [0.1, None, 0.1, 0.2]}, ErrorCode.INVALID_ARGUMENT),
        (Y, None, {"variances": V, "method": "bayes"}, ErrorCode.UNKNOWN_METHOD),
        (Y, None, {"variances": V, "areas": ["a"]}, ErrorCode.UNEQUAL_LENGTHS),
        (Y, None, {"variances": V, "intercept": False}, ErrorCode.INVALID_ARGUMENT),
        (Y, {"x": [1, 2]}, {"variances": V}, ErrorCode.UNEQUAL_LENGTHS),
        (Y, {"x": [1, 2, None, 4]}, {"variances": V}, ErrorCode.MISSING_VALUES),
        (Y, {"x": [1, 1, 1, 1]}, {"variances": V}, ErrorCode.SINGULAR),
        (Y, {"x": [0, 0, 0, 0]}, {"variances": V}, ErrorCode.SINGULAR),
        (Y, {"x": [1, 2, 3, 5], "z": [2, 4, 6, 10]}, {"variances": V}, ErrorCode.SINGULAR),
        (Y, {"x": ["a", "b", "c", "d"]}, {"variances": V}, ErrorCode.NOT_NUMERIC),
        (Y, np.eye(4)[:, :3], {"variances": V}, ErrorCode.INVALID_COUNT),
        ([None, 2.0], None, {"variances": [None, 0.1]}, ErrorCode.INVALID_COUNT),
        ([], None, {"variances": []}, ErrorCode.INVALID_COUNT),
        ([estimate(0.5, 0.1, "a")], None, {"variances": [0.1]}, ErrorCode.INVALID_ARGUMENT),
        ([estimate(1.0, 0.0, "a"), estimate(0.5, 0.1, "b")], None, {}, ErrorCode.INVALID_ARGUMENT),
        ([estimate(1.0, None, "a"), estimate(0.5, 0.1, "b")], None, {}, ErrorCode.INVALID_ARGUMENT),
        ([estimate(0.4, 0.1, "a", flags=(Flag.SELF_SELECTED,))] * 3, None, {},
         ErrorCode.NOT_A_PROBABILITY_SAMPLE),
    ],
)  # fmt: skip
def test_what_cannot_be_predicted_says_why(
    direct: Any, covariates: Any, options: dict[str, Any], code: ErrorCode
) -> None:
    with pytest.raises(AnalysisError) as raised:
        small_area(direct, covariates, **options)
    assert raised.value.code == code

"""The model of Fay and Herriot: its variance, its coefficients and its mean squared error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from analisis.errors import AnalysisError, ErrorCode

Floats = NDArray[np.float64]
GRID = 200


@dataclass(frozen=True, slots=True)
class Regression:
    """Generalised least squares at one value of the model's variance.

    Attributes
    ----------
    variance : float
        The model's variance A.
    weights : ndarray, shape (m,)
        1/(A + ψ) of each area.
    coefficients : ndarray, shape (p,)
    covariance : ndarray, shape (p, p)
        Of the coefficients, at that A.
    residuals : ndarray, shape (m,)
        Direct figures less what the covariates give.
    """

    variance: float
    weights: Floats
    coefficients: Floats
    covariance: Floats
    residuals: Floats


@dataclass(frozen=True, slots=True)
class Areas:
    """The sampled areas: direct figures y, covariates x, sampling variances ψ."""

    y: Floats
    x: Floats
    psi: Floats

    def regress(self, variance: float) -> Regression:
        """Fit the coefficients with the model's variance given."""
        weights = 1 / (variance + self.psi)
        root = np.sqrt(weights)
        # The triangle of the weighted covariates; squaring them first would lose half the digits.
        orthogonal, triangle = np.linalg.qr(root[:, None] * self.x)
        inverse = np.linalg.inv(triangle)
        coefficients = inverse @ (orthogonal.T @ (root * self.y))
        return Regression(
            variance, weights, coefficients, inverse @ inverse.T, self.y - self.x @ coefficients
        )

    def leverage(self, fit: Regression) -> float:
        """Trace of (X'V⁻¹X)⁻¹ X'V⁻²X."""
        spread = np.einsum("ij,jk,ik->i", self.x, fit.covariance, self.x)
        return float(np.sum(fit.weights**2 * spread))


def _reml_score(areas: Areas, fit: Regression) -> float:
    trace = float(np.sum(fit.weights)) - areas.leverage(fit)
    return (float(np.sum((fit.weights * fit.residuals) ** 2)) - trace) / 2


def _ml_score(areas: Areas, fit: Regression) -> float:
    return float(np.sum((fit.weights * fit.residuals) ** 2) - np.sum(fit.weights)) / 2


def _moments_score(areas: Areas, fit: Regression) -> float:
    m, p = areas.x.shape
    return float(np.sum(fit.weights * fit.residuals**2)) - float(m - p)


def _ml_likelihood(areas: Areas, fit: Regression) -> float:
    terms = np.log(2 * np.pi / fit.weights) + fit.weights * fit.residuals**2
    return -float(np.sum(terms)) / 2


def _reml_likelihood(areas: Areas, fit: Regression) -> float:
    return _ml_likelihood(areas, fit) + float(np.linalg.slogdet(fit.covariance)[1]) / 2


def _no_likelihood(areas: Areas, fit: Regression) -> float:
    """The equation of moments has one root: there is nothing to choose."""
    return 0.0


def _likelihood_moments(areas: Areas, fit: Regression) -> tuple[float, float]:
    return 2 / float(np.sum(fit.weights**2)), 0.0


def _ml_moments(areas: Areas, fit: Regression) -> tuple[float, float]:
    squares = float(np.sum(fit.weights**2))
    return 2 / squares, -areas.leverage(fit) / squares


def _moments_moments(areas: Areas, fit: Regression) -> tuple[float, float]:
    m = areas.y.size
    total, squares = float(np.sum(fit.weights)), float(np.sum(fit.weights**2))
    return 2 * m / total**2, 2 * (m * squares - total**2) / total**3


@dataclass(frozen=True, slots=True)
class Method:
    """A way to estimate the model's variance.

    Attributes
    ----------
    score : callable
        Zero at the estimate, positive below it.
    likelihood : callable
        What chooses among several zeros.
    moments : callable
        Asymptotic variance and bias of the estimate.
    """

    score: Callable[[Areas, Regression], float]
    likelihood: Callable[[Areas, Regression], float]
    moments: Callable[[Areas, Regression], tuple[float, float]]


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "reml": Method(_reml_score, _reml_likelihood, _likelihood_moments),
        "ml": Method(_ml_score, _ml_likelihood, _ml_moments),
        "moments": Method(_moments_score, _no_likelihood, _moments_moments),
    }
)


def fit_model(areas: Areas, method: Method) -> Regression:
    """Estimate the model's variance and the coefficients.

    Returns
    -------
    Regression
        At the estimate, which is 0 where the direct figures vary no more than their sampling
        variances explain.

    Raises
    ------
    AnalysisError
        If the covariates depend on each other or are as many as the areas.
    """
    _check_rank(areas.x)
    found = [areas.regress(variance) for variance in _zeros(areas, method)]
    return max(found, key=partial(method.likelihood, areas))


def _zeros(areas: Areas, method: Method) -> list[float]:
    """Where the score goes from positive to negative; 0 if it starts there negative."""
    from scipy.optimize import brentq  # slow to import; other figures do without

    def score(variance: float) -> float:
        return method.score(areas, areas.regress(variance))

    top = _upper_bound(areas)
    grid = [0.0, *np.geomspace(top * 1e-8, top, GRID).tolist()]
    signs = [score(variance) > 0 for variance in grid]
    found = [] if signs[0] else [0.0]
    for place in range(GRID):
        if signs[place] and not signs[place + 1]:
            root = brentq(score, grid[place], grid[place + 1], xtol=1e-18 * top, rtol=1e-15)
            found.append(float(root))
    return found


def _upper_bound(areas: Areas) -> float:
    """Give a variance at which every score is negative.

    y'PPy is at most RSS/A², RSS being the residual sum of squares of the plain regression, and
    tr P at least (m − p)/(A + ψ_max); beyond ψ_max the latter is above (m − p)/2A.
    """
    m, p = areas.x.shape
    plain = Areas(areas.y, areas.x, np.ones(m)).regress(0.0)
    unexplained = 2 * float(np.sum(plain.residuals**2)) / float(m - p)
    return 1.01 * max(unexplained, float(np.max(areas.psi)))


def _check_rank(x: Floats) -> None:
    m, p = x.shape
    if m <= p:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"{m} areas with a direct figure for {p} coefficients; the model needs more areas than "
            "coefficients, and many more to be of use",
            value=m,
        )
    length = np.linalg.norm(x, axis=0)
    if np.any(length == 0) or np.linalg.matrix_rank(x / length) < p:
        raise AnalysisError(
            ErrorCode.SINGULAR,
            "a covariate follows exactly from the others or from the intercept; leave it out",
        )


def mean_squared_error(
    areas: Areas, fit: Regression, method: Method, *, x: Floats, psi: Floats
) -> Floats:
    """Mean squared error of the predictors of the areas with covariates x and variances ψ.

    An area without a direct figure has ψ = ∞. Where the correction for bias would leave less than
    nothing, it is not made.

    Returns
    -------
    ndarray, shape (areas,)
    """
    a = fit.variance
    shrink = 1 - shrinkage(a, psi)
    variance, bias = method.moments(areas, fit)
    from_effect = a * shrink
    from_coefficients = shrink**2 * np.einsum("ij,jk,ik->i", x, fit.covariance, x)
    from_variance = shrink**2 * variance / (a + psi)
    plain = from_effect + from_coefficients + 2 * from_variance
    corrected = plain - bias * shrink**2
    return np.asarray(np.where(corrected >= 0, corrected, plain))


def shrinkage(variance: float, psi: Floats) -> Floats:
    """Give the weight of each direct figure, A/(A + ψ)."""
    return np.asarray(variance / (variance + psi))

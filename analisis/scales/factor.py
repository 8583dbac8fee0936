"""One common factor by maximum likelihood."""

from dataclasses import dataclass

import numpy as np

from analisis.errors import AnalysisError, ErrorCode
from analisis.numeric import Floats

LEAST_UNIQUENESS = 0.005
"""Below it an item would be nothing but the factor: a Heywood case. R's ``factanal`` stops here."""
STEPS = 20


@dataclass(frozen=True, slots=True)
class OneFactor:
    """A factor solution on the scale of correlations.

    Attributes
    ----------
    loadings, uniquenesses : ndarray, shape (k,)
        The sum of the loadings is not negative.
    discrepancy : float
        The minimum of the likelihood's discrepancy between model and correlations; 0 for a
        perfect fit.
    information : ndarray, shape (2k, 2k)
        Expected information of loadings and uniquenesses, of one respondent.
    """

    loadings: Floats
    uniquenesses: Floats
    discrepancy: float
    information: Floats


def fit_one_factor(correlation: Floats, names: tuple[str, ...]) -> OneFactor:
    r"""Fit one factor to a correlation matrix by maximum likelihood.

    Parameters
    ----------
    correlation : ndarray, shape (k, k)
        Positive definite; k at least 3.
    names : tuple of str
        The items, for messages.

    Returns
    -------
    OneFactor

    Raises
    ------
    AnalysisError
        If an item's uniqueness falls to `LEAST_UNIQUENESS` (a Heywood case), the items have no
        factor in common, or the steps do not settle.

    Notes
    -----
    The minimum over loadings and uniquenesses of

    .. math::

        F = \log|\Sigma| + tr(R \Sigma^{-1}) - \log|R| - k,
        \qquad \Sigma = \lambda\lambda' + \Psi,

    is sought over the uniquenesses alone, as the loadings that go with them come from the
    greatest eigenvalue :math:`\theta_1` of :math:`\Psi^{-1/2} R \Psi^{-1/2}`. Newton's steps then
    take the solution to the last digits.

    References
    ----------
    Jöreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis. Psychometrika
    32, 443-482.
    Lawley, D. N. and Maxwell, A. E. (1971). Factor Analysis as a Statistical Method. 2nd edition.
    Butterworths, London.
    """
    uniquenesses = _search(correlation)
    _check_heywood(uniquenesses, names)
    loadings = _loadings(correlation, uniquenesses)
    # Without a factor the loadings are noise: many of them fit alike.
    information = _information(_inverse(loadings, uniquenesses), loadings)
    if not np.linalg.cond(information) < 1e10:
        raise AnalysisError(
            ErrorCode.SINGULAR,
            "the items have no factor in common: they hardly correlate; do not add them up",
        )
    loadings, uniquenesses = _polish(correlation, loadings, uniquenesses)
    _check_heywood(uniquenesses, names)
    if float(np.sum(loadings)) < 0:
        loadings = -loadings
    return OneFactor(
        loadings,
        uniquenesses,
        _discrepancy(correlation, loadings, uniquenesses),
        _information(_inverse(loadings, uniquenesses), loadings),
    )


def _search(correlation: Floats) -> Floats:
    from scipy.optimize import minimize  # slow to import; other figures do without

    k = correlation.shape[0]
    start = (1 - 0.5 / k) / np.diag(np.linalg.inv(correlation))

    def profile(uniquenesses: Floats) -> tuple[float, Floats]:
        loadings = _loadings(correlation, uniquenesses)
        misfit = np.outer(loadings, loadings) + np.diag(uniquenesses) - correlation
        slope = np.diag(misfit) / uniquenesses**2
        return _discrepancy(correlation, loadings, uniquenesses), slope

    found = minimize(
        profile,
        np.clip(start, LEAST_UNIQUENESS, 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1)] * k,
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9},
    )
    return np.asarray(found.x, dtype=np.float64)


def _loadings(correlation: Floats, uniquenesses: Floats) -> Floats:
    root = np.sqrt(uniquenesses)
    values, vectors = np.linalg.eigh(correlation / np.outer(root, root))
    return np.asarray(root * vectors[:, -1] * np.sqrt(max(float(values[-1]) - 1, 0)))


def _inverse(loadings: Floats, uniquenesses: Floats) -> Floats:
    scaled = loadings / uniquenesses
    return np.asarray(
        np.diag(1 / uniquenesses) - np.outer(scaled, scaled) / (1 + float(loadings @ scaled))
    )


def _discrepancy(correlation: Floats, loadings: Floats, uniquenesses: Floats) -> float:
    determinant = float(np.sum(np.log(uniquenesses)))
    determinant += float(np.log1p(np.sum(loadings**2 / uniquenesses)))
    trace = float(np.sum(_inverse(loadings, uniquenesses) * correlation))
    own = float(np.linalg.slogdet(correlation)[1])
    return float(max(determinant + trace - own - correlation.shape[0], 0.0))


def _information(inverse: Floats, loadings: Floats) -> Floats:
    """Expected information of one respondent: half of tr(W ∂Σ W ∂Σ) for each pair."""
    pull = inverse @ loadings
    common = float(loadings @ pull) * inverse + np.outer(pull, pull)
    mixed = inverse * pull[:, None]
    return np.block([[common, mixed.T], [mixed, inverse**2 / 2]])


def _polish(correlation: Floats, loadings: Floats, uniquenesses: Floats) -> tuple[Floats, Floats]:
    """Newton's steps on the likelihood's equations, from a point near their solution.

    The expected information would not do for a slope: where one factor fits badly its steps turn
    around the solution.
    """
    k = correlation.shape[0]
    for _ in range(STEPS):
        inverse = _inverse(loadings, uniquenesses)
        pull = inverse @ correlation @ inverse - inverse
        equations = np.concatenate([pull @ loadings, np.diag(pull) / 2])
        step = np.linalg.solve(-_slopes(correlation, inverse, pull, loadings), equations)
        length = float(np.max(np.abs(step)))
        if not length < 0.1:
            break
        loadings, uniquenesses = loadings + step[:k], uniquenesses + step[k:]
        if length < 1e-12:
            return loadings, uniquenesses
    raise AnalysisError(
        ErrorCode.NOT_CONVERGED,
        f"the factor did not settle in {STEPS} steps; look for items that hardly correlate or that "
        "repeat each other",
    )


def _slopes(correlation: Floats, inverse: Floats, pull: Floats, loadings: Floats) -> Floats:
    """Derivatives of the likelihood's equations, a column for each loading and uniqueness."""
    k = correlation.shape[0]
    columns = []
    for place in range(2 * k):
        unit = np.eye(k)[place % k]
        loading = place < k
        change = np.outer(unit, loadings if loading else unit / 2)
        of_inverse = -inverse @ (change + change.T) @ inverse
        half = of_inverse @ correlation @ inverse
        of_pull = half + half.T - of_inverse
        by_loading = of_pull @ loadings + (pull @ unit if loading else 0)
        columns.append(np.concatenate([by_loading, np.diag(of_pull) / 2]))
    return np.column_stack(columns)


def _check_heywood(uniquenesses: Floats, names: tuple[str, ...]) -> None:
    least = int(np.argmin(uniquenesses))
    if uniquenesses[least] <= LEAST_UNIQUENESS * (1 + 1e-6):
        raise AnalysisError(
            ErrorCode.HEYWOOD_CASE,
            f"{names[least]!r} would be the factor itself, without error (a Heywood case): one "
            "factor does not fit, or respondents are too few; leave it out, or use alpha",
            column=names[least],
            value=float(uniquenesses[least]),
        )

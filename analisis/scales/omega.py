"""McDonald's omega, from one factor."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, expit, ndtri

from analisis.checks import check_confidence
from analisis.errors import AnalysisError, ErrorCode
from analisis.numeric import Floats
from analisis.scales.factor import OneFactor, fit_one_factor
from analisis.scales.items import COMPLETE, Items, ItemTable, covariance_matrix, read_items


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorFit:
    """How well one factor explains the correlations.

    Attributes
    ----------
    statistic : float
        Likelihood ratio against any correlations, with Bartlett's correction.
    df : int
        Its degrees of freedom, k(k − 3)/2; 0 with three items, which always fit.
    p_value : float or None
        Small where one factor is not enough; None with no degrees of freedom.
    rmsea : float or None
        Misfit per degree of freedom; None with none.
    """

    statistic: float
    df: int
    p_value: float | None
    rmsea: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Omega:
    """McDonald's omega with its interval and the factor behind it.

    Attributes
    ----------
    value : float
        Omega, in [0, 1].
    se : float
        Its standard error by the delta method.
    low, high : float
        Limits of the interval.
    method : str
        ``logit_delta``.
    confidence : float
        Nominal level of the interval.
    n, k : int
        Respondents counted and items.
    loadings, uniquenesses : tuple of float
        Of the standardised items, in their order.
    fit : FactorFit
        Whether one factor is enough; without that omega means little.
    """

    value: float
    se: float
    low: float
    high: float
    method: str
    confidence: float
    n: int
    k: int
    loadings: tuple[float, ...]
    uniquenesses: tuple[float, ...]
    fit: FactorFit


def omega(items: Items, *, missing: str = "listwise", confidence: float = 0.95) -> Omega:
    r"""Estimate the share of the variance of a standardised sum score that one factor explains.

    Parameters
    ----------
    items : mapping of columns, data frame, or array of shape (n, k)
        At least three items, coded in the same direction, and more respondents than items; None
        and NaN are missing answers.
    missing : str
        ``listwise`` (default): a respondent who left out an item leaves. ``error``: refuse.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Omega

    Raises
    ------
    AnalysisError
        If an item is not numeric, has one answer only, or repeats others; fewer than three items
        or not more respondents than items remain; the factor leaves an item no error (a Heywood
        case), or there is none.

    Notes
    -----
    With the loadings :math:`\lambda` and uniquenesses :math:`\psi` of one factor fitted to the
    correlations by maximum likelihood,

    .. math::

        \hat\omega = \frac{(\sum_i \lambda_i)^2}{(\sum_i \lambda_i)^2 + \sum_i \psi_i}

    The standard error is the delta method on the expected information, for normal answers. The
    limits are those of :math:`\log\{\omega / (1 - \omega)\}`, taken back, so that they stay
    in (0, 1). Bartlett's statistic is :math:`X^2 = (n - 1 - (2k + 5)/6 - 2/3) F`,
    and the RMSEA :math:`\sqrt{\max(0, (X^2 - df) / (df (n - 1)))}`.

    References
    ----------
    McDonald, R. P. (1999). Test Theory: A Unified Treatment. Erlbaum, Mahwah.
    Raykov, T. (2002). Analytic estimation of standard error and confidence interval for scale
    reliability. Multivariate Behavioral Research 37, 89-103.
    Kelley, K. and Pornprasertmanit, S. (2016). Confidence intervals for population reliability
    coefficients. Psychological Methods 21, 69-92.
    """
    check_confidence(confidence)
    table = read_items(items, least_items=3, missing=missing, usable=COMPLETE)
    n, k = table.shape
    factor = fit_one_factor(_correlations(table), table.names)
    value, slope = _omega_and_slope(factor)
    se = math.sqrt(float(slope @ np.linalg.solve(factor.information * n, slope)))
    half = float(ndtri((1 + confidence) / 2)) * se / (value * (1 - value))
    middle = math.log(value / (1 - value))
    return Omega(
        value=value,
        se=se,
        low=float(expit(middle - half)),
        high=float(expit(middle + half)),
        method="logit_delta",
        confidence=confidence,
        n=n,
        k=k,
        loadings=tuple(float(loading) for loading in factor.loadings),
        uniquenesses=tuple(float(uniqueness) for uniqueness in factor.uniquenesses),
        fit=_fit(factor.discrepancy, n, k),
    )


def _correlations(table: ItemTable) -> Floats:
    n, k = table.shape
    if n <= k:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"{n} respondents for {k} items; omega needs more respondents than items, and many "
            "more to be of use",
            value=n,
        )
    covariance = covariance_matrix(table)
    root = np.sqrt(np.diag(covariance))
    found = covariance / np.outer(root, root)
    least, vector = (part[..., 0] for part in np.linalg.eigh(found))
    if least < 1e-10:
        name = table.names[int(np.argmax(np.abs(vector)))]
        raise AnalysisError(
            ErrorCode.SINGULAR,
            f"{name!r} follows exactly from other items; leave it out",
            column=name,
        )
    return np.asarray(found)


def _omega_and_slope(factor: OneFactor) -> tuple[float, Floats]:
    """Omega and its derivatives by the loadings and uniquenesses before standardising.

    The information is of those, and a change in either also changes the variance 1 that the item
    is divided by.

    Raises
    ------
    AnalysisError
        If the loadings cancel.
    """
    loadings, uniquenesses = factor.loadings, factor.uniquenesses
    total, error = float(np.sum(loadings)), float(np.sum(uniquenesses))
    if total**2 <= 1e-12 * error:
        raise AnalysisError(
            ErrorCode.SINGULAR,
            "the loadings cancel: half of the items are worded the other way; reverse them",
        )
    below = (total**2 + error) ** 2
    by_loading, by_error = 2 * total * error / below, -(total**2) / below
    # The standardised loading is λ/√(λ² + ψ), the standardised uniqueness ψ/(λ² + ψ).
    slope = np.concatenate(
        [
            by_loading * uniquenesses - by_error * 2 * loadings * uniquenesses,
            -by_loading * loadings / 2 + by_error * loadings**2,
        ]
    )
    return total**2 / (total**2 + error), slope


def _fit(discrepancy: float, n: int, k: int) -> FactorFit:
    df = k * (k - 3) // 2
    statistic = (n - 1 - (2 * k + 5) / 6 - 2 / 3) * discrepancy
    if df == 0:
        return FactorFit(statistic=statistic, df=0, p_value=None, rmsea=None)
    return FactorFit(
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)),
        rmsea=math.sqrt(max((statistic - df) / (df * (n - 1)), 0)),
    )

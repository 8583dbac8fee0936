"""Intervals for the ratio of the proportions of two independent samples."""

import math
from types import MappingProxyType

from scipy.special import ndtri

from analisis.checks import Methods, check_confidence, check_counts, choose
from analisis.comparisons.score import score_ratio_interval
from analisis.errors import AnalysisError, ErrorCode
from analisis.result import Interval


def log_interval(x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95) -> Interval:
    r"""Take the logarithm of the ratio as normal.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Answers that have the property, at least 1, and valid answers, in the first and the second
        sample.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The ratio p1/p2.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible; ``empty_cell`` if a sample has no success, or
        both have nothing else: the variance is infinite or nil there.

    Notes
    -----
    .. math::

        \log\frac{\hat p_1}{\hat p_2} \pm z\sqrt{\frac1{x_1} - \frac1{n_1} + \frac1{x_2} -
        \frac1{n_2}}

    References
    ----------
    Katz, D., Baptista, J., Azen, S. P. and Pike, M. C. (1978). Obtaining confidence intervals for
    the risk ratio in cohort studies. Biometrics 34, 469-474.
    """
    check_counts(x1, n1)
    check_counts(x2, n2)
    if not (x1 and x2):
        raise _no_logarithm("log", f"{x1} of {n1} and {x2} of {n2} have no finite logarithm")
    return _log_normal(x1, n1, x2, n2, "log", confidence)


def log_adjusted_interval(
    x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95
) -> Interval:
    r"""Take the logarithm of the ratio as normal after adding a half to each count.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Answers that have the property and valid answers, in the first and the second sample.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The ratio p1/p2; finite and above 0 even where a sample has no success.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible; ``empty_cell`` if both samples have nothing but
        successes: the variance is nil there.

    Notes
    -----
    The formula of ``log`` with :math:`x_i + 1/2` and :math:`n_i + 1/2`, which removes most of the
    bias of the logarithm.

    References
    ----------
    Walter, S. D. (1975). The distribution of Levin's measure of attributable risk. Biometrika 62,
    371-374.
    Pettigrew, H. M., Gart, J. J. and Thomas, D. G. (1986). The bias and higher cumulants of the
    logarithm of a binomial variate. Biometrika 73, 425-435.
    """
    check_counts(x1, n1)
    check_counts(x2, n2)
    return _log_normal(x1 + 0.5, n1 + 0.5, x2 + 0.5, n2 + 0.5, "log_adjusted", confidence)


def _log_normal(
    x1: float, n1: float, x2: float, n2: float, method: str, confidence: float
) -> Interval:
    check_confidence(confidence)
    if x1 == n1 and x2 == n2:
        raise _no_logarithm(method, "both samples have nothing but successes: no variance is left")
    variance = (n1 - x1) / (n1 * x1) + (n2 - x2) / (n2 * x2)
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt(variance)
    centre = math.log(x1 / n1 / (x2 / n2))
    return Interval(math.exp(centre - half), math.exp(centre + half), method, confidence)


def _no_logarithm(method: str, fault: str) -> AnalysisError:
    return AnalysisError(ErrorCode.EMPTY_CELL, f"{fault}; use score in the place of {method}")


# The first method is the default.
METHODS: Methods = MappingProxyType(
    {
        "log": log_interval,
        "log_adjusted": log_adjusted_interval,
        "score": score_ratio_interval,
    }
)


def ratio_interval(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    method: str | None = None,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Confidence interval for p1/p2 from two independent simple random samples.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Answers that have the property and valid answers, in the first and the second sample.
    method : str, optional
        ``log`` (default; Katz), ``log_adjusted``, ``score`` (Miettinen and Nurminen). Without a
        method, ``score`` stands in where ``log`` has no answer.
    confidence : float
        Level, between 0 and 1.

    Returns
    -------
    Interval
        The ratio, from 0 to infinity; the upper limit of ``score`` is infinite if x2 = 0.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, the method is unknown, or it was asked for and
        has no answer.

    Examples
    --------
    >>> found = ratio_interval(56, 70, 48, 80)
    >>> round(found.low, 4), round(found.high, 4), found.method
    (1.0766, 1.6512, 'log')
    """
    check_counts(x1, n1)
    check_counts(x2, n2)
    if method is None:
        defined = x1 > 0 and x2 > 0 and (x1 < n1 or x2 < n2)
        method = "log" if defined else "score"
    function = choose(METHODS, method, situation="for a ratio")
    return function(x1, n1, x2, n2, confidence=confidence)

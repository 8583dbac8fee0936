"""Intervals in closed form for the difference between the proportions of two samples."""

import math

from scipy.special import ndtri

from analisis.checks import check_confidence, check_counts
from analisis.mover import share, square_and_add
from analisis.result import Interval


def newcombe_interval(x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95) -> Interval:
    r"""Combine the Wilson limits of both proportions.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Answers that have the property and valid answers, in the first and the second sample.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The difference p1 - p2, in [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With :math:`d = \hat p_1 - \hat p_2` and Wilson's limits :math:`(l_i, u_i)`,

    .. math::

        L = d - \sqrt{(\hat p_1 - l_1)^2 + (u_2 - \hat p_2)^2}, \qquad
        U = d + \sqrt{(u_1 - \hat p_1)^2 + (\hat p_2 - l_2)^2} .

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Statistics in Medicine 17, 873-890, method 10.
    """
    first = share(x1, n1, None, confidence)
    second = share(x2, n2, None, confidence)
    low, high = square_and_add(first, second)
    return Interval(low, high, "newcombe", confidence)


def wald_interval(x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95) -> Interval:
    r"""Add and subtract z estimated standard errors; for comparison with what others printed.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Answers that have the property and valid answers, in the first and the second sample.
    confidence : float
        Nominal level, between 0 and 1, which it does not reach.

    Returns
    -------
    Interval
        The difference p1 - p2, clipped to [-1, 1]. It has no width if each proportion is 0 or 1.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    .. math::

        \hat p_1 - \hat p_2 \pm z\sqrt{\frac{\hat p_1(1-\hat p_1)}{n_1} +
        \frac{\hat p_2(1-\hat p_2)}{n_2}}

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Statistics in Medicine 17, 873-890, method 1, not recommended.
    """
    check_counts(x1, n1)
    check_counts(x2, n2)
    return _normal(x1 / n1, n1, x2 / n2, n2, "wald", confidence)


def agresti_caffo_interval(
    x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95
) -> Interval:
    r"""Take Wald's interval after adding one success and one failure to each sample.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Answers that have the property and valid answers, in the first and the second sample.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The difference p1 - p2, clipped to [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    Wald's formula with :math:`\tilde p_i = (x_i + 1)/(n_i + 2)` and :math:`n_i + 2`.

    References
    ----------
    Agresti, A. and Caffo, B. (2000). Simple and effective confidence intervals for proportions and
    differences of proportions result from adding two successes and two failures. The American
    Statistician 54, 280-288.
    """
    check_counts(x1, n1)
    check_counts(x2, n2)
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    return _normal(p1, n1 + 2, p2, n2 + 2, "agresti_caffo", confidence)


def _normal(p1: float, n1: int, p2: float, n2: int, method: str, confidence: float) -> Interval:
    check_confidence(confidence)
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt(variance)
    difference = p1 - p2
    return Interval(max(-1.0, difference - half), min(1.0, difference + half), method, confidence)

"""Wald's interval for a net, for comparison with what others printed."""

import math

from scipy.special import ndtri

from analisis.checks import check_confidence
from analisis.net.checks import check_net
from analisis.result import Interval


def wald_interval(top: int, bottom: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Add and subtract z estimated standard errors.

    Parameters
    ----------
    top, bottom : int
        Answers counted for and against, together at most n.
    n : int
        Valid answers, at least 1.
    confidence : float
        Nominal level, between 0 and 1, which it does not reach.

    Returns
    -------
    Interval
        The net (top - bottom)/n, clipped to [-1, 1]. It has no width if all answers are alike.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With :math:`d = \hat p_1 - \hat p_2`, :math:`d \pm z\sqrt{(\hat p_1 + \hat p_2 - d^2)/n}`.

    References
    ----------
    Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial
    proportions based on paired data. Statistics in Medicine 17, 2635-2650, method 1, not
    recommended.
    """
    check_net(top, bottom, n, population=None)
    check_confidence(confidence)
    net = (top - bottom) / n
    variance = ((top + bottom) / n - net**2) / n
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt(max(0.0, variance))
    return Interval(max(-1.0, net - half), min(1.0, net + half), "wald", confidence)

"""Intervals that take the estimate as normal: Wald, as a warning, and Agresti-Coull, its repair."""

import math

from scipy.special import ndtri

from analisis.checks import check_confidence, check_counts
from analisis.result import Interval


def wald_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Add and subtract z estimated standard errors; for comparison with what others printed.

    Parameters
    ----------
    successes : int
        Answers that have the property, 0..n.
    n : int
        Valid answers, at least 1.
    confidence : float
        Nominal level, between 0 and 1, which it does not reach.

    Returns
    -------
    Interval
        Proportions, clipped to [0, 1]. At 0 and n it has no width.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With :math:`\hat p = x/n`, :math:`\hat p \pm z\sqrt{\hat p(1-\hat p)/n}`.

    References
    ----------
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial
    proportion. Statistical Science 16, 101-133, who advise against it.
    """
    check_counts(successes, n)
    check_confidence(confidence)
    p = successes / n
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt(p * (1 - p) / n)
    return Interval(max(0.0, p - half), min(1.0, p + half), "wald", confidence)


def agresti_coull_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Take Wald's interval after adding z²/2 successes and z²/2 failures.

    Parameters
    ----------
    successes : int
        Answers that have the property, 0..n.
    n : int
        Valid answers, at least 1.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        Proportions, clipped to [0, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With :math:`\tilde n = n + z^2` and :math:`\tilde p = (x + z^2/2)/\tilde n`,
    :math:`\tilde p \pm z\sqrt{\tilde p(1-\tilde p)/\tilde n}`: the centre is Wilson's, and the
    width never less than Wilson's.

    References
    ----------
    Agresti, A. and Coull, B. A. (1998). Approximate is better than "exact" for interval
    estimation of binomial proportions. The American Statistician 52, 119-126.
    """
    check_counts(successes, n)
    check_confidence(confidence)
    z = float(ndtri((1 + confidence) / 2))
    size = n + z * z
    p = (successes + z * z / 2) / size
    half = z * math.sqrt(p * (1 - p) / size)
    return Interval(max(0.0, p - half), min(1.0, p + half), "agresti_coull", confidence)

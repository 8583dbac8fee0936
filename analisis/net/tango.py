"""Tango's score interval for a net, or for the difference between paired proportions."""

import math

from scipy.special import ndtri

from analisis.checks import check_confidence
from analisis.net.checks import check_net
from analisis.result import Interval
from analisis.search import bisect


def tango_interval(top: int, bottom: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Invert the score test of a difference between two cells of one multinomial.

    Parameters
    ----------
    top, bottom : int
        Answers counted for and against, together at most n.
    n : int
        Valid answers, at least 1.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The net (top - bottom)/n, in [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With b = top and c = bottom, a net :math:`\Delta` stays while

    .. math:: (b - c - n\Delta)^2 \le z^2 n (2\tilde q + \Delta(1 - \Delta)),

    where :math:`\tilde q` is the likeliest share of the second answer if the net is
    :math:`\Delta`, the larger root of

    .. math:: 2n\,q^2 + ((2n - b + c)\Delta - b - c)\,q - c\,\Delta(1 - \Delta) = 0 .

    References
    ----------
    Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions
    for the paired-sample design. Statistics in Medicine 17, 891-908.
    """
    check_net(top, bottom, n, population=None)
    check_confidence(confidence)
    z2 = float(ndtri((1 + confidence) / 2)) ** 2
    net = (top - bottom) / n

    def outside(delta: float) -> bool:
        variance = n * (2 * _likeliest(top, bottom, n, delta) + delta * (1 - delta))
        return (top - bottom - n * delta) ** 2 > z2 * variance

    low = bisect(outside, net, -1.0) if net > -1 else -1.0
    high = bisect(outside, net, 1.0) if net < 1 else 1.0
    return Interval(low, high, "tango", confidence)


def _likeliest(top: int, bottom: int, n: int, delta: float) -> float:
    """Maximise the likelihood over the second share where the first is greater by delta."""
    b = (2 * n - top + bottom) * delta - top - bottom
    c = -bottom * delta * (1 - delta)
    root = math.sqrt(max(0.0, b * b - 8 * n * c))
    # Of the two forms of the larger root, the one that subtracts nothing nearly equal.
    return (root - b) / (4 * n) if b <= 0 else -2 * c / (root + b)

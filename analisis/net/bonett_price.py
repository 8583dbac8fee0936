"""Bonett and Price's adjusted Wald interval, the default for a net."""

import math

from scipy.special import ndtri

from analisis.checks import check_confidence
from analisis.net.checks import check_net
from analisis.result import Interval


def bonett_price_interval(top: int, bottom: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Adjusted Wald interval for a difference of proportions of the same answers.

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
        The net (top - bottom)/n, clipped to [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With :math:`\tilde p_1 = (top+1)/(n+2)` and :math:`\tilde p_2 = (bottom+1)/(n+2)`,

    .. math::

        \tilde p_1 - \tilde p_2 \pm z \sqrt{\frac{\tilde p_1 + \tilde p_2 -
        (\tilde p_1 - \tilde p_2)^2}{n + 2}} .

    Top and bottom are two cells of one multinomial, as the two discordant cells of a paired 2x2
    table are; the paper's formula depends on those two cells and n alone.

    References
    ----------
    Bonett, D. G. and Price, R. M. (2012). Adjusted Wald confidence interval for a difference of
    binomial proportions based on paired data. Journal of Educational and Behavioral Statistics
    37, 479-488.
    """
    check_net(top, bottom, n, population=None)
    check_confidence(confidence)
    first, second = (top + 1) / (n + 2), (bottom + 1) / (n + 2)
    net = first - second
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt((first + second - net**2) / (n + 2))
    return Interval(max(-1.0, net - half), min(1.0, net + half), "bonett_price", confidence)

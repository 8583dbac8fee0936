"""The net of a finite population that was counted in part."""

import math

from analisis.checks import check_confidence
from analisis.mover import share, square_and_add
from analisis.net.checks import check_net
from analisis.result import Interval


def mover_exact_interval(
    top: int, bottom: int, n: int, *, population: int, confidence: float = 0.95
) -> Interval:
    r"""Combine the exact limits of both shares into an interval for their difference.

    Parameters
    ----------
    top, bottom : int
        Answers counted for and against, together at most n.
    n : int
        Valid answers, at least 1.
    population : int
        Units in the population, N, at least n.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The population's net, within the values that the silent leave possible; a point if n = N.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With :math:`(l_i, u_i)` the hypergeometric limits of each share widened by half a unit, 1/2N,

    .. math::

        L = d - \sqrt{(p_1-l_1)^2 + (u_2-p_2)^2 - 2\rho(p_1-l_1)(u_2-p_2)}, \qquad
        \rho = -\sqrt{\frac{\tilde p_1 \tilde p_2}{(1-\tilde p_1)(1-\tilde p_2)}},

    and U with the other two limits; the shares in :math:`\rho` have one answer added to each and
    two to n. The obvious alternative, the finite population correction on Bonett and Price's
    variance, fails: with N = 45 some populations are never covered (docs/methods/net-finite.md).

    References
    ----------
    Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial
    proportions based on paired data. Statistics in Medicine 17, 2635-2650, method 10.
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27, 1693-1702.
    """
    check_net(top, bottom, n, population=population)
    if n == population:
        check_confidence(confidence)
        net = (top - bottom) / n
        return Interval(net, net, "mover_exact", confidence)
    first = share(top, n, population, confidence)
    second = share(bottom, n, population, confidence)
    against = math.sqrt((top + 1) * (bottom + 1) / ((n + 1 - top) * (n + 1 - bottom)))
    low, high = square_and_add(first, second, -against)
    silent = population - n
    return Interval(
        max(low, (top - bottom - silent) / population),
        min(high, (top - bottom + silent) / population),
        "mover_exact",
        confidence,
    )

"""Intervals for a net: the share of one answer less the share of another, from the same people."""

import math
from types import MappingProxyType

from scipy.special import ndtri

from analisis.checks import Methods, check_confidence, check_counts, choose_interval
from analisis.errors import AnalysisError, ErrorCode
from analisis.proportions import hypergeometric_interval
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
    _check_net(top, bottom, n, population=None)
    check_confidence(confidence)
    first, second = (top + 1) / (n + 2), (bottom + 1) / (n + 2)
    net = first - second
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt((first + second - net**2) / (n + 2))
    return Interval(max(-1.0, net - half), min(1.0, net + half), "bonett_price", confidence)


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
    _check_net(top, bottom, n, population=population)
    net = (top - bottom) / n
    if n == population:
        check_confidence(confidence)
        return Interval(net, net, "mover_exact", confidence)
    first = _reaches(top, n, population, confidence)
    second = _reaches(bottom, n, population, confidence)
    against = math.sqrt((top + 1) * (bottom + 1) / ((n + 1 - top) * (n + 1 - bottom)))
    low = net - _combine(first[0], second[1], against)
    high = net + _combine(first[1], second[0], against)
    silent = population - n
    return Interval(
        max(low, (top - bottom - silent) / population),
        min(high, (top - bottom + silent) / population),
        "mover_exact",
        confidence,
    )


def _reaches(count: int, n: int, population: int, confidence: float) -> tuple[float, float]:
    """How far the widened exact limits lie below and above a share."""
    exact = hypergeometric_interval(count, n, population=population, confidence=confidence)
    half_unit = 0.5 / population
    share = count / n
    return max(0.0, share - exact.low + half_unit), max(0.0, exact.high + half_unit - share)


def _combine(one: float, other: float, against: float) -> float:
    return math.sqrt(one**2 + other**2 + 2 * against * one * other)


def _check_net(top: int, bottom: int, n: int, *, population: int | None) -> None:
    check_counts(top, n, population=population)
    check_counts(bottom, n)
    if top + bottom > n:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"top is {top} and bottom {bottom} of {n} answers; no answer can count for both",
        )


# In each table the first method is the default.
WITHOUT_POPULATION: Methods = MappingProxyType({"bonett_price": bonett_price_interval})
WITH_POPULATION: Methods = MappingProxyType({"mover_exact": mover_exact_interval})


def net_interval(
    top: int,
    bottom: int,
    n: int,
    method: str | None = None,
    *,
    population: int | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Confidence interval for (top - bottom)/n from a simple random sample.

    Parameters
    ----------
    top, bottom : int
        Answers counted for and against, together at most n.
    n : int
        Valid answers, at least 1.
    method : str, optional
        Without a population: ``bonett_price`` (default). With one: ``mover_exact`` (default).
    population : int, optional
        Units in the population, N. Without it the population is taken as unlimited.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The net, in [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, or the method does not fit the situation.

    Examples
    --------
    >>> found = net_interval(20, 6, 31)
    >>> round(found.low, 3), round(found.high, 3)
    (0.145, 0.703)
    """
    function = choose_interval(
        WITHOUT_POPULATION, WITH_POPULATION, method=method, population=population
    )
    return function(top, bottom, n, confidence=confidence)

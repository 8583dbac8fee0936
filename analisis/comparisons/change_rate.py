"""Intervals for the relative change of a proportion since a base year."""

import math
from types import MappingProxyType

from scipy.special import ndtri

from analisis.checks import Methods, check_confidence, check_counts, choose
from analisis.errors import AnalysisError, ErrorCode
from analisis.mover import Share, share
from analisis.result import Interval


def mover_log_interval(
    x0: int,
    n0: int,
    x1: int,
    n1: int,
    *,
    population0: int | None = None,
    population1: int | None = None,
    confidence: float = 0.95,
) -> Interval:
    r"""Combine the limits of both proportions on the scale of logarithms.

    Parameters
    ----------
    x0, n0, x1, n1 : int
        Answers that have the property and valid answers, in the base year and now.
    population0, population1 : int, optional
        Units in each population; without it Wilson's limits are taken, with it the exact ones
        widened by half a unit.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The relative change p1/p0 - 1, at least -1.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, or the base is near zero.

    Notes
    -----
    With the limits :math:`(l_i, u_i)` of each proportion, the ratio's logarithm lies between

    .. math::

        \log\frac{\hat p_1}{\hat p_0} - \sqrt{\log^2\frac{\hat p_1}{l_1} +
        \log^2\frac{u_0}{\hat p_0}} \quad\text{and}\quad
        \log\frac{\hat p_1}{\hat p_0} + \sqrt{\log^2\frac{u_1}{\hat p_1} +
        \log^2\frac{\hat p_0}{l_0}} .

    If x1 = 0 the limits are those that the formula tends to: -1 and :math:`u_1/\hat p_0 - 1`.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27, 1693-1702.
    """
    _check_base(x0, n0, population0, confidence)
    base = share(x0, n0, population0, confidence)
    now = share(x1, n1, population1, confidence)
    low, high = _ratio_limits(base, now)
    return Interval(low - 1, high - 1, "mover_log", confidence)


def _ratio_limits(base: Share, now: Share) -> tuple[float, float]:
    if now.value == 0:
        return 0.0, now.high / base.value
    ratio = now.value / base.value
    low = 0.0
    if now.low > 0:
        low = ratio / math.exp(
            math.hypot(math.log(now.value / now.low), math.log(base.high / base.value))
        )
    high = ratio * math.exp(
        math.hypot(math.log(now.high / now.value), math.log(base.value / base.low))
    )
    return low, high


def wald_interval(x0: int, n0: int, x1: int, n1: int, *, confidence: float = 0.95) -> Interval:
    r"""Take the ratio itself as normal, with the delta method's variance.

    Parameters
    ----------
    x0, n0, x1, n1 : int
        Answers that have the property and valid answers, in the base year and now.
    confidence : float
        Nominal level, between 0 and 1, which it does not reach.

    Returns
    -------
    Interval
        The relative change p1/p0 - 1, clipped below at -1.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, or the base is near zero.

    Notes
    -----
    .. math::

        r - 1 \pm z\sqrt{\frac{1}{\hat p_0^2}\left(\frac{\hat p_1(1-\hat p_1)}{n_1} +
        r^2\,\frac{\hat p_0(1-\hat p_0)}{n_0}\right)}, \qquad r = \hat p_1/\hat p_0

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd edition. Wiley, section 6.4, the variance of a
    ratio in large samples, here of two independent ones.
    """
    _check_base(x0, n0, None, confidence)
    check_counts(x1, n1)
    p0, p1 = x0 / n0, x1 / n1
    ratio = p1 / p0
    variance = (p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0) / p0**2
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt(variance)
    return Interval(max(-1.0, ratio - 1 - half), ratio - 1 + half, "wald", confidence)


def _check_base(x0: int, n0: int, population0: int | None, confidence: float) -> None:
    """Refuse a base that is not z standard errors away from zero."""
    check_counts(x0, n0, population=population0)
    check_confidence(confidence)
    p0 = x0 / n0
    variance = p0 * (1 - p0) / n0
    if population0 is not None:
        variance *= (population0 - n0) / max(1, population0 - 1)
    if p0 <= float(ndtri((1 + confidence) / 2)) * math.sqrt(variance):
        raise AnalysisError(
            ErrorCode.BASE_NEAR_ZERO,
            f"the base is {x0} of {n0}, not told apart from zero at this level; give the "
            "difference in points (difference_interval), or a base with more successes",
            value=x0,
        )


# In each table the first method is the default.
WITHOUT_POPULATION: Methods = MappingProxyType(
    {"mover_log": mover_log_interval, "wald": wald_interval}
)
WITH_POPULATION: Methods = MappingProxyType({"mover_log": mover_log_interval})


def change_rate_interval(
    x0: int,
    n0: int,
    x1: int,
    n1: int,
    population0: int | None = None,
    population1: int | None = None,
    method: str | None = None,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Confidence interval for p1/p0 - 1 from two independent simple random samples.

    Parameters
    ----------
    x0, n0, x1, n1 : int
        Answers that have the property and valid answers, in the base year and now.
    population0, population1 : int, optional
        Units in each population. One may be left out: it is then taken as unlimited.
    method : str, optional
        ``mover_log`` (default), or ``wald`` where no population is given.
    confidence : float
        Level, between 0 and 1.

    Returns
    -------
    Interval
        The relative change: 0.1 is ten per cent more than the base.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, the method does not fit the situation, or the
        base is near zero (``base_near_zero``): less than z standard errors away from it, as three
        successes of thirty are at the level .95.

    Notes
    -----
    For the ratio of two samples neither of which is a base, see `ratio_interval`.

    Examples
    --------
    >>> found = change_rate_interval(48, 80, 56, 70)
    >>> round(found.low, 3), round(found.high, 3), found.method
    (0.078, 0.664, 'mover_log')
    """
    if population0 is None and population1 is None:
        name = method or next(iter(WITHOUT_POPULATION))
        function = choose(WITHOUT_POPULATION, name, situation="without a population")
        return function(x0, n0, x1, n1, confidence=confidence)
    name = method or next(iter(WITH_POPULATION))
    function = choose(WITH_POPULATION, name, situation="with a known population")
    return function(
        x0,
        n0,
        x1,
        n1,
        population0=population0,
        population1=population1,
        confidence=confidence,
    )

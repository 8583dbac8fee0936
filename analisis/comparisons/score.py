"""Miettinen and Nurminen's score intervals for the difference and the ratio of two proportions."""

import math
from operator import index

from scipy.special import ndtri

from analisis.checks import check_confidence, check_counts
from analisis.result import Interval
from analisis.search import bisect


def score_difference_interval(
    x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95
) -> Interval:
    r"""Invert the score test of a difference, with Miettinen and Nurminen's variance.

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
    A difference :math:`\delta` stays while

    .. math::

        (\hat p_1 - \hat p_2 - \delta)^2 \le z^2 \frac{N}{N-1}
        \left(\frac{\tilde p_1(1-\tilde p_1)}{n_1} + \frac{\tilde p_2(1-\tilde p_2)}{n_2}\right),

    with :math:`N = n_1 + n_2` and :math:`\tilde p_1 = \tilde p_2 + \delta` the likeliest pair that
    has this difference, a root of a cubic.

    References
    ----------
    Miettinen, O. and Nurminen, M. (1985). Comparative analysis of two rates. Statistics in Medicine
    4, 213-226.
    """
    z2 = _check(x1, n1, x2, n2, confidence)
    x1, n1, x2, n2 = map(index, (x1, n1, x2, n2))  # NumPy's would overflow in the products
    if x1 * n2 + x2 * n1 > n1 * n2:  # 1 - p loses digits near 1, so that failures are counted
        mirror = score_difference_interval(n1 - x1, n1, n2 - x2, n2, confidence=confidence)
        return Interval(-mirror.high, -mirror.low, "score", confidence)
    difference = x1 / n1 - x2 / n2

    def outside(delta: float) -> bool:
        p2 = _likeliest_with_difference(x1, n1, x2, n2, delta)
        p1 = min(1.0, max(0.0, p2 + delta))
        variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
        return (difference - delta) ** 2 > z2 * variance

    low = bisect(outside, difference, -1.0) if difference > -1 else -1.0
    high = bisect(outside, difference, 1.0) if difference < 1 else 1.0
    return Interval(low, high, "score", confidence)


def score_ratio_interval(
    x1: int, n1: int, x2: int, n2: int, *, confidence: float = 0.95
) -> Interval:
    r"""Invert the score test of a ratio, with Miettinen and Nurminen's variance.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Answers that have the property and valid answers, in the first and the second sample.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The ratio p1/p2, from 0 to infinity: the lower limit is 0 if x1 = 0, the upper one infinite
        if x2 = 0.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    A ratio :math:`\varphi` stays while

    .. math::

        (\hat p_1 - \varphi\hat p_2)^2 \le z^2 \frac{N}{N-1}
        \left(\frac{\tilde p_1(1-\tilde p_1)}{n_1} +
        \varphi^2\frac{\tilde p_2(1-\tilde p_2)}{n_2}\right),

    with :math:`N = n_1 + n_2` and :math:`\tilde p_1 = \varphi\tilde p_2` the likeliest pair that
    has this ratio, a root of a quadratic. Koopman's interval is the same without N/(N - 1).

    References
    ----------
    Miettinen, O. and Nurminen, M. (1985). Comparative analysis of two rates. Statistics in Medicine
    4, 213-226.
    Koopman, P. A. R. (1984). Confidence intervals for the ratio of two binomial proportions.
    Biometrics 40, 513-517.
    """
    z2 = _check(x1, n1, x2, n2, confidence)
    p1, p2 = x1 / n1, x2 / n2

    # The search runs over ratio/(1 + ratio), which maps 0 to infinity onto 0 to 1.
    def outside(part: float) -> bool:
        ratio = part / (1 - part)
        base = _likeliest_with_ratio(x1, n1, x2, n2, ratio)
        other = min(1.0, ratio * base)
        variance = other * (1 - other) / n1 + ratio**2 * base * (1 - base) / n2
        return (p1 - ratio * p2) ** 2 > z2 * variance

    centre = p1 / (p1 + p2) if x1 or x2 else 0.5
    low = bisect(outside, centre, 0.0) if x1 else 0.0
    high = bisect(outside, centre, 1.0) if x2 else 1.0
    return Interval(
        low / (1 - low), high / (1 - high) if high < 1 else math.inf, "score", confidence
    )


def _check(x1: int, n1: int, x2: int, n2: int, confidence: float) -> float:
    """Check the arguments; return z squared with the factor N/(N - 1)."""
    check_counts(x1, n1)
    check_counts(x2, n2)
    check_confidence(confidence)
    return float(ndtri((1 + confidence) / 2)) ** 2 * (n1 + n2) / (n1 + n2 - 1)


def _likeliest_with_difference(x1: int, n1: int, x2: int, n2: int, delta: float) -> float:
    """Maximise the likelihood over p2 where p1 = p2 + delta: the middle root of a cubic."""
    total = n1 + n2
    second = ((n1 + 2 * n2) * delta - total - x1 - x2) / total
    first = ((n2 * delta - total - 2 * x2) * delta + x1 + x2) / total
    constant = x2 * delta * (1 - delta) / total
    shift = second / 3
    q = shift**3 - second * first / 6 + constant / 2
    p = math.copysign(math.sqrt(max(0.0, shift**2 - first / 3)), q)
    angle = (math.pi + math.acos(min(1.0, max(-1.0, q / p**3)) if p else 1.0)) / 3
    root = 2 * p * math.cos(angle) - shift
    # The arc cosine loses half of the digits near a double root.
    for _ in range(2):
        slope = (3 * root + 2 * second) * root + first
        if slope == 0:
            break
        root -= (((root + second) * root + first) * root + constant) / slope
    return min(max(root, 0.0, -delta), 1.0, 1.0 - delta)


def _likeliest_with_ratio(x1: int, n1: int, x2: int, n2: int, ratio: float) -> float:
    """Maximise the likelihood over p2 where p1 = ratio p2: the smaller root of a quadratic."""
    a = (n1 + n2) * ratio
    b = n1 * ratio + x1 + n2 + x2 * ratio
    c = x1 + x2
    return 2 * c / (b + math.sqrt(max(0.0, b * b - 4 * a * c)))

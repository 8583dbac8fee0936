"""Wilson's score interval, the default for a simple random sample of a large population.

With a correction for continuity, and with one for a finite population, it has other names.
"""

import math

from scipy.special import ndtri

from analisis.checks import check_confidence, check_counts
from analisis.result import Interval


def wilson_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Invert the score test of a binomial proportion.

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
        Proportions in [0, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With :math:`\hat p = x/n` and :math:`z` the normal quantile at :math:`1 - \alpha/2`,

    .. math::

        \frac{\hat p + z^2/2n \pm z\sqrt{\hat p(1-\hat p)/n + z^2/4n^2}}{1 + z^2/n}.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.
    """
    check_counts(successes, n)
    check_confidence(confidence)
    low, high = _score_limits(successes, n, confidence, 1.0)
    return Interval(low, high, "wilson", confidence)


def wilson_fpc_interval(
    successes: int, n: int, *, population: int, confidence: float = 0.95
) -> Interval:
    r"""Invert the score test with the finite population correction on its variance.

    Parameters
    ----------
    successes : int
        Units in the sample that have the property, 0..n.
    n : int
        Units that gave a valid answer, at least 1.
    population : int
        Units in the population, N, at least n.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        Proportions in [0, 1]; a point if n = N.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    Wilson's formula with :math:`z^2 (N - n)/(N - 1)` in the place of :math:`z^2`. The limits are
    no whole numbers of units, and the coverage of some populations falls far below the level
    (docs/methods/coverage.md); `hypergeometric` is the default for that reason.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212; the correction is the variance of
    the hypergeometric distribution over that of the binomial.
    """
    check_counts(successes, n, population=population)
    check_confidence(confidence)
    correction = (population - n) / (population - 1) if population > 1 else 0.0
    low, high = _score_limits(successes, n, confidence, correction)
    return Interval(low, high, "wilson_fpc", confidence)


def _score_limits(
    successes: int, n: int, confidence: float, correction: float
) -> tuple[float, float]:
    z = float(ndtri((1 + confidence) / 2)) * math.sqrt(correction)
    p = successes / n
    if z == 0:  # all were asked
        return p, p
    shrink = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / shrink
    half = z * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2) / shrink
    # At 0 and n the limit is 0 or 1 in algebra, and a rounding error away from it in floats.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def wilson_cc_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Invert the score test with a correction for continuity.

    Parameters
    ----------
    successes : int
        Answers that have the property, 0..n.
    n : int
        Valid answers, at least 1.
    confidence : float
        Nominal level, between 0 and 1; the coverage is nearly always above it.

    Returns
    -------
    Interval
        Proportions in [0, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    The limits solve :math:`|\hat p - p| - 1/2n = z\sqrt{p(1-p)/n}`:

    .. math::

        \frac{2n\hat p + z^2 - 1 - z\sqrt{z^2 - 2 - 1/n + 4\hat p(n(1-\hat p) + 1)}}
        {2(n + z^2)}

    below, its mirror image above, with 0 at x = 0 and 1 at x = n.

    References
    ----------
    Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion: comparison of
    seven methods. Statistics in Medicine 17, 857-872, method 4.
    """
    check_counts(successes, n)
    check_confidence(confidence)
    z = float(ndtri((1 + confidence) / 2))
    low, high = _lower_cc(successes, n, z), 1 - _lower_cc(n - successes, n, z)
    return Interval(low, high, "wilson_cc", confidence)


def _lower_cc(x: int, n: int, z: float) -> float:
    if x == 0:
        return 0.0
    p = x / n
    root = z * math.sqrt(max(0.0, z * z - 2 - 1 / n + 4 * p * (n * (1 - p) + 1)))
    return max(0.0, (2 * x + z * z - 1 - root) / (2 * (n + z * z)))

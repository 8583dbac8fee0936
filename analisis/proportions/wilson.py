"""Wilson's score interval, the default for a simple random sample of a large population."""

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
    z = float(ndtri((1 + confidence) / 2))
    p = successes / n
    shrink = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / shrink
    half = z * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2) / shrink
    # At 0 and n the limit is 0 or 1 in algebra, and a rounding error away from it in floats.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Interval(low, high, "wilson", confidence)

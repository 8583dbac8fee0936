"""The Jeffreys interval, with the rule that keeps its coverage at 0 and n."""

from scipy.special import betaincinv

from analisis.checks import check_confidence, check_counts
from analisis.result import Interval


def jeffreys_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Take the equal-tailed posterior interval under Jeffreys' prior.

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
    The limits are the quantiles at :math:`\alpha/2` and :math:`1-\alpha/2` of
    :math:`Beta(x + 1/2,\, n - x + 1/2)`, except that the lower limit is 0 at x = 0 and the upper
    limit is 1 at x = n: without that rule the coverage falls to zero as p nears 0 or 1.

    References
    ----------
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial
    proportion. Statistical Science 16, 101-133, section 4.1.
    """
    check_counts(successes, n)
    check_confidence(confidence)
    tail = (1 - confidence) / 2
    a, b = successes + 0.5, n - successes + 0.5
    low = 0.0 if successes == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if successes == n else float(betaincinv(a, b, 1 - tail))
    return Interval(low, high, "jeffreys", confidence)

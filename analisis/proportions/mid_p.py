"""The mid-P intervals: exact tails that count only half of the chance of what was seen."""

from scipy.special import betainc, betaincinv

from analisis.checks import check_confidence, check_counts
from analisis.proportions.finite_tail import limits_by_tails
from analisis.result import Interval


def mid_p_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Invert the two one-sided binomial tests with mid-P values.

    Parameters
    ----------
    successes : int
        Answers that have the property, 0..n.
    n : int
        Valid answers, at least 1.
    confidence : float
        Nominal level, between 0 and 1; the mean coverage is near it, the least below it.

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
    The limits solve

    .. math:: P(X > x \mid p) + \tfrac12 P(X = x \mid p) = \alpha/2 \quad\text{(lower)},\qquad
              P(X < x \mid p) + \tfrac12 P(X = x \mid p) = \alpha/2 \quad\text{(upper)},

    with 0 at x = 0 and 1 at x = n. The mid-P tail lies between :math:`P(X > x)` and
    :math:`P(X \ge x)`, so that the root lies between two beta quantiles.

    References
    ----------
    Lancaster, H. O. (1961). Significance tests in discrete distributions. Journal of the American
    Statistical Association 56, 223-234.
    Berry, G. and Armitage, P. (1995). Mid-P confidence intervals: a brief review. Journal of the
    Royal Statistical Society, Series D 44, 417-423.
    """
    check_counts(successes, n)
    check_confidence(confidence)
    tail = (1 - confidence) / 2
    low = _lower_limit(successes, n, tail)
    high = 1 - _lower_limit(n - successes, n, tail)
    return Interval(low, high, "mid_p", confidence)


def _lower_limit(x: int, n: int, tail: float) -> float:
    """Solve for p; the upper limit is the mirror image."""
    from scipy.optimize import brentq  # slow to import, and few callers need it

    if x == 0:
        return 0.0
    if x == n:
        return float((2 * tail) ** (1 / n))

    def excess(p: float) -> float:
        return float(betainc(x, n - x + 1, p) + betainc(x + 1, n - x, p)) / 2 - tail

    least, most = betaincinv(x, n - x + 1, tail), betaincinv(x + 1, n - x, tail)
    # One in a million answers has a limit of 1e-8: the tolerance is relative to it.
    return float(brentq(excess, least, most, xtol=1e-14 * least, rtol=1e-14))


def mid_p_finite_interval(
    successes: int, n: int, *, population: int, confidence: float = 0.95
) -> Interval:
    r"""Invert the two one-sided hypergeometric tests with mid-P values.

    Parameters
    ----------
    successes : int
        Units in the sample that have the property, 0..n.
    n : int
        Units that gave a valid answer, at least 1.
    population : int
        Units in the population, N, at least n.
    confidence : float
        Nominal level, between 0 and 1, read as the decimal number that it prints as.

    Returns
    -------
    Interval
        Proportions M/N in [0, 1]; a point if n = N.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With X hypergeometric (N, M, n), M stays if and only if both
    :math:`P(X > x) + \tfrac12 P(X = x)` and :math:`P(X < x) + \tfrac12 P(X = x)` are strictly
    greater than :math:`\alpha/2`, decided in integers. The two add up to 1, so that below a level
    of one half no M may stay; then the two values on either side of the change are the limits.

    References
    ----------
    Berry, G. and Armitage, P. (1995). Mid-P confidence intervals: a brief review. Journal of the
    Royal Statistical Society, Series D 44, 417-423.
    """
    low, high = limits_by_tails(successes, n, population, confidence, mid_p=True)
    return Interval(low / population, high / population, "mid_p", confidence)

"""The Clopper-Pearson interval: never covers less than it says, and pays with width."""

from scipy.special import betaincinv

from analisis.checks import check_confidence, check_counts
from analisis.result import Interval


def clopper_pearson_interval(successes: int, n: int, *, confidence: float = 0.95) -> Interval:
    r"""Invert the two one-sided exact binomial tests.

    Parameters
    ----------
    successes : int
        Answers that have the property, 0..n.
    n : int
        Valid answers, at least 1.
    confidence : float
        Guaranteed level, between 0 and 1.

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
    The limits are beta quantiles: :math:`B(\alpha/2;\, x, n-x+1)` and
    :math:`B(1-\alpha/2;\, x+1, n-x)`, with 0 at x = 0 and 1 at x = n.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. Biometrika 26, 404-413.
    """
    check_counts(successes, n)
    check_confidence(confidence)
    tail = (1 - confidence) / 2
    rest = n - successes
    low = float(betaincinv(successes, rest + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, rest, 1 - tail)) if rest else 1.0
    return Interval(low, high, "clopper_pearson", confidence)

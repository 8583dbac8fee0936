"""The exact interval for a proportion of a finite population that was counted in part."""

from analisis.proportions.finite_tail import limits_by_tails
from analisis.result import Interval


def hypergeometric_interval(
    successes: int, n: int, *, population: int, confidence: float = 0.95
) -> Interval:
    r"""Invert the two one-sided exact tests of the number of successes in the population.

    Parameters
    ----------
    successes : int
        Units in the sample that have the property, 0..n.
    n : int
        Units that gave a valid answer, at least 1.
    population : int
        Units in the population, N, at least n.
    confidence : float
        Guaranteed level, between 0 and 1, read as the decimal number that it prints as.

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
    With X hypergeometric (N, M, n), M stays in the interval if and only if

    .. math:: P(X \ge x \mid M) > \alpha/2 \quad\text{and}\quad P(X \le x \mid M) > \alpha/2 .

    Both tails are monotone in M, so each limit is found by a search of a few decisions, at most
    about 2 log2(N). A decision sums the terms near the mode in 128-bit fixed-point integers, once
    rounded down and once up; if alpha/2 lies between the two sums (in practice, at an exact tie)
    it sums exactly. A decision takes a number of steps proportional to the standard deviation of
    X, which is at most sqrt(N)/4; the exact sum takes at most n steps on integers of up to N bits.

    When n is nearly N the rule can leave a single M: of 45, 44 answered and all 44 are satisfied;
    were the silent one not, it would have been left out with chance 1/45 < 0.025. The sample's x/n
    is then not always inside, for no M gives it exactly; it is less than 1/N away.

    References
    ----------
    Buonaccorsi, J. P. (1987). A note on confidence intervals for proportions in finite
    populations. The American Statistician 41, 215-218.
    """
    low, high = limits_by_tails(successes, n, population, confidence, mid_p=False)
    return Interval(low / population, high / population, "hypergeometric", confidence)

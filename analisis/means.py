"""Means from counts: every figure of a simple random sample is the mean of some score.

A proportion is the mean of 0 and 1, a net the mean of -1, 0 and 1: one variance serves them all.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scipy.special import stdtrit

from analisis.checks import check_confidence, check_population
from analisis.result import Interval


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its standard error.

    Attributes
    ----------
    value : float
        The mean, in the unit of the scores.
    n : int
        Answers that it rests on.
    se : float or None
        Standard error in the same unit; None where one answer alone leaves the spread unknown.
    """

    value: float
    n: int
    se: float | None


def mean_of_counts(counts: Mapping[int, int] | Mapping[float, int], population: int | None) -> Mean:
    r"""Compute a mean and its standard error under simple random sampling.

    Parameters
    ----------
    counts : mapping of number to int
        How many answers have each score; at least one answer in all.
    population : int or None
        Units in the population, N; None for an unlimited one.

    Returns
    -------
    Mean
        Value and standard error, in the unit of the scores.

    Raises
    ------
    ValueError
        If there is no answer, a count is negative, or the population is smaller than n.

    Notes
    -----
    .. math::

        \bar y = \frac{1}{n}\sum_k n_k y_k, \qquad
        se^2 = \Bigl(1 - \frac{n}{N}\Bigr) \frac{1}{n(n-1)} \sum_k n_k (y_k - \bar y)^2 .

    For a proportion that is :math:`(1-n/N)\,\hat p(1-\hat p)/(n-1)`, the convention of R's
    ``survey``, and not the divisor n of the textbook's Wald interval.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., sections 2.6 and 3.2. Wiley.
    """
    n = sum(counts.values())
    if n < 1 or min(counts.values()) < 0:
        raise ValueError("a mean needs counts that are not negative, and at least one answer")
    if population is not None:
        check_population(n, population)
    # In fractions equal answers have a spread of exactly zero, whatever their decimals.
    scores = [(Fraction(float(score)), count) for score, count in counts.items()]
    mean = sum((score * count for score, count in scores), Fraction()) / n
    if n == population:
        return Mean(float(mean), n, 0.0)
    if n == 1:
        return Mean(float(mean), n, None)
    squares = sum((count * (score - mean) ** 2 for score, count in scores), Fraction())
    unseen = Fraction(1) if population is None else 1 - Fraction(n, population)
    return Mean(float(mean), n, math.sqrt(unseen * squares / (n * (n - 1))))


def mean_interval(
    counts: Mapping[int, int] | Mapping[float, int],
    population: int | None = None,
    *,
    confidence: float = 0.95,
) -> Interval | None:
    r"""Student's t interval for the mean of a simple random sample.

    Parameters
    ----------
    counts : mapping of number to int
        How many answers have each value of the scale.
    population : int, optional
        Units in the population, N; it narrows the interval, to a point at n = N.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval or None
        In the unit of the scale. None where the sample tells nothing of the spread: a single
        answer, or all answers alike (t would claim a mean known without error).

    Raises
    ------
    ValueError
        If there is no answer, a count is negative, the population is smaller than n, or the level
        is impossible.

    Notes
    -----
    :math:`\bar y \pm t_{n-1,\,1-\alpha/2}\, se`, with the standard error of `mean_of_counts`.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6, 1-25.
    """
    check_confidence(confidence)
    mean = mean_of_counts(counts, population)
    if mean.n == population:
        return Interval(mean.value, mean.value, "t", confidence)
    if not mean.se:
        return None
    half = float(stdtrit(mean.n - 1, (1 + confidence) / 2)) * mean.se
    return Interval(mean.value - half, mean.value + half, "t", confidence)

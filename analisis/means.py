"""Means from counts: every figure of a simple random sample is the mean of some score.

A proportion is the mean of 0 and 1, a net the mean of -1, 0 and 1: one variance serves them all.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scipy.special import stdtrit

from analisis.checks import check_confidence, check_population, real, whole
from analisis.errors import AnalysisError, ErrorCode
from analisis.result import Interval


@dataclass(frozen=True, slots=True)
class Moments:
    """All that a mean and its error need of any number of scores.

    Attributes
    ----------
    n : int
        Scores.
    total, squares : Fraction
        Their sum and the sum of their squares, exact: nothing is lost however many or alike they
        are, so that equal scores have a spread of exactly zero.
    """

    n: int
    total: Fraction
    squares: Fraction

    @classmethod
    def of(cls, counts: Iterable[tuple[float, int]]) -> "Moments":
        """Sum scores one after the other, in memory that does not grow with their number.

        Parameters
        ----------
        counts : iterable of (number, int)
            Scores, each with how often it was given.

        Returns
        -------
        Moments
            Their sums.

        Raises
        ------
        AnalysisError
            If a count is negative, or a score no finite number.
        """
        n = 0
        # A float is a whole number over a power of two: sums of whole numbers, by that power.
        totals, squares = Counter[int](), Counter[int]()
        for score, count in counts:
            times = whole(f"the count of {score!r}", count)
            number, power = real("a score", score, "a finite number").as_integer_ratio()
            n += times
            totals[power] += times * number
            squares[power * power] += times * number * number
        return cls(n, _sum(totals), _sum(squares))

    def __add__(self, other: "Moments") -> "Moments":
        """Both groups of scores as one."""
        return Moments(self.n + other.n, self.total + other.total, self.squares + other.squares)


def _sum(by_power: Mapping[int, int]) -> Fraction:
    return sum((Fraction(number, power) for power, number in by_power.items()), Fraction())


Counts = Mapping[int, int] | Mapping[float, int] | Moments
"""How many answers have each score, or their sums."""


def moments_of(counts: Counts) -> Moments:
    """Give the sums of scores however they come.

    Parameters
    ----------
    counts : mapping of number to int, or Moments
        How many answers have each score, or their sums.

    Returns
    -------
    Moments
        The sums.

    Raises
    ------
    AnalysisError
        If a count is negative.
    """
    if isinstance(counts, Moments):
        return counts
    if not isinstance(counts, Mapping):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"counts are {counts!r}; give a mapping of each score to how many gave it",
        )
    return Moments.of(counts.items())


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


def mean_of_counts(counts: Counts, population: int | None) -> Mean:
    r"""Compute a mean and its standard error under simple random sampling.

    Parameters
    ----------
    counts : mapping of number to int, or Moments
        How many answers have each score, or their sums; at least one answer in all.
    population : int or None
        Units in the population, N; None for an unlimited one.

    Returns
    -------
    Mean
        Value and standard error, in the unit of the scores.

    Raises
    ------
    AnalysisError
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
    sums = moments_of(counts)
    n = sums.n
    if n < 1:
        raise AnalysisError(ErrorCode.INVALID_COUNT, "a mean needs at least one answer")
    if population is not None:
        check_population(n, population)
        population = int(population)
    mean = sums.total / n
    if n == population:
        return Mean(float(mean), n, 0.0)
    if n == 1:
        return Mean(float(mean), n, None)
    squares = sums.squares - n * mean**2
    unseen = Fraction(1) if population is None else 1 - Fraction(n, population)
    return Mean(float(mean), n, _root(unseen * squares / (n * (n - 1))))


def _root(square: Fraction) -> float:
    """The square root, also where the square is beyond all doubles: of numbers typed in jest."""
    too_long = square.numerator.bit_length() - square.denominator.bit_length() - 1000
    half = max(0, too_long + 1) // 2
    return math.ldexp(math.sqrt(square / 4**half), half)


def mean_interval(
    counts: Counts,
    population: int | None = None,
    *,
    confidence: float = 0.95,
) -> Interval | None:
    r"""Student's t interval for the mean of a simple random sample.

    Parameters
    ----------
    counts : mapping of number to int, or Moments
        How many answers have each value of the scale, or their sums.
    population : int, optional
        Units in the population, N; it narrows the interval, to a point at n = N.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval or None
        In the unit of the scale. None where the sample tells nothing of the spread: a single
        answer, all answers alike (t would claim a mean known without error), or a spread that no
        double can hold.

    Raises
    ------
    AnalysisError
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
    if math.isinf(abs(mean.value) + half):
        return None
    return Interval(mean.value - half, mean.value + half, "t", confidence)

"""The Korn-Graubard interval: Clopper-Pearson on the effective sample size of a complex design."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri, stdtrit

from analisis.checks import check_confidence
from analisis.errors import AnalysisError, ErrorCode

Floats = NDArray[np.float64]


def korn_graubard_limits(
    p: ArrayLike, n: ArrayLike, n_effective: ArrayLike, df: ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    r"""Limits of proportions estimated from a complex design, one or many at once.

    Parameters
    ----------
    p : array_like
        Estimated proportions in [0, 1]. All arguments broadcast against each other.
    n : array_like
        Unweighted valid answers, at least 1.
    n_effective : array_like
        Effective sample size :math:`p(1-p)/V`, above 0; infinite where V = 0. Not read where p is 0
        or 1, so it may be NaN there.
    df : array_like
        Degrees of freedom of the design, above 0; infinite for the normal quantile.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    low, high : ndarray of float64
        Proportions in [0, 1], in the shape that the arguments broadcast to.

    Raises
    ------
    AnalysisError
        If an argument is outside its range, or the level is.

    Notes
    -----
    The effective size pays for the degrees of freedom and never exceeds the answers:

    .. math:: n^* = \min\left(n,\; \frac{p(1-p)}{V}
              \left(\frac{t_{n-1}}{t_{df}}\right)^2\right)

    with both t at :math:`1-\alpha/2`. At p = 0 and 1, where V says nothing, n takes the place of
    :math:`p(1-p)/V`. With :math:`x^* = p\,n^*` the limits are the beta quantiles
    :math:`B(\alpha/2;\, x^*, n^*-x^*+1)` and :math:`B(1-\alpha/2;\, x^*+1, n^*-x^*)`, with 0 at
    p = 0 and 1 at p = 1.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small
    expected number of positive counts estimated from survey data. Survey Methodology 24, 193-201.

    Examples
    --------
    >>> low, high = korn_graubard_limits([0.0, 0.3], n=200, n_effective=[np.nan, 80.0], df=20)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.1973], [0.0204, 0.4199])
    """
    check_confidence(confidence)
    shares, answers, sizes, freedom = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (p, n, n_effective, df))
    )
    extreme = (shares == 0) | (shares == 1)
    _check(shares, answers, np.where(extreme, 1.0, sizes), freedom)
    tail = (1 - confidence) / 2
    size = np.where(extreme, answers, sizes) * _price_of_freedom(answers, freedom, tail)
    size = np.minimum(answers, size)
    x, rest = shares * size, (1 - shares) * size
    # A beta with a parameter of zero has no quantiles: those limits are known.
    none, all_ = shares == 0, shares == 1
    low = np.where(none, 0.0, betaincinv(np.where(none, 1.0, x), rest + 1, tail))
    high = np.where(all_, 1.0, betaincinv(x + 1, np.where(all_, 1.0, rest), 1 - tail))
    # SciPy's quantile of a beta with a parameter below 1e-12 or so can pass the estimate.
    return np.minimum(low, shares), np.maximum(high, shares)


def _price_of_freedom(answers: Floats, freedom: Floats, tail: float) -> Floats:
    """Give (t[n-1] / t[df])²; a single answer has an infinite t, which the cut at n then bounds."""
    several = answers > 1
    ideal = np.where(several, _t(np.where(several, answers - 1, 1.0), tail), np.inf)
    price: Floats = (ideal / _t(freedom, tail)) ** 2
    return price


def _t(df: Floats, tail: float) -> Floats:
    """Give the upper t quantile; SciPy's gives NaN for infinite degrees of freedom."""
    finite = np.isfinite(df)
    quantile: Floats = np.where(finite, -stdtrit(np.where(finite, df, 1.0), tail), -ndtri(tail))
    return quantile


def _check(shares: Floats, answers: Floats, sizes: Floats, freedom: Floats) -> None:
    """Refuse what is out of range; NaN fails every comparison and so is refused too."""
    rules = (
        (shares, (shares >= 0) & (shares <= 1), "p", "a proportion between 0 and 1"),
        (answers, (answers >= 1) & np.isfinite(answers), "n", "at least one valid answer"),
        (sizes, sizes > 0, "n_effective", "an effective size above 0"),
        (freedom, freedom > 0, "df", "degrees of freedom above 0: more PSUs than strata"),
    )
    for values, right, name, remedy in rules:
        if not right.all():
            wrong = float(values[~right].flat[0])
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT, f"{name} is {wrong}; give {remedy}", value=wrong
            )

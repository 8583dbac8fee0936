"""Limits of quantiles by inverting a test of the share of answers above them, as R does."""

import math
from collections.abc import Callable

import numpy as np

from analisis.sums import Floats


def score_limits(
    statistic: Callable[[float], float], x: Floats, t: float
) -> tuple[float, float] | None:
    r"""Shares of the rows up to the values where the statistic is t and -t.

    Parameters
    ----------
    statistic : function
        The share above a value less the one expected, over its standard error.
    x : array
        The answers in ascending order.
    t : float
        Student's quantile.

    Returns
    -------
    tuple of float, or None
        The shares, of the rows and not of the weights; None where the statistic is not on both
        sides of t or -t between the answers.

    Notes
    -----
    The statistic falls in steps at the answers, so that which of two neighbours is found rests on
    where the search stops: at the tolerance :math:`1 / (100 \sqrt n)`, as in R.

    References
    ----------
    Francisco, C. A. and Fuller, W. A. (1991). Annals of Statistics 19, 454-469.
    """
    quarter = float(np.quantile(x, 0.75) - np.quantile(x, 0.25)) / 100
    first, last = float(x[0]) + quarter, float(x[-1]) - quarter
    tolerance = 1 / (100 * math.sqrt(len(x)))
    found = []
    for level in (t, -t):
        root = brent(lambda value, level=level: statistic(value) - level, first, last, tolerance)  # type: ignore[misc]  # a default that binds the level
        if root is None:
            return None
        found.append(float(np.mean(x <= root)))
    return found[0], found[1]


def brent(f: Callable[[float], float], a: float, b: float, tolerance: float) -> float | None:
    """Where a function is zero between two values, to a tolerance; None if its signs are alike.

    References
    ----------
    Brent, R. P. (1973). Algorithms for Minimization without Derivatives, chapter 4. Prentice-Hall.
    """
    fa, fb = f(a), f(b)
    if fa == 0 or fb == 0:
        return a if fa == 0 else b
    if not fa * fb < 0:
        return None
    c, fc = a, fa
    for _step in range(1000):
        before = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        near = 2 * np.finfo(float).eps * abs(b) + tolerance / 2
        half = (c - b) / 2
        if abs(half) <= near or fb == 0:
            return b
        step = half
        if abs(before) >= near and abs(fa) > abs(fb):
            step = _interpolated((a, fa), (b, fb), (c, fc), near, before, half)
        if abs(step) < near:
            step = math.copysign(near, step)
        a, fa = b, fb
        b += step
        fb = f(b)
        if fb * fc > 0:
            c, fc = a, fa
    return b


def _interpolated(
    one: tuple[float, float],
    best: tuple[float, float],
    other: tuple[float, float],
    near: float,
    before: float,
    half: float,
) -> float:
    """A step by secant or inverse parabola where it stays well inside; else to the middle."""
    (a, fa), (b, fb), (c, fc) = one, best, other
    width = c - b
    if a == c:
        p, q = width * (fb / fa), 1 - fb / fa
    else:
        q, r, s = fa / fc, fb / fc, fb / fa
        p = s * (width * q * (q - r) - (b - a) * (r - 1))
        q = (q - 1) * (r - 1) * (s - 1)
    p, q = (p, -q) if p > 0 else (-p, q)
    inside = p < 0.75 * width * q - abs(near * q) / 2 and p < abs(before * q / 2)
    return p / q if inside else half

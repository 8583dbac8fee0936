"""Intervals for the difference between two answers of the same people."""

import math
from collections.abc import Callable
from types import MappingProxyType

from analisis.checks import check_counts, choose, whole
from analisis.mover import share, square_and_add
from analisis.net import net_interval
from analisis.result import Interval


def newcombe_paired_interval(
    both: int, first: int, second: int, neither: int, *, confidence: float = 0.95
) -> Interval:
    r"""Combine the Wilson limits of both proportions, with their correlation.

    Parameters
    ----------
    both, first, second, neither : int
        People who have the property both times, only the first, only the second time, never.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The first proportion less the second, in [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    Square-and-add as for independent samples, with

    .. math::

        \hat\phi = \frac{A}{\sqrt{(e+f)(g+h)(e+g)(f+h)}}, \quad
        A = \begin{cases} eh - fg - n/2 & eh - fg > n/2 \\ 0 & 0 \le eh - fg \le n/2 \\
        eh - fg & eh - fg < 0 \end{cases}

    for the table e = both, f = first, g = second, h = neither, and 0 if a margin is empty.

    References
    ----------
    Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial
    proportions based on paired data. Statistics in Medicine 17, 2635-2650, method 10.
    """
    n = _check_table(both, first, second, neither)
    low, high = square_and_add(
        share(both + first, n, None, confidence),
        share(both + second, n, None, confidence),
        _phi(both, first, second, neither),
    )
    return Interval(max(-1.0, low), min(1.0, high), "newcombe_paired", confidence)


def _phi(both: int, first: int, second: int, neither: int) -> float:
    """Correlate the two answers, pulled towards 0 by half of n where they agree."""
    # In floats: four of NumPy's integers multiplied would overflow without a word.
    e, f, g, h = float(both), float(first), float(second), float(neither)
    margins = math.sqrt((e + f) * (g + h) * (e + g) * (f + h))
    if margins == 0:
        return 0.0
    agreement = e * h - f * g
    if agreement > 0:
        agreement = max(0.0, agreement - (e + f + g + h) / 2)
    return agreement / margins


def _check_table(both: int, first: int, second: int, neither: int) -> int:
    """Refuse a negative cell; return n."""
    cells = {"both": both, "first": first, "second": second, "neither": neither}
    for name, count in cells.items():
        whole(f"the cell {name}", count)
    n = sum(cells.values())
    check_counts(first, n)
    return n


def _of_the_net(name: str) -> Callable[..., Interval]:
    """Take a method that needs the two cells of those who changed, and n, alone."""

    def function(
        both: int, first: int, second: int, neither: int, *, confidence: float
    ) -> Interval:
        n = _check_table(both, first, second, neither)
        return net_interval(first, second, n, name, confidence=confidence)

    return function


def _of_a_finite_population(
    both: int, first: int, second: int, neither: int, *, population: int, confidence: float
) -> Interval:
    n = _check_table(both, first, second, neither)
    return net_interval(first, second, n, population=population, confidence=confidence)


Methods = MappingProxyType[str, Callable[..., Interval]]

# In each table the first method is the default.
WITHOUT_POPULATION: Methods = MappingProxyType(
    {
        "bonett_price": _of_the_net("bonett_price"),
        "tango": _of_the_net("tango"),
        "newcombe_paired": newcombe_paired_interval,
        "wald": _of_the_net("wald"),
    }
)
WITH_POPULATION: Methods = MappingProxyType({"mover_exact": _of_a_finite_population})


def paired_difference_interval(
    both: int,
    first: int,
    second: int,
    neither: int,
    method: str | None = None,
    *,
    population: int | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Confidence interval for a change between two answers of the same people.

    Parameters
    ----------
    both, first, second, neither : int
        People who have the property both times, only the first, only the second time, never: the
        2x2 table of those who answered twice.
    method : str, optional
        Without a population: ``bonett_price`` (default), ``tango``, ``newcombe_paired``, ``wald``.
        With one: ``mover_exact`` (default).
    population : int, optional
        Units in the population, the same both times. Without it the population is unlimited.
    confidence : float
        Level, between 0 and 1.

    Returns
    -------
    Interval
        The first proportion less the second, in [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, or the method does not fit the situation.

    Notes
    -----
    The difference is the share that had the property only the first time less the share that had
    it only the second: a net of the same people, for which see `net_interval`. In a finite
    population too it is the net of those two cells, so that the exact limits of a net serve.
    Whoever answered once only is not in the table.

    Examples
    --------
    >>> found = paired_difference_interval(59, 6, 16, 80)
    >>> round(found.low, 4), round(found.high, 4), found.method
    (-0.1195, -0.0032, 'bonett_price')
    """
    if population is None:
        name = method or next(iter(WITHOUT_POPULATION))
        function = choose(WITHOUT_POPULATION, name, situation="without a population")
        return function(both, first, second, neither, confidence=confidence)
    name = method or next(iter(WITH_POPULATION))
    function = choose(WITH_POPULATION, name, situation="with a known population")
    return function(both, first, second, neither, population=population, confidence=confidence)

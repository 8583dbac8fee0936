"""The difference between two independent samples, at least one from a known population."""

from analisis.mover import share, square_and_add
from analisis.result import Interval


def mover_exact_interval(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    population1: int | None,
    population2: int | None,
    confidence: float = 0.95,
) -> Interval:
    r"""Combine the exact limits of both proportions, widened by half a unit.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Units that have the property and units that answered, in the first and the second sample.
    population1, population2 : int or None
        Units in each population; None where it is unlimited, and then Wilson's limits are taken.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The difference of the two populations' proportions, within the values that the silent
        leave possible; a point if both were counted whole.

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible.

    Notes
    -----
    With :math:`d = \hat p_1 - \hat p_2` and the hypergeometric limits widened by half a unit,
    :math:`l_i = L_i - 1/2N_i` and :math:`u_i = U_i + 1/2N_i`,

    .. math::

        L = d - \sqrt{(\hat p_1 - l_1)^2 + (u_2 - \hat p_2)^2}, \qquad
        U = d + \sqrt{(u_1 - \hat p_1)^2 + (\hat p_2 - l_2)^2} .

    The samples must be independent. The same units asked twice need
    `paired_difference_interval`.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a
    general approach. Statistics in Medicine 27, 1693-1702.
    """
    first = share(x1, n1, population1, confidence)
    second = share(x2, n2, population2, confidence)
    low, high = square_and_add(first, second)
    least1, most1 = _possible(x1, n1, population1)
    least2, most2 = _possible(x2, n2, population2)
    return Interval(max(low, least1 - most2), min(high, most1 - least2), "mover_exact", confidence)


def _possible(x: int, n: int, population: int | None) -> tuple[float, float]:
    """The population's share if all the silent lacked the property, and if all had it."""
    if population is None:
        return 0.0, 1.0
    return x / population, (population - n + x) / population

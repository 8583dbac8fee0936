"""What can be said about a known list without assuming anything about the silent."""

from analisis.checks import whole
from analisis.errors import AnalysisError, ErrorCode
from analisis.result import Bounds


def bounds(satisfied: int, responded: int, population: int) -> Bounds:
    r"""Worst and best case: all the silent dissatisfied, all the silent satisfied.

    Parameters
    ----------
    satisfied : int
        Units known to be satisfied.
    responded : int
        Units whose opinion is known; one that answered "don't know" is not among them.
    population : int
        Units in the list, N, at least 1.

    Returns
    -------
    Bounds
        Proportions of the population.

    Raises
    ------
    AnalysisError
        If not 0 <= satisfied <= responded <= population, or the population is empty.

    Notes
    -----
    :math:`[\,s/N,\; (s + N - r)/N\,]`. The width is the share that is silent: no method narrows
    it without an assumption.

    References
    ----------
    Manski, C. F. (1989). Anatomy of the selection problem. Journal of Human Resources 24, 343-360.

    Examples
    --------
    >>> bounds(20, 31, 45)
    Bounds(low=0.4444444444444444, high=0.7555555555555555)
    """
    if whole("population", population, least=None) < 1:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"population is {population}; bounds need a list with at least one unit",
        )
    whole("satisfied", satisfied, least=None)
    whole("responded", responded, least=None)
    if not 0 <= satisfied <= responded <= population:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"satisfied is {satisfied}, responded {responded}, population {population}; each must "
            "be at most the next",
        )
    return Bounds(satisfied / population, (satisfied + population - responded) / population)

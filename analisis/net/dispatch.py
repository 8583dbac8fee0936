"""One door to every interval for a net: the situation chooses the default."""

from types import MappingProxyType

from analisis.checks import Methods, choose_interval
from analisis.net.bonett_price import bonett_price_interval
from analisis.net.mover_exact import mover_exact_interval
from analisis.net.tango import tango_interval
from analisis.net.wald import wald_interval
from analisis.result import Interval

# In each table the first method is the default.
WITHOUT_POPULATION: Methods = MappingProxyType(
    {"bonett_price": bonett_price_interval, "tango": tango_interval, "wald": wald_interval}
)
WITH_POPULATION: Methods = MappingProxyType({"mover_exact": mover_exact_interval})


def net_interval(
    top: int,
    bottom: int,
    n: int,
    method: str | None = None,
    *,
    population: int | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Confidence interval for (top - bottom)/n from a simple random sample.

    Parameters
    ----------
    top, bottom : int
        Answers counted for and against, together at most n.
    n : int
        Valid answers, at least 1.
    method : str, optional
        Without a population: ``bonett_price`` (default), ``tango``, ``wald``. With one:
        ``mover_exact`` (default).
    population : int, optional
        Units in the population, N. Without it the population is taken as unlimited.
    confidence : float
        Nominal level, between 0 and 1.

    Returns
    -------
    Interval
        The net, in [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, or the method does not fit the situation.

    Examples
    --------
    >>> found = net_interval(20, 6, 31)
    >>> round(found.low, 3), round(found.high, 3)
    (0.145, 0.703)
    """
    function = choose_interval(
        WITHOUT_POPULATION, WITH_POPULATION, method=method, population=population
    )
    return function(top, bottom, n, confidence=confidence)

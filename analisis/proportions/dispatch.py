"""One door to every interval for a proportion: the situation chooses the default."""

from types import MappingProxyType

from analisis.checks import Methods, choose_interval
from analisis.proportions.clopper_pearson import clopper_pearson_interval
from analisis.proportions.hypergeometric import hypergeometric_interval
from analisis.proportions.jeffreys import jeffreys_interval
from analisis.proportions.mid_p import mid_p_finite_interval, mid_p_interval
from analisis.proportions.normal import agresti_coull_interval, wald_interval
from analisis.proportions.optimal import optimal_interval
from analisis.proportions.wilson import (
    wilson_cc_interval,
    wilson_fpc_interval,
    wilson_interval,
)
from analisis.result import Interval

# In each table the first method is the default.
WITHOUT_POPULATION: Methods = MappingProxyType(
    {
        "wilson": wilson_interval,
        "clopper_pearson": clopper_pearson_interval,
        "jeffreys": jeffreys_interval,
        "agresti_coull": agresti_coull_interval,
        "wald": wald_interval,
        "wilson_cc": wilson_cc_interval,
        "mid_p": mid_p_interval,
    }
)
WITH_POPULATION: Methods = MappingProxyType(
    {
        "hypergeometric": hypergeometric_interval,
        "mid_p": mid_p_finite_interval,
        "optimal": optimal_interval,
        "wilson_fpc": wilson_fpc_interval,
    }
)


def interval(
    successes: int,
    n: int,
    population: int | None = None,
    method: str | None = None,
    confidence: float = 0.95,
) -> Interval:
    """Confidence interval for a proportion from a simple random sample.

    Parameters
    ----------
    successes : int
        Answers that have the property, 0..n.
    n : int
        Valid answers, at least 1.
    population : int, optional
        Units in the population, N. Without it the population is taken as unlimited.
    method : str, optional
        Without a population: ``wilson`` (default), ``clopper_pearson``, ``jeffreys``,
        ``agresti_coull``, ``wald``, ``wilson_cc``, ``mid_p``. With one: ``hypergeometric``
        (default), ``mid_p``, ``optimal``, ``wilson_fpc``. A method that would ignore the population
        is refused.
    confidence : float
        Level, between 0 and 1.

    Returns
    -------
    Interval
        Proportions in [0, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, or the method does not fit the situation.

    Examples
    --------
    >>> found = interval(20, 31, population=45)
    >>> round(found.low, 3), round(found.high, 3), found.method
    (0.533, 0.733, 'hypergeometric')
    """
    function = choose_interval(
        WITHOUT_POPULATION, WITH_POPULATION, method=method, population=population
    )
    return function(successes, n, confidence=confidence)

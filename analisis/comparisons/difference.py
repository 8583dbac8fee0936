"""One door to every interval for the difference between two independent samples."""

from functools import partial
from types import MappingProxyType

from analisis.checks import Methods, choose
from analisis.comparisons.independent import (
    agresti_caffo_interval,
    newcombe_interval,
    wald_interval,
)
from analisis.comparisons.mover_exact import mover_exact_interval
from analisis.comparisons.score import score_difference_interval
from analisis.result import Interval

# In each table the first method is the default.
WITHOUT_POPULATION: Methods = MappingProxyType(
    {
        "newcombe": newcombe_interval,
        "wald": wald_interval,
        "agresti_caffo": agresti_caffo_interval,
        "score": score_difference_interval,
    }
)
WITH_POPULATION: Methods = MappingProxyType({"mover_exact": mover_exact_interval})


def difference_interval(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    population1: int | None = None,
    population2: int | None = None,
    method: str | None = None,
    *,
    confidence: float = 0.95,
) -> Interval:
    """Confidence interval for p1 - p2 from two independent simple random samples.

    Parameters
    ----------
    x1, n1, x2, n2 : int
        Answers that have the property and valid answers, in the first and the second sample.
    population1, population2 : int, optional
        Units in each population. One may be left out: it is then taken as unlimited.
    method : str, optional
        Without populations: ``newcombe`` (default), ``wald``, ``agresti_caffo``, ``score``
        (Miettinen and Nurminen). With one or both: ``mover_exact`` (default).
    confidence : float
        Level, between 0 and 1.

    Returns
    -------
    Interval
        The difference, in [-1, 1].

    Raises
    ------
    AnalysisError
        If the counts or the level are impossible, or the method does not fit the situation.

    Notes
    -----
    The same units asked twice are no independent samples: `paired_difference_interval`.

    Examples
    --------
    >>> found = difference_interval(56, 70, 48, 80)
    >>> round(found.low, 4), round(found.high, 4), found.method
    (0.0524, 0.3339, 'newcombe')
    """
    if population1 is None and population2 is None:
        name = method or next(iter(WITHOUT_POPULATION))
        function = choose(WITHOUT_POPULATION, name, situation="without a population")
    else:
        name = method or next(iter(WITH_POPULATION))
        function = partial(
            choose(WITH_POPULATION, name, situation="with a known population"),
            population1=population1,
            population2=population2,
        )
    return function(x1, n1, x2, n2, confidence=confidence)

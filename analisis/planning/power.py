"""The chance that a comparison of two groups shows a difference that is there."""

from math import sqrt

from scipy.special import ndtr, ndtri

from analisis.checks import check_confidence, real
from analisis.errors import AnalysisError, ErrorCode
from analisis.planning.sample_size import check_field, check_invited, fpc

Populations = tuple[int | None, int | None]


def power(
    p1: float,
    p2: float,
    n1: int,
    n2: int | None = None,
    *,
    confidence: float = 0.95,
    populations: Populations = (None, None),
    deff: float = 1.0,
    response: float = 1.0,
) -> float:
    r"""Chance that the two-sided test of two independent proportions finds them different.

    Parameters
    ----------
    p1, p2 : float
        The true proportions, between 0 and 1.
    n1, n2 : int
        Units invited in each group; without `n2`, as many as in the first.
    confidence : float
        One less the level of the test.
    populations : tuple of int or None
        Units in the two populations; None: unlimited.
    deff : float
        Design effect of both.
    response : float
        Expected share that answers.

    Returns
    -------
    float
        A probability. At p1 = p2 it is the level of the test.

    Raises
    ------
    AnalysisError
        If an argument is outside its range.

    Notes
    -----
    With :math:`a_i` answers, :math:`f_i` the finite population factor, the pooled
    :math:`\bar p = (a_1p_1 + a_2p_2)/(a_1+a_2)`, and

    .. math:: s_0^2 = deff\,\bar p(1-\bar p)\sum f_i/a_i, \qquad
              s_1^2 = deff\,\sum f_i p_i(1-p_i)/a_i

    the power is :math:`\Phi((|d| - z s_0)/s_1) + \Phi((-|d| - z s_0)/s_1)`.

    References
    ----------
    Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and Proportions,
    3rd edition, chapter 4. Wiley.

    Examples
    --------
    >>> round(power(0.5, 0.6, 400), 3)
    0.813
    """
    for name, p in (("p1", p1), ("p2", p2)):
        real(name, p, "a share between 0 and 1", above=0, below=1)
    a1, a2 = _answers(n1, n2, populations, deff, response)
    pooled = (a1 * p1 + a2 * p2) / (a1 + a2)
    f1, f2 = (fpc(a, size, of_a_share=True) for a, size in zip((a1, a2), populations, strict=True))
    null = sqrt(deff * pooled * (1 - pooled) * (f1 / a1 + f2 / a2))
    true = sqrt(deff * (f1 * p1 * (1 - p1) / a1 + f2 * p2 * (1 - p2) / a2))
    return _two_sided(abs(p1 - p2), null, true, confidence)


def power_of_means(
    difference: float,
    sd: float,
    n1: int,
    n2: int | None = None,
    *,
    confidence: float = 0.95,
    populations: Populations = (None, None),
    deff: float = 1.0,
    response: float = 1.0,
) -> float:
    r"""Chance that the two-sided normal test of two independent means finds them different.

    Parameters
    ----------
    difference, sd : float
        The true difference and the standard deviation within each group, in the same unit.
    n1, n2, confidence, populations, deff, response
        As in `power`.

    Returns
    -------
    float
        A probability.

    Raises
    ------
    AnalysisError
        If an argument is outside its range.

    Notes
    -----
    As `power`, with :math:`s_0^2 = s_1^2 = deff\, S^2 (f_1/a_1 + f_2/a_2)`.
    """
    real("difference", difference, "a finite number")
    real("sd", sd, "one above 0", above=0)
    a1, a2 = _answers(n1, n2, populations, deff, response)
    f1, f2 = (fpc(a, size, of_a_share=False) for a, size in zip((a1, a2), populations, strict=True))
    spread = sd * sqrt(deff * (f1 / a1 + f2 / a2))
    return _two_sided(abs(difference), spread, spread, confidence)


def sample_size_to_compare(
    p1: float,
    p2: float,
    *,
    power: float = 0.8,
    confidence: float = 0.95,
    deff: float = 1.0,
    response: float = 1.0,
) -> int:
    """Give the least number to invite in each of two groups so that a difference is found.

    Parameters
    ----------
    p1, p2 : float
        The true proportions; they must differ.
    power : float
        The chance asked for, between the level of the test and 1.
    confidence, deff, response
        As in the function `power`.

    Returns
    -------
    int
        Units to invite in each group.

    Raises
    ------
    AnalysisError
        If the proportions are equal, or an argument is outside its range.

    Examples
    --------
    >>> sample_size_to_compare(0.5, 0.6)
    388
    """
    check_confidence(confidence)
    for name, share in (("p1", p1), ("p2", p2), ("power", power)):
        real(name, share, "a share between 0 and 1", above=0, below=1)
    if p1 == p2 or not 1 - confidence < power < 1:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "give two different proportions, and a power between the level of the test and 1",
            value=power,
        )

    def reached(n: int) -> bool:
        found = _power(p1, p2, n, confidence=confidence, deff=deff, response=response)
        return found >= power

    low, high = 0, 2
    while not reached(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


_power = power


def _answers(
    n1: int, n2: int | None, populations: Populations, deff: float, response: float
) -> tuple[float, float]:
    sizes = (n1, n1 if n2 is None else n2)
    if not isinstance(populations, tuple | list) or len(populations) != len(sizes):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"populations are {populations!r}; give one for each group, None where it is unlimited",
        )
    for n, population in zip(sizes, populations, strict=True):
        check_invited(n, population)
    check_field(deff, response)
    return sizes[0] * response, sizes[1] * response


def _two_sided(difference: float, null: float, true: float, confidence: float) -> float:
    check_confidence(confidence)
    if true == 0:
        return float(difference > 0)  # two censuses
    limit = float(ndtri((1 + confidence) / 2)) * null
    return float(ndtr((difference - limit) / true) + ndtr((-difference - limit) / true))

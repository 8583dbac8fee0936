"""How many answers give a margin of error, and which margin a number of answers gives."""

from dataclasses import dataclass
from math import ceil, inf, nextafter, sqrt

from scipy.special import ndtri

from analisis.checks import check_confidence, real, whole
from analisis.errors import AnalysisError, ErrorCode


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many are needed.

    Attributes
    ----------
    answers : int
        Valid answers needed.
    invited : int
        Units to invite so that as many answer, at the expected response.
    """

    answers: int
    invited: int


def sample_size(
    margin: float,
    *,
    p: float = 0.5,
    sd: float | None = None,
    confidence: float = 0.95,
    population: int | None = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> SampleSize:
    r"""Answers needed for a margin of error.

    Parameters
    ----------
    margin : float
        Half the width of the interval: of a proportion, as 0.03 for 3 points; or in the unit of
        `sd`.
    p : float
        Expected proportion; 0.5 asks for the most.
    sd : float, optional
        Standard deviation of a variable; with it the margin is that of its mean.
    confidence : float
        Level, between 0 and 1.
    population : int, optional
        Units in the population; without it, unlimited.
    deff : float
        Expected design effect.
    response : float
        Expected share that answers, above 0 up to 1. It costs invitations. It does not make those
        who answer like those who don't.

    Returns
    -------
    SampleSize
        Answers and invitations, rounded up.

    Raises
    ------
    AnalysisError
        If an argument is outside its range, or the population with that response is too small.

    Notes
    -----
    With :math:`n_0 = deff\, z^2 S^2/e^2`, and :math:`S^2 = p(1-p)` for a proportion,

    .. math:: n = \frac{n_0}{1 + (n_0 - 1)/N} \text{ (proportion)}, \qquad
              n = \frac{n_0}{1 + n_0/N} \text{ (mean)}.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd edition, sections 4.4 and 4.6. Wiley.

    Examples
    --------
    >>> sample_size(0.03)
    SampleSize(answers=1068, invited=1068)
    >>> sample_size(0.05, population=3200, deff=1.5, response=0.6)
    SampleSize(answers=489, invited=815)
    """
    real("margin", margin, "one above 0", above=_LEAST)
    spread = _spread(p, sd)
    _check(confidence, population, deff, response)
    start = deff * _z(confidence) ** 2 * spread / margin**2
    exact = start if population is None else start / (1 + (start - (sd is None)) / population)
    # A hair is taken off before rounding up: 400.0000000001 answers are 400.
    answers = max(1, ceil(exact - 1e-9))
    if population is not None:
        answers = min(answers, population)
    invited = ceil(answers / response - 1e-9)
    if population is not None and invited > population:
        raise AnalysisError(
            ErrorCode.POPULATION_TOO_SMALL,
            f"{answers} answers need {invited} invitations and there are {population} units; "
            "accept a wider margin or raise the response",
            value=population,
        )
    return SampleSize(answers, invited)


def margin_of_error(
    n: int,
    *,
    p: float = 0.5,
    sd: float | None = None,
    confidence: float = 0.95,
    population: int | None = None,
    deff: float = 1.0,
    response: float = 1.0,
) -> float:
    r"""Margin of error that a number of invitations is expected to give.

    Parameters
    ----------
    n : int
        Units invited; with the default response, answers.
    p, sd, confidence, population, deff, response
        As in `sample_size`.

    Returns
    -------
    float
        Half the width of the interval, as a proportion or in the unit of `sd`.

    Raises
    ------
    AnalysisError
        If an argument is outside its range.

    Notes
    -----
    With :math:`a = n \cdot response` answers, :math:`z \sqrt{deff\, p(1-p)/a \cdot (N-a)/(N-1)}`
    for a proportion and :math:`z \sqrt{deff\, S^2/a \cdot (1 - a/N)}` for a mean.

    Examples
    --------
    >>> round(margin_of_error(1068), 4), round(margin_of_error(31, population=45), 3)
    (0.03, 0.099)
    """
    check_invited(n, population)
    spread = _spread(p, sd)
    _check(confidence, population, deff, response)
    answers = n * response
    left = fpc(answers, population, of_a_share=sd is None)
    return _z(confidence) * sqrt(deff * spread / answers * left)


_LEAST = 1e-100  # what has a square


def check_invited(n: int, population: int | None) -> None:
    """Refuse more invitations than there are units, and fewer than one."""
    if whole("n", n) < 1 or (population is not None and n > whole("population", population)):
        raise AnalysisError(
            ErrorCode.INVALID_COUNT, f"n is {n}; give 1 up to the population", value=n
        )


def fpc(answers: float, population: float | None, *, of_a_share: bool) -> float:
    """Give the factor that a finite population leaves of the variance."""
    if population is None or population == inf:
        return 1.0
    if population == 1:
        return 0.0
    return (population - answers) / (population - 1 if of_a_share else population)


def _z(confidence: float) -> float:
    return float(ndtri((1 + confidence) / 2))


def _spread(p: float, sd: float | None) -> float:
    real("p", p, "a share between 0 and 1", above=0, below=1)
    if sd is not None:
        real("sd", sd, "one above 0", above=_LEAST, below=1 / _LEAST)
    return p * (1 - p) if sd is None else sd**2


def _check(confidence: float, population: int | None, deff: float, response: float) -> None:
    check_confidence(confidence)
    if population is not None:
        whole("population", population, least=1)
    check_field(deff, response)


def check_field(deff: float, response: float) -> None:
    """Refuse a design effect or a share that answers that cannot be."""
    real("deff", deff, "a number above 0; 1 is simple random sampling", above=0)
    # Up to 1, and 1 itself.
    real("response", response, "a share above 0 up to 1", above=0, below=nextafter(1, 2))

"""Publication standards: whether a figure is precise enough to be shown without warning."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from analisis.checks import choose
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Flag, Statistic

INE_MINIMUM_N = 60
INE_MINIMUM_DF = 9

PROPORTIONS = (
    Statistic.CATEGORY,
    Statistic.SATISFIED,
    Statistic.DISSATISFIED,
    Statistic.FIRST_PLACE,
)
_NOT_FROM_A_SAMPLE = (Flag.SELF_SELECTED, Flag.ASSUMES_RANDOM_NONRESPONSE, Flag.CENSUS)


class Reason(StrEnum):
    """Why a figure is not simply reliable."""

    FEW_ANSWERS = "few_answers"
    FEW_DEGREES_OF_FREEDOM = "few_degrees_of_freedom"
    HIGH_STANDARD_ERROR = "high_standard_error"
    NO_STANDARD_ERROR = "no_standard_error"


@dataclass(frozen=True, slots=True)
class Reliability:
    """A verdict under one standard.

    Attributes
    ----------
    verdict : Flag or None
        ``reliable``, ``weakly_reliable`` or ``not_reliable``; None where the standard can't judge:
        enough answers, all of them alike, so that the standard error says nothing.
    reasons : tuple of Reason
        What stands against the figure; empty if it is reliable.
    standard : str
        The standard applied.
    """

    verdict: Flag | None
    reasons: tuple[Reason, ...]
    standard: str


def reliability(estimate: Estimate, standard: str = "ine") -> Reliability:
    r"""Judge a proportion from a probability sample by a published standard.

    Parameters
    ----------
    estimate : Estimate
        A proportion (category, satisfied, dissatisfied, first place) from a probability sample.
    standard : str
        ``ine``: the National Statistics Institute of Chile.

    Returns
    -------
    Reliability
        The verdict and its reasons.

    Raises
    ------
    AnalysisError
        If the estimate is not a proportion, has no value, does not come from a probability sample,
        or the standard is unknown.

    Notes
    -----
    INE: n < 60 or df < 9 is not reliable; otherwise reliable if

    .. math:: se \le \min(p, 1-p)^{2/3} / 9

    and weakly reliable if not. At p = 0 or 1 both sides are zero and the inequality would praise
    what it cannot see: no verdict beyond the first two conditions is given.

    References
    ----------
    Instituto Nacional de Estadísticas de Chile (2020). Estándar para la evaluación de la calidad
    de las estimaciones en encuestas de hogares.
    """
    judge = choose(_STANDARDS, standard, situation="among the standards")
    if estimate.statistic not in PROPORTIONS:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"a {estimate.statistic} is not a proportion; the standard judges those",
        )
    if estimate.value is None:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "the estimate has no value; judge only what could be computed",
        )
    for flag in _NOT_FROM_A_SAMPLE:
        if flag in estimate.flags:
            raise AnalysisError(
                ErrorCode.NOT_A_PROBABILITY_SAMPLE,
                f"the estimate is flagged {flag}; the standard judges probability samples only",
            )
    verdict, reasons = judge(estimate, estimate.value)
    return Reliability(verdict, reasons, standard)


def _ine(estimate: Estimate, p: float) -> tuple[Flag | None, tuple[Reason, ...]]:
    reasons = []
    if estimate.n < INE_MINIMUM_N:
        reasons.append(Reason.FEW_ANSWERS)
    if estimate.df is None or estimate.df < INE_MINIMUM_DF:
        reasons.append(Reason.FEW_DEGREES_OF_FREEDOM)
    if reasons:
        return Flag.NOT_RELIABLE, tuple(reasons)
    if not estimate.se:
        return None, (Reason.NO_STANDARD_ERROR,)
    if estimate.se <= min(p, 1 - p) ** (2 / 3) / 9:
        return Flag.RELIABLE, ()
    return Flag.WEAKLY_RELIABLE, (Reason.HIGH_STANDARD_ERROR,)


_STANDARDS: Mapping[str, Callable[[Estimate, float], tuple[Flag | None, tuple[Reason, ...]]]] = (
    MappingProxyType({"ine": _ine})
)

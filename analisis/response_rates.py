"""Outcome rates of a survey as the AAPOR defines them."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analisis.checks import is_number
from analisis.errors import AnalysisError, ErrorCode


class Disposition(StrEnum):
    """What became of a case, with the AAPOR's letters."""

    COMPLETE = "I"
    PARTIAL = "P"
    REFUSAL = "R"
    NON_CONTACT = "NC"
    OTHER = "O"
    UNKNOWN_HOUSEHOLD = "UH"
    UNKNOWN_OTHER = "UO"
    NOT_ELIGIBLE = "NE"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRates:
    """The AAPOR's outcome rates; proportions, None where nothing is counted below the line.

    Attributes
    ----------
    rr1, rr2, rr3, rr4, rr5, rr6 : float or None
        Response rates: odd ones count complete interviews, even ones partial ones too. 1 and 2
        take all cases of unknown eligibility as eligible, 3 and 4 the estimated share, 5 and 6
        none.
    coop1, coop2, coop3, coop4 : float or None
        Cooperation of those reached; 3 and 4 leave out those unable to answer.
    ref1, ref2, ref3, con1, con2, con3 : float or None
        Refusal and contact; 1, 2, 3 treat unknown eligibility as response rates 1, 3, 5 do.
    eligibility : float or None
        e, the share of cases of unknown eligibility taken as eligible.
    counts : mapping
        The cases by disposition, NE included.
    """

    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    coop2: float | None
    coop3: float | None
    coop4: float | None
    ref1: float | None
    ref2: float | None
    ref3: float | None
    con1: float | None
    con2: float | None
    con3: float | None
    eligibility: float | None
    counts: Mapping[str, float]


def response_rates(
    dispositions: Mapping[str, float] | Iterable[str], eligibility: float | None = None
) -> ResponseRates:
    r"""Response, cooperation, refusal and contact rates from the outcome of each case.

    Parameters
    ----------
    dispositions : mapping or iterable of str
        Cases (or their summed weights) by disposition, or the disposition of each case: ``I``
        complete, ``P`` partial, ``R`` refusal or break-off, ``NC`` non-contact, ``O`` other
        eligible, ``UH`` unknown whether there is a household, ``UO`` unknown otherwise, ``NE`` not
        eligible.
    eligibility : float, optional
        e, the share of the cases of unknown eligibility (UH, UO) that is eligible, in [0, 1].
        Without it e is estimated from the cases of known eligibility, if NE is among the
        dispositions (0 says that all turned out eligible). If it is not, nothing tells e, and the
        rates that need it are None unless no case is unknown.

    Returns
    -------
    ResponseRates
        Proportions in [0, 1].

    Raises
    ------
    AnalysisError
        If a disposition is unknown, a count negative or not finite, there are no cases, or the
        eligibility lies outside [0, 1].

    Notes
    -----
    With :math:`E = I + P + R + NC + O` and :math:`U = UH + UO`:

    .. math::

        RR1 = \frac{I}{E + U}, \quad RR3 = \frac{I}{E + eU}, \quad RR5 = \frac{I}{E}, \quad
        e = \frac{E}{E + NE}

    and RR2, RR4, RR6 with :math:`I + P` above the line;

    .. math::

        COOP1 = \frac{I}{I + P + R + O}, \quad COOP3 = \frac{I}{I + P + R}

    and COOP2, COOP4 with :math:`I + P`; REF1 to REF3 have :math:`R` above the line, CON1 to CON3
    :math:`I + P + R + O`, and below it what RR1, RR3 and RR5 have. The estimate of e is the
    proportional allocation of the AAPOR's own calculator; the AAPOR asks that the e used be said.

    References
    ----------
    The American Association for Public Opinion Research (2016). Standard Definitions: Final
    Dispositions of Case Codes and Outcome Rates for Surveys. 9th edition. AAPOR.

    Examples
    --------
    >>> rates = response_rates({"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1, "NE": 1})
    >>> round(rates.rr1, 3), round(rates.rr3, 3), rates.eligibility
    (0.364, 0.37, 0.9)
    """
    counts, states_ineligible = _count(dispositions)
    i, p, r, nc, o, uh, uo, ne = (counts[code] for code in Disposition)
    eligible, unknown = i + p + r + nc + o, uh + uo
    if eligible + unknown == 0:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            "no case is eligible or of unknown eligibility; a rate needs at least one",
        )
    e = _eligibility(eligibility, eligible, ne if states_ineligible else None)
    all_unknown = eligible + unknown
    if unknown == 0:
        some_unknown: float | None = eligible
    else:
        some_unknown = None if e is None else eligible + e * unknown
    reached = i + p + r + o
    return ResponseRates(
        rr1=_share(i, all_unknown),
        rr2=_share(i + p, all_unknown),
        rr3=_share(i, some_unknown),
        rr4=_share(i + p, some_unknown),
        rr5=_share(i, eligible),
        rr6=_share(i + p, eligible),
        coop1=_share(i, reached),
        coop2=_share(i + p, reached),
        coop3=_share(i, i + p + r),
        coop4=_share(i + p, i + p + r),
        ref1=_share(r, all_unknown),
        ref2=_share(r, some_unknown),
        ref3=_share(r, eligible),
        con1=_share(reached, all_unknown),
        con2=_share(reached, some_unknown),
        con3=_share(reached, eligible),
        eligibility=e,
        counts=counts,
    )


def _count(dispositions: Mapping[str, float] | Iterable[str]) -> tuple[dict[str, float], bool]:
    """Give every disposition its count, and whether ineligible cases were spoken of at all."""
    if isinstance(dispositions, str):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "dispositions is one text; give a mapping of counts or a list of codes",
            value=dispositions,
        )
    if not isinstance(dispositions, Iterable):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"dispositions is {dispositions!r}; give a mapping of counts or a list of codes",
        )
    given = dispositions if isinstance(dispositions, Mapping) else Counter(dispositions)
    known = {str(code) for code in Disposition}
    for code, count in given.items():
        if code not in known:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"no disposition {code!r}; use {', '.join(Disposition)}",
                value=code,
            )
        if not (is_number(count) and 0 <= count < math.inf):
            raise AnalysisError(
                ErrorCode.INVALID_COUNT,
                f"disposition {code} has {count} cases; a count is 0 or more",
                value=count,
            )
    return {
        str(code): given.get(code, 0) for code in Disposition
    }, Disposition.NOT_ELIGIBLE in given


def _eligibility(given: float | None, eligible: float, ineligible: float | None) -> float | None:
    if given is None:
        return None if ineligible is None else _share(eligible, eligible + ineligible)
    if not is_number(given) or not 0 <= given <= 1:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"eligibility is {given}; it is a share between 0 and 1, as 0.8 for 80 %",
            value=given,
        )
    return given


def _share(above: float, below: float | None) -> float | None:
    return above / below if below else None

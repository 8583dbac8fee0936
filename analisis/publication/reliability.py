"""Publication standards: whether a figure is precise enough to be shown without warning."""

from collections.abc import Mapping
from types import MappingProxyType

from analisis.checks import choose
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Flag, Statistic
from analisis.publication import cepal, ine, nchs
from analisis.publication.verdict import BY_VARIATION, PROPORTIONS, Judge, Question, Reliability

_NOT_FROM_A_SAMPLE = (Flag.SELF_SELECTED, Flag.ASSUMES_RANDOM_NONRESPONSE, Flag.CENSUS)
_JUDGES: Mapping[str, Judge] = MappingProxyType(
    {"ine": ine.judge, "cepal": cepal.judge, "nchs": nchs.judge}
)
_JUDGED: Mapping[str, tuple[Statistic, ...]] = MappingProxyType(
    {
        "ine": (*PROPORTIONS, *BY_VARIATION),
        "cepal": (*PROPORTIONS, *BY_VARIATION),
        "nchs": PROPORTIONS,
    }
)


def reliability(
    estimate: Estimate, standard: str = "ine", *, cases: int | None = None
) -> Reliability:
    r"""Judge a figure from a probability sample by a published standard.

    Parameters
    ----------
    estimate : Estimate
        A proportion; for ``ine`` and ``cepal`` also a mean, total or ratio.
    standard : str
        ``ine``: the National Statistics Institute of Chile. ``cepal``: the UN's Economic
        Commission for Latin America and the Caribbean, 2023. ``nchs``: the US National Center for
        Health Statistics, 2017. Each is stated in its module.
    cases : int, optional
        Unweighted answers that have the property, which ``cepal`` also looks at. A record does not
        carry them; without them that condition is not applied.

    Returns
    -------
    Reliability
        The verdict, its reasons, and what the standard asks of whoever publishes.

    Raises
    ------
    AnalysisError
        With ``not_a_probability_sample`` if the estimate's flags say so; with ``unknown_method``
        for a standard that we do not have; with ``invalid_argument`` if the standard does not
        judge such a figure (a net has no coefficient of variation), the figure has no value, or
        the record lacks what the standard needs.

    Notes
    -----
    At p = 0 or 1 the standard error is zero, and a rule that compares it with a limit praises what
    it cannot see: ``ine`` and ``cepal`` then give no verdict beyond their conditions on size.

    Examples
    --------
    >>> from analisis import Estimate, Statistic
    >>> figure = Estimate(statistic=Statistic.SATISFIED, variable="q", value=0.03, se=0.0171,
    ...                   n=100, base=100, df=99, n_effective=100)
    >>> for standard in ("ine", "cepal", "nchs"):
    ...     found = reliability(figure, standard)
    ...     print(standard, found.verdict, *found.reasons)
    ine weakly_reliable high_standard_error
    cepal reliable
    nchs not_reliable wide_for_its_size
    """
    if not isinstance(estimate, Estimate):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, f"a standard judges an Estimate, not {estimate!r}"
        )
    judge = choose(_JUDGES, standard, situation="among the standards")
    if estimate.statistic not in _JUDGED[standard]:
        kinds = "proportions" if standard == "nchs" else "proportions, means, totals and ratios"
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"{standard} judges {kinds}, and this is a {estimate.statistic}",
            value=str(estimate.statistic),
        )
    for flag in _NOT_FROM_A_SAMPLE:
        if flag in estimate.flags:
            raise AnalysisError(
                ErrorCode.NOT_A_PROBABILITY_SAMPLE,
                f"the estimate is flagged {flag}; the standard judges probability samples only",
                value=str(flag),
            )
    if estimate.value is None:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "the estimate has no value; judge only what could be computed",
        )
    verdict, reasons, action = judge(Question(estimate, estimate.value, cases))
    return Reliability(verdict, reasons, standard, action)

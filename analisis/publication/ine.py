"""The standard of Chile's National Statistics Institute for household surveys."""

from analisis.publication.verdict import (
    CANNOT_JUDGE,
    Answer,
    Question,
    Reason,
    few_degrees,
    refuse,
    reliable,
    weakly,
)

MINIMUM_N = 60
MINIMUM_DF = 9
LOW_VARIATION = 0.15
HIGH_VARIATION = 0.30


def judge(question: Question) -> Answer:
    r"""Judge a proportion, mean, total or ratio by the INE's rule.

    Parameters
    ----------
    question : Question
        The figure.

    Returns
    -------
    tuple
        Verdict, reasons, action.

    Notes
    -----
    n < 60 or df < 9 is not reliable. Then a proportion is reliable if

    .. math:: se \le \min(p, 1-p)^{2/3} / 9

    and weakly reliable if not; a mean, total or ratio is reliable with :math:`se/|\hat\theta| \le
    0.15`, weakly reliable up to 0.30, and not reliable beyond.

    References
    ----------
    Instituto Nacional de Estadísticas de Chile (2020). Estándar para la evaluación de la calidad
    de las estimaciones en encuestas de hogares.
    """
    estimate = question.estimate
    reasons = []
    if estimate.n < MINIMUM_N:
        reasons.append(Reason.FEW_ANSWERS)
    if few_degrees(estimate, MINIMUM_DF):
        reasons.append(Reason.FEW_DEGREES_OF_FREEDOM)
    if reasons:
        return refuse(*reasons)
    if not estimate.se:
        return CANNOT_JUDGE
    if question.is_proportion:
        return _proportion(question.value, estimate.se)
    return _by_variation(question.value, estimate.se)


def _proportion(p: float, se: float) -> Answer:
    if se <= min(p, 1 - p) ** (2 / 3) / 9:
        return reliable()
    return weakly(Reason.HIGH_STANDARD_ERROR)


def _by_variation(value: float, se: float) -> Answer:
    # Multiplied out, so that a value of zero needs no division: its variation is infinite.
    if se <= LOW_VARIATION * abs(value):
        return reliable()
    if se <= HIGH_VARIATION * abs(value):
        return weakly(Reason.HIGH_VARIATION)
    return refuse(Reason.HIGH_VARIATION)

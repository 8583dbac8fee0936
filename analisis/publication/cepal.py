"""The standard of the UN's Economic Commission for Latin America and the Caribbean (CEPAL)."""

import math

from analisis.publication.verdict import (
    CANNOT_JUDGE,
    Answer,
    Question,
    Reason,
    effective_answers,
    few_degrees,
    refuse,
    reliable,
    weakly,
)

MINIMUM_N = 100
MINIMUM_EFFECTIVE_N = 60
MINIMUM_DF = 9
LOG_VARIATION = 0.175
LOW_VARIATION = 0.20
HIGH_VARIATION = 0.30
ENOUGH_CASES = 50
FEWEST_CASES = 30


def judge(question: Question) -> Answer:
    r"""Judge a proportion, mean, total or ratio by CEPAL's rule of 2023.

    Parameters
    ----------
    question : Question
        The figure; `cases` are the unweighted answers that have the property.

    Returns
    -------
    tuple
        Verdict, reasons, action.

    Notes
    -----
    Not reliable: n < 100, effective n < 60, df < 9, or (where told) fewer than 30 cases. Then

    - a proportion needs a logarithmic coefficient of variation of at most 0.175,

      .. math:: \frac{se}{-q \ln q}, \qquad q = \min(p, 1-p);

      above it, it is not reliable if p < 1/2 and weakly reliable from one half on;
    - a mean, total or ratio is reliable with :math:`se/|\hat\theta| \le 0.20`, weakly reliable up
      to 0.30, and not reliable beyond.

    From 30 to 49 cases make weakly reliable what would be reliable. The R package ``calidad`` asks
    for n >= 100 only where the design effect is below 1, and from one half on divides by p where
    the delta method gives 1 - p.

    References
    ----------
    Instituto Nacional de Estadísticas de Chile (2025). calidad 0.8, R package, scheme
    ``eclac_2023``, which cites the rule to CEPAL.

    Gutiérrez, A., Fuentes, A., Mancero, X., López, F. and Molina, F. (2020). Criterios de calidad
    en la estimación de indicadores a partir de encuestas de hogares. Serie Estudios Estadísticos
    101, CEPAL, Santiago (the conditions on n, cases and the logarithm).
    """
    estimate = question.estimate
    reasons = _too_few(question)
    if reasons:
        return refuse(*reasons)
    if not estimate.se:
        return CANNOT_JUDGE
    by_precision = _proportion if question.is_proportion else _by_variation
    answer = by_precision(question.value, estimate.se)
    if answer == reliable() and question.cases is not None and question.cases < ENOUGH_CASES:
        return weakly(Reason.FEW_CASES)
    return answer


def _too_few(question: Question) -> list[Reason]:
    estimate = question.estimate
    conditions = (
        (estimate.n < MINIMUM_N, Reason.FEW_ANSWERS),
        (effective_answers(question) < MINIMUM_EFFECTIVE_N, Reason.FEW_EFFECTIVE_ANSWERS),
        (few_degrees(estimate, MINIMUM_DF), Reason.FEW_DEGREES_OF_FREEDOM),
        (question.cases is not None and question.cases < FEWEST_CASES, Reason.FEW_CASES),
    )
    return [reason for failed, reason in conditions if failed]


def _proportion(p: float, se: float) -> Answer:
    share = min(p, 1 - p)
    if se <= LOG_VARIATION * -share * math.log(share):
        return reliable()
    if p < 0.5:
        return refuse(Reason.HIGH_VARIATION)
    return weakly(Reason.HIGH_VARIATION)


def _by_variation(value: float, se: float) -> Answer:
    if se <= LOW_VARIATION * abs(value):
        return reliable()
    if se <= HIGH_VARIATION * abs(value):
        return weakly(Reason.HIGH_VARIATION)
    return refuse(Reason.HIGH_VARIATION)

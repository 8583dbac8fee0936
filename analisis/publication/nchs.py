"""The standard of the US National Center for Health Statistics for proportions."""

from math import nan

from analisis.estimate import Flag
from analisis.proportions.korn_graubard import korn_graubard_limits
from analisis.publication.verdict import (
    Action,
    Answer,
    Question,
    Reason,
    effective_answers,
    few_degrees,
    refuse,
)

MINIMUM_N = 30
MINIMUM_DF = 8
NARROW = 0.05
WIDE = 0.30
RELATIVE = 1.30
CONFIDENCE = 0.95


def judge(question: Question) -> Answer:
    r"""Judge a proportion by the NCHS's rule of 2017.

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
    With w the width of the 95 % Korn-Graubard interval, in this order: n or effective n < 30 is
    suppressed; :math:`w \le 0.05` is shown; :math:`w \ge 0.30` is suppressed; :math:`w/p > 1.30` is
    suppressed; the rest is shown. Of what is shown, df < 8 or 0 or 100 % goes to review, and
    :math:`w/(1-p) > 1.30` (unless :math:`w \le 0.05`) asks for a footnote: the complement is not
    reliable. At p = 0 and 1 the interval takes n as it is, as the NCHS's program does; at p = 0
    the relative width has no value and suppresses nothing.

    A figure to be reviewed is ``weakly_reliable``, one with a footnote ``reliable``.

    References
    ----------
    Parker, J. D., Talih, M., Malec, D. J. et al. (2017). National Center for Health Statistics
    data presentation standards for proportions. Vital and Health Statistics 2(175).
    """
    estimate, p = question.estimate, question.value
    if estimate.n < MINIMUM_N:
        return refuse(Reason.FEW_ANSWERS)
    if effective_answers(question) < MINIMUM_N:
        return refuse(Reason.FEW_EFFECTIVE_ANSWERS)
    width = _width(question)
    if width > NARROW:
        if width >= WIDE:
            return refuse(Reason.WIDE_INTERVAL)
        if width > RELATIVE * p > 0:
            return refuse(Reason.WIDE_FOR_ITS_SIZE)
    return _shown(question, width)


def _width(question: Question) -> float:
    """Give the width of the interval; without degrees of freedom it is everything."""
    estimate, p = question.estimate, question.value
    extreme = p in (0, 1)
    df = estimate.n - 1 if extreme else estimate.df
    if not df or df < 0:
        return 1.0
    size = nan if extreme else effective_answers(question)
    low, high = korn_graubard_limits(p, estimate.n, size, df, CONFIDENCE)
    return float(high - low)


def _shown(question: Question, width: float) -> Answer:
    p = question.value
    reviews = [
        reason
        for found, reason in (
            (few_degrees(question.estimate, MINIMUM_DF), Reason.FEW_DEGREES_OF_FREEDOM),
            (p in (0, 1), Reason.NONE_OR_ALL),
        )
        if found
    ]
    complement = (
        (Reason.UNRELIABLE_COMPLEMENT,) if width > NARROW and width > RELATIVE * (1 - p) > 0 else ()
    )
    if reviews:
        return Flag.WEAKLY_RELIABLE, (*reviews, *complement), Action.REVIEW
    return Flag.RELIABLE, complement, Action.FOOTNOTE if complement else Action.SHOW

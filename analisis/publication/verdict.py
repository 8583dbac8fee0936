"""What a publication standard says of a figure, and how it is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Flag, Statistic

PROPORTIONS = (
    Statistic.CATEGORY,
    Statistic.SATISFIED,
    Statistic.DISSATISFIED,
    Statistic.FIRST_PLACE,
)
BY_VARIATION = tuple(
    each for each in Statistic if each.value in {"mean", "mean_position", "total", "ratio"}
)
"""Figures judged by their coefficient of variation."""


class Reason(StrEnum):
    """Why a figure is not simply reliable."""

    FEW_ANSWERS = "few_answers"
    FEW_EFFECTIVE_ANSWERS = "few_effective_answers"
    FEW_CASES = "few_cases"
    FEW_DEGREES_OF_FREEDOM = "few_degrees_of_freedom"
    HIGH_STANDARD_ERROR = "high_standard_error"
    HIGH_VARIATION = "high_variation"
    NO_STANDARD_ERROR = "no_standard_error"
    WIDE_INTERVAL = "wide_interval"
    WIDE_FOR_ITS_SIZE = "wide_for_its_size"
    NONE_OR_ALL = "none_or_all"
    UNRELIABLE_COMPLEMENT = "unreliable_complement"


class Action(StrEnum):
    """What the standard asks of whoever publishes."""

    SHOW = "show"
    FOOTNOTE = "footnote"
    REVIEW = "review"
    SUPPRESS = "suppress"


@dataclass(frozen=True, slots=True)
class Reliability:
    """A verdict under one standard.

    Attributes
    ----------
    verdict : Flag or None
        ``reliable``, ``weakly_reliable`` or ``not_reliable``; None where the standard can't judge:
        enough answers, all of them alike, so that the standard error says nothing.
    reasons : tuple of Reason
        What stands against the figure; empty if it is reliable without a footnote.
    standard : str
        The standard applied.
    action : Action or None
        Show it, show it with a footnote, have it reviewed, or suppress it; None without a verdict.
    """

    verdict: Flag | None
    reasons: tuple[Reason, ...]
    standard: str
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A figure put to a standard: the record, its value, and the cases behind it where known."""

    estimate: Estimate
    value: float
    cases: int | None = None

    @property
    def is_proportion(self) -> bool:
        """Whether the figure is a share, so that it is judged with both its sides."""
        return self.estimate.statistic in PROPORTIONS


Answer = tuple[Flag | None, tuple[Reason, ...], Action | None]
Judge = Callable[[Question], Answer]

CANNOT_JUDGE: Answer = (None, (Reason.NO_STANDARD_ERROR,), None)


def reliable() -> Answer:
    """Nothing stands against the figure."""
    return Flag.RELIABLE, (), Action.SHOW


def weakly(*reasons: Reason) -> Answer:
    """Show the figure with a warning."""
    return Flag.WEAKLY_RELIABLE, reasons, Action.FOOTNOTE


def refuse(*reasons: Reason) -> Answer:
    """Do not publish the figure."""
    return Flag.NOT_RELIABLE, reasons, Action.SUPPRESS


def few_degrees(estimate: Estimate, least: int) -> bool:
    """Whether the degrees of freedom are below `least`, or unknown."""
    return estimate.df is None or estimate.df < least


def effective_answers(question: Question) -> float:
    """Give the effective answers, never more than n; at 0 % and 100 % they are n.

    Raises
    ------
    AnalysisError
        If the record has neither an effective size, nor a design effect, nor a standard error.
    """
    estimate, value = question.estimate, question.value
    if question.is_proportion and value in (0, 1):
        return estimate.n
    size = estimate.n_effective
    if size is None and estimate.deff:
        size = estimate.n / estimate.deff
    if size is None and question.is_proportion and estimate.se is not None:
        size = value * (1 - value) / estimate.se**2 if estimate.se else estimate.n
    if size is None:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"{estimate.variable}: the record has no effective sample size; this standard needs "
            "n_effective, or deff",
        )
    return min(size, estimate.n)

"""From the counts of one question to its figures, saying only what the selection allows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Selection, Statistic
from analisis.records import Answered, count_of

Category = TypeVar("Category", bound=int | float | str)


def measure_estimates(
    counts: Mapping[Category, int],
    *,
    variable: str,
    satisfied: Collection[Category],
    dissatisfied: Collection[Category],
    special: Mapping[str, int] | None = None,
    selection: Selection | str,
    population: int | None = None,
    domain: Mapping[str, object] | None = None,
    confidence: float = 0.95,
    missing: int = 0,
    simulated: bool = False,
) -> tuple[Estimate, ...]:
    """Compute every figure of a measure from the counts of its answers, without a design.

    Parameters
    ----------
    counts : mapping of category to int
        Valid answers per category; the caller includes categories that nobody chose.
    variable : str
        Name of the question.
    satisfied, dissatisfied : collections of categories
        Categories that count for and against, all among those of `counts`. With no dissatisfied
        category there is neither `dissatisfied` nor `net` among the results.
    special : mapping of str to int, optional
        Special answers ("don't know" and the like) by code.
    selection : Selection or str
        How the people were chosen.
    population : int, optional
        Units in the population, N, where known.
    domain : mapping, optional
        The part of the population that the counts describe.
    confidence : float
        Nominal level, between 0 and 1.
    missing : int
        Eligible people who answered the questionnaire and left this question blank.
    simulated : bool
        Flag every figure as made from simulated data.

    Returns
    -------
    tuple of Estimate
        In this order: `response_rate` and `strict` (census of a known list), `bounds` (census or
        open, with a known population); then a `category` for each category, `satisfied`,
        `dissatisfied`, `net`, and `mean` if the categories are numbers.

        n is the number of valid answers, and base adds special answers and blanks. The response
        rate is base / N: whoever answered the questionnaire counts, whatever this question got.
        *strict* is satisfied / N: the silent and the undecided count as not satisfied. *bounds*
        take both as unknown. The intervals take both as non-response.

    Raises
    ------
    AnalysisError
        If a count is negative, a category is unknown or counts both ways, there are more responses
        than people, or the level or the selection is impossible.

    Notes
    -----
    *probability*: intervals, ``simple_random_assumed`` and the INE's verdict. *census*: intervals
    with ``assumes_random_nonresponse``. In both, n = N gives points flagged ``census``. *open*: no
    interval and ``self_selected``.
    """
    _check_categories(counts, satisfied, dissatisfied)
    answers = {category: count_of(category, count) for category, count in counts.items()}
    answered = Answered.of(
        sum(answers.values()),
        variable=variable,
        special=special,
        selection=selection,
        population=population,
        domain=domain,
        confidence=confidence,
        missing=missing,
        simulated=simulated,
    )
    measure = _Measure(
        answered=answered,
        counts=answers,
        top=sum(answers[category] for category in set(satisfied)),
        bottom=sum(answers[category] for category in set(dissatisfied)) if dissatisfied else None,
    )
    return (*measure.of_the_list(), *measure.of_the_answers())


def _check_categories(
    counts: Mapping[Category, int],
    satisfied: Collection[Category],
    dissatisfied: Collection[Category],
) -> None:
    if not satisfied:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "satisfied is empty; name the categories that count as satisfied",
        )
    unknown = [category for category in (*satisfied, *dissatisfied) if category not in counts]
    if unknown:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"categories {unknown} are not in counts; include those that nobody chose, with 0",
        )
    both = set(satisfied) & set(dissatisfied)
    if both:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"categories {sorted(both, key=str)} count both ways; choose one",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """The counts of a measure, checked."""

    answered: Answered
    counts: Mapping[Any, int]
    top: int
    bottom: int | None

    def of_the_list(self) -> tuple[Estimate, ...]:
        """Give the figures that assume nothing about the silent."""
        answered = self.answered
        found = answered.of_everybody(self.top)
        return (*answered.response_rate(), *found) if found else ()

    def of_the_answers(self) -> tuple[Estimate, ...]:
        """Give the figures among those who answered the question."""
        answered = self.answered
        figures = [
            answered.proportion(Statistic.CATEGORY, count, category=category)
            for category, count in self.counts.items()
        ]
        figures.append(answered.proportion(Statistic.SATISFIED, self.top))
        if self.bottom is not None:
            figures.append(answered.proportion(Statistic.DISSATISFIED, self.bottom))
            figures.append(answered.net(self.top, self.bottom))
        if not any(isinstance(category, str) for category in self.counts):
            figures.append(answered.mean(Statistic.MEAN, self.counts))
        return tuple(figures)

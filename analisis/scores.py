"""From numbers and rankings to their figures, saying only what the selection allows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Estimate, Selection, Statistic
from analisis.means import Counts, moments_of
from analisis.records import Answered, count_of

Category = TypeVar("Category", bound=int | float | str)


def mean_estimates(
    counts: Counts,
    *,
    variable: str,
    special: Mapping[str, int] | None = None,
    selection: Selection | str,
    population: int | None = None,
    domain: Mapping[str, object] | None = None,
    confidence: float = 0.95,
    missing: int = 0,
    simulated: bool = False,
) -> tuple[Estimate, ...]:
    """Compute the mean of a number that people gave or that was calculated from their answers.

    Parameters
    ----------
    counts : mapping of number to int, or Moments
        How many valid answers have each value, or their sums.
    variable : str
        Name of the question.
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
        Eligible people who answered the questionnaire and have no number here.
    simulated : bool
        Flag every figure as made from simulated data.

    Returns
    -------
    tuple of Estimate
        `response_rate` (census of a known list), then `mean` in the unit of the numbers.

    Raises
    ------
    AnalysisError
        If a count is negative, there are more responses than people, or the level or the selection
        is impossible.
    """
    sums = moments_of(counts)
    answered = Answered.of(
        sums.n,
        variable=variable,
        special=special,
        selection=selection,
        population=population,
        domain=domain,
        confidence=confidence,
        missing=missing,
        simulated=simulated,
    )
    return (*answered.response_rate(), answered.mean(Statistic.MEAN, sums))


def answer_estimates(
    counts: Mapping[Category, int],
    *,
    variable: str,
    n: int | None = None,
    special: Mapping[str, int] | None = None,
    selection: Selection | str,
    population: int | None = None,
    domain: Mapping[str, object] | None = None,
    confidence: float = 0.95,
    missing: int = 0,
    simulated: bool = False,
) -> tuple[Estimate, ...]:
    """Compute how the answers to a question are spread, whatever they mean.

    Parameters
    ----------
    counts : mapping of category to int
        Valid answers per category; the caller includes categories that nobody chose.
    variable : str
        Name of the question.
    n : int, optional
        People who answered, where each may choose several categories or none; without it each
        chose one.
    special, selection, population, domain, confidence, missing, simulated
        As in `mean_estimates`.

    Returns
    -------
    tuple of Estimate
        `response_rate` (census of a known list) and, for each category, `strict` and `bounds`
        (census; bounds also of an open link with a known population); a `category` for each; and
        `mean` if the categories are numbers of which each chose one.

    Raises
    ------
    AnalysisError
        If a count is negative or larger than n, there are more responses than people, or the level
        or the selection is impossible.

    Examples
    --------
    >>> from analisis import answer_estimates
    >>> shares = answer_estimates({"water": 12, "light": 20}, n=31, variable="needs",
    ...                           selection="probability")
    >>> [(one.category, round(one.value, 3), one.n) for one in shares]
    [('water', 0.387, 31), ('light', 0.645, 31)]
    """
    answers = {category: count_of(category, count) for category, count in counts.items()}
    people = sum(answers.values()) if n is None else count_of("n", n)
    if (most := max(answers.values(), default=0)) > people:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"a category was chosen {most} times by {people} people; count people",
        )
    answered = Answered.of(
        people,
        variable=variable,
        special=special,
        selection=selection,
        population=population,
        domain=domain,
        confidence=confidence,
        missing=missing,
        simulated=simulated,
    )
    found = [
        *answered.response_rate(),
        *(
            one
            for category, count in answers.items()
            for one in answered.of_everybody(count, category=category)
        ),
        *(
            answered.proportion(Statistic.CATEGORY, count, category=category)
            for category, count in answers.items()
        ),
    ]
    marks: dict[float, int] = {
        each: count for each, count in answers.items() if not isinstance(each, str)
    }
    if n is None and len(marks) == len(answers):
        found.append(answered.mean(Statistic.MEAN, marks))
    return tuple(found)


def rank_estimates(
    places: Mapping[str, Sequence[int]],
    n: int,
    *,
    variable: str,
    special: Mapping[str, int] | None = None,
    selection: Selection | str,
    population: int | None = None,
    domain: Mapping[str, object] | None = None,
    confidence: float = 0.95,
    missing: int = 0,
    simulated: bool = False,
) -> tuple[Estimate, ...]:
    """Compute what a ranking says of each of its choices.

    Parameters
    ----------
    places : mapping of str to sequence of int
        Of each choice, how many put it in the first place, in the second, and so on.
    n : int
        People who ranked.
    variable : str
        Name of the question.
    special, selection, population, domain, confidence, missing, simulated
        As in `mean_estimates`.

    Returns
    -------
    tuple of Estimate
        `response_rate` (census of a known list); `first_place` for each choice, its share of the
        first places; then `mean_position` for each choice, where 1 is the first, among those who
        gave it a place.

    Raises
    ------
    AnalysisError
        If a count is negative, a choice was placed more often than people ranked, there are more
        responses than people, or the level or the selection is impossible.
    """
    counts = {
        choice: {place: count_of(choice, count) for place, count in enumerate(given, start=1)}
        for choice, given in places.items()
    }
    for choice, given in counts.items():
        if sum(given.values()) > n:
            raise AnalysisError(
                ErrorCode.INVALID_COUNT,
                f"{choice!r} was placed {sum(given.values())} times by {n} people; count people",
            )
    answered = Answered.of(
        n,
        variable=variable,
        special=special,
        selection=selection,
        population=population,
        domain=domain,
        confidence=confidence,
        missing=missing,
        simulated=simulated,
    )
    return (
        *answered.response_rate(),
        *(
            answered.proportion(Statistic.FIRST_PLACE, given.get(1, 0), category=choice)
            for choice, given in counts.items()
        ),
        *(
            replace(answered, n=sum(given.values())).mean(
                Statistic.MEAN_POSITION, given, category=choice
            )
            for choice, given in counts.items()
        ),
    )

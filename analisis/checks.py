"""Checks of arguments, in one place so that every function refuses the same things alike."""

from collections.abc import Callable, Mapping
from functools import partial
from math import inf, isfinite
from typing import TypeGuard, TypeVar

import numpy as np

from analisis.errors import AnalysisError, ErrorCode
from analisis.result import Interval

Method = TypeVar("Method")
Methods = Mapping[str, Callable[..., Interval]]


def is_number(value: object) -> TypeGuard[float]:
    """Whether something is one number; True and False are not."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def whole(name: str, value: object, *, least: int | None = 0) -> int:
    """Give a whole number as Python's own, which never overflows; 3.0 is one and True is not.

    Raises
    ------
    AnalysisError
        If it is no whole number, or below `least`.
    """
    if is_number(value) and (isinstance(value, int) or isfinite(value)):
        found = int(value)
        if found == value and (least is None or found >= least):
            return found
    raise AnalysisError(
        ErrorCode.INVALID_COUNT,
        f"{name} is {value!r}; give a whole number{'' if least is None else f' from {least} up'}",
        value=value,
    )


def real(
    name: str, value: object, remedy: str, *, above: float = -inf, below: float = inf
) -> float:
    """Give a finite number strictly between two others.

    Raises
    ------
    AnalysisError
        If it is no such number; the message says what to give.
    """
    if is_number(value) and above < value < below:
        return float(value)
    raise AnalysisError(
        ErrorCode.INVALID_ARGUMENT, f"{name} is {value!r}; give {remedy}", value=value
    )


def check_confidence(confidence: float) -> None:
    """Refuse a level outside (0, 1); the usual slip is to write 95 for 0.95.

    Raises
    ------
    AnalysisError
        If `confidence` is not strictly between 0 and 1.
    """
    # A level so near 1 that half its complement is nothing has no quantile.
    if not is_number(confidence) or not 0 < confidence < 1 or (1 + confidence) / 2 == 1:
        raise AnalysisError(
            ErrorCode.INVALID_CONFIDENCE,
            f"confidence is {confidence!r}; give a number between 0 and 1, as 0.95 for 95 %",
        )


def check_counts(successes: int, n: int, *, population: int | None = None) -> None:
    """Refuse counts that cannot have happened.

    Raises
    ------
    AnalysisError
        If `n` is below 1, `successes` is outside 0..n, or `population` is smaller than `n`.
    """
    if whole("n", n, least=None) < 1:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT, f"n is {n}; an interval needs at least one valid answer"
        )
    whole("successes", successes, least=None)
    if not 0 <= successes <= n:
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"successes is {successes} and n is {n}; count successes among the n valid answers",
        )
    if population is not None:
        check_population(n, population)


def check_population(n: int, population: int) -> None:
    """Refuse a population smaller than its own sample.

    Raises
    ------
    AnalysisError
        If `population` is smaller than `n`.
    """
    if whole("population", population, least=None) < n:
        raise AnalysisError(
            ErrorCode.POPULATION_TOO_SMALL,
            f"{n} answers from a population of {population}; correct the population, or look for "
            "units that answered twice",
        )


def choose(table: Mapping[str, Method], method: str, *, situation: str) -> Method:
    """Look a method up by name.

    Raises
    ------
    AnalysisError
        If the table has no such method; the message lists those that it has.
    """
    if isinstance(method, str) and method in table:
        return table[method]
    raise AnalysisError(
        ErrorCode.UNKNOWN_METHOD,
        f"no method {method!r} {situation}; choose one of: {', '.join(table)}",
        value=method,
    )


def choose_interval(
    without_population: Methods,
    with_population: Methods,
    *,
    method: str | None,
    population: int | None,
) -> Callable[..., Interval]:
    """Look an interval's method up in the table of its situation; the first is the default.

    Raises
    ------
    AnalysisError
        If the method is not for that situation.
    """
    if population is None:
        name = method or next(iter(without_population))
        return choose(without_population, name, situation="without a population")
    name = method or next(iter(with_population))
    function = choose(with_population, name, situation="with a known population")
    return partial(function, population=population)

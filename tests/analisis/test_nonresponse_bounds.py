"""Bounds of a list with silence, by hand and by trying every way the silent could have answered."""

import pytest

from analisis import Bounds, bounds


def test_the_programme_s_example() -> None:
    assert bounds(20, 31, 45) == Bounds(20 / 45, 34 / 45)


def test_every_completion_lies_within_and_both_ends_are_reached() -> None:
    for population in range(1, 8):
        for responded in range(population + 1):
            for satisfied in range(responded + 1):
                silent = population - responded
                completions = [(satisfied + extra) / population for extra in range(silent + 1)]
                found = bounds(satisfied, responded, population)
                assert (found.low, found.high) == (min(completions), max(completions))


@pytest.mark.parametrize(
    ("satisfied", "responded", "population"), [(5, 4, 9), (-1, 4, 9), (3, 10, 9), (0, 0, 0)]
)
def test_impossible_counts_are_refused(satisfied: int, responded: int, population: int) -> None:
    with pytest.raises(ValueError, match=r"population is|at most the next"):
        bounds(satisfied, responded, population)

"""Two independent samples: their difference, their ratio, the change rate on a base."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from scipy.stats import binom, hypergeom

from analisis import (
    AnalysisError,
    ErrorCode,
    change_rate_interval,
    difference_interval,
    interval,
    ratio_interval,
)
from benchmarks.coverage_of.tables import HEADS, Array, Limits, Tally, limits, of_all, table, wald

SHARES = tuple(k / 20 for k in range(1, 20))
DIFFERENCES = {
    "wald": "Wald",
    "agresti_caffo": "Agresti–Caffo",
    "score": "score (Miettinen–Nurminen)",
    "newcombe": "**Newcombe**",
}
RATIOS = {
    "log_adjusted": "adjusted logarithm",
    "score": "score (Miettinen–Nurminen)",
    None: "**logarithm**, score where it has none",
}
RATES = {"wald": "delta (Wald)", "mover_log": "**MOVER on logarithms**"}


def outcomes(n1: int, n2: int) -> list[tuple[int, int]]:
    return list(product(range(n1 + 1), range(n2 + 1)))


def chances(n1: int, p1: float, n2: int, p2: float) -> Array:
    """The chance of each outcome, in the order of `outcomes`."""
    first, second = binom.pmf(np.arange(n1 + 1), n1, p1), binom.pmf(np.arange(n2 + 1), n2, p2)
    return np.outer(first, second).ravel()


def difference(sizes: Sequence[tuple[int, int]]) -> None:
    """Every pair of binomial outcomes; both shares from 0.05 to 0.95 by 0.05."""
    rows = []
    for n1, n2 in sizes:
        for method, name in DIFFERENCES.items():
            found = np.array(
                [
                    limits(difference_interval(x, n1, y, n2, method=method))
                    for x, y in outcomes(n1, n2)
                ]
            )
            tally = Tally()
            for p1, p2 in product(SHARES, repeat=2):
                tally.add(chances(n1, p1, n2, p2), found, p1 - p2)
            rows.append([f"{n1} and {n2}", name, *tally.cells()])
    table("Difference of two samples, large populations", ("n", "method", *HEADS), rows)


def difference_of_lists(population: int, sizes: Sequence[tuple[int, int]]) -> None:
    """Every pair of samples of every pair of lists of this size."""
    size = population

    def plain(x: int, y: int, n1: int, n2: int) -> Limits:
        """MOVER on the exact limits as they are."""
        one, two = interval(x, n1, size), interval(y, n2, size)
        p, q = x / n1, y / n2
        return (
            p - q - math.hypot(p - one.low, two.high - q),
            p - q + math.hypot(one.high - p, q - two.low),
        )

    def wald_fpc(x: int, y: int, n1: int, n2: int) -> Limits:
        p, q = x / n1, y / n2
        one, two = (size - n1) / (size - 1), (size - n2) / (size - 1)
        return wald(p - q, p * (1 - p) / n1 * one + q * (1 - q) / n2 * two)

    methods: dict[str, Callable[..., Limits]] = {
        "Wald with fpc": wald_fpc,
        "Newcombe, populations ignored": lambda x, y, n1, n2: limits(
            difference_interval(x, n1, y, n2)
        ),
        "MOVER on exact limits as they are": plain,
        "**MOVER on exact limits, half a unit wider**": lambda x, y, n1, n2: limits(
            difference_interval(x, n1, y, n2, size, size)
        ),
    }
    rows = []
    for n1, n2 in sizes:
        first, second = (
            [hypergeom.pmf(np.arange(n + 1), size, total, n) for total in range(size + 1)]
            for n in (n1, n2)
        )
        for name, method in methods.items():
            found = of_all(method, outcomes(n1, n2), n1, n2)
            tally = Tally()
            for m1, m2 in product(range(size + 1), repeat=2):
                chance = np.outer(first[m1], second[m2]).ravel()
                tally.add(chance, found, (m1 - m2) / size)
            rows.append([f"{n1} and {n2}", name, *tally.cells()])
    table(f"Difference of two samples, lists of {size}", ("n", "method", *HEADS), rows)


def ratio(sizes: Sequence[tuple[int, int]]) -> None:
    """Every pair of binomial outcomes; widths are not averaged, for one limit can be infinite."""
    rows = []
    for n1, n2 in sizes:
        for method, name in RATIOS.items():
            tally = Tally()
            found = np.array([ratio_limits(x, n1, y, n2, method) for x, y in outcomes(n1, n2)])
            for p1, p2 in product(SHARES, repeat=2):
                tally.add(chances(n1, p1, n2, p2), found, p1 / p2)
            rows.append([f"{n1} and {n2}", name, *tally.cells(width=False)])
    table("Ratio of two samples", ("n", "method", *HEADS[:2]), rows)


def ratio_limits(x: int, n1: int, y: int, n2: int, method: str | None) -> Limits:
    """The limits, or a point outside everything where the method has no answer."""
    try:
        found = limits(ratio_interval(x, n1, y, n2, method))
    except AnalysisError as error:
        if error.code is not ErrorCode.EMPTY_CELL:
            raise
        return -1.0, -1.0
    # An infinite limit would make the mean width no number.
    return found[0], min(found[1], 1e6)


def change_rate(sizes: Sequence[tuple[int, int]]) -> None:
    """Given that the base is not refused: a base from 0.2 to 0.8, now from 0.05 to 0.95."""
    rows = []
    for n0, n1 in sizes:
        for method, name in RATES.items():
            drawn, found = rates(n0, n1, method)
            tally, refused = Tally(), 0.0
            for p0, p1 in product([p for p in SHARES if 0.2 <= p <= 0.8], SHARES):
                chance = chances(n0, p0, n1, p1)[drawn]
                shown = chance.sum()
                refused = max(refused, 1 - shown)
                tally.add(chance / shown, found, p1 / p0 - 1)
            rows.append([f"{n0} and {n1}", name, *tally.cells(), f"{refused:.3f}"])
    heads = ("n in the base year and now", "method", *HEADS, "most bases refused")
    table("Change rate on a base year", heads, rows)


def rates(n0: int, n1: int, method: str) -> tuple[Array, Array]:
    """Which outcomes have an answer, and their limits."""
    drawn, found = [], []
    for place, (x0, x1) in enumerate(outcomes(n0, n1)):
        try:
            answer = change_rate_interval(x0, n0, x1, n1, method=method)
        except AnalysisError as error:
            if error.code is not ErrorCode.BASE_NEAR_ZERO:
                raise
            continue
        drawn.append(place)
        found.append(limits(answer))
    return np.array(drawn), np.array(found)

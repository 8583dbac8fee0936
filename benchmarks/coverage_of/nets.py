"""The net of two answers of the same people, and their paired difference."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from analisis import net_interval, paired_difference_interval
from benchmarks.coverage_of.tables import (
    HEADS,
    Array,
    Limits,
    Tally,
    choose_logarithm,
    limits,
    multinomial,
    of_all,
    span,
    table,
    wald,
)


def pairs(n: int) -> Array:
    """All (top, bottom, rest) that n answers can give; shape (outcomes, 3)."""
    return np.array([(t, b, n - t - b) for t in range(n + 1) for b in range(n + 1 - t)])


def bonett_price(top: int, bottom: int, n: int, shrink: float) -> Limits:
    p, q = (top + 1) / (n + 2), (bottom + 1) / (n + 2)
    return wald(p - q, (p + q - (p - q) ** 2) / (n + 2) * shrink)


def wald_net(top: int, bottom: int, n: int, shrink: float = 1.0) -> Limits:
    p, q = top / n, bottom / n
    return wald(p - q, (p + q - (p - q) ** 2) / n * shrink)


def net(sizes: Sequence[int]) -> None:
    """Every outcome of a trinomial; shares of both answers by 0.05, not both 0."""
    names = {"wald": "Wald", "tango": "Tango", "bonett_price": "**Bonett–Price**"}
    grid = [(t / 20, b / 20) for t in range(21) for b in range(21 - t) if t or b]
    rows = []
    for n in sizes:
        drawn = pairs(n)
        for method, name in names.items():
            found = np.array([limits(net_interval(t, b, n, method)) for t, b, _ in drawn.tolist()])
            tally = Tally()
            for t, b in grid:
                shares = np.array([t, b, max(0.0, 1 - t - b)])
                tally.add(multinomial(drawn, shares), found, t - b)
            rows.append([str(n), name, *tally.cells()])
    table("Net, large population", ("n", "method", *HEADS), rows)


def net_of_a_list(population: int, sizes: Sequence[int], step: int) -> None:
    """Every sample of every population (or of one in `step` along both shares)."""
    size = population
    methods: dict[str, Callable[[int, int, int], Limits]] = {
        "Wald with fpc": lambda t, b, n: wald_net(t, b, n, (size - n) / (size - 1)),
        "Bonett–Price, population ignored": lambda t, b, n: bonett_price(t, b, n, 1.0),
        "Bonett–Price with fpc": lambda t, b, n: bonett_price(t, b, n, (size - n) / (size - 1)),
        "**MOVER on exact limits**": lambda t, b, n: limits(net_interval(t, b, n, population=size)),
    }
    tallies = {name: Tally() for name in methods}
    for n in sizes:
        counts = pairs(n)
        found = {
            name: of_all(method, counts[:, :2].tolist(), n) for name, method in methods.items()
        }
        for t in range(0, size + 1, step):
            for b in range(0, size + 1 - t, step):
                totals = np.array([t, b, size - t - b])
                possible = (counts <= totals).all(axis=1)
                chance = np.exp(
                    choose_logarithm(totals, counts[possible]).sum(axis=1)
                    - choose_logarithm(np.array(size), np.array(n))
                )
                for name, tally in tallies.items():
                    tally.add(chance, found[name][possible], (t - b) / size)
    rows = [[name, *tally.cells()] for name, tally in tallies.items()]
    table(f"Net, list of {size}, n = {span(sizes)}", ("method", *HEADS), rows)


PAIRED = {
    "wald": "Wald",
    "newcombe_paired": "Newcombe's paired",
    "tango": "Tango",
    "bonett_price": "**Bonett–Price**",
}


def paired(sizes: Sequence[int]) -> None:
    """Every 2x2 table of n people; the four shares by 0.1, not all of them unchanged."""
    quarters = [
        (a, b, c, 10 - a - b - c)
        for a in range(11)
        for b in range(11 - a)
        for c in range(11 - a - b)
        if b or c
    ]
    rows = []
    for n in sizes:
        drawn = np.array(
            [
                (a, b, c, n - a - b - c)
                for a in range(n + 1)
                for b in range(n + 1 - a)
                for c in range(n + 1 - a - b)
            ]
        )
        chances = [multinomial(drawn, np.array(shares) / 10) for shares in quarters]
        for method, name in PAIRED.items():
            found = np.array(
                [limits(paired_difference_interval(*row, method)) for row in drawn.tolist()]
            )
            tally = Tally()
            for chance, shares in zip(chances, quarters, strict=True):
                tally.add(chance, found, (shares[1] - shares[2]) / 10)
            rows.append([str(n), name, *tally.cells()])
    table("Difference of the same people's answers", ("n", "method", *HEADS), rows)

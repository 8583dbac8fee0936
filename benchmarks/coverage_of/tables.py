"""What all tables share: the tally of a method over a grid, and Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.special import gammaln, ndtri, xlogy

from analisis import Interval

Limits = tuple[float, float]
Array = np.ndarray
Z = float(ndtri(0.975))
SLACK = 1e-9  # a limit that equals the truth covers it, whatever its last bit
HEADS = ("mean coverage", "least coverage", "mean width")


def limits(found: Interval) -> Limits:
    return found.low, found.high


def wald(centre: float, variance: float) -> Limits:
    half = Z * math.sqrt(max(variance, 0.0))
    return centre - half, centre + half


class Tally:
    """Mean and least coverage and mean width, gathered over a grid."""

    def __init__(self) -> None:
        self.coverage: list[float] = []
        self.width: list[float] = []

    def add(self, chance: Array, found: Array, truth: float) -> None:
        inside = (found[:, 0] <= truth + SLACK) & (truth - SLACK <= found[:, 1])
        self.coverage.append(float(chance[inside].sum()))
        self.width.append(float(chance @ (found[:, 1] - found[:, 0])))

    def cells(self, *, width: bool = True) -> list[str]:
        numbers = [np.mean(self.coverage), np.min(self.coverage)]
        if width:
            numbers.append(np.mean(self.width))
        return [f"{number:.3f}" for number in numbers]


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    print(f"### {title}\n")
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def span(sizes: Sequence[int]) -> str:
    return f"{sizes[0]} to {sizes[-1]}" if len(sizes) > 9 else ", ".join(map(str, sizes))


def of_all(method: Callable[..., Limits], outcomes: Iterable[Sequence[int]], *rest: int) -> Array:
    """The limits of every outcome; shape (outcomes, 2)."""
    return np.array([method(*outcome, *rest) for outcome in outcomes])


def multinomial(counts: Array, shares: Array) -> Array:
    """The chance of each row of counts."""
    n = counts[0].sum()
    ways = gammaln(n + 1) - gammaln(counts + 1).sum(axis=1)
    return np.exp(ways + xlogy(counts, shares).sum(axis=1))


def choose_logarithm(total: Array, drawn: Array) -> Array:
    return gammaln(total + 1) - gammaln(drawn + 1) - gammaln(total - drawn + 1)

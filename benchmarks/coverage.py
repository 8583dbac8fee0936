"""Coverage and width of the default intervals beside their alternatives.

Run as ``python -m benchmarks.coverage [--quick]``: prints Markdown tables, those of
docs/methods/coverage.md. All but the table of means is exact enumeration: every sample that could
be drawn, with its probability. The means are simulated from a stated seed.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.special import gammaln, ndtri, xlogy
from scipy.stats import binom, hypergeom

from analisis import Interval, bounds, interval, mean_interval, net_interval

Limits = tuple[float, float]
Array = np.ndarray
Z = float(ndtri(0.975))
SLACK = 1e-9  # a limit that equals the truth covers it, whatever its last bit
SHARES = np.arange(1, 200) / 200
SEED = 2024


def limits(found: Interval) -> Limits:
    return found.low, found.high


def wald(centre: float, variance: float) -> Limits:
    half = Z * math.sqrt(max(variance, 0.0))
    return centre - half, centre + half


def wilson_with(x: int, n: int, shrink: float) -> Limits:
    """Wilson's interval with z² multiplied by the finite population correction."""
    z2, p = Z * Z * shrink, x / n
    half = math.sqrt(z2) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return (p + z2 / (2 * n) - half) / (1 + z2 / n), (p + z2 / (2 * n) + half) / (1 + z2 / n)


class Tally:
    """Mean and least coverage and mean width, gathered over a grid."""

    def __init__(self) -> None:
        self.coverage: list[float] = []
        self.width: list[float] = []

    def add(self, chance: Array, found: Array, truth: float) -> None:
        inside = (found[:, 0] <= truth + SLACK) & (truth - SLACK <= found[:, 1])
        self.coverage.append(float(chance[inside].sum()))
        self.width.append(float(chance @ (found[:, 1] - found[:, 0])))

    def cells(self) -> list[str]:
        numbers = (np.mean(self.coverage), np.min(self.coverage), np.mean(self.width))
        return [f"{number:.3f}" for number in numbers]


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    print(f"### {title}\n")
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


HEADS = ("mean coverage", "least coverage", "mean width")


def one_proportion(sizes: Sequence[int]) -> None:
    """Every x of a binomial, p from 0.005 to 0.995 by 0.005."""
    methods: dict[str, Callable[[int, int], Limits]] = {
        "Wald": lambda x, n: wald(x / n, x / n * (1 - x / n) / n),
        "**Wilson**": lambda x, n: limits(interval(x, n)),
        "Jeffreys": lambda x, n: limits(interval(x, n, method="jeffreys")),
        "Clopper–Pearson": lambda x, n: limits(interval(x, n, method="clopper_pearson")),
    }
    rows = []
    for n in sizes:
        for name, method in methods.items():
            found = np.array([method(x, n) for x in range(n + 1)])
            tally = Tally()
            for share in SHARES:
                tally.add(binom.pmf(np.arange(n + 1), n, share), found, share)
            rows.append([str(n), name, *tally.cells()])
    table("One proportion, large population", ("n", "method", *HEADS), rows)


def one_list(population: int, sizes: Sequence[int]) -> None:
    """Every x of a hypergeometric, every number of satisfied units in the list."""
    size = population
    methods: dict[str, Callable[[int, int], Limits]] = {
        "Wald with fpc": lambda x, n: wald(
            x / n, x / n * (1 - x / n) / n * (size - n) / (size - 1)
        ),
        "Wilson, population ignored": lambda x, n: limits(interval(x, n)),
        "Wilson with fpc": lambda x, n: wilson_with(x, n, (size - n) / (size - 1)),
        "**exact hypergeometric**": lambda x, n: limits(interval(x, n, size)),
    }
    rows = []
    for name, method in methods.items():
        tally = Tally()
        for n in sizes:
            found = np.array([method(x, n) for x in range(n + 1)])
            for total in range(size + 1):
                chance = hypergeom.pmf(np.arange(n + 1), size, total, n)
                tally.add(chance, found, total / size)
        rows.append([name, *tally.cells()])
    table(f"One proportion, list of {size}, n = {span(sizes)}", ("method", *HEADS), rows)


def span(sizes: Sequence[int]) -> str:
    return f"{sizes[0]} to {sizes[-1]}" if len(sizes) > 9 else ", ".join(map(str, sizes))


def pairs(n: int) -> Array:
    """All (top, bottom) that n answers can give; shape (outcomes, 2)."""
    return np.array([(t, b) for t in range(n + 1) for b in range(n + 1 - t)])


def bonett_price(top: int, bottom: int, n: int, shrink: float) -> Limits:
    p, q = (top + 1) / (n + 2), (bottom + 1) / (n + 2)
    return wald(p - q, (p + q - (p - q) ** 2) / (n + 2) * shrink)


def wald_net(top: int, bottom: int, n: int, shrink: float = 1.0) -> Limits:
    p, q = top / n, bottom / n
    return wald(p - q, (p + q - (p - q) ** 2) / n * shrink)


def net(sizes: Sequence[int]) -> None:
    """Every outcome of a trinomial; shares of both answers by 0.05, not both 0."""
    methods: dict[str, Callable[[int, int, int], Limits]] = {
        "Wald": wald_net,
        "**Bonett–Price**": lambda t, b, n: limits(net_interval(t, b, n)),
    }
    grid = [(t / 20, b / 20) for t in range(21) for b in range(21 - t) if t or b]
    rows = []
    for n in sizes:
        drawn = pairs(n)
        counts = np.column_stack([drawn, n - drawn.sum(axis=1)])
        ways = gammaln(n + 1) - gammaln(counts + 1).sum(axis=1)
        for name, method in methods.items():
            found = np.array([method(t, b, n) for t, b in drawn.tolist()])
            tally = Tally()
            for t, b in grid:
                shares = np.array([t, b, max(0.0, 1 - t - b)])
                chance = np.exp(ways + xlogy(counts, shares).sum(axis=1))
                tally.add(chance, found, t - b)
            rows.append([str(n), name, *tally.cells()])
    table("Net, large population", ("n", "method", *HEADS), rows)


def choose_logarithm(total: Array, drawn: Array) -> Array:
    return gammaln(total + 1) - gammaln(drawn + 1) - gammaln(total - drawn + 1)


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
        drawn = pairs(n)
        found = {
            name: np.array([method(t, b, n) for t, b in drawn.tolist()])
            for name, method in methods.items()
        }
        counts = np.column_stack([drawn, n - drawn.sum(axis=1)])
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


SHAPES = {
    "flat": (1, 1, 1, 1, 1, 1, 1),
    "mostly 6 and 7": (2, 1, 2, 5, 15, 35, 40),
    "two camps": (30, 10, 5, 5, 5, 10, 35),
}


def means(sizes: Sequence[int], replicates: int) -> None:
    """Simulated: a mean of marks from 1 to 7, three shapes of answers."""
    marks = np.arange(1, 8)
    rows = []
    for name, shape in SHAPES.items():
        shares = np.array(shape) / sum(shape)
        truth = float(shares @ marks)
        for n in sizes:
            rng = np.random.default_rng(SEED)
            draws, times = np.unique(
                rng.multinomial(n, shares, replicates), axis=0, return_counts=True
            )
            hit = wide = without = 0.0
            for counts, count in zip(draws.tolist(), times.tolist(), strict=True):
                found = mean_interval(dict(zip(marks.tolist(), counts, strict=True)))
                if found is None:
                    without += count
                    continue
                hit += count * (found.low <= truth <= found.high)
                wide += count * (found.high - found.low)
            shown = replicates - without
            rows.append(
                [
                    name,
                    str(n),
                    f"{hit / shown:.3f}",
                    f"{wide / shown:.2f}",
                    f"{without / replicates:.4f}",
                ]
            )
    heads = ("answers", "n", "coverage", "mean width", "share without interval")
    table(f"Mean of marks 1–7, t (simulated, {replicates} replicates, seed {SEED})", heads, rows)


def silence() -> None:
    """A list of 45 of whom 27 are satisfied; who stays silent depends on the answer."""
    size, happy = 45, 27
    rows = []
    for answering in ((0.70, 0.70), (0.75, 0.60), (0.80, 0.55)):
        exact = within = width = 0.0
        for x in range(happy + 1):
            for y in range(size - happy + 1):
                if not x + y:
                    continue
                chance = binom.pmf(x, happy, answering[0]) * binom.pmf(
                    y, size - happy, answering[1]
                )
                found = interval(x, x + y, size)
                exact += chance * (found.low - SLACK <= happy / size <= found.high + SLACK)
                limit = bounds(x, x + y, size)
                within += chance * (limit.low - SLACK <= happy / size <= limit.high + SLACK)
                width += chance * (limit.high - limit.low)
        rows.append([*(f"{100 * a:.0f} %" for a in answering), f"{exact:.3f}", f"{within:.3f}"])
        rows[-1].append(f"{width:.3f}")
    heads = (
        "satisfied who answer",
        "others who answer",
        "coverage of the exact interval",
        "of the bounds",
        "width of the bounds",
    )
    table("When silence depends on the answer (27 of 45 satisfied)", heads, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="smaller grids, under ten seconds")
    quick = parser.parse_args(arguments).quick
    one_proportion((8, 31, 45) if quick else (8, 20, 31, 45, 100, 400))
    one_list(45, (8, 20, 31, 44) if quick else tuple(range(8, 45)))
    if not quick:
        one_list(200, (30, 80, 150, 190))
    net((31,) if quick else (8, 31, 100))
    net_of_a_list(45, (8, 31, 44) if quick else tuple(range(8, 45)), 3 if quick else 1)
    if not quick:
        net_of_a_list(200, (10, 30, 80, 150, 190), 10)
    means((8, 31), 2_000) if quick else means((8, 31, 100), 20_000)
    silence()


if __name__ == "__main__":
    main()

"""One proportion, of a large population and of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.stats import binom, hypergeom

from analisis import interval
from benchmarks.coverage_of.tables import HEADS, Limits, Tally, limits, of_all, span, table, wald

SHARES = np.arange(1, 200) / 200
NAMES = {
    "wald": "Wald",
    "agresti_coull": "Agresti–Coull",
    "wilson": "**Wilson**",
    "wilson_cc": "Wilson with continuity correction",
    "jeffreys": "Jeffreys",
    "mid_p": "mid-P",
    "clopper_pearson": "Clopper–Pearson",
}


def one_proportion(sizes: Sequence[int]) -> None:
    """Every x of a binomial, p from 0.005 to 0.995 by 0.005."""
    rows = []
    for n in sizes:
        drawn = np.arange(n + 1)
        for method, name in NAMES.items():
            found = np.array([limits(interval(x, n, method=method)) for x in drawn.tolist()])
            tally = Tally()
            for share in SHARES:
                tally.add(binom.pmf(drawn, n, share), found, share)
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
        "Wilson with fpc": lambda x, n: limits(interval(x, n, size, "wilson_fpc")),
        "mid-P": lambda x, n: limits(interval(x, n, size, "mid_p")),
        "optimal": lambda x, n: limits(interval(x, n, size, "optimal")),
        "**exact hypergeometric**": lambda x, n: limits(interval(x, n, size)),
    }
    rows = []
    for name, method in methods.items():
        tally = Tally()
        for n in sizes:
            drawn = np.arange(n + 1)
            found = of_all(method, [(x,) for x in drawn.tolist()], n)
            for total in range(size + 1):
                tally.add(hypergeom.pmf(drawn, size, total, n), found, total / size)
        rows.append([name, *tally.cells()])
    table(f"One proportion, list of {size}, n = {span(sizes)}", ("method", *HEADS), rows)

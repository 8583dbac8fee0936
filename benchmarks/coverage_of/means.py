"""Means of marks, simulated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analisis import mean_interval
from benchmarks.coverage_of.tables import table

SEED = 2024
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

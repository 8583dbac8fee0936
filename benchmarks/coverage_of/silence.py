"""What no interval can see: silence that depends on the answer."""

from __future__ import annotations

from scipy.stats import binom

from analisis import bounds, interval
from benchmarks.coverage_of.tables import SLACK, table


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

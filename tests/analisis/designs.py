"""Small samples for the tests of designs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Columns = Mapping[str, np.ndarray]


def clustered(seed: int, *, rows: int = 120, strata: int = 4, gaps: bool = False) -> Columns:
    """Strata with 3 to 6 units each, uneven weights, marks that vary between units."""
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, strata, rows)
    unit = rng.integers(0, 3 + stratum % 4, rows)
    # Every unit occurs, so that no stratum is left with a single one.
    first = [(s, u) for s in range(strata) for u in range(3 + s % 4)]
    stratum[: len(first)] = [s for s, _ in first]
    unit[: len(first)] = [u for _, u in first]
    lean = rng.normal(size=(strata, 8))[stratum, unit]
    mark = np.clip(np.round(5 + lean + rng.normal(size=rows)), 1, 7).astype(float)
    if gaps:
        mark[rng.random(rows) < 0.15] = np.nan
    return {
        "stratum": np.array([f"s{each}" for each in stratum]),
        "unit": unit,
        "weight": rng.uniform(0.5, 40, rows),
        "mark": mark,
        "age": rng.integers(14, 90, rows),
        "town": np.array(["Ñuñoa", "Arica", "Ovalle"])[rng.integers(0, 3, rows)],
        "woman": rng.random(rows) < 0.5,
    }


DECLARED = {"weights": "weight", "strata": "stratum", "clusters": "unit", "nest": True}


def rearranged(columns: Columns, order: np.ndarray) -> Columns:
    return {name: values[order] for name, values in columns.items()}

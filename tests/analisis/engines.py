"""One awkward sample, and every figure of every design, so that engines can be held together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from analisis import Estimates, SurveyDesign

ROWS = 3000
DESIGNS: Mapping[str, Mapping[str, object]] = {
    "simple random": {},
    "strata of rows, finite": {"weights": "w", "strata": "region", "population": "N"},
    "one stage": {"weights": "w", "strata": "region", "clusters": "unit"},
    "ids again in each stratum": {
        "weights": "w",
        "strata": "region",
        "clusters": "again",
        "nest": True,
        "population": {"Biobío": 70, "La Araucanía": 80, "O'Higgins": 90, "Ñuble": 100},
    },
    "two stages, finite": {
        "weights": "w",
        "strata": "region",
        "clusters": ("unit", "house"),
        "population": ("n", "houses"),
    },
    "no weights, finite": {"strata": "region", "clusters": "unit", "population": "n"},
}
FIGURES: Mapping[str, Callable[[SurveyDesign], Estimates]] = {
    "mean": lambda d: d.mean("y"),
    "means by comuna": lambda d: d.mean(["y", "sat"], by="comuna"),
    "mean by two, some rows": lambda d: d.mean("y", by=["comuna", "sex"], where="adult"),
    "listwise": lambda d: d.mean(["y", "price"], by="sex", na="listwise"),
    "total": lambda d: d.total(["price", "adult"], by="urban"),
    "ratio": lambda d: d.ratio(["y", "sat"], "price", by="wave"),
    "variance": lambda d: d.variance(["y", "price"], where="adult"),
    "answers": lambda d: d.proportion("sat"),
    "answers in text": lambda d: d.proportion("comuna", by="sex"),
    "an answer in text": lambda d: d.proportion("region", "O'Higgins"),
    "truth": lambda d: d.proportion("adult", True, by="comuna"),
    "several answers": lambda d: d.proportion("sat", [6, 7], by="comuna", where="urban"),
    "an answer nobody gave": lambda d: d.proportion("sat", 9, by="sex"),
    "a decimal answer": lambda d: d.proportion("tenths", 0.3),
    "net": lambda d: d.net("sat", [6, 7], [1, 2, 3, 4], by=["comuna", "wave"]),
    "quantiles": lambda d: d.quantile("price", [0.1, 0.5], by="sex"),
    "two questions": lambda d: d.crosstab("sat", "comuna", where="urban").estimates,
    "regression": lambda d: d.regression(["sat", "comuna"], "price").estimates,
    "logistic regression": lambda d: d.regression("sat", "adult", family="logistic").estimates,
}


def sample(rows: int = ROWS) -> pa.Table:
    """Four strata of ten units of houses, with every type that a column may have."""
    rng = np.random.default_rng(20261130)
    region = rng.integers(0, 4, rows)
    unit = rng.integers(0, 10, rows)
    y = rng.normal(1e4, 3.0, rows) + region
    y[rng.random(rows) < 0.05] = np.nan
    sat = [None if u < 0.1 else int(rng.integers(1, 8)) for u in rng.random(rows)]
    adult = [None if u < 0.05 else bool(u < 0.8) for u in rng.random(rows)]
    names = np.array(["Biobío", "La Araucanía", "O'Higgins", "Ñuble"])
    comunas = ["05402", "5402", "10101", "Año '\\9', \"{sur}\" %s", None]
    price = [None if u < 0.03 else round(float(u) * 100, 2) for u in rng.random(rows)]
    return pa.table(
        {
            "region": pa.array(names[region]).dictionary_encode(),
            "unit": pa.array(100 * region + unit),
            "again": pa.array(unit, pa.int16()),
            "house": pa.array(rng.integers(0, 8, rows), pa.int32()),
            "n": pa.array((region * 10 + 70).astype(np.float64)),
            "N": pa.array(4 * rows + region),
            "houses": pa.array(8 + (unit + region) % 3),
            "w": pa.array(10.0 ** rng.uniform(-2, 3, rows) * (rng.random(rows) > 0.02)),
            "y": pa.array([None if v < 1e4 - 5 else v for v in y], pa.float64()),
            "sat": pa.array(sat, pa.int8()),
            "adult": pa.array(adult),
            "urban": pa.array(rng.random(rows) < 0.7),
            "comuna": pa.array([comunas[k] for k in rng.integers(0, 5, rows)]),
            "sex": pa.array(np.array(["f", "m"])[rng.integers(0, 2, rows)]),
            "wave": pa.array(rng.integers(2024, 2026, rows)),
            "price": pa.array(price).cast(pa.decimal128(9, 2), safe=False),
            "tenths": pa.array(rng.integers(0, 5, rows) / 10),
        }
    )


def assert_same(ours: Estimates, theirs: Estimates, tolerance: float = 1e-12) -> None:
    """Every field of every figure, numbers to a part in 10^12, and the covariance."""
    assert len(ours) == len(theirs)
    for one, other in zip(ours.to_dicts(), theirs.to_dicts(), strict=True):
        for name, value in one.items():
            assert _same(value, other[name], tolerance), (name, one, other)
    size = np.sqrt(np.maximum(np.diag(theirs.covariance), 0))
    scale = np.outer(size, size) + 1e-300
    assert np.max(np.abs(ours.covariance - theirs.covariance) / scale) < 10 * tolerance


def _same(value: object, other: object, tolerance: float) -> bool:
    if isinstance(value, float) and isinstance(other, float | int):
        return math.isclose(value, other, rel_tol=tolerance, abs_tol=tolerance)
    return value == other

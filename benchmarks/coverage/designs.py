"""Samples with a design: simulated from stated seeds, every replicate a domain of one large design."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analisis import Estimates, SurveyDesign
from benchmarks.coverage.tables import HEADS, SEED, Array, table

SHARES = (0.03, 0.1, 0.3, 0.5, 0.8, 0.95)


@dataclass(frozen=True)
class Drawn:
    """How one sample is drawn: strata of clusters of people, alike within a cluster, weighted."""

    name: str
    strata: int
    clusters: int
    people: int
    alike: float
    uneven: float = 0.0

    def rows(self, rng: np.random.Generator, share: Array, replicates: int) -> dict[str, Array]:
        """Samples one after the other; ``share`` holds the chance of each answer, 0 the first.

        A stratum leans to one side, a cluster has shares of its own about those of its stratum.
        """
        lean = np.linspace(-1, 1, self.strata) if self.strata > 1 else np.zeros(1)
        shape = (replicates, self.strata, self.clusters)
        spread = min(share.min(), 0.5) / 2
        tilted = np.stack([share + spread * each * _tilt(len(share)) for each in lean])
        if self.alike:
            scale = (1 - self.alike) / self.alike
            own = rng.standard_gamma(np.broadcast_to(tilted[:, None] * scale, (*shape, len(share))))
            own = np.maximum(own, 1e-300)
            own /= own.sum(axis=-1, keepdims=True)
        else:
            own = np.broadcast_to(tilted[:, None], (*shape, len(share)))
        points = rng.random((*shape, self.people))
        answer = (points[..., None] > np.cumsum(own, axis=-1)[..., None, :-1]).sum(axis=-1)
        weight = np.exp(rng.normal(scale=self.uneven, size=shape)) if self.uneven else np.ones(shape)
        full = (*shape, self.people)
        place = np.indices(shape)
        return {
            "replicate": np.broadcast_to(place[0][..., None], full).ravel(),
            "stratum": np.broadcast_to((place[0] * self.strata + place[1])[..., None], full).ravel(),
            "unit": np.broadcast_to(np.arange(np.prod(shape)).reshape(shape)[..., None], full).ravel(),
            "weight": np.broadcast_to(weight[..., None], full).ravel(),
            "answer": answer.ravel(),
        }

    def design(self, rows: dict[str, Array]) -> SurveyDesign:
        return SurveyDesign(rows, weights="weight", strata="stratum", clusters="unit")


def _tilt(answers: int) -> Array:
    """What a leaning stratum adds to the chances: nothing in sum."""
    tilt = np.zeros(answers)
    tilt[0], tilt[-1] = 1, -1
    return tilt


DESIGNS = (
    Drawn("50 people", 1, 50, 1, 0.0),
    Drawn("4 strata of 25 people", 4, 25, 1, 0.0),
    Drawn("15 clusters of 8, alike 0.1", 1, 15, 8, 0.1),
    Drawn("10 strata, 2 clusters of 6 each, alike 0.1", 10, 2, 6, 0.1),
    Drawn("8 strata, 3 clusters of 10, alike 0.05, weights uneven", 8, 3, 10, 0.05, 0.6),
)


class Kept:
    """Coverage and width of a method over designs and shares."""

    def __init__(self) -> None:
        self.coverage: list[float] = []
        self.width: list[float] = []

    def add(self, low: Array, high: Array, truth: float) -> None:
        inside = (low <= truth) & (truth <= high)
        self.coverage.append(float(np.mean(inside)))
        self.width.append(float(np.mean(high - low)))

    def cells(self) -> list[str]:
        numbers = (np.mean(self.coverage), np.min(self.coverage), np.mean(self.width))
        return [f"{number:.3f}" for number in numbers]


def limits(figures: Estimates) -> tuple[Array, Array]:
    """Limits; the figure itself where there is no interval, as a reader would take it."""
    low = [each.value if each.low is None else each.low for each in figures]
    high = [each.value if each.high is None else each.high for each in figures]
    return np.array(low), np.array(high)


def _wald_z(figures: Estimates) -> tuple[Array, Array]:
    value = np.array([each.value for each in figures])
    half = 1.959964 * np.array([each.se for each in figures])
    return value - half, value + half


def shares(replicates: int) -> None:
    """One share, five designs, six shares."""
    names = {
        "Wald, z": "mean", "Wald, t": "mean", "logit": "logit", "beta, not truncated": "beta",
        "Wilson, not truncated": "wilson_r", "**Wilson**": "wilson", "Korn–Graubard": "korn_graubard",
    }  # fmt: skip
    kept = {name: Kept() for name in names}
    each_design = {drawn.name: Kept() for drawn in DESIGNS}
    for number, drawn in enumerate(DESIGNS):
        for share in SHARES:
            rng = np.random.default_rng([SEED, number, round(1000 * share)])
            design = drawn.design(drawn.rows(rng, np.array([share, 1 - share]), replicates))
            for name, method in names.items():
                figures = design.proportion("answer", 0, by="replicate", method=method, deff=False)
                if method == "mean":
                    raw = design.mean("no" if False else "hit", by="replicate") if False else figures
                    figures = raw
                found = _wald_z(figures) if name == "Wald, z" else limits(figures)
                kept[name].add(*found, share)
                if method == "wilson":
                    each_design[drawn.name].add(*found, share)
    title = f"One share, designs (simulated, {replicates} replicates, seed {SEED})"
    table(title, ("method", *HEADS), [[name, *each.cells()] for name, each in kept.items()])
    title = f"Wilson by design (simulated, {replicates} replicates, seed {SEED})"
    table(title, ("design", *HEADS), [[name, *each.cells()] for name, each in each_design.items()])

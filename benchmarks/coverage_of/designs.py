"""Samples with a design: simulated from a stated seed, every replicate a domain of one design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analisis import Estimate, Estimates, SurveyDesign
from benchmarks.coverage_of.means import SEED
from benchmarks.coverage_of.tables import HEADS, Array, Tally, Z, table

SHARES = (0.03, 0.1, 0.3, 0.5, 0.8, 0.95)
NETS = ((0.45, 0.25), (0.7, 0.1), (0.9, 0.05), (0.05, 0.02))
BASE = 0.5  # a smaller one is sometimes near zero, and refused
AT_ONCE = 200


@dataclass(frozen=True)
class Drawn:
    """How a sample is drawn: strata of clusters of people, alike within a cluster, weighted."""

    name: str
    strata: int
    clusters: int
    people: int
    alike: float
    uneven: float = 0.0

    def rows(self, rng: np.random.Generator, shares: Array, replicates: int) -> dict[str, Array]:
        """Draw samples whose answers 0, 1, ... have these shares in the population.

        Strata lean to the first or the last answer, by nothing in sum. A cluster has shares of its
        own, of a Dirichlet distribution about those of its stratum.
        """
        shape = (replicates, self.strata, self.clusters)
        lean = np.zeros((self.strata, len(shares)))
        if self.strata > 1:
            lean[:, 0] = np.linspace(-1, 1, self.strata) * min(shares[0], shares[-1]) / 2
            lean[:, -1] = -lean[:, 0]
        own = np.broadcast_to((shares + lean)[:, np.newaxis], (*shape, len(shares)))
        if self.alike:
            drawn = rng.standard_gamma(own * (1 - self.alike) / self.alike) + 1e-300
            own = drawn / drawn.sum(axis=-1, keepdims=True)
        chance = rng.random((*shape, self.people))
        reached = np.cumsum(own, axis=-1)[..., np.newaxis, :-1]
        answer = (chance[..., np.newaxis] > reached).sum(axis=-1)
        weight = np.exp(rng.normal(scale=self.uneven, size=shape))

        def each_person(values: Array) -> Array:
            return np.broadcast_to(values[..., np.newaxis], answer.shape).ravel()

        replicate, stratum, _cluster = np.indices(shape)
        return {
            "replicate": each_person(replicate),
            "stratum": each_person(replicate * self.strata + stratum),
            "unit": each_person(np.arange(weight.size).reshape(shape)),
            "weight": each_person(weight),
            "answer": answer.ravel(),
            "half": np.broadcast_to(np.arange(self.people) % 2, answer.shape).ravel(),
        }


DESIGNS = (
    Drawn("50 people", 1, 50, 1, 0.0),
    Drawn("4 strata of 25 people", 4, 25, 1, 0.0),
    Drawn("15 clusters of 8, alike 0.1", 1, 15, 8, 0.1),
    Drawn("10 strata, 2 clusters of 6 in each, alike 0.1", 10, 2, 6, 0.1),
    Drawn("8 strata, 3 clusters of 10 in each, alike 0.05, weights uneven", 8, 3, 10, 0.05, 0.6),
)


def designs(drawn: Drawn, shares: tuple[float, ...], replicates: int) -> Iterator[SurveyDesign]:
    """Samples in portions, the same for every method."""
    for portion in range(0, replicates, AT_ONCE):
        rng = np.random.default_rng([SEED, portion, *(round(1000 * share) for share in shares)])
        rows = drawn.rows(rng, np.array(shares), min(AT_ONCE, replicates - portion))
        yield SurveyDesign(rows, weights="weight", strata="stratum", clusters="unit")


def limits(figures: Estimates | list[Estimate]) -> Array:
    """Limits, shape (figures, 2); the figure itself where it has none, as a reader takes it."""
    return np.array(
        [
            (each.value, each.value) if each.low is None else (each.low, each.high)
            for each in figures
        ]
    )


def by_z(figures: Estimates) -> Array:
    """The textbook's interval, whatever the figures' own."""
    return np.array([(each.value - Z * each.se, each.value + Z * each.se) for each in figures])


def add(tallies: dict[str, Tally], name: str, found: list[Array], truth: float) -> None:
    every = np.concatenate(found)
    tallies.setdefault(name, Tally()).add(np.full(len(every), 1 / len(every)), every, truth)


def printed(title: str, head: str, tallies: dict[str, Tally], replicates: int) -> None:
    rows = [[name, *tally.cells()] for name, tally in tallies.items()]
    table(f"{title} (simulated, {replicates} replicates, seed {SEED})", (head, *HEADS), rows)


METHODS = {
    "logit": "logit",
    "beta, not truncated": "beta",
    "Wilson, not truncated": "wilson_r",
    "**Wilson**": "wilson",
    "Korn–Graubard": "korn_graubard",
}


def share(replicates: int) -> None:
    """One share: six shares by five designs; at 0 and 100 % all but Wald's are Korn–Graubard."""
    tallies: dict[str, Tally] = {}
    by_design: dict[str, Tally] = {}
    for drawn in DESIGNS:
        for truth in SHARES:
            found: dict[str, list[Array]] = {"Wald, z": [], **{name: [] for name in METHODS}}
            for design in designs(drawn, (truth, 1 - truth), replicates):
                for name, method in METHODS.items():
                    figures = design.proportion(
                        "answer", 0, by="replicate", method=method, deff=False
                    )
                    found[name].append(limits(figures))
                found["Wald, z"].append(by_z(figures))
            for name, every in found.items():
                add(tallies, name, every, truth)
            add(by_design, drawn.name, found["**Wilson**"], truth)
    printed("A share in five designs", "method", tallies, replicates)
    printed("Wilson in each design", "design", by_design, replicates)


def net(replicates: int) -> None:
    """Share of one answer less the share of another, in five designs."""
    tallies: dict[str, Tally] = {}
    for drawn in DESIGNS:
        for top, bottom in NETS:
            found: dict[str, list[Array]] = {"t": [], "**MOVER on Wilson limits**": []}
            for design in designs(drawn, (top, 1 - top - bottom, bottom), replicates):
                for name, method in zip(found, ("t", "mover"), strict=True):
                    figures = design.net("answer", [0], [2], by="replicate", method=method)
                    found[name].append(limits(figures))
            for name, every in found.items():
                add(tallies, name, every, top - bottom)
    printed("Net in five designs", "method", tallies, replicates)


GAPS = ("covariance left out, z", "**with covariance, t**")


def _without_covariance(a: Estimate, b: Estimate) -> Array:
    error = np.hypot(a.se, b.se)
    return np.array([a.value - b.value - Z * error, a.value - b.value + Z * error])


def two_groups(replicates: int) -> None:
    """Two groups in the same clusters: their difference, and the change from one to the other."""
    difference: dict[str, Tally] = {}
    change: dict[str, Tally] = {}
    for drawn in DESIGNS[2:]:
        for truth in SHARES[1:-1]:
            found: dict[str, list[Array]] = {
                "covariance left out, z": [],
                "**with covariance, t**": [],
            }
            rates: dict[str, list[Array]] = {"t of the ratio": [], "**t of its logarithm**": []}
            for design in designs(drawn, (truth, 1 - truth), replicates):
                figures = design.proportion("answer", 0, by=["replicate", "half"], deff=False)
                for first in range(0, len(figures), 2):
                    a, b = figures[first + 1], figures[first]
                    found[GAPS[0]].append(_without_covariance(a, b)[np.newaxis])
                    gap = figures.difference(first + 1, first)
                    found[GAPS[1]].append(limits([gap]))
                    if truth >= BASE:
                        _rates(figures, first, rates)
            for name, every in found.items():
                add(difference, name, every, 0.0)
            for name, every in rates.items():
                if every:
                    add(change, name, every, 0.0)
    printed("Difference of two groups in the same clusters", "method", difference, replicates)
    printed("Change from one group to the other", "method", change, replicates)


def _rates(figures: Estimates, first: int, rates: dict[str, list[Array]]) -> None:
    for name, method in zip(rates, ("wald", "log"), strict=True):
        rates[name].append(limits([figures.change_rate(first, first + 1, method)]))

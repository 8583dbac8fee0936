"""Scales and coders, simulated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analisis import AnalysisError, cronbach_alpha, kappa, omega
from benchmarks.coverage_of.tables import table

SEED = 2026
LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])
Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]


def _items(rng: np.random.Generator, factor: NDArray[np.float64]) -> NDArray[np.float64]:
    error = rng.normal(size=(len(factor), len(LOADINGS))) * np.sqrt(1 - LOADINGS**2)
    return np.asarray(factor[:, None] * LOADINGS + error)


def _normal(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    return _items(rng, rng.normal(size=n))


def _marks(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    return np.clip(np.round(5.8 + 1.2 * _normal(rng, n)), 1, 7)


def _clusters(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Clusters of ten; .3 of the factor's variance lies between them."""
    shared = np.repeat(rng.normal(size=-(-n // 10)), 10)[:n]
    return _items(rng, np.sqrt(0.3) * shared + np.sqrt(0.7) * rng.normal(size=n))


ANSWERS: Mapping[str, Draw] = {
    "normal": _normal,
    "marks mostly 6 and 7": _marks,
    "normal, in clusters of 10": _clusters,
}


def scales(sizes: Sequence[int], replicates: int) -> None:
    """Simulated: alpha, alpha with weights that have nothing to do with the answers, omega."""
    rows = []
    for name, draw in ANSWERS.items():
        many = draw(np.random.default_rng(SEED), 400_000)
        true_alpha, true_omega = cronbach_alpha(many).value, omega(many).value
        for n in sizes:
            rng = np.random.default_rng((SEED, n))
            hits, heywood = np.zeros(3), 0
            for _ in range(replicates):
                items = draw(rng, n)
                plain = cronbach_alpha(items)
                weighted = cronbach_alpha(items, rng.choice([1.0, 2.0, 4.0], n))
                hits[0] += plain.low <= true_alpha <= plain.high
                hits[1] += weighted.low <= true_alpha <= weighted.high
                try:
                    found = omega(items)
                except AnalysisError:
                    heywood += 1
                    continue
                hits[2] += found.low <= true_omega <= found.high
            shares = hits / (replicates, replicates, replicates - heywood)
            rows.append(
                [name, str(n), *(f"{share:.3f}" for share in shares), f"{heywood / replicates:.3f}"]
            )
    heads = ("answers", "n", "alpha", "weighted alpha", "omega", "share without omega")
    title = "Coverage of a scale of four items, loadings .8 to .5"
    table(f"{title} (simulated, {replicates} replicates, seed {SEED})", heads, rows)


def _kappa_of(shares: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    expected = float(shares.sum(axis=1) @ weights @ shares.sum(axis=0))
    return (float(np.sum(weights * shares)) - expected) / (1 - expected)


def coders(sizes: Sequence[int], replicates: int) -> None:
    """Simulated: kappa of two coders, three categories of which the first is common."""
    margins = np.array([0.6, 0.3, 0.1])
    places = np.arange(3)
    ways = {None: np.eye(3), "linear": 1 - abs(np.subtract.outer(places, places)) / 2}
    rows = []
    for agreement in (0.3, 0.6, 0.9):
        # With this chance the second coder copies the first; if not, codes by chance.
        shares = agreement * np.diag(margins) + (1 - agreement) * np.outer(margins, margins)
        for n in sizes:
            rng = np.random.default_rng((SEED, n))
            hits, wide = np.zeros(2), 0.0
            shown = 0
            for counts in rng.multinomial(n, shares.ravel(), replicates):
                a, b = np.repeat(places, 3).repeat(counts), np.tile(places, 3).repeat(counts)
                if len({*a.tolist(), *b.tolist()}) < 2:
                    continue
                shown += 1
                for place, (way, weights) in enumerate(ways.items()):
                    found = kappa(a, b, way, categories=places)
                    hits[place] += found.low <= _kappa_of(shares, weights) <= found.high
                    wide += (found.high - found.low) * (way is None)
            rows.append([f"{agreement:.1f}", str(n), *(f"{hit / shown:.3f}" for hit in hits),
                         f"{wide / shown:.2f}"])  # fmt: skip
    heads = ("kappa", "n", "kappa covered", "linear kappa covered", "mean width")
    title = "Coverage of kappa, three categories (.6, .3, .1)"
    table(f"{title} (simulated, {replicates} replicates, seed {SEED})", heads, rows)

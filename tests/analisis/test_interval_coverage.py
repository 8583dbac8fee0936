"""Coverage by exact enumeration: the promise of an interval, computed and not simulated."""

from collections.abc import Callable

import numpy as np
from scipy.stats import binom, hypergeom, multinomial, multivariate_hypergeom

from analisis import Interval, interval, net_interval


def finite(population: int, n: int) -> np.ndarray:
    """Coverage of the exact interval for each number of successes in the population."""
    drawn = np.arange(n + 1)
    found = [interval(x, n, population) for x in drawn.tolist()]
    low = np.array([each.low for each in found]) * population - 1e-6
    high = np.array([each.high for each in found]) * population + 1e-6
    totals = np.arange(population + 1)[:, None]
    chance = hypergeom.pmf(drawn, population, totals, n)
    return (chance * ((low <= totals) & (totals <= high))).sum(axis=1)


def test_exact_interval_of_a_list_of_45() -> None:
    coverage = [finite(45, n) for n in range(8, 45)]
    assert round(float(np.mean(coverage)), 3) == 0.986
    assert round(float(np.min(coverage)), 3) == 0.957


def infinite(n: int, method: str, shares: np.ndarray) -> np.ndarray:
    drawn = np.arange(n + 1)
    found = [interval(x, n, method=method) for x in drawn.tolist()]
    low, high = (np.array([getattr(each, end) for each in found]) for end in ("low", "high"))
    inside = (low <= shares[:, None]) & (shares[:, None] <= high)
    return (binom.pmf(drawn, n, shares[:, None]) * inside).sum(axis=1)


def test_one_proportion_of_45() -> None:
    shares = np.arange(1, 200) / 200
    wilson, exact = infinite(45, "wilson", shares), infinite(45, "clopper_pearson", shares)
    assert round(float(wilson.mean()), 3) == 0.952
    assert wilson.min() > 0.89
    assert round(float(exact.mean()), 3) == 0.970
    assert exact.min() >= 0.95


def pairs(n: int) -> np.ndarray:
    return np.array([(t, b, n - t - b) for t in range(n + 1) for b in range(n + 1 - t)])


def inside(
    outcomes: np.ndarray, interval_of: Callable[[int, int], Interval], net: float
) -> np.ndarray:
    found = [interval_of(t, b) for t, b, _ in outcomes.tolist()]
    return np.array([each.low - 1e-9 <= net <= each.high + 1e-9 for each in found])


def test_net_of_31_by_multinomial_enumeration() -> None:
    outcomes = pairs(31)
    found = [net_interval(t, b, 31) for t, b, _ in outcomes.tolist()]
    low, high = (np.array([getattr(each, end) for each in found]) for end in ("low", "high"))
    coverage = []
    for t in range(0, 11):
        for b in range(0, 11 - t):
            if t or b:
                shares = np.array([t, b, 10 - t - b]) / 10
                net = shares[0] - shares[1]
                hit = (low - 1e-9 <= net) & (net <= high + 1e-9)
                coverage.append(multinomial.pmf(outcomes, 31, shares)[hit].sum())
    assert 0.95 < np.mean(coverage) < 0.96
    assert round(float(np.min(coverage)), 3) == 0.929


def test_net_of_a_list_never_falls_far() -> None:
    """All populations of a list of 20; the fpc on Bonett and Price's variance falls to 0 here."""
    worst = 1.0
    for n in (6, 14, 19):
        outcomes = pairs(n)
        found = [net_interval(t, b, n, population=20) for t, b, _ in outcomes.tolist()]
        low, high = (np.array([getattr(each, end) for each in found]) for end in ("low", "high"))
        for t, b, rest in pairs(20).tolist():
            net = (t - b) / 20
            hit = (low - 1e-9 <= net) & (net <= high + 1e-9)
            possible = (outcomes <= np.array([t, b, rest])).all(axis=1) & hit
            chance = multivariate_hypergeom.pmf(outcomes[possible], [t, b, rest], n)
            worst = min(worst, float(chance.sum()))
    assert worst > 0.94

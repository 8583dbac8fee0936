"""Which units are drawn, with the probability that each had; the same seed draws the same."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analisis.checks import choose, whole
from analisis.errors import AnalysisError, ErrorCode

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Drawn = tuple[Indices, Floats]
Draw = Callable[[int, Floats, np.random.Generator], Drawn]
MOST_TRIES = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The units drawn, in the order of the list.

    Attributes
    ----------
    indices : ndarray of int64
        Their rows in the list.
    probabilities : ndarray of float64
        The probability with which each was to be drawn, exactly; of two stages, their product.
    weights : ndarray of float64
        One over the probability.
    design : mapping of str to ndarray
        What a `SurveyDesign` needs beside ``weight``, each as long as the sample: ``stratum``;
        ``cluster``; ``population_1`` (and ``population_2``), where stages are of equal
        probability.
    """

    indices: Indices
    probabilities: Floats
    weights: Floats
    design: Mapping[str, NDArray[np.generic]]


def select(
    n: int | Mapping[Hashable, int],
    *,
    seed: int | np.random.Generator,
    method: str = "srs",
    units: int | None = None,
    sizes: ArrayLike | None = None,
    strata: Sequence[Hashable] | None = None,
    clusters: Sequence[Hashable] | None = None,
    per_cluster: int | None = None,
) -> Sample:
    r"""Draw a sample from a list.

    Parameters
    ----------
    n : int or mapping
        Units to draw; with `strata`, a mapping of stratum to number as `allocate` gives it; with
        `clusters`, clusters to draw (in all or by stratum).
    seed : int or Generator
        The same seed and list give the same sample.
    method : str
        ``srs``: simple random without replacement. ``systematic``: every k-th from a random start,
        k = N/n not rounded. ``pps``: systematic with probability proportional to size, in the order
        of the list. ``sampford``: proportional to size without an order. With clusters it draws
        the clusters; within each, units are drawn by ``srs``.
    units : int, optional
        Length of the list, where no column gives it.
    sizes : array_like, optional
        Size of each unit, above 0, for ``pps`` and ``sampford``. Not with clusters: those are as
        large as their units are many.
    strata, clusters : sequence, optional
        Stratum and cluster of each unit. A cluster lies in one stratum.
    per_cluster : int, optional
        Units to draw in each drawn cluster, or all where it has fewer. Without it: all of them.

    Returns
    -------
    Sample
        Rows, probabilities, weights, and the columns of the design.

    Raises
    ------
    AnalysisError
        If columns are of unequal length, sizes are missing or not above 0, or more is asked for
        than there is; with ``not_converged`` if ``sampford`` finds no sample, where a share of the
        sizes is too close to 1/n.

    Notes
    -----
    Probabilities: :math:`n/N` (srs, systematic); :math:`n x_i/\sum x` (pps, sampford). With pps, a
    unit for which that is 1 or more is drawn with certainty, and the rest share what remains in
    the same way; sampford refuses it. Two stages: that of the cluster times :math:`m_i/M_i`, so
    that pps with the same number in each gives all units the same.

    Systematic draws leave pairs that can never be drawn together: no variance is unbiased for
    them, and a design treats them as drawn at random.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd edition, chapters 2, 8, 9A and 11. Wiley.

    Sampford, M. R. (1967). On sampling without replacement with unequal probabilities of
    selection. Biometrika 54, 499-513.

    Examples
    --------
    >>> drawn = select(2, seed=1, method="pps", sizes=[10, 20, 30, 40])
    >>> drawn.probabilities.round(2).tolist(), drawn.weights.round(2).tolist()
    ([0.4, 0.8], [2.5, 1.25])
    """
    draw = choose(_METHODS, method, situation="of selection")
    rng = _generator(seed)
    size, labels, groups = _frame(units, sizes, strata, clusters)
    if groups is None:
        values = _sizes(size, sizes, needed=method in _BY_SIZE)
        rows, chances, stratum, population = _in_strata(n, draw, values, labels, rng)
        design: dict[str, NDArray[np.generic]]
        design = {} if method in _BY_SIZE else {"population_1": population}
        return _sample(rows, chances, design, stratum)
    if sizes is not None:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "clusters are as large as their units; leave out `sizes`"
        )
    return _two_stages(n, method, labels, groups, per_cluster, rng)


def _two_stages(
    n: int | Mapping[Hashable, int],
    method: str,
    labels: NDArray[np.generic] | None,
    groups: NDArray[np.generic],
    per_cluster: int | None,
    rng: np.random.Generator,
) -> Sample:
    names, first, member, many = np.unique(
        groups, return_index=True, return_inverse=True, return_counts=True
    )
    own = None if labels is None else labels[first]
    if labels is not None and own is not None and bool(np.any(own[member] != labels)):
        split = names[member[np.flatnonzero(own[member] != labels)[0]]]
        raise AnalysisError(
            ErrorCode.CLUSTERS_NOT_NESTED, f"cluster {split} lies in two strata", value=split
        )
    if per_cluster is not None:
        per_cluster = whole("per_cluster", per_cluster, least=1)
    chosen, chances, stratum, population = _in_strata(
        n, _METHODS[method], many.astype(np.float64), own, rng
    )
    parts = []
    for cluster in chosen:
        inside = np.flatnonzero(member == cluster)
        take = len(inside) if per_cluster is None else min(per_cluster, len(inside))
        parts.append(inside[_srs(take, np.ones(len(inside)), rng)[0]])
    taken = np.array([len(part) for part in parts])
    repeat = np.repeat(np.arange(len(chosen)), taken)
    rows = np.concatenate(parts)
    order = np.argsort(rows)
    within = (taken / many[chosen])[repeat]
    design: dict[str, NDArray[np.generic]] = {"cluster": names[chosen][repeat][order]}
    if method not in _BY_SIZE:
        design["population_1"] = population[repeat][order]
        design["population_2"] = many[chosen][repeat][order]
    return _sample(
        rows[order],
        (chances[repeat] * within)[order],
        design,
        None if stratum is None else stratum[repeat][order],
    )


def _sample(
    rows: Indices,
    chances: Floats,
    design: dict[str, NDArray[np.generic]],
    stratum: NDArray[np.generic] | None,
) -> Sample:
    columns = design if stratum is None else {"stratum": stratum, **design}
    return Sample(rows, chances, 1 / chances, MappingProxyType(columns))


def _in_strata(
    n: int | Mapping[Hashable, int],
    draw: Draw,
    values: Floats,
    labels: NDArray[np.generic] | None,
    rng: np.random.Generator,
) -> tuple[Indices, Floats, NDArray[np.generic] | None, Indices]:
    """Draw in each stratum: rows in order, their chances, their stratum, and its units."""
    if labels is None or not isinstance(n, Mapping):
        if isinstance(n, Mapping) or labels is not None:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                "strata and a mapping of stratum to number go together; see `allocate`",
            )
        rows, chances = _checked(n, draw, values, rng)
        return rows, chances, None, np.full(len(rows), len(values), dtype=np.int64)
    unknown = set(n) ^ set(labels.tolist())
    if unknown:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"stratum {next(iter(unknown))!r} is in the list or in n and not in both; 0 draws none",
            stratum=next(iter(unknown)),
        )
    drawn = []
    for stratum in n:
        inside = np.flatnonzero(labels == stratum)
        rows, chances = _checked(n[stratum], draw, values[inside], rng, least=0)
        drawn.append((inside[rows], chances, np.full(len(rows), len(inside), dtype=np.int64)))
    rows, chances, population = (np.concatenate(column) for column in zip(*drawn, strict=True))
    order = np.argsort(rows)
    return rows[order], chances[order], labels[rows[order]], population[order]


def _checked(
    n: int, draw: Draw, values: Floats, rng: np.random.Generator, *, least: int = 1
) -> Drawn:
    n = whole("n", n)
    if not least <= n <= len(values):
        raise AnalysisError(
            ErrorCode.INVALID_COUNT,
            f"n is {n} of {len(values)}; give {least} up to all of them",
            value=n,
        )
    return draw(n, values, rng) if n else (np.empty(0, dtype=np.int64), np.empty(0))


def _generator(seed: int | np.random.Generator) -> np.random.Generator:
    given = seed if isinstance(seed, np.random.Generator) else whole("seed", seed)
    return np.random.default_rng(given)


def _frame(
    units: int | None,
    sizes: ArrayLike | None,
    strata: Sequence[Hashable] | None,
    clusters: Sequence[Hashable] | None,
) -> tuple[int, NDArray[np.generic] | None, NDArray[np.generic] | None]:
    columns = [None if each is None else _column(each) for each in (sizes, strata, clusters)]
    lengths = {len(column) for column in columns if column is not None}
    lengths |= set() if units is None else {whole("units", units)}
    if len(lengths) != 1:
        raise AnalysisError(
            ErrorCode.UNEQUAL_LENGTHS,
            f"the list has the lengths {sorted(lengths)}; give `units`, or columns of one length",
        )
    return lengths.pop(), columns[1], columns[2]


def _column(values: ArrayLike | Sequence[Hashable]) -> NDArray[np.generic]:
    found: NDArray[np.generic] = np.empty(())
    with suppress(ValueError):  # lists of unequal length, which are no column
        found = np.asarray(values)
    if found.ndim != 1:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "sizes, strata and clusters are lists of one value a unit"
        )
    return found


def _sizes(units: int, sizes: ArrayLike | None, *, needed: bool) -> Floats:
    if (sizes is not None) != needed:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, "pps and sampford need `sizes`; other methods ignore them"
        )
    values = np.ones(units) if sizes is None else _numbers(sizes)
    if not np.all((values > 0) & np.isfinite(values)):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "a size is not above 0; such a unit could never be drawn: give it a size or leave it "
            "out of the list",
        )
    return values


def _numbers(sizes: ArrayLike) -> Floats:
    try:
        return np.asarray(sizes, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise AnalysisError(
            ErrorCode.NOT_NUMERIC, "a size is no number; give how large each unit is"
        ) from fault


def _srs(n: int, values: Floats, rng: np.random.Generator) -> Drawn:
    rows = np.sort(rng.choice(len(values), n, replace=False)).astype(np.int64)
    return rows, np.full(n, n / len(values))


def _systematic(n: int, values: Floats, rng: np.random.Generator) -> Drawn:
    return _every(rng.random(), n, np.ones_like(values))


def _pps(n: int, values: Floats, rng: np.random.Generator) -> Drawn:
    sure = np.zeros(len(values), dtype=np.bool_)
    while True:
        left = n - int(sure.sum())
        large = ~sure & (left * values >= values[~sure].sum() * (1 - 1e-12))
        if not left or not large.any():
            break
        sure |= large
    certain = np.flatnonzero(sure)
    rest = np.flatnonzero(~sure)
    rows, chances = _every(rng.random(), left, values[rest]) if left else (certain[:0], np.ones(0))
    together = np.concatenate([certain, rest[rows]])
    order = np.argsort(together)
    return together[order], np.concatenate([np.ones(len(certain)), chances])[order]


def _every(start: float, n: int, values: Floats) -> Drawn:
    """Draw where start, start + 1, ... fall among the chances laid end to end."""
    chances = n * values / values.sum()
    ends = np.cumsum(chances)
    # The sum of the chances is n but for the last bits; the last point lies below it.
    rows = np.minimum(np.searchsorted(ends, start + np.arange(n), side="right"), len(values) - 1)
    return rows.astype(np.int64), chances[rows]


def _sampford(n: int, values: Floats, rng: np.random.Generator) -> Drawn:
    """Draw one by size and the others with replacement by chance/(1 - chance), until all differ."""
    chances = n * values / values.sum()
    if n == len(values) or np.any(chances >= 1):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "a size is 1/n of all or more; draw that unit with certainty apart, or use pps",
        )
    first = values / values.sum()
    others = chances / (1 - chances) / (chances / (1 - chances)).sum()
    batch = 1000
    for _ in range(MOST_TRIES // batch):
        tries = np.column_stack(
            [
                rng.choice(len(values), (batch, 1), p=first),
                rng.choice(len(values), (batch, n - 1), p=others),
            ]
        )
        tries.sort(axis=1)
        good = np.flatnonzero((np.diff(tries, axis=1) > 0).all(axis=1))
        if good.size:
            rows = tries[good[0]].astype(np.int64)
            return rows, chances[rows]
    raise AnalysisError(
        ErrorCode.NOT_CONVERGED,
        f"no sample of {n} different units in {MOST_TRIES} tries; use pps, in random order",
    )


_BY_SIZE = ("pps", "sampford")
_METHODS: Mapping[str, Draw] = MappingProxyType(
    {"srs": _srs, "systematic": _systematic, "pps": _pps, "sampford": _sampford}
)

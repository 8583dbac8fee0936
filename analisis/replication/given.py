"""Replicate weights that somebody gives, checked, and the scales that go with their kind."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeGuard

import numpy as np
from numpy.typing import ArrayLike

from analisis.columns import numbers
from analisis.design.declaration import require_numbers
from analisis.errors import AnalysisError, ErrorCode
from analisis.replication.factors import check_rho
from analisis.replication.variance import Scaling
from analisis.sums import Floats, Source


def given_weights(source: Source, given: Sequence[str] | ArrayLike, weights: Floats) -> Floats:
    """Replicate weights, shape (rows, replicates).

    Raises
    ------
    AnalysisError
        If they do not fit the rows, are missing or negative, or count rows that the full sample
        does not.
    """
    columns = [name for name in given if isinstance(name, str)] if _listed(given) else []
    for name in columns:
        require_numbers(source, name)
    if columns:
        found = np.column_stack([numbers(source.column(name)) for name in columns])
    else:
        found = np.asarray(given, dtype=np.float64)
    if found.ndim != 2 or found.shape[0] != len(weights) or found.shape[1] < 2:
        raise AnalysisError(
            ErrorCode.UNEQUAL_LENGTHS,
            f"replicate_weights have the shape {found.shape} and there are {len(weights)} rows; "
            "give columns, or an array of a row for each row and a column for each of two or more "
            "replicates",
        )
    if not np.isfinite(found).all():
        raise AnalysisError(
            ErrorCode.MISSING_WEIGHT,
            f"{int((~np.isfinite(found)).sum())} replicate weights are missing; give each row one "
            "in every replicate, 0 where it counts for nothing",
        )
    if (found < 0).any():
        raise AnalysisError(
            ErrorCode.NEGATIVE_WEIGHT,
            f"{int((found < 0).sum())} replicate weights are negative; give full weights, not "
            "differences from the sample's",
        )
    if (found[weights == 0] > 0).any():
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "rows whose weight is 0 count in replicates; give them a weight, or 0 in every "
            "replicate",
        )
    return found


def _listed(given: object) -> TypeGuard[Sequence[object]]:
    """Whether names of columns are given, and not numbers."""
    return isinstance(given, Sequence) and all(isinstance(name, str) for name in given)


def _jk1(replicates: int, rho: float | None) -> float:
    return (replicates - 1) / replicates


def _brr(replicates: int, rho: float | None) -> float:
    return 1 / replicates


def _fay(replicates: int, rho: float | None) -> float:
    return 1 / (replicates * (1 - check_rho(rho)) ** 2)


def _bootstrap(replicates: int, rho: float | None) -> float:
    return 1 / (replicates - 1)


def _one(replicates: int, rho: float | None) -> float:
    return 1.0


def _successive(replicates: int, rho: float | None) -> float:
    return 4 / replicates


_SCALES: Mapping[str, Callable[[int, float | None], float]] = MappingProxyType(
    {
        "JK1": _jk1,
        "JKn": _one,
        "JK2": _one,
        "BRR": _brr,
        "Fay": _fay,
        "bootstrap": _bootstrap,
        "subbootstrap": _bootstrap,
        "ACS": _successive,
        "successive-difference": _successive,
        "other": _one,
    }
)


def given_scaling(
    kind: str,
    replicates: int,
    *,
    scale: float | None,
    rscales: float | Sequence[float] | None,
    rho: float | None,
    mse: bool,
) -> Scaling:
    """How much the squares of replicates count: as given, or as their kind has it.

    Raises
    ------
    AnalysisError
        If there is no such kind, its scales must be given and are not, or they are no numbers of at
        least 0.
    """
    if kind not in _SCALES:
        raise AnalysisError(
            ErrorCode.UNKNOWN_METHOD,
            f"no kind {kind!r} of replicate weights; choose one of: {', '.join(_SCALES)}",
            value=kind,
        )
    if kind == "JKn" and rscales is None:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "rscales of JKn replicates follow from the strata; give for each replicate (n - 1)/n, "
            "n the units of its stratum",
        )
    found = _SCALES[kind](replicates, rho) if scale is None else float(scale)
    each = np.asarray(1.0 if rscales is None else rscales, dtype=np.float64)
    if each.ndim > 1 or each.size not in {1, replicates}:
        raise AnalysisError(
            ErrorCode.UNEQUAL_LENGTHS,
            f"there are {each.size} rscales and {replicates} replicates; give one for each, or one "
            "for all",
        )
    every = np.broadcast_to(each, (replicates,)).copy()
    if not (np.isfinite(every).all() and (every >= 0).all() and np.isfinite(found) and found >= 0):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            "scale and rscales multiply squares; give numbers of at least 0",
        )
    return Scaling(found, every, mse)

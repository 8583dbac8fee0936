"""Tests of independence of two questions under a design: a function per test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.special import chdtrc, fdtrc

from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Floats

_CONDITION = 1e12


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as tests see it.

    Attributes
    ----------
    totals : array, shape (rows, columns)
        Weighted counts.
    n : float
        Rows of data that are counted.
    df : float
        Degrees of freedom of the design.
    of_shares, of_totals : function
        Work out the covariance of the shares of the cells of the whole, and of the totals, in the
        order of ``totals.ravel()``.
    """

    totals: Floats
    n: float
    df: float
    of_shares: Callable[[], Floats]
    of_totals: Callable[[], Floats]


@dataclass(frozen=True, slots=True)
class Tested:
    """Statistic, degrees of freedom, and the probability of such a statistic or a larger one."""

    statistic: float
    df: tuple[float, ...]
    p_value: float


def _contrasts(levels: int) -> Floats:
    """Orthonormal contrasts of so many levels, shape (levels, levels - 1)."""
    return np.asarray(np.linalg.svd(np.ones((1, levels)))[2][1:].T)


def _pearson(cells: Cells) -> float:
    shares = cells.totals / cells.totals.sum()
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(cells.n * np.sum((shares - expected) ** 2 / expected))


def _design_effects(cells: Cells) -> Floats:
    r"""The matrix whose eigenvalues weigh the chi-squares that Pearson's statistic is a sum of."""
    shares = (cells.totals / cells.totals.sum()).ravel()
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)
    contrasts = np.kron(*(_contrasts(levels) for levels in cells.totals.shape))
    scaled = contrasts * inverse[:, np.newaxis]
    simple = contrasts.T @ scaled / cells.n
    if np.linalg.cond(simple) > _CONDITION:
        raise _empty("the table has too many empty cells for a test")
    found = np.linalg.solve(simple, scaled.T @ cells.of_shares() @ scaled)
    if not np.trace(found) > 1e-14:
        raise AnalysisError(
            ErrorCode.SINGULAR,
            "the shares of the cells have no variance under this design, as when everybody was "
            "asked, so that there is nothing to test; read the table as it is",
        )
    return np.asarray(found)


def _f(cells: Cells) -> Tested:
    effects = _design_effects(cells)
    trace = float(np.trace(effects))
    numerator = trace**2 / float(np.sum(effects * effects.T))
    statistic = _pearson(cells) / trace
    df = (numerator, numerator * cells.df)
    return Tested(statistic, df, float(fdtrc(*df, statistic)))


def _chisq(cells: Cells) -> Tested:
    effects = _design_effects(cells)
    count = len(effects)
    statistic = _pearson(cells)
    p = float(chdtrc(count, statistic / (np.trace(effects) / count)))
    return Tested(statistic, (float(count),), p)


def _quadratic(cells: Cells) -> tuple[float, int]:
    """The squared distance of the totals from independence in units of their covariance."""
    totals = cells.totals
    rows, columns = totals.shape
    whole = totals.sum()
    by_row, by_column = totals.sum(axis=1), totals.sum(axis=0)
    gap = totals - np.outer(by_row, by_column) / whole
    in_row = np.kron(np.eye(rows), np.ones((1, columns)))
    in_column = np.kron(np.ones((1, rows)), np.eye(columns))
    slopes = (
        np.eye(rows * columns)
        - np.tile(by_column, rows)[:, np.newaxis] / whole * in_row.T @ in_row
        - np.repeat(by_row, columns)[:, np.newaxis] / whole * in_column.T @ in_column
        + np.outer(by_row, by_column).ravel()[:, np.newaxis] / whole**2
    )
    free = (np.arange(rows)[:, np.newaxis] > 0) & (np.arange(columns) > 0)
    slopes = slopes[free.ravel()]
    covariance = slopes @ cells.of_totals() @ slopes.T
    errors = np.sqrt(np.diag(covariance))
    if np.any(errors == 0) or np.linalg.cond(covariance / np.outer(errors, errors)) > _CONDITION:
        raise _empty("Wald's test needs more units than cells, and none of the cells empty")
    distance = gap[free]
    return float(distance @ np.linalg.solve(covariance, distance)), len(distance)


def _wald(cells: Cells) -> Tested:
    square, count = _quadratic(cells)
    df = (float(count), cells.df)
    return Tested(square / count, df, float(fdtrc(*df, square / count)))


def _adjusted_wald(cells: Cells) -> Tested:
    square, count = _quadratic(cells)
    below = cells.df - count + 1
    if not below > 0:
        raise _empty(f"the test has {count} degrees of freedom and the design {cells.df:g}")
    statistic = square * below / (count * cells.df)
    return Tested(statistic, (float(count), below), float(fdtrc(count, below, statistic)))


def _empty(problem: str) -> AnalysisError:
    return AnalysisError(
        ErrorCode.SINGULAR,
        f"{problem}; join categories that few people gave, or choose test='F'",
    )


TESTS: Mapping[str, Callable[[Cells], Tested]] = MappingProxyType(
    {"F": _f, "Chisq": _chisq, "Wald": _wald, "adjWald": _adjusted_wald}
)

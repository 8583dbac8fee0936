"""The variance of smooth functions of totals, by linearisation.

A statistic is a function g of the totals T of its domain. To first order it moves as J (T - E T),
J its derivative at T, so that its variance is that of the total of z = J t, t being what a unit
adds to the totals (Woodruff 1971; Binder 1983). With calibrated weights its residual takes its
place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from analisis.design.frame import Frame
from analisis.design.stages import Centred, LonelyPSU, Stage, centred
from analisis.design.table import Table
from analisis.sums import Codes, Floats
from analisis.weighting.basis import orthonormal


@dataclass(frozen=True, slots=True)
class Calibration:
    """One adjustment of the weights, as far as the variance needs it.

    Attributes
    ----------
    cell : array of int, shape (frame rows,)
        The cell of each row of the frame; rows of a cell share the calibration variables.
    matrix : array, shape (cells, columns), or None
        The calibration variables; None where each cell is one of its own.
    before : array, shape (frame rows,)
        What the column of weights was multiplied by before the adjustment.
    ratio : array, shape (frame rows,)
        What the adjustment multiplied them by.
    """

    cell: Codes
    matrix: Floats | None
    before: Floats
    ratio: Floats

    def moved(self, places: Codes) -> "Calibration":
        """The same for a finer frame, of whose rows these are the places in the present one."""
        return replace(
            self, cell=self.cell[places], before=self.before[places], ratio=self.ratio[places]
        )

    def residual(self, influence: Floats, place: Codes, base: Floats) -> Floats:
        """Take from the influence what the calibration variables explain.

        Parameters
        ----------
        influence : array, shape (rows, statistics)
            Weighted influence of each row, or sums of rows.
        place : array of int, shape (rows,)
            Row of the frame.
        base : array, shape (rows,)
            The column of weights, summed over what the row stands for.
        """
        ratio = self.ratio[place]
        before = base * self.before[place]
        fitted = self.explained(influence, place, before)[self.cell[place]]
        return influence - fitted * (before * ratio)[:, np.newaxis]

    def explained(self, influence: Floats, place: Codes, before: Floats) -> Floats:
        """What the calibration variables predict of each cell, shape (cells, statistics).

        By least squares with the weights before the adjustment, `before`.
        """
        ratio = self.ratio[place]
        backwards = np.divide(1.0, ratio, out=np.zeros_like(ratio), where=ratio != 0)
        cell = self.cell[place]
        cells = int(self.cell.max()) + 1 if self.matrix is None else len(self.matrix)
        weight = np.bincount(cell, weights=before, minlength=cells).astype(np.float64)
        added = csr_matrix((backwards, (cell, np.arange(len(cell)))), shape=(cells, len(cell)))
        sums = added @ influence
        if self.matrix is None:
            inverse = np.divide(1.0, weight, out=np.zeros_like(weight), where=weight != 0)
            return np.asarray(sums * inverse[:, np.newaxis])
        changed, _change = orthonormal(self.matrix, weight)
        products = (changed * weight[:, np.newaxis]).T @ changed
        return np.asarray(changed @ np.linalg.solve(products, changed.T @ sums))


@dataclass(frozen=True, slots=True)
class Spread:
    """Influence of the units on statistics, centred at each stage."""

    stages: tuple[Centred, ...]

    def variances(self) -> Floats:
        """Variance of each statistic."""
        return np.asarray(sum(stage.variances() for stage in self.stages))

    def covariance(self) -> Floats:
        """Covariance of the statistics."""
        return np.asarray(sum(stage.covariance() for stage in self.stages))


def influence(table: Table, jacobian: Floats) -> csr_matrix:
    """Influence of each group on each statistic, shape (groups, domains × statistics).

    Parameters
    ----------
    table : Table
        Sums by domain and unit.
    jacobian : array, shape (domains, statistics, sums)
        Derivatives of the statistics at the totals.
    """
    domains, statistics, _sums = jacobian.shape
    order = np.argsort(table.domain, kind="stable")
    edges = np.searchsorted(table.domain[order], np.arange(domains + 1))
    rows, columns, values = [], [], []
    for domain in range(domains):
        members = order[edges[domain] : edges[domain + 1]]
        block = table.sums[members] @ jacobian[domain].T
        rows.append(np.repeat(members, statistics))
        columns.append(np.tile(np.arange(statistics) + domain * statistics, len(members)))
        values.append(block.ravel())
    return csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(len(table.domain), domains * statistics),
    )


def spread(
    table: Table,
    jacobian: Floats,
    *,
    frame: Frame,
    calibrations: Sequence[Calibration],
    lonely: LonelyPSU,
) -> Spread:
    """Centre the influence of the units of every stage.

    Raises
    ------
    AnalysisError
        If a stratum has a lonely unit and the rule is to say so.
    """
    found = influence(table, jacobian)
    if table.many is not None:
        return _of_rows(table, found, frame, calibrations, lonely)
    by_frame = csr_matrix(
        (np.ones(len(table.place)), (table.place, np.arange(len(table.place)))),
        shape=(len(frame.rows), len(table.place)),
    )
    found = by_frame @ found
    if calibrations:
        dense = found.toarray()
        place = np.arange(len(frame.rows))
        for step in calibrations:
            dense = step.residual(dense, place, frame.weight)
        found = csr_matrix(dense)
    return Spread(tuple(centred(stage, found, lonely) for stage in frame.stages))


def _of_rows(
    table: Table,
    found: csr_matrix,
    frame: Frame,
    calibrations: Sequence[Calibration],
    lonely: LonelyPSU,
) -> Spread:
    many = np.asarray(table.many)
    if calibrations:
        # Sums over alike rows, and back: a residual is the same for each of them.
        dense = found.toarray() * many[:, np.newaxis]
        for step in calibrations:
            dense = step.residual(dense, table.place, table.base * many)
        found = csr_matrix(dense / many[:, np.newaxis])
    rows = frame.stages[0]
    stage = Stage(
        np.arange(len(many)),
        rows.stratum[table.place],
        rows.drawn,
        rows.size,
        rows.share,
        rows.names,
    )
    return Spread((centred(stage, found, lonely, counts=many),))

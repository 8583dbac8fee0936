"""The variance of smooth functions of totals, by linearisation.

A statistic is a function g of the totals T of its domain. To first order it moves as J (T - E T),
J its derivative at T, so that its variance is that of the total of z = J t, t being what a unit
adds to the totals (Woodruff 1971; Binder 1983). With calibrated weights its residual takes its
place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from analisis.design.frame import Frame
from analisis.design.residuals import Rows, Silence, Step, residuals
from analisis.design.stages import LonelyPSU, Stage, StageTotals, stage_totals
from analisis.design.table import Table
from analisis.sums import Floats


@dataclass(frozen=True, slots=True)
class Spread:
    """Influence of the units on statistics, centred at each stage, and what silence adds."""

    stages: tuple[StageTotals | Silence, ...]

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
    calibrations: Sequence[Step],
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
    silences: tuple[Silence, ...] = ()
    if calibrations:
        each = Rows(np.arange(len(frame.rows)), frame.weight, frame.rows)
        dense, silences = residuals(found.toarray(), each, calibrations, frame.is_finite)
        found = csr_matrix(dense)
    # From the second stage on a stratum is a unit of the stage before, and the mean of all units
    # in it is the total of the lonely one itself, which then adds nothing.
    inner = LonelyPSU.REMOVE if lonely is LonelyPSU.ADJUST else lonely
    rules = [lonely, *[inner] * (len(frame.stages) - 1)]
    stages = (
        stage_totals(stage, found, rule) for stage, rule in zip(frame.stages, rules, strict=True)
    )
    return Spread((*stages, *silences))


def _of_rows(
    table: Table,
    found: csr_matrix,
    frame: Frame,
    calibrations: Sequence[Step],
    lonely: LonelyPSU,
) -> Spread:
    many = np.asarray(table.many)
    silences: tuple[Silence, ...] = ()
    if calibrations:
        # Sums over alike rows, and back: a residual is the same for each of them.
        dense = found.toarray() * many[:, np.newaxis]
        each = Rows(table.place, table.base * many, np.ones(len(many)))
        dense, silences = residuals(dense, each, calibrations, frame.is_finite)
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
    return Spread((stage_totals(stage, found, lonely, counts=many), *silences))

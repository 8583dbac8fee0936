"""The stages of a sample, and the variance of totals that each of them adds."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Codes, Floats, renumbered


class LonelyPSU(StrEnum):
    """What to do with a stratum of which a single unit was drawn, out of several."""

    ERROR = "error"
    ADJUST = "adjust"
    AVERAGE = "average"
    REMOVE = "remove"
    CERTAINTY = "certainty"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of sampling.

    Attributes
    ----------
    unit : array of int, shape (frame rows,)
        The unit that each row of the frame lies in.
    stratum : array of int, shape (units,)
        The stratum of each unit; from the second stage on, strata lie within units of the one
        before.
    drawn, size : arrays, shape (strata,)
        Units drawn, n_h, and units there are, N_h (infinite where drawn with replacement).
    share : array, shape (strata,)
        The share of the population's units that the earlier stages drew: what this stage's variance
        is multiplied by.
    names : array, shape (strata,)
        What each stratum is called.
    """

    unit: Codes
    stratum: Codes
    drawn: Floats
    size: Floats
    share: Floats
    names: NDArray[np.generic]

    @property
    def lonely(self) -> NDArray[np.bool_]:
        """Strata with one unit drawn out of several."""
        return np.asarray((self.drawn == 1) & (self.size > 1))

    @property
    def complete(self) -> bool:
        """Whether every unit that there is was drawn."""
        return bool(np.all(self.drawn >= self.size))

    def scale(self) -> Floats:
        """What the squares about each stratum's mean are multiplied by."""
        unseen = np.where(np.isinf(self.size), 1.0, 1 - self.drawn / self.size)
        return self.share * unseen * self.drawn / np.maximum(self.drawn - 1, 1)


def require_company(stage: Stage, strata: Codes) -> None:
    """Refuse strata in which a single unit was drawn out of several.

    Parameters
    ----------
    stage : Stage
        The stage.
    strata : array of int
        The strata that have members among those who are described.

    Raises
    ------
    AnalysisError
        If one of them has a lonely unit.
    """
    found = strata[stage.lonely[strata]]
    if len(found):
        name = stage.names[found[0]]
        raise AnalysisError(
            ErrorCode.LONELY_PSU,
            f"stratum {name!s} has only one primary sampling unit, so that its variance cannot be "
            "estimated; join it to a similar stratum, or choose lonely_psu='adjust', 'average', "
            "'remove' or 'certainty'",
            stratum=name.item() if isinstance(name, np.generic) else name,
        )


def stage_totals(
    stage: Stage, rows: csr_matrix, lonely: LonelyPSU, *, counts: Floats | None = None
) -> "StageTotals":
    """Total the influence of each unit of a stage, and centre it about its stratum's mean.

    Parameters
    ----------
    stage : Stage
        The stage.
    rows : sparse matrix, shape (frame rows, statistics)
        Influence of each row of the frame on each statistic.
    lonely : LonelyPSU
        The rule for strata with a single unit.
    counts : array, optional
        How many alike units each row stands for; one where it is not given.

    Returns
    -------
    StageTotals
        What variance and covariance are made of.
    """
    units = len(stage.stratum)
    strata = len(stage.drawn)
    many = np.ones(units) if counts is None else counts
    totals = csr_matrix(_added(stage.unit, units) @ rows if counts is None else rows)
    alone, scale = stage.lonely, stage.scale()
    if lonely is LonelyPSU.ADJUST:
        everyone = np.asarray(totals.T @ many).ravel() / stage.drawn.sum()
        return StageTotals(totals, stage.stratum, many, stage.drawn, scale, alone, everyone)
    scale[alone] = 0.0
    if lonely is LonelyPSU.AVERAGE and alone.any():
        scale *= strata / (strata - alone.sum()) if not alone.all() else np.nan
    return StageTotals(
        totals, stage.stratum, many, stage.drawn, scale, np.zeros(strata, dtype=bool), None
    )


def _added(unit: Codes, units: int) -> csr_matrix:
    rows = len(unit)
    return csr_matrix((np.ones(rows), (unit, np.arange(rows))), shape=(units, rows))


@dataclass(frozen=True, slots=True)
class StageTotals:
    """Totals of units, to be taken about the mean of their stratum.

    Attributes
    ----------
    totals : sparse matrix, shape (units, statistics)
        Units with no influence may lack, and then count as zeros.
    stratum, many : arrays, shape (units,)
        The stratum of each unit, and how many alike units it stands for.
    drawn, scale : arrays, shape (strata,)
        Units drawn, and what the squares are multiplied by.
    apart : array of bool, shape (strata,)
        Strata that are taken about the mean of all units instead.
    everyone : array or None, shape (statistics,)
        That mean.
    """

    totals: csr_matrix
    stratum: Codes
    many: Floats
    drawn: Floats
    scale: Floats
    apart: NDArray[np.bool_]
    everyone: Floats | None

    def variances(self) -> Floats:
        """Variance of each statistic, shape (statistics,)."""
        entries = self.totals.tocoo()
        columns = self.totals.shape[1]
        stratum, many = self.stratum[entries.row], self.many[entries.row]
        cells = stratum.astype(np.int64) * columns + entries.col
        codes, found = renumbered(cells, columns * len(self.drawn))
        count = len(found)
        home, column = np.divmod(found, columns)
        centre = np.bincount(codes, many * entries.data, count) / self.drawn[home]
        if self.everyone is not None:
            centre = np.where(self.apart[home], self.everyone[column], centre)
        squares = np.bincount(codes, many * (entries.data - centre[codes]) ** 2, count)
        unseen = self.drawn[home] - np.bincount(codes, many, count)
        spread = np.bincount(column, self.scale[home] * (squares + unseen * centre**2), columns)
        if self.everyone is None:
            return np.asarray(spread)
        # Strata apart that no member of the statistic lies in: their units are zeros too.
        absent = np.full(columns, (self.scale * self.drawn)[self.apart].sum())
        met = self.apart[home]
        absent -= np.bincount(column[met], (self.scale * self.drawn)[home[met]], columns)
        return np.asarray(spread + absent * self.everyone**2)

    def covariance(self) -> Floats:
        """Covariance of the statistics, shape (statistics, statistics)."""
        found = np.zeros((self.totals.shape[1],) * 2)
        order = np.argsort(self.stratum, kind="stable")
        edges = np.searchsorted(self.stratum[order], np.arange(len(self.drawn) + 1))
        for first in range(0, len(self.drawn), _STRATA_AT_ONCE):
            last = min(first + _STRATA_AT_ONCE, len(self.drawn))
            units = order[edges[first] : edges[last]]
            home, many = self.stratum[units] - first, self.many[units]
            totals = self.totals[units].toarray()
            drawn, scale = self.drawn[first:last], self.scale[first:last]
            centre = np.zeros((last - first, totals.shape[1]))
            np.add.at(centre, home, totals * many[:, np.newaxis])
            centre /= drawn[:, np.newaxis]
            if self.everyone is not None:
                centre[self.apart[first:last]] = self.everyone
            gap = (totals - centre[home]) * np.sqrt(scale[home] * many)[:, np.newaxis]
            unseen = np.maximum(drawn - np.bincount(home, many, last - first), 0.0)
            rest = centre * np.sqrt(scale * unseen)[:, np.newaxis]
            found += gap.T @ gap + rest.T @ rest
        return found


_STRATA_AT_ONCE = 64

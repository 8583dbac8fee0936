"""The stages of a sample, and the variance of totals that each of them adds."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Codes, Floats


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


def centred(
    stage: Stage, rows: csr_matrix, lonely: LonelyPSU, *, counts: Floats | None = None
) -> "Centred":
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
    Centred
        What variance and covariance are made of.
    """
    units = len(stage.stratum)
    strata = len(stage.drawn)
    many = np.ones(units) if counts is None else counts
    totals = _added(stage.unit, units) @ rows if counts is None else rows
    by_stratum = csr_matrix((many, (stage.stratum, np.arange(units))), shape=(strata, units))
    sums = (by_stratum @ totals).toarray()
    alone = stage.lonely
    centre = sums / stage.drawn[:, np.newaxis]
    scale = stage.scale()
    if lonely is LonelyPSU.ADJUST:
        centre[alone] = sums.sum(axis=0) / stage.drawn.sum()
    else:
        scale[alone] = 0.0
    if lonely is LonelyPSU.AVERAGE and alone.any():
        scale *= strata / (strata - alone.sum()) if not alone.all() else np.nan
    return Centred(totals.tocsr(), stage.stratum, many, stage.drawn, centre, scale)


def _added(unit: Codes, units: int) -> csr_matrix:
    rows = len(unit)
    return csr_matrix((np.ones(rows), (unit, np.arange(rows))), shape=(units, rows))


@dataclass(frozen=True, slots=True)
class Centred:
    """Totals of units, with the centre and the scale of each stratum.

    Units with no influence are not stored: there are `drawn` less those stored, all zeros.
    """

    totals: csr_matrix
    stratum: Codes
    many: Floats
    drawn: Floats
    centre: Floats
    scale: Floats

    def variances(self) -> Floats:
        """Variance of each statistic, shape (statistics,)."""
        entries = self.totals.tocoo()
        stratum = self.stratum[entries.row]
        many = self.many[entries.row]
        gap = entries.data - self.centre[stratum, entries.col]
        columns = self.totals.shape[1]
        squares = np.bincount(
            entries.col, weights=self.scale[stratum] * many * gap**2, minlength=columns
        )
        seen = np.bincount(
            stratum * columns + entries.col, weights=many, minlength=len(self.drawn) * columns
        ).reshape(len(self.drawn), columns)
        unseen = self.drawn[:, np.newaxis] - seen
        rest = (self.scale[:, np.newaxis] * unseen * self.centre**2).sum(axis=0)
        return np.asarray(squares + rest)

    def covariance(self) -> Floats:
        """Covariance of the statistics, shape (statistics, statistics)."""
        found = np.zeros((self.totals.shape[1],) * 2)
        order = np.argsort(self.stratum, kind="stable")
        edges = np.searchsorted(self.stratum[order], np.arange(len(self.drawn) + 1))
        for first in range(0, len(self.drawn), _STRATA_AT_ONCE):
            last = min(first + _STRATA_AT_ONCE, len(self.drawn))
            units = order[edges[first] : edges[last]]
            stratum = self.stratum[units]
            weight = np.sqrt(self.scale[stratum] * self.many[units])[:, np.newaxis]
            gap = (self.totals[units].toarray() - self.centre[stratum]) * weight
            found += gap.T @ gap
            unseen = self.drawn[first:last].copy()
            np.subtract.at(unseen, stratum - first, self.many[units])
            rest = (
                self.centre[first:last]
                * np.sqrt(self.scale[first:last] * np.maximum(unseen, 0.0))[:, np.newaxis]
            )
            found += rest.T @ rest
        return found


_STRATA_AT_ONCE = 64

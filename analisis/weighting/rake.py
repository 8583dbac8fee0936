"""Raking: the margins of a table are met one after the other until all hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Floats, Source
from analisis.weighting.plans import Solver
from analisis.weighting.targets import (
    By,
    Cells,
    Levels,
    Margin,
    Totals,
    require_complete,
    require_same_size,
)

_SWEEPS = 5000
_STILL = 1e-15
_MET = 1e-9


@dataclass(frozen=True, slots=True)
class Raking:
    r"""Iterative proportional fitting of the weights to several margins.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known. Annals of Mathematical Statistics 11,
    427-444.
    Deville, J.-C., Särndal, C.-E. and Sautory, O. (1993). Generalized raking procedures in survey
    sampling. Journal of the American Statistical Association 88, 1013-1020.
    """

    margins: tuple[Margin, ...]

    @classmethod
    def of(cls, margins: Sequence[tuple[By, Totals]]) -> "Raking":
        """Check what is given.

        Raises
        ------
        AnalysisError
            If there is no margin, or their totals add to different sums.
        """
        found = tuple(Margin.of(by, totals) for by, totals in margins)
        if not found:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                "there is no margin to rake to; give pairs of columns and their totals",
            )
        require_same_size(found)
        return cls(found)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns whose combinations share a factor."""
        return tuple(dict.fromkeys(name for margin in self.margins for name in margin.by))

    def check(self, source: Source) -> None:
        """Refuse columns that cannot be used."""
        require_complete(source, self.columns)

    def prepare(self, cells: Cells) -> Solver:
        """Match what is known with the cells of a sample."""
        levels = [margin.levels(cells) for margin in self.margins]
        matrix = np.concatenate([indicators(each) for each in levels], axis=1)
        return Solver(matrix, lambda weight: fitted(weight, levels))


def indicators(levels: Levels) -> Floats:
    """A column for each level: one in its cells, else nothing; shape (cells, levels)."""
    return np.asarray(levels.codes[:, np.newaxis] == np.arange(len(levels.names)), dtype=np.float64)


def fitted(weight: Floats, margins: Sequence[Levels]) -> Floats:
    """What the weights of each cell are multiplied by so that all margins hold.

    Raises
    ------
    AnalysisError
        If a level has no weight, or the margins contradict each other in a sample with empty cells.
    """
    for levels in margins:
        levels.require_sample(weight)
    ratio = np.ones(len(weight))
    for _sweep in range(_SWEEPS):
        before = ratio
        for levels in margins:
            found = np.bincount(levels.codes, weights=weight * ratio, minlength=len(levels.totals))
            step = np.divide(levels.totals, found, out=np.ones_like(found), where=found != 0)
            ratio = ratio * step[levels.codes]
        change = float(np.max(np.abs(weight * (ratio - before))))
        if change <= _STILL * float(np.abs(weight * ratio).sum()):
            break
    _require_met(weight * ratio, margins)
    return ratio


def _require_met(weight: Floats, margins: Sequence[Levels]) -> None:
    for levels in margins:
        found = np.bincount(levels.codes, weights=weight, minlength=len(levels.totals))
        gap = np.abs(found - levels.totals)
        worst = int(gap.argmax())
        if gap[worst] > _MET * levels.totals.sum():
            raise AnalysisError(
                ErrorCode.NOT_CONVERGED,
                f"raking does not settle: {levels.names[worst]!r} of {levels.margin.name} is at "
                f"{found[worst]:.6g} and should be {levels.totals[worst]:.6g}; empty cells of the "
                "sample contradict the margins: join levels that few answered, or rake to fewer "
                "margins",
                column=levels.margin.by[0],
                value=levels.names[worst],
            )

"""Post-stratification: every cell is given its share of the population."""

from dataclasses import dataclass

import numpy as np

from analisis.sums import Floats, Source
from analisis.weighting.plans import Solver
from analisis.weighting.targets import By, Cells, Margin, Totals, require_complete


@dataclass(frozen=True, slots=True)
class PostStratification:
    r"""Multiply the weights of each cell by :math:`N_c / \sum_c w`.

    References
    ----------
    Holt, D. and Smith, T. M. F. (1979). Post stratification. Journal of the Royal Statistical
    Society A 142, 33-46.
    """

    margin: Margin

    @classmethod
    def of(cls, by: By, totals: Totals) -> "PostStratification":
        """Check what is given."""
        return cls(Margin.of(by, totals))

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns whose combinations share a factor."""
        return self.margin.by

    def check(self, source: Source) -> None:
        """Refuse columns that cannot be used."""
        require_complete(source, self.columns)

    def prepare(self, cells: Cells) -> Solver:
        """Match what is known with the cells of a sample."""
        levels = self.margin.levels(cells)

        def solve(weight: Floats) -> Floats:
            found = levels.require_sample(weight)
            ratio = np.divide(levels.totals, found, out=np.ones_like(found), where=found != 0)
            return np.asarray(ratio[levels.codes])

        return Solver(None, solve)

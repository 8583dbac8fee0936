"""Weighting classes: those who answered stand for those of their class who did not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analisis.design.table import check_request
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Codes, Floats, Source
from analisis.weighting.plans import Solver
from analisis.weighting.targets import By, Cells, Levels, Margin, Totals, require_complete


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a sample, by cell.

    Attributes
    ----------
    codes : array of int, shape (cells,)
        The class of each cell.
    answered : array of bool, shape (cells,)
        Whether its rows answered.
    names : list
        What the classes are called.
    levels : Levels or None
        Their size in the population, where known.
    """

    codes: Codes
    answered: NDArray[np.bool_]
    names: list[object]
    levels: Levels | None

    def added(self, values: Floats, *, answered: bool) -> Floats:
        """Sums by class, of all or of those who answered."""
        taken = np.where(self.answered, values, 0.0) if answered else values
        return np.bincount(self.codes, weights=taken, minlength=len(self.names)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class WeightingClasses:
    r"""Multiply the weights of those who answered by :math:`\sum_c w / \sum_{c,\,answered} w`.

    With known sizes by :math:`N_c / \sum_{c,\,answered} w`; the weights of the others become zero.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, 15.6.
    Springer.
    """

    responded: str
    classes: tuple[str, ...]
    margin: Margin | None

    @classmethod
    def of(cls, responded: str, classes: By, totals: Totals | None) -> "WeightingClasses":
        """Check what is given.

        Raises
        ------
        AnalysisError
            If the column of answers is a class as well, or totals are negative.
        """
        by = (classes,) if isinstance(classes, str) else tuple(classes)
        if responded in by:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"column {responded!r} says who answered and cannot be a class; name columns that "
                "are known of everybody who was asked",
                column=responded,
            )
        return cls(responded, by, None if totals is None else Margin.of(by, totals))

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns whose combinations share a factor."""
        return (*self.classes, self.responded)

    def check(self, source: Source) -> None:
        """Refuse columns that cannot be used."""
        require_complete(source, self.columns)
        check_request(source, (), self.responded)

    def prepare(self, cells: Cells) -> Solver:
        """Match the classes with the cells of a sample."""
        found = self.match(cells)

        def solve(weight: Floats) -> Floats:
            asked = found.added(weight, answered=False)
            heard = found.added(weight, answered=True)
            sizes = asked if found.levels is None else found.levels.totals
            for place in np.flatnonzero((sizes > 0) & (heard == 0)):
                raise self._silent(found.names[place])
            ratio = np.divide(sizes, heard, out=np.zeros_like(heard), where=heard != 0)
            return np.where(found.answered, ratio[found.codes], 0.0)

        return Solver(None, solve)

    def match(self, cells: Cells) -> Classes:
        """The class of each cell, and whether it answered."""
        codes, names = cells.named(self.classes)
        key = cells.keys[self.responded]
        answered = key.values.astype(bool)[key.codes]
        levels = None if self.margin is None else self.margin.levels(cells)
        return Classes(codes, answered, names, levels)

    def _silent(self, name: object) -> AnalysisError:
        return AnalysisError(
            ErrorCode.EMPTY_CELL,
            f"nobody of class {name!r} ({', '.join(self.classes)}) answered, so that nobody can "
            "stand for it; join it to a similar class",
            column=self.classes[0] if self.classes else self.responded,
            value=name,
        )

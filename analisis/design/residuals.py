"""What calibration and silence leave of the influence of each row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from analisis.sums import Codes, Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of data, alone or added up.

    Attributes
    ----------
    place : array of int, shape (rows,)
        Row of the frame.
    base : array, shape (rows,)
        The column of weights, summed over what the row stands for.
    mixed : array, shape (rows,)
        How many different rows it stands for; 1 where they are equal.
    """

    place: Codes
    base: Floats
    mixed: Floats


@dataclass(frozen=True, slots=True)
class Calibration:
    """One adjustment of the weights, as far as the variance needs it.

    Attributes
    ----------
    cell : array of int, shape (frame rows,)
        The cell of each row of the frame; rows of a cell share the calibration variables.
    matrix : array, shape (cells, columns), or None
        The calibration variables, orthonormal under the weights before the adjustment; None where
        each cell is one of its own.
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

    def residual(self, influence: Floats, rows: "Rows") -> Floats:
        """Take from the influence, shape (rows, statistics), what the variables explain."""
        place, base = rows.place, rows.base
        before = base * self.before[place]
        fitted = self.explained(influence, place, before)[self.cell[place]]
        return influence - fitted * (before * self.ratio[place])[:, np.newaxis]

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
        products = (self.matrix * weight[:, np.newaxis]).T @ self.matrix
        return np.asarray(self.matrix @ np.linalg.solve(products, self.matrix.T @ sums))


@dataclass(frozen=True, slots=True)
class Response:
    """Weights of those who answered raised to those of all who were asked, class by class.

    Attributes
    ----------
    cell : array of int, shape (frame rows,)
        The class of each row of the frame.
    answered : array of bool, shape (frame rows,)
        Whether its rows answered.
    before, ratio : arrays, shape (frame rows,)
        As in `Calibration`; the ratio of those who did not answer is zero.
    estimated : bool
        Whether the size of the classes comes from the sample, and has its error.
    silent : array, shape (classes,)
        The share of the weight that did not answer, times m/(m - 1), m the rows that did.
    """

    cell: Codes
    answered: NDArray[np.bool_]
    before: Floats
    ratio: Floats
    estimated: bool
    silent: Floats

    def moved(self, places: Codes) -> "Response":
        """The same for a finer frame, of whose rows these are the places in the present one."""
        return replace(
            self,
            cell=self.cell[places],
            answered=self.answered[places],
            before=self.before[places],
            ratio=self.ratio[places],
        )

    def _of_the_answered(self) -> Calibration:
        """Post-strata of those who answered."""
        return Calibration(self.cell, None, np.where(self.answered, self.before, 0.0), self.ratio)

    def residual(self, influence: Floats, rows: Rows) -> Floats:
        """The influence that is left of each row, asked or answered.

        Of a class with known size that of post-stratification; with estimated size each row that
        was asked stands for the mean of its class as well.
        """
        answered = self._of_the_answered()
        left = answered.residual(influence, rows)
        if not self.estimated:
            return left
        means = answered.explained(influence, rows.place, rows.base * answered.before[rows.place])
        asked = rows.base * self.before[rows.place]
        return left + means[self.cell[rows.place]] * asked[:, np.newaxis]

    def silence(self, influence: Floats, rows: Rows) -> "Silence":
        """What the chance of answering adds to the variance."""
        left = self._of_the_answered().residual(influence, rows)
        weight = rows.base * self.before[rows.place]
        share = self.silent[self.cell[rows.place]] * self.answered[rows.place] * rows.mixed
        root = np.sqrt(np.divide(share, weight, out=np.zeros_like(weight), where=weight > 0))
        return Silence(left * root[:, np.newaxis])


@dataclass(frozen=True, slots=True)
class Silence:
    """What the chance of answering adds: the products of these rows."""

    rows: Floats

    def variances(self) -> Floats:
        """Variance of each statistic, shape (statistics,)."""
        return np.asarray((self.rows**2).sum(axis=0))

    def covariance(self) -> Floats:
        """Covariance of the statistics, shape (statistics, statistics)."""
        return np.asarray(self.rows.T @ self.rows)


Step = Calibration | Response


def residuals(
    influence: Floats, rows: Rows, steps: Sequence[Step], is_finite: bool
) -> tuple[Floats, tuple[Silence, ...]]:
    """Carry the influence through all adjustments.

    Parameters
    ----------
    influence : array, shape (rows, statistics)
        Weighted influence of each row, or sums of rows.
    rows : Rows
        Where they are.
    steps : sequence
        The adjustments in the order in which they were made.
    is_finite : bool
        Whether the design counts what it has seen of a finite population: else the chance of
        answering is in the variance between units already.
    """
    silences = []
    for step in _in_order(steps):
        if is_finite and isinstance(step, Response):
            silences.append(step.silence(influence, rows))
        influence = step.residual(influence, rows)
    return influence, tuple(silences)


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """What came after the answers first, then the answers, then what came before.

    Between answers calibrations keep the order in which they were made, as in R.
    """
    for place in range(len(steps) - 1, -1, -1):
        if isinstance(steps[place], Response):
            return [*steps[place + 1 :], steps[place], *_in_order(steps[:place])]
    return list(steps)

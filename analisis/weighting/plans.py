"""Adjustments of weights before they meet a sample: what they need, and how they are solved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from analisis.sums import Floats, Source
from analisis.weighting.targets import Cells


@dataclass(frozen=True, slots=True)
class Solver:
    """An adjustment that knows the cells of a sample.

    Attributes
    ----------
    matrix : array, shape (cells, columns), or None
        The calibration variables; None where each cell is one of its own.
    solve : function
        From the sum of the weights of each cell to what they are multiplied by.
    """

    matrix: Floats | None
    solve: Callable[[Floats], Floats]


class Plan(Protocol):
    """An adjustment of weights."""

    @property
    def columns(self) -> Sequence[str]:
        """Columns whose combinations share a factor."""

    def check(self, source: Source) -> None:
        """Refuse columns that cannot be used."""

    def prepare(self, cells: Cells) -> Solver:
        """Match what is known with the cells of a sample."""

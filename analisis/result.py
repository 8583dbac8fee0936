"""What the interval functions return."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval with the name of the method that made it.

    Attributes
    ----------
    low, high : float
        The limits, in the unit of the figure: proportions in [0, 1], a net in [-1, 1], a mean in
        the unit of its scale.
    method : str
        The name by which the method can be asked for again.
    confidence : float
        The nominal level, between 0 and 1.
    """

    low: float
    high: float
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest value that a figure can have; no probability is attached."""

    low: float
    high: float

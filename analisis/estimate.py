"""One record for every figure: the same in Python, JSON and spreadsheet."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum


class Statistic(StrEnum):
    """What a figure is."""

    RESPONSE_RATE = "response_rate"
    STRICT = "strict"
    BOUNDS = "bounds"
    CATEGORY = "category"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    NET = "net"
    MEAN = "mean"
    FIRST_PLACE = "first_place"
    MEAN_POSITION = "mean_position"
    TOTAL = "total"
    RATIO = "ratio"
    VARIANCE = "variance"
    COVARIANCE = "covariance"
    QUANTILE = "quantile"
    COEFFICIENT = "coefficient"
    CONTRAST = "contrast"
    DIFFERENCE = "difference"
    CHANGE_RATE = "change_rate"


OF_THE_LIST = frozenset({Statistic.RESPONSE_RATE, Statistic.STRICT, Statistic.BOUNDS})
"""Figures of a known list: the silent are part of what they describe."""


class Selection(StrEnum):
    """How the people were chosen, which decides what may be said."""

    PROBABILITY = "probability"
    CENSUS = "census"
    OPEN = "open"


class Flag(StrEnum):
    """What a reader must know before using a figure."""

    SELF_SELECTED = "self_selected"
    ASSUMES_RANDOM_NONRESPONSE = "assumes_random_nonresponse"
    SIMPLE_RANDOM_ASSUMED = "simple_random_assumed"
    CENSUS = "census"
    RELIABLE = "reliable"
    WEAKLY_RELIABLE = "weakly_reliable"
    NOT_RELIABLE = "not_reliable"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with all that is needed to judge it.

    Attributes
    ----------
    statistic : Statistic
        What the figure is.
    variable : str
        The question or column that it describes.
    category : str, int, float or None
        The answer that it counts; None where it counts several or none.
    domain : mapping
        The part of the population that it describes; empty for all of it. Left out of the hash.
    value : float or None
        The figure: a proportion, a net in [-1, 1], or a mean in the unit of its scale (of
        positions: 1 is the first). None where
        it cannot be computed, and for bounds.
    se : float or None
        Standard error in the same unit.
    low, high : float or None
        Limits of the interval, or the two bounds.
    confidence : float or None
        Level of the interval; None if there is none.
    method : str or None
        How the interval was made; None if there is none.
    n : int
        Unweighted valid answers.
    base : int
        Eligible units that answered, before special answers and blanks leave.
    population : int or None
        Units in the population, N, where known.
    df, deff, n_effective : float or None
        Degrees of freedom, design effect, effective sample size.
    flags : tuple of str
        What a reader must know, as `Flag` values (later also ``suppressed:reason``).
    """

    statistic: Statistic
    variable: str
    category: str | int | float | None = None
    domain: Mapping[str, object] = field(default_factory=dict, hash=False)
    value: float | None = None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    method: str | None = None
    n: int
    base: int
    population: int | None = None
    df: float | None = None
    deff: float | None = None
    n_effective: float | None = None
    flags: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Give the record as JSON can carry it.

        Returns
        -------
        dict
            The fields in their order, with plain Python numbers and strings, ``flags`` as a list,
            and None in place of anything that is not finite (JSON has no NaN).
        """
        record = {name: _plain(getattr(self, name)) for name in self.__slots__}
        record["domain"] = {name: _plain(value) for name, value in self.domain.items()}
        record["flags"] = [str(flag) for flag in self.flags]
        return record


def _plain(value: object) -> object:
    """Strip NumPy and enum types; a number that is not finite becomes None."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date | time) else str(value)

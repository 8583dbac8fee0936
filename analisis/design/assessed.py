"""Smooth functions of totals, and what a design makes of them: values and their precision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from analisis.design.table import Table
from analisis.sums import Codes, Floats, Sum, renumbered


class Sums:
    """Sums that are wanted, each once."""

    def __init__(self) -> None:
        self._places: dict[Sum, int] = {}

    def place(self, wanted: Sum) -> int:
        """The place of a sum in the totals."""
        return self._places.setdefault(wanted, len(self._places))

    @property
    def all(self) -> tuple[Sum, ...]:
        """The sums in their places."""
        return tuple(self._places)


@dataclass(frozen=True, slots=True)
class Smooth:
    """Statistics that are smooth functions of the totals of a domain.

    Attributes
    ----------
    sums : tuple of Sum
        The totals that they are functions of.
    value : function
        From totals, shape (..., sums), to statistics, shape (..., statistics).
    jacobian : function
        From totals, shape (domains, sums), to derivatives, shape (domains, statistics, sums).
    members : tuple of int
        For each statistic, the place of the sum that counts its valid answers.
    """

    sums: tuple[Sum, ...]
    value: Callable[[Floats], Floats]
    jacobian: Callable[[Floats], Floats]
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """Values with their precision.

    Attributes
    ----------
    table : Table
        The sums.
    values, variances : arrays, shape (domains, statistics)
        The statistics.
    covariance : function
        Works out the covariance, shape (domains × statistics, the same); statistics of a domain
        stand beside each other.
    members : tuple of int
        For each statistic, the place of the sum that counts its valid answers.
    units, strata : arrays of int, shape (groups,)
        First-stage unit and stratum of each group of the table.
    fixed_df : float or None
        Degrees of freedom where they are the same for every domain.
    """

    table: Table
    values: Floats
    variances: Floats
    covariance: Callable[[], Floats]
    members: tuple[int, ...]
    units: Codes
    strata: Codes
    fixed_df: float | None = field(default=None)

    def logit_variances(self) -> Floats:
        """Variances of shares for limits that are made on the scale of logits.

        By linearisation they are the variances; replicates see the curve.
        """
        return self.variances

    def df(self) -> Floats:
        """Degrees of freedom, shape (domains, statistics): units less strata with valid answers."""
        domains = len(self.table.domains)
        if self.fixed_df is not None:
            return np.full((domains, len(self.members)), float(self.fixed_df))
        found = {place: self._df(place, domains) for place in set(self.members)}
        return np.column_stack([found[place] for place in self.members])

    def _df(self, place: int, domains: int) -> Floats:
        there = (self.table.sums[:, place] > 0) & (self.table.domain >= 0)
        domain = self.table.domain[there]
        strata = _distinct(domain, self.strata[there], domains)
        if self.table.many is not None:
            return np.bincount(domain, self.table.many[there], domains) - strata
        return _distinct(domain, self.units[there], domains) - strata

    def joint_df(self, statistics: Sequence[int]) -> float:
        """Degrees of freedom of several statistics together, numbered as in the covariance."""
        if self.fixed_df is not None:
            return float(self.fixed_df)
        width = len(self.members)
        there = np.zeros(len(self.table.domain), dtype=bool)
        for each in statistics:
            domain, column = divmod(each, width)
            there |= (self.table.domain == domain) & (self.table.sums[:, self.members[column]] > 0)
        strata = len(np.unique(self.strata[there]))
        if self.table.many is not None:
            return float(self.table.many[there].sum() - strata)
        return float(len(np.unique(self.units[there])) - strata)


def _distinct(domain: Codes, codes: Codes, domains: int) -> Floats:
    """How many different codes each domain has."""
    span = int(codes.max()) + 1 if len(codes) else 1
    _codes, found = renumbered(domain * span + codes, domains * span)
    return np.bincount(found // span, minlength=domains).astype(np.float64)

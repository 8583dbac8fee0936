"""Values of replicates, their spread about a centre, and degrees of freedom."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpstrf
from scipy.special import logit

from analisis.design.assessed import Assessed, Smooth
from analisis.design.table import Table
from analisis.sums import Floats

_AT_ONCE = 4_000_000
_MANY = 200
_ALIKE = 1e-5
"""A replicate whose weights differ from the others' by less than this share says nothing new."""


@dataclass(frozen=True, slots=True)
class Scaling:
    """How much the squares of replicates count.

    Attributes
    ----------
    scale : float
    rscales : array, shape (replicates,)
    mse : bool
        Whether deviations are from the full sample's value instead of the replicates' mean.
    """

    scale: float
    rscales: Floats
    mse: bool

    def deviations(self, replicated: Floats, value: Floats) -> Floats:
        """Deviations whose products add to the covariance.

        Parameters
        ----------
        replicated : array, shape (replicates, statistics)
            Values of the replicates; those that have none are left out.
        value : array, shape (statistics,)
            Values of the full sample.

        Returns
        -------
        array, shape (replicates, statistics)
            Zero where a replicate has no value; NaN throughout where none has.
        """
        there = np.isfinite(replicated)
        counted = there & (self.rscales > 0)[:, np.newaxis]
        many = counted.sum(axis=0)
        if self.mse:
            centre = value
        else:
            sums = np.where(counted, replicated, 0.0).sum(axis=0)
            centre = np.divide(sums, many, out=np.zeros_like(sums), where=many > 0)
        root = np.sqrt(self.scale * self.rscales)[:, np.newaxis]
        found = np.where(there, (replicated - centre) * root, 0.0)
        found[:, ~there.any(axis=0)] = np.nan
        return found


def replicated_values(table: Table, factors: Floats, smooth: Smooth) -> Floats:
    """Evaluate statistics in each replicate.

    Parameters
    ----------
    table : Table
        Weighted sums by domain and place.
    factors : array, shape (places, replicates)
        What each replicate multiplies the weights by.
    smooth : Smooth
        The statistics. Sums of power 0 count answers, whatever a replicate makes of their weight;
        where it names no sums all count as weighted.

    Returns
    -------
    array, shape (replicates, domains × statistics)
    """
    order = np.argsort(table.domain, kind="stable")
    domains, replicates = len(table.domains), factors.shape[1]
    edges = np.searchsorted(table.domain[order], np.arange(domains + 1))
    width = table.sums.shape[1]
    powers = np.array([each.power for each in smooth.sums] or [1] * width)
    counted = table.sums if table.many is None else table.sums * table.many[:, np.newaxis]
    step = max(1, _AT_ONCE // (domains * width))
    found = []
    for first in range(0, replicates, step):
        block = factors[:, first : first + step]
        totals = np.empty((block.shape[1], domains, width))
        for domain in range(domains):
            members = order[edges[domain] : edges[domain + 1]]
            own, sums = block[table.place[members]], counted[members]
            for power in set(powers.tolist()):
                columns = powers == power
                totals[:, domain, columns] = (own**power).T @ sums[:, columns]
        found.append(smooth.value(totals).reshape(block.shape[1], -1))
    return np.concatenate(found)


def independent(factors: Floats, weight: Floats) -> int:
    """How many replicates are independent.

    Parameters
    ----------
    factors : array, shape (places, replicates)
        What each replicate multiplies the weights by.
    weight : array, shape (places,)
        Weights; places with none are left out.

    Returns
    -------
    int
        The rank of the matrix of replicate weights; of no more than 200 found as R does, in their
        order.
    """
    there = weight > 0
    weights = factors[there] * weight[there, np.newaxis]
    length = np.sqrt((weights**2).sum(axis=0))
    weights = weights[:, length > 0] / length[length > 0]
    if weights.shape[1] > _MANY:
        if weights.shape[0] < weights.shape[1]:
            weights = (weights / np.sqrt((weights**2).sum(axis=1, keepdims=True))).T
        _factor, _order, rank, _info = dpstrf(weights.T @ weights, tol=_ALIKE**2)
        return int(rank)
    return _in_order(weights.T @ weights)


def _in_order(products: Floats) -> int:
    """The rank of products by Cholesky's factor, passing over what the ones before say already."""
    found = np.zeros_like(products)
    left = np.diag(products).copy()
    rank = 0
    for place in range(len(products)):
        if left[place:].max() < _ALIKE**2:
            break
        if left[place] >= _ALIKE**2:
            row = products[place] - found[:rank, place] @ found[:rank]
            found[rank] = row / np.sqrt(left[place])
            left = left - found[rank] ** 2
            rank += 1
    return rank


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicateAssessed(Assessed):
    """Values with the precision that replicates give them.

    Attributes
    ----------
    factors : array, shape (places, replicates)
        What each replicate multiplies the weights by.
    adjusted : array, shape (places,)
        What the column of weights is multiplied by in the full sample.
    replicated : array, shape (replicates, domains × statistics)
        Values of the replicates.
    scaling : Scaling
        How much their squares count.
    """

    factors: Floats
    adjusted: Floats
    replicated: Floats
    scaling: Scaling

    def logit_variances(self) -> Floats:
        """Variances of shares by the spread of the replicates' logits.

        Where a replicate has none or all, whose logit has no end, the variances themselves.
        """
        values = self.values.ravel()
        with np.errstate(divide="ignore", invalid="ignore"):
            deviations = self.scaling.deviations(logit(self.replicated), logit(values))
            found = (deviations**2).sum(axis=0) * (values * (1 - values)) ** 2
        endless = ((self.replicated <= 0) | (self.replicated >= 1)).any(axis=0)
        return np.where(endless, self.variances.ravel(), found).reshape(self.values.shape)

    def df(self) -> Floats:
        """Degrees of freedom: independent replicates of the rows with valid answers, less one."""
        domains = len(self.table.domains)
        if self.fixed_df is not None:
            return np.full((domains, len(self.members)), float(self.fixed_df))
        known: dict[bytes, float] = {}
        found = {
            place: np.array([self._rank([(domain, place)], known) for domain in range(domains)])
            for place in set(self.members)
        }
        return np.column_stack([found[place] for place in self.members])

    def joint_df(self, statistics: Sequence[int]) -> float:
        """Degrees of freedom of several statistics together, numbered as in the covariance."""
        if self.fixed_df is not None:
            return float(self.fixed_df)
        width = len(self.members)
        return self._rank([(each // width, self.members[each % width]) for each in statistics], {})

    def _rank(self, wanted: Sequence[tuple[int, int]], known: dict[bytes, float]) -> float:
        """Of the rows of some domains; those of the same places have the same."""
        valid = np.zeros(len(self.table.domain))
        for domain, member in wanted:
            inside = self.table.domain == domain
            valid = np.maximum(valid, np.where(inside, self.table.sums[:, member], 0.0))
        there = valid > 0
        place = self.table.place[there]
        # The root of the sum of squared weights, as far as sums tell it.
        size = self.table.base[there] / np.sqrt(np.maximum(valid[there], 1.0))
        weight = np.bincount(place, weights=size, minlength=len(self.factors)) * self.adjusted
        places = (weight != 0).tobytes()
        if places not in known:
            found = independent(self.factors, np.abs(weight).astype(np.float64))
            known[places] = float(found - 1)
        return known[places]

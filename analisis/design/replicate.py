"""A sample with replicate weights, and the figures that it allows."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from analisis.checks import is_number
from analisis.design.adjusting import Adjusting
from analisis.design.assessed import Assessed, Smooth
from analisis.design.estimators import Estimators
from analisis.design.survey import SurveyDesign
from analisis.design.table import Request, Table
from analisis.errors import AnalysisError, ErrorCode
from analisis.replication.factors import Seed, Units, make_factors
from analisis.replication.given import given_scaling, given_weights
from analisis.replication.variance import (
    ReplicateAssessed,
    Scaling,
    independent,
    replicated_values,
)
from analisis.sums import Codes, Floats, Source
from analisis.weighting.plans import Plan
from analisis.weighting.steps import adjust_replicates


class ReplicateDesign(Estimators, Adjusting):
    r"""A sample whose precision comes from replicates of its weights.

    Parameters
    ----------
    data : mapping of arrays, data frame, Arrow table, path, or an engine's table
        The rows; see `analisis.io.open_source`.
    weights : str, optional
        Column of the full sample's weights; without it each row weighs one.
    replicate_weights : sequence of str, or array, shape (rows, replicates)
        The full weight of each row in each replicate.
    kind : str
        ``JK1``, ``JKn``, ``BRR``, ``Fay``, ``bootstrap``, ``subbootstrap``, ``JK2``, ``ACS``,
        ``successive-difference`` or ``other``: what `scale` and `rscales` are where not given.
    scale : float, optional
    rscales : float or sequence of float, optional
        The variance is ``scale`` times the sum over replicates of ``rscales`` times squared
        deviations; rscales of JKn must be given.
    rho : float, optional
        Fay's coefficient.
    mse : bool
        Deviations from the full sample's value, instead of from the mean of the replicates.
    df : float, optional
        Degrees of freedom of all figures; without it the rank of the replicate weights of the rows
        with valid answers, less one.

    Raises
    ------
    AnalysisError
        If the weights do not fit the rows, are missing or negative; if a scale is needed and not
        given.

    Notes
    -----
    .. math:: V(\hat\theta) = \text{scale} \sum_r \text{rscales}_r (\hat\theta_r - c)^2 ,

    :math:`\hat\theta_r` the figure with the weights of replicate r, c the mean of the replicates
    with rscales above zero or, with `mse`, :math:`\hat\theta`. A replicate in which a figure has no
    value (its domain has lost all members) is left out of it, as R does.

    References
    ----------
    Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd edition. Springer.

    Examples
    --------
    >>> from analisis import ReplicateDesign
    >>> design = ReplicateDesign(
    ...     {"y": [1.0, 2.0, 6.0], "w": [10, 10, 10]}, weights="w", kind="JK1",
    ...     replicate_weights=[[0, 15, 15], [15, 0, 15], [15, 15, 0]])
    >>> mean = design.mean("y")[0]
    >>> mean.value, round(mean.se, 4), mean.df
    (3.0, 1.5275, 2.0)
    """

    def __init__(
        self,
        data: object,
        *,
        weights: str | None = None,
        replicate_weights: Sequence[str] | ArrayLike,
        kind: str,
        scale: float | None = None,
        rscales: float | Sequence[float] | None = None,
        rho: float | None = None,
        mse: bool = False,
        df: float | None = None,
    ) -> None:
        design = SurveyDesign(data, weights=weights)
        given = given_weights(design.source, replicate_weights, design.weights)
        whole = design.weights[:, np.newaxis]
        factors = np.divide(given, whole, out=np.zeros_like(given), where=whole != 0)
        scaling = given_scaling(
            kind, given.shape[1], scale=scale, rscales=rscales, rho=rho, mse=mse
        )
        self._set(design, factors, scaling, kind, df, by_row=True)

    def _set(
        self,
        design: SurveyDesign,
        factors: Floats,
        scaling: Scaling,
        kind: str,
        df: float | None,
        *,
        by_row: bool,
    ) -> None:
        if df is not None and not (is_number(df) and df > 0):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT, f"df is {df!r}; give a number above 0", value=df
            )
        self.source: Source = design.source
        self.full: SurveyDesign = design
        self.factors: Floats = factors
        self.scaling: Scaling = scaling
        self.kind: str = kind
        self._df = df
        self._by_row = by_row

    @classmethod
    def of(
        cls,
        design: SurveyDesign,
        *,
        kind: str,
        n: int | None,
        rng: Seed,
        rho: float | None,
        mse: bool,
    ) -> "ReplicateDesign":
        """Replicates of a sample as it was drawn; adjustments of its weights are repeated."""
        plans, design = design.plans, design.origin or design
        first = design.frame.stages[0]
        by_row = design.declared.rows_are_units
        units = Units(
            stratum=first.stratum[design.places] if by_row else first.stratum,
            drawn=first.drawn,
            size=first.size,
            names=first.names,
            lonely=design.declared.lonely_psu,
        )
        made = make_factors(units, kind, n=n, rng=rng, rho=rho)
        factors = made.values if by_row else made.values[first.unit]
        found = cls.__new__(cls)
        scaling = Scaling(made.scale, made.rscales, mse)
        found._set(design, factors, scaling, kind, None, by_row=by_row)
        for plan in plans:
            found = found.adjusted(plan)
        return found

    def adjusted(self, plan: Plan) -> "ReplicateDesign":
        """The same sample with the weights of a plan, in every replicate too."""
        design, factors = adjust_replicates(self.full, self.factors, plan, by_row=self._by_row)
        found = type(self).__new__(type(self))
        found._set(design, factors, self.scaling, self.kind, self._df, by_row=self._by_row)
        return found

    @property
    def scale(self) -> float:
        """What the sum over replicates is multiplied by."""
        return self.scaling.scale

    @property
    def rscales(self) -> Floats:
        """What the square of each replicate is multiplied by, shape (replicates,)."""
        return self.scaling.rscales

    @property
    def mse(self) -> bool:
        """Whether deviations are from the full sample's value."""
        return self.scaling.mse

    @property
    def weights(self) -> Floats:
        """The full sample's weights in row order, shape (rows,)."""
        return self.full.weights

    @property
    def replicate_weights(self) -> Floats:
        """The full weight of each row in each replicate, shape (rows, replicates)."""
        return np.asarray(self.full.weights[:, np.newaxis] * self.factors[self.places])

    @cached_property
    def places(self) -> Codes:
        """The row of `factors` that each row of data has, in row order."""
        return np.arange(len(self.factors)) if self._by_row else self.full.places

    @cached_property
    def df(self) -> float:
        """Degrees of freedom: those given, or the rank of the replicate weights less one."""
        if self._df is not None:
            return float(self._df)
        full = self.full
        if self._by_row:
            return float(independent(self.factors, np.abs(full.weights)) - 1)
        rows = np.maximum(full.frame.present, 1.0)
        weight = full.frame.weight * np.abs(full.factor) / np.sqrt(rows)
        return float(independent(self.factors, weight) - 1)

    @property
    def weight_column(self) -> str | None:
        """The column whose rows above zero count as answers."""
        return self.full.weight_column

    @property
    def population(self) -> int | None:
        """Unknown: replicates say nothing of it."""
        return None

    @property
    def is_census(self) -> bool:
        """Unknown, so that it is never taken for granted."""
        return False

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader must know of every figure."""
        return self.full.flags

    def assess(
        self, smooth: Smooth, *, by: Sequence[str] = (), where: str | None = None
    ) -> Assessed:
        """Values of a smooth function of totals with their variances."""
        table = self.collect(Request(sums=smooth.sums, by=tuple(by), where=where))
        return self.assess_table(table, smooth)

    def assess_table(self, table: Table, smooth: Smooth) -> Assessed:
        """The same of sums that are there already."""
        full = self.full
        values = smooth.value(table.totals)
        replicated = replicated_values(table, self.factors, smooth)
        deviations = self.scaling.deviations(replicated, values.ravel())
        nowhere = np.zeros(len(table.domain), dtype=np.int64)
        return ReplicateAssessed(
            table=table,
            values=values,
            variances=(deviations**2).sum(axis=0).reshape(values.shape),
            covariance=lambda: deviations.T @ deviations,
            members=smooth.members,
            units=nowhere,
            strata=nowhere,
            fixed_df=self._df,
            factors=self.factors,
            adjusted=full.factor[full.places] if self._by_row else full.factor,
            replicated=replicated,
            scaling=self.scaling,
        )

    def collect(self, request: Request, *, apart: bool = False) -> Table:
        """The weighted sums of a request by domain and row of `factors` (its `place`)."""
        table = self.full.collect(request, apart=apart or self._by_row)
        if not self._by_row:
            return table
        return replace(table, place=np.arange(len(table.domain)))

    def replicate_factors(self, table: Table) -> Floats:
        """What replicates multiply the weights of each group by, shape (groups, replicates)."""
        return np.asarray(self.factors[table.place])

    def replicate_deviations(self, values: Floats, full: Floats) -> Floats:
        """Deviations of statistics by replicate, whose products add up to the covariance."""
        return self.scaling.deviations(values, full)

"""A sample as it was drawn, and the figures that it allows."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from analisis.columns import factorise, numbers
from analisis.design.adjusting import Adjusting
from analisis.design.assessed import Assessed, Smooth
from analisis.design.declaration import Declaration, Population
from analisis.design.estimators import Estimators
from analisis.design.frame import Frame, build_frame
from analisis.design.influence import Spread, spread
from analisis.design.residuals import Response, Step
from analisis.design.stages import LonelyPSU, require_company
from analisis.design.table import Request, Table, collect
from analisis.estimate import Flag
from analisis.io import open_source
from analisis.sums import Codes, Floats, Source
from analisis.weighting.plans import Plan
from analisis.weighting.steps import adjust

if TYPE_CHECKING:
    from analisis.design.replicate import ReplicateDesign


class SurveyDesign(Estimators, Adjusting):
    """A probability sample: strata, clusters of any number of stages, weights, finite populations.

    Parameters
    ----------
    data : mapping of arrays, data frame, Arrow table, path, or an engine's table
        The rows; see `analisis.io.open_source`.
    weights : str, optional
        Column of sampling weights. Without it a row weighs population/n of each stage where the
        population is known, else 1.
    strata : str, optional
        Column of the strata of the first stage.
    clusters : str or sequence of str, optional
        A column per stage, the first stage first. Without it the rows are the units. Later stages
        always lie within the earlier ones, whatever their ids.
    population : column, number, mapping, or a sequence of them, optional
        Per stage, how many units there are in each stratum (of later stages: in each unit of the
        stage before): a column, a number for all alike, or a number by stratum; values of at most 1
        are sampling fractions. Without any, units count as drawn with replacement, so that only the
        first stage adds to the variance.
    nest : bool
        Whether ids of the first stage are used again in other strata.
    lonely_psu : str
        What to do with a stratum of which one unit was drawn out of several: ``error`` (when a
        figure is asked for), ``adjust`` (centre it at the mean of all units; from the second stage
        on, of those in the same unit of the stage before: its own total), ``average`` (take the
        mean variance of the others), ``remove`` or ``certainty`` (it adds nothing).

    Raises
    ------
    AnalysisError
        If the declaration does not fit the data: see `ErrorCode`.

    Notes
    -----
    Variances are those of Taylor linearisation. Of the first stage, with z the sum over a unit of
    the weighted linearised variable,

    .. math::

        V_1 = \\sum_h \\Bigl(1 - \\frac{n_h}{N_h}\\Bigr) \\frac{n_h}{n_h - 1}
        \\sum_i (z_{hi} - \\bar z_h)^2 ,

    and each later stage adds the same within every unit, times the share of units that the stages
    before it drew. n_h and N_h are always those of the whole design: a domain deletes no unit.

    References
    ----------
    Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex surveys.
    International Statistical Review 51, 279-292.
    Lumley, T. (2004). Analysis of complex survey samples. Journal of Statistical Software 9(8).
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, chapter 4.
    Springer.

    Examples
    --------
    >>> from analisis import SurveyDesign
    >>> design = SurveyDesign(
    ...     {"town": ["a", "a", "b", "b", "b"], "N": [4, 4, 9, 9, 9], "sat": [6, 7, 3, 6, 7]},
    ...     strata="town", population="N")
    >>> share = design.proportion("sat", level=[6, 7])[0]
    >>> round(share.value, 3), share.method, share.n, share.df
    (0.769, 'wilson', 5, 3.0)
    """

    def __init__(
        self,
        data: object,
        *,
        weights: str | None = None,
        strata: str | None = None,
        clusters: str | Sequence[str] | None = None,
        population: Population | Sequence[Population] | None = None,
        nest: bool = False,
        lonely_psu: LonelyPSU | str = LonelyPSU.ERROR,
    ) -> None:
        self.source: Source = open_source(data)
        self.declared = Declaration.of(
            self.source,
            weights=weights,
            strata=strata,
            clusters=clusters,
            population=population,
            nest=nest,
            lonely_psu=lonely_psu,
        )
        self.frame: Frame = build_frame(self.source, self.declared)
        self.calibrations: tuple[Step, ...] = ()
        self.plans: tuple[Plan, ...] = ()
        self.origin: SurveyDesign | None = None

    @classmethod
    def calibrated(
        cls,
        before: "SurveyDesign",
        declared: Declaration,
        frame: Frame,
        calibrations: tuple[Step, ...],
        *,
        plan: Plan,
    ) -> "SurveyDesign":
        """The same sample with the weights of a plan; `weighting` makes them."""
        design = cls.__new__(cls)
        design.source = before.source
        design.declared = declared
        design.frame = frame
        design.calibrations = calibrations
        design.plans = (*before.plans, plan)
        design.origin = before.origin or before
        return design

    def adjusted(self, plan: Plan) -> "SurveyDesign":
        """The same sample with the weights of a plan."""
        return adjust(self, plan)

    def replicates(
        self,
        kind: str = "JKn",
        *,
        n: int | None = None,
        rng: "int | np.random.Generator | None" = None,
        rho: float | None = None,
        mse: bool = False,
    ) -> "ReplicateDesign":
        """The same sample with replicate weights in place of its stages.

        Parameters
        ----------
        kind : str
            ``JK1``: each unit left out in turn, of a sample without strata; ``JKn``: the same
            within strata; ``BRR``: balanced half samples of units in pairs; ``Fay``: the same, the
            lesser half counting rho; ``bootstrap``: Canty and Davison's, with the finite
            population; ``subbootstrap``: Rao and Wu's of n - 1 units.
        n : int, optional
            How many replicates chance makes; 500 where it is not given.
        rng : int or Generator, optional
            Seed or source of chance; the same one gives the same replicates, and without it always
            the same.
        rho : float, optional
            Fay's coefficient, in [0, 1).
        mse : bool
            Deviations from the full sample's value, instead of from the mean of the replicates.

        Returns
        -------
        ReplicateDesign
            With the first stage alone: replicates leave out later stages. Adjustments of the
            weights are made anew in each replicate.

        Raises
        ------
        AnalysisError
            If the kind does not go with the sample: JK1 with strata, half samples of an odd number
            of units, a lonely unit.

        References
        ----------
        Canty, A. J. and Davison, A. C. (1999). Resampling-based variance estimation for labour
        force surveys. The Statistician 48, 379-391.
        Judkins, D. R. (1990). Fay's method for variance estimation. Journal of Official Statistics
        6, 223-239.
        Rao, J. N. K. and Wu, C. F. J. (1988). Resampling inference with complex survey data.
        Journal of the American Statistical Association 83, 231-241.
        """
        from analisis.design.replicate import ReplicateDesign

        return ReplicateDesign.of(self, kind=kind, n=n, rng=rng, rho=rho, mse=mse)

    @cached_property
    def factor(self) -> Floats:
        """What the column of weights is multiplied by, by frame row."""
        found = self.frame.factor
        for step in self.calibrations:
            found = found * step.ratio
        return found

    @property
    def weight_column(self) -> str | None:
        """The column whose rows above zero count as answers."""
        return self.declared.weights

    @property
    def weights(self) -> Floats:
        """Current weights in row order, shape (rows,)."""
        column = self.declared.weights
        base = np.ones(self.source.size) if column is None else numbers(self.source.column(column))
        return np.asarray(base * self.factor[self.places])

    @cached_property
    def places(self) -> Codes:
        """The frame row of each row of data, in row order."""
        keys = [factorise(self.source.column(name)) for name in self.declared.keys]
        return self.frame.lookup.of(keys, self.source.size)

    @cached_property
    def df(self) -> int:
        """Degrees of freedom: first-stage units less strata, among rows with a positive weight."""
        present = np.where(self.factor != 0, self.frame.present, 0.0)
        there = present > 0
        first = self.frame.stages[0]
        if self.declared.rows_are_units:
            return int(present.sum()) - len(np.unique(first.stratum[there]))
        units = np.unique(first.unit[there])
        return len(units) - len(np.unique(first.stratum[units]))

    @property
    def population(self) -> int | None:
        """Units in the population, where rows are the units and it is known."""
        size = self.frame.stages[0].size
        if not self.declared.rows_are_units or np.isinf(size).any():
            return None
        return round(float(size.sum()))

    @property
    def is_census(self) -> bool:
        """Whether everybody was asked and answered, so that nothing is left to chance."""
        return self.frame.complete and not self.flags

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader must know of every figure."""
        silent = any(isinstance(step, Response) for step in self.calibrations)
        return (Flag.ASSUMES_RANDOM_NONRESPONSE,) if silent else ()

    def assess(
        self, smooth: Smooth, *, by: Sequence[str] = (), where: str | None = None
    ) -> Assessed:
        """Values of a smooth function of totals with their variances."""
        table = self.collect(Request(sums=smooth.sums, by=tuple(by), where=where))
        return self.assess_table(table, smooth)

    def assess_table(self, table: Table, smooth: Smooth) -> Assessed:
        """The same of sums that are there already."""
        jacobian = smooth.jacobian(table.totals)
        # What has no value has no influence either.
        found = self.spread(
            table,
            np.nan_to_num(jacobian, nan=0.0, posinf=0.0, neginf=0.0),
            members=smooth.members,
        )
        units, strata = self._units(table)
        return Assessed(
            table=table,
            values=smooth.value(table.totals),
            variances=found.variances().reshape(jacobian.shape[:2]),
            covariance=found.covariance,
            members=smooth.members,
            units=units,
            strata=strata,
        )

    def collect(self, request: Request, *, apart: bool = False) -> Table:
        """The sums of a request, by domain and unit."""
        return collect(
            self.source,
            self.declared,
            self.frame,
            request,
            factor=self.factor,
            every_row=bool(self.calibrations) or apart,
            apart=apart,
        )

    def spread(
        self, table: Table, jacobian: Floats, *, members: Sequence[int] | None = None
    ) -> Spread:
        """Influence of the units on statistics, centred at each stage.

        `members` are the places of the sums that count the answers described; without them every
        row of a domain is taken to be described.

        Raises
        ------
        AnalysisError
            If a stratum has a lonely unit and the rule is to say so.
        """
        if self.declared.lonely_psu is LonelyPSU.ERROR:
            self._require_company(table, members)
        return spread(
            table,
            jacobian,
            frame=self.frame,
            calibrations=self.calibrations,
            lonely=self.declared.lonely_psu,
        )

    def _require_company(self, table: Table, members: Sequence[int] | None) -> None:
        there = table.domain >= 0
        if members is not None:
            there &= (table.sums[:, list(members)] > 0).any(axis=1)
        place = table.place[there]
        for stage in self.frame.stages:
            strata = stage.stratum[place if table.many is not None else stage.unit[place]]
            require_company(stage, np.unique(strata))

    def _units(self, table: Table) -> tuple[Codes, Codes]:
        """The first-stage unit and stratum of each group of a table."""
        first = self.frame.stages[0]
        if table.many is not None:
            return np.arange(len(table.many)), first.stratum[table.place]
        unit = first.unit[table.place]
        return unit, first.stratum[unit]

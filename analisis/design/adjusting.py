"""Weights of a design made to agree with what is known of the population."""

from collections.abc import Sequence
from typing import Self

from analisis.weighting.calibrate import CalibrationPlan, Wanted
from analisis.weighting.nonresponse import WeightingClasses
from analisis.weighting.plans import Plan
from analisis.weighting.poststratify import PostStratification
from analisis.weighting.rake import Raking
from analisis.weighting.targets import By, Totals


class Adjusting:
    """Adjustments of weights that every design offers; each gives a new design.

    They may follow one another: each starts from the weights of the one before, and only the last
    is sure to hold exactly.
    """

    def adjusted(self, plan: Plan) -> Self:
        """The design with the weights of a plan."""
        raise NotImplementedError

    def poststratify(self, by: By, totals: Totals) -> Self:
        r"""Bring the weights of each cell to the units in the population.

        Parameters
        ----------
        by : str or sequence of str
            A column, or several whose combinations are the cells.
        totals : mapping
            Units in the population by value, or by tuple of values where there are several columns.

        Returns
        -------
        SurveyDesign or ReplicateDesign
            The same sample with other weights.

        Raises
        ------
        AnalysisError
            If a cell has no sample or no total, or a column is not there or lacks values.

        Notes
        -----
        Weights of cell c are multiplied by :math:`N_c / \sum_c w`; the variance is that of
        :math:`w' (z - \bar z_c)`, the means by the weights before, w' the weights after. R's
        ``postStratify``.

        References
        ----------
        Holt, D. and Smith, T. M. F. (1979). Post stratification. Journal of the Royal Statistical
        Society A 142, 33-46.
        Valliant, R. (1993). Poststratification and conditional variance estimation. Journal of the
        American Statistical Association 88, 89-96.

        Examples
        --------
        >>> from analisis import SurveyDesign
        >>> design = SurveyDesign({"sex": ["f", "f", "f", "m"], "y": [1, 2, 3, 6]})
        >>> design.poststratify("sex", {"f": 50, "m": 50}).mean("y")[0].value
        4.0
        """
        return self.adjusted(PostStratification.of(by, totals))

    def rake(self, margins: Sequence[tuple[By, Totals]]) -> Self:
        r"""Bring the weights to several margins at once, by iterative proportional fitting.

        Parameters
        ----------
        margins : sequence of pairs
            Columns and totals, each as in `poststratify`.

        Returns
        -------
        SurveyDesign or ReplicateDesign
            The same sample with other weights.

        Raises
        ------
        AnalysisError
            As `poststratify`, if the margins add to different sums, or contradict each other where
            the sample has empty cells.

        Notes
        -----
        The variance is that of the residual of a regression on the indicators of all levels,
        weighted by the weights before raking. R's ``rake`` leaves those weights out of its
        regression, and sweeps ten times instead of solving it: the two agree where the weights
        before are equal.

        References
        ----------
        Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled
        frequency table when the expected marginal totals are known. Annals of Mathematical
        Statistics 11, 427-444.
        Deville, J.-C., Särndal, C.-E. and Sautory, O. (1993). Generalized raking procedures in
        survey sampling. Journal of the American Statistical Association 88, 1013-1020.
        """
        return self.adjusted(Raking.of(margins))

    def calibrate(
        self,
        columns: Sequence[By],
        totals: Wanted,
        *,
        kind: str = "linear",
        bounds: tuple[float, float] | None = None,
        size: float | None = None,
    ) -> Self:
        r"""Change the weights as little as totals of several columns allow.

        Parameters
        ----------
        columns : sequence of str, or of tuples of str
            Calibration columns; a tuple stands for the crossing of its columns.
        totals : mapping
            For each column a number, its total over the population; or a mapping from each of its
            values to the units in the population, which makes an indicator of each value. Also as
            R's model matrix names them: ``{"(Intercept)": N, "stypeH": ..., "api99": ...}``.
        kind : str
            ``linear`` (the generalised regression estimator; weights may turn negative), ``raking``
            (exponential; above zero) or ``logit`` (within bounds).
        bounds : pair of floats, optional
            The least and the most that a weight may be multiplied by; needed by ``logit``.
        size : float, optional
            Units in the population: R's ``(Intercept)``. Columns of categories imply it.

        Returns
        -------
        SurveyDesign or ReplicateDesign
            The same sample with other weights.

        Raises
        ------
        AnalysisError
            As `poststratify`; if totals contradict each other, or no weights within the bounds meet
            them.

        Notes
        -----
        Weights are multiplied by :math:`F(x'\eta)` with :math:`\sum w F(x'\eta) x = t`. The
        variance is that of :math:`w' (z - x'b)`, b by least squares with the weights before. R's
        ``calibrate``: its ``c("(Intercept)" = N, stypeH = N_H, stypeM = N_M, api99 = t)`` is
        ``{"stype": {"E": N - N_H - N_M, "H": N_H, "M": N_M}, "api99": t}`` here.

        References
        ----------
        Deville, J.-C. and Särndal, C.-E. (1992). Calibration estimators in survey sampling. Journal
        of the American Statistical Association 87, 376-382.
        """
        plan = CalibrationPlan.of(columns, totals, kind=kind, bounds=bounds, size=size)
        return self.adjusted(plan)

    def nonresponse(self, responded: str, classes: By, totals: Totals | None = None) -> Self:
        r"""Let those who answered stand for those of their class who did not.

        Parameters
        ----------
        responded : str
            A boolean column, or one of 1 and 0: who answered. All who were asked are in the data.
        classes : str or sequence of str
            Columns known of everybody who was asked, whose combinations are the classes; none for
            a single class.
        totals : mapping, optional
            Units in the population by class; without it the sum of the weights of all who were
            asked.

        Returns
        -------
        SurveyDesign or ReplicateDesign
            The same sample with other weights, zero for those who did not answer; its figures carry
            ``assumes_random_nonresponse``.

        Raises
        ------
        AnalysisError
            If nobody of a class answered, or a column is not there or lacks values.

        Notes
        -----
        Within a class everybody is taken to answer by chance, each by himself, with the same
        probability. Of n asked in class c with total weight :math:`\hat N_c` and mean
        :math:`\bar z_c` of those who answered, each row asked has the influence

        .. math:: w_i \bigl(\bar z_c + r_i \hat\phi_c^{-1} (z_i - \bar z_c)\bigr),

        r being 1 for those who answered and :math:`\hat\phi_c` their share of the weight; with
        known totals the first term has no error and is left out. The design's variance of these
        holds what the chance of answering adds, but for finite populations: there

        .. math:: \sum_c \frac{m_c}{m_c - 1} (1 - \hat\phi_c) \sum_{i \in r_c}
            \frac{w_i}{\hat\phi_c^2} (z_i - \bar z_c)^2

        is added, m being how many answered. Rows of a unit are added up first where they are not
        told apart. Replicate designs leave this term out.

        References
        ----------
        Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, 15.6.
        Springer.
        Shao, J. and Steel, P. (1999). Variance estimation for survey data with composite imputation
        and nonnegligible sampling fractions. Journal of the American Statistical Association 94,
        254-265.

        Examples
        --------
        >>> from analisis import SurveyDesign
        >>> design = SurveyDesign(
        ...     {"kind": ["a", "a", "a", "b", "b"], "answered": [True, True, False, True, True],
        ...      "mark": [6, 4, None, 5, 7]})
        >>> design.nonresponse("answered", "kind").weights.tolist()
        [1.5, 1.5, 0.0, 1.0, 1.0]
        """
        return self.adjusted(WeightingClasses.of(responded, classes, totals))

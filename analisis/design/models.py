"""Estimators that look at values and not at sums alone."""

from collections.abc import Sequence

import numpy as np

from analisis.design.sample import Gaps, Names, Sample, names, require_t
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimates import Estimates
from analisis.estimators.crosstabs import Crosstab, crosstab
from analisis.estimators.figures import Reading
from analisis.estimators.quantiles import quantiles
from analisis.estimators.regressions import Regression, regression
from analisis.sums import Floats


class Models(Sample):
    """Figures that need the values themselves: in groups of equal ones, or row by row."""

    def quantile(
        self,
        column: str,
        probabilities: float | Sequence[float],
        *,
        rule: str = "math",
        interval: str = "mean",
        by: Names | None = None,
        where: str | None = None,
        method: str = "auto",
        confidence: float = 0.95,
        df: float | None = None,
        deff: bool | str = True,
        na: str = "drop",
    ) -> Estimates:
        r"""Quantiles of the weighted answers.

        Parameters
        ----------
        column : str
            A column of numbers.
        probabilities : float or sequence of float
            Shares of the population below the quantile, in [0, 1].
        rule : str
            What a quantile is: ``math`` (default: the smallest answer that a share of at least p
            does not exceed), ``school`` (the middle of two answers where p falls between them),
            ``hf1`` ... ``hf9`` (Hyndman and Fan's, with weights), ``shahvaish`` (as R computes it),
            ``shahvaish_scaled`` (with weights over their mean throughout).
        interval : str
            ``mean`` (default), ``beta``, ``xlogit`` or ``asin``: the quantiles at the limits that
            the share of answers up to the quantile has by that method; ``score``: the values that a
            test of that share does not reject, as R searches for them; ``quantile``: the spread of
            the quantile over replicates, of designs that have them.
        by, where, confidence, df, na
            As in `Estimators`.
        method, deff
            Taken so that all figures can be asked for alike: the interval is `interval`'s, and a
            quantile has no design effect.

        Returns
        -------
        Estimates
            A figure per domain and probability, those of a domain beside each other; `category` is
            the probability. A limit that the sample does not reach is None, and there is no
            standard error then.

        Raises
        ------
        AnalysisError
            If the column is not there or holds no numbers, a probability is none, there is no such
            rule or interval, no row lies in the domain, or a stratum has a lonely unit.

        Notes
        -----
        With :math:`\hat F(\hat q)` the share of answers up to the quantile and L, U its limits, the
        interval is :math:`[\hat F^{-1}(L), \hat F^{-1}(U)]`, and the standard error its width over
        2t. The covariance of two quantiles is that of their standard errors with the correlation of
        the two shares; R gives variances alone.

        References
        ----------
        Woodruff, R. S. (1952). Confidence intervals for medians and other position measures.
        Journal of the American Statistical Association 47, 635-646.
        Francisco, C. A. and Fuller, W. A. (1991). Quantile estimation with a complex survey design.
        Annals of Statistics 19, 454-469.
        Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American
        Statistician 50, 361-365.
        """
        require_t(method)
        return quantiles(
            self,
            column,
            _probabilities(probabilities),
            by=names(by),
            where=where,
            rule=rule,
            interval=interval,
            reading=self._reading(where, confidence, df, deff),
            complete=Gaps.of(na) is Gaps.ERROR,
        )

    def crosstab(
        self,
        row: str,
        column: str,
        *,
        test: str = "F",
        by: Names | None = None,
        where: str | None = None,
        method: str = "auto",
        confidence: float = 0.95,
        df: float | None = None,
        deff: bool | str = True,
        na: str = "drop",
    ) -> Crosstab:
        r"""Two questions against each other, with a test of independence.

        Parameters
        ----------
        row, column : str
            Two columns of any kind; their answers make the rows and columns of the table.
        test : str
            ``F`` (default) and ``Chisq``: Rao and Scott's second and first correction of Pearson's
            statistic; ``Wald`` and ``adjWald``: of the distance of the counts from independence.
        by
            Not taken: a table is of one domain.
        where, confidence, df, deff, na
            As in `Estimators`. Only rows count that have both answers; `df` is also the tests'.
        method : str
            Interval of the shares, as in `proportion`.

        Returns
        -------
        Crosstab
            Counts, test, and shares of the whole and of each row.

        Raises
        ------
        AnalysisError
            If a column is not there or has a single answer, no row lies in the domain, a stratum
            has a lonely unit, or the covariance that the test needs is singular: cells are empty,
            there are fewer units than cells, or everybody was asked.

        Notes
        -----
        With :math:`X^2 = n \sum (p_{rc} - p_{r.} p_{.c})^2 / (p_{r.} p_{.c})` and
        :math:`\Delta = (C'D^{-1}C / n)^{-1} C'D^{-1} V D^{-1} C`, D the shares of the cells, V
        their covariance and C contrasts orthogonal to rows and columns, F is
        :math:`X^2 / \operatorname{tr} \Delta` with :math:`d = (\operatorname{tr}\Delta)^2 /
        \operatorname{tr} \Delta^2` and d·df degrees of freedom.

        References
        ----------
        Rao, J. N. K. and Scott, A. J. (1984). On chi-squared tests for multiway contingency tables
        with cell proportions estimated from survey data. Annals of Statistics 12, 46-60.
        Thomas, D. R. and Rao, J. N. K. (1987). Small-sample comparisons of level and power for
        simple goodness-of-fit statistics under cluster sampling. Journal of the American
        Statistical Association 82, 630-636.
        """
        if by is not None:
            raise AnalysisError(
                ErrorCode.NOT_SUPPORTED,
                f"by is {by!r}, and a table is of one domain; ask for each with where",
                value=by,
            )
        return crosstab(
            self,
            row,
            column,
            where=where,
            test=test,
            method=method,
            reading=self._reading(where, confidence, df, deff),
            complete=Gaps.of(na) is Gaps.ERROR,
        )

    def regression(
        self,
        columns: Names,
        response: str,
        *,
        family: str = "linear",
        intercept: bool = True,
        where: str | None = None,
        confidence: float = 0.95,
        df: float | None = None,
        na: str = "drop",
    ) -> Regression:
        r"""How a response goes with several columns at once.

        Parameters
        ----------
        columns : str or sequence of str
            Columns of numbers, which enter as they are, or of text or true and false, of which
            every level but the first enters as 0 or 1.
        response : str
            The column to be explained: numbers; for a logistic model true and false, or 0 to 1.
        family : str
            ``linear`` or ``logistic``.
        intercept : bool
            Whether there is a constant; without it all levels of the first column of text enter.
        where, confidence, df, na
            As in `Estimators`; only rows count that have every value. `df` are those of the
            intervals.

        Returns
        -------
        Regression
            Coefficients, their covariance, and their estimates with Student's intervals.

        Raises
        ------
        AnalysisError
            If a column is not there or cannot be used, the response is constant, no row counts, a
            column is told by others, responses are told without a doubt (separation), or a stratum
            has a lonely unit.

        Notes
        -----
        The coefficients solve :math:`\sum w x (y - \mu) = 0` with :math:`\mu = x'eta` or
        :math:`\mu = 1 / (1 + e^{-x'eta})`. Their covariance is the design's for the totals of
        :math:`A^{-1} w x (y - \mu)`, A being :math:`\sum w v x x'` with v = 1 or
        :math:`\mu (1 - \mu)`; with replicates, that of the coefficients fitted to each.

        References
        ----------
        Binder, D. A. (1983). On the variances of asymptotically normal estimators from complex
        surveys. International Statistical Review 51, 279-292.
        Fuller, W. A. (1975). Regression analysis for sample survey. Sankhya C 37, 117-132.
        """
        return regression(
            self,
            names(columns),
            response,
            family=family,
            intercept=intercept,
            where=where,
            reading=self._reading(where, confidence, df),
            complete=Gaps.of(na) is Gaps.ERROR,
        )

    def _reading(
        self, where: str | None, confidence: float, df: float | None, deff: bool | str = False
    ) -> Reading:
        return Reading(
            confidence=confidence,
            df=df,
            deff=deff,
            census=self.is_census,
            population=self.population if where is None else None,
            flags=self.flags,
        )


def _probabilities(given: float | Sequence[float]) -> Floats:
    try:
        found = np.atleast_1d(np.asarray(given, dtype=np.float64))
    except (TypeError, ValueError):
        found = np.array([np.nan])
    wrong = [float(p) for p in found.ravel() if not 0 <= p <= 1]
    if wrong or found.ndim != 1 or not len(found):
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"probabilities are {given!r}; give one or several numbers from 0 to 1",
            value=wrong[0] if wrong else None,
        )
    return found

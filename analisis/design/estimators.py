"""The estimators that every design offers."""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from analisis.design.assessed import Assessed
from analisis.design.models import Models
from analisis.design.sample import Gaps, Names, names, require_t
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimates import Estimates
from analisis.estimators import means, nets, shares
from analisis.estimators.figures import Reading, with_proportion_method, with_t
from analisis.estimators.parts import Asked, Part, assemble
from analisis.estimators.shares import Level
from analisis.sums import Source


class Estimators(Models):
    """Figures of a sample.

    All take ``by`` (a column or several: figures for each combination of their values), ``where``
    (a boolean column: only rows where it is true), ``confidence`` (level of the interval), ``df``
    (degrees of freedom in place of the design's), ``deff`` (True, False or ``replace``) and ``na``
    (``drop`` leaves out, of each figure, the rows that lack its own columns; ``listwise`` those
    that lack any; ``error`` refuses them). A domain never deletes units from the design: those
    outside count as zeros in the variance.
    """

    def mean(
        self,
        columns: Names,
        *,
        by: Names | None = None,
        where: str | None = None,
        method: str = "auto",
        confidence: float = 0.95,
        df: float | None = None,
        deff: bool | str = True,
        na: str = "drop",
    ) -> Estimates:
        r"""Weighted means, :math:`\sum wy / \sum w`, with Student's interval.

        Parameters
        ----------
        columns : str or sequence of str
            Columns of numbers.
        by, where, confidence, df, deff, na
            As in `Estimators`.
        method : str
            ``auto`` or ``t``.

        Returns
        -------
        Estimates
            A figure per domain and column, those of a domain beside each other.

        Raises
        ------
        AnalysisError
            If a column is not there or holds no numbers, no row lies in the domain, or a stratum
            has a lonely unit.

        References
        ----------
        Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, 5.7.
        """
        require_t(method)
        return self._smooth(
            means.means, names(columns), by, where, confidence, df, deff, na, with_t
        )

    def total(
        self,
        columns: Names,
        *,
        by: Names | None = None,
        where: str | None = None,
        method: str = "auto",
        confidence: float = 0.95,
        df: float | None = None,
        deff: bool | str = True,
        na: str = "drop",
    ) -> Estimates:
        r"""Weighted totals, :math:`\sum wy`, with Student's interval; otherwise as `mean`."""
        require_t(method)
        return self._smooth(
            means.totals, names(columns), by, where, confidence, df, deff, na, with_t
        )

    def variance(
        self,
        columns: Names,
        *,
        by: Names | None = None,
        where: str | None = None,
        method: str = "auto",
        confidence: float = 0.95,
        df: float | None = None,
        deff: bool | str = True,
        na: str = "drop",
    ) -> Estimates:
        r"""Variance of a column in the population; of several, their covariance matrix by rows.

        With divisor n - 1 and Student's interval; otherwise as `mean`. Of several columns only rows
        count that have a value in all of them.
        """
        require_t(method)
        return self._smooth(
            means.variances, names(columns), by, where, confidence, df, deff, na, with_t
        )

    def ratio(
        self,
        numerators: Names,
        denominators: Names,
        *,
        by: Names | None = None,
        where: str | None = None,
        method: str = "auto",
        confidence: float = 0.95,
        df: float | None = None,
        deff: bool | str = True,
        na: str = "drop",
    ) -> Estimates:
        r"""Ratios of totals, :math:`\sum wy / \sum wx`, with Student's interval.

        Each numerator to the first denominator, then to the next; otherwise as `mean`.
        """
        require_t(method)
        below = _some(names(denominators))

        def parts(asked: Asked, source: Source, columns: Sequence[str]) -> list[Part]:
            return means.ratios(asked, source, columns[: -len(below)], below)

        columns = (*_some(names(numerators)), *below)
        return self._smooth(parts, columns, by, where, confidence, df, deff, na, with_t)

    def proportion(
        self,
        column: str,
        level: Level | Collection[Level] | None = None,
        *,
        by: Names | None = None,
        where: str | None = None,
        method: str = "auto",
        confidence: float = 0.95,
        df: float | None = None,
        deff: bool | str = True,
        na: str = "drop",
    ) -> Estimates:
        r"""Weighted shares of the answers to a question.

        Parameters
        ----------
        column : str
            The question.
        level : value or collection of values, optional
            The answer that is counted, or several as one; compared in the column's own type. One
            that nobody gave is 0 %. Without it, a figure for each answer.
        by, where, confidence, df, deff, na
            As in `Estimators`.
        method : str
            ``auto``, ``wilson`` (default: with the effective size, at most n), ``wilson_r`` (not
            truncated), ``logit``, ``xlogit``, ``likelihood``, ``asin``, ``beta``, ``mean``,
            ``korn_graubard``.

        Returns
        -------
        Estimates
            A figure per domain and answer, those of a domain beside each other. At 0 and 100 % the
            interval is Korn and Graubard's on the answers counted, whatever the method.

        Raises
        ------
        AnalysisError
            As `mean`, or if there is no such method.

        References
        ----------
        Franco, C., Little, R. J. A., Louis, T. A. and Slud, E. V. (2019). Comparative study of
        confidence intervals for proportions in complex sample surveys. Journal of Survey Statistics
        and Methodology 7, 334-364.
        Korn, E. L. and Graubard, B. I. (1998). Survey Methodology 24, 193-201.
        """

        def parts(asked: Asked, source: Source, columns: Sequence[str]) -> list[Part]:
            return shares.shares(asked, source, columns[0], level)

        def shown(assessed: Assessed, made: Sequence[Part], reading: Reading) -> Estimates:
            return with_proportion_method(assessed, made, reading, method)

        return self._smooth(parts, (column,), by, where, confidence, df, deff, na, shown)

    def net(
        self,
        column: str,
        satisfied: Collection[Level] = (6, 7),
        dissatisfied: Collection[Level] = (1, 2, 3, 4),
        *,
        by: Names | None = None,
        where: str | None = None,
        method: str = "auto",
        confidence: float = 0.95,
        df: float | None = None,
        deff: bool | str = True,
        na: str = "drop",
    ) -> Estimates:
        """Share of some answers less the share of others, in [-1, 1].

        Parameters
        ----------
        column : str
            The question.
        satisfied, dissatisfied : collections of values
            Answers that count for and against.
        by, where, confidence, df, deff, na
            As in `Estimators`.
        method : str
            ``auto`` or ``mover``: the Wilson limits of both shares combined with their correlation;
            ``t``: Student's.

        Returns
        -------
        Estimates
            A figure per domain.

        Raises
        ------
        AnalysisError
            As `mean`, if an answer counts both ways, or there is no such method.
        """

        def parts(asked: Asked, source: Source, columns: Sequence[str]) -> list[Part]:
            return nets.nets(asked, source, columns[0], satisfied, dissatisfied)

        def shown(assessed: Assessed, made: Sequence[Part], reading: Reading) -> Estimates:
            return nets.figures(assessed, made, reading, method)

        return self._smooth(parts, (column,), by, where, confidence, df, deff, na, shown)

    def _smooth(
        self,
        parts: Callable[[Asked, Source, Sequence[str]], list[Part]],
        columns: Sequence[str],
        by: Names | None,
        where: str | None,
        confidence: float,
        df: float | None,
        deff: bool | str,
        na: str,
        shown: Callable[[Assessed, Sequence[Part], Reading], Estimates],
    ) -> Estimates:
        reading = Reading(
            confidence=confidence,
            df=df,
            deff=deff,
            census=self.is_census,
            population=self.population if where is None else None,
            flags=self.flags,
        )
        _some(columns)
        gaps = Gaps.of(na)
        together = columns if gaps is Gaps.LISTWISE else ()
        asked = Asked(self.source, weight=self.weight_column, together=together)
        made = parts(asked, self.source, columns)
        assessed = self.assess(assemble(made, asked.sums.all), by=names(by), where=where)
        if gaps is Gaps.ERROR:
            _require_no_gaps(assessed, made)
        return shown(assessed, made, reading)


def _some(columns: Sequence[str]) -> Sequence[str]:
    if not columns:
        raise AnalysisError(ErrorCode.INVALID_ARGUMENT, "no column is named; name at least one")
    return columns


def _require_no_gaps(assessed: Assessed, parts: Sequence[Part]) -> None:
    totals = assessed.table.totals
    for part in parts:
        absent = float(np.sum(totals[:, part.base] - totals[:, part.valid]))
        if absent > 0.5:
            raise AnalysisError(
                ErrorCode.MISSING_VALUES,
                f"{round(absent)} rows have no value for {part.variable!r}; say na='drop' to leave "
                "them out of the figure, or fill them",
                column=part.variable,
            )

"""What a design file declares: a design, and the figures that are wanted of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analisis.design import SurveyDesign
from analisis.design.declaration import require_column
from analisis.errors import AnalysisError
from analisis.estimate import Estimate
from analisis.estimates import Estimates
from analisis.estimators.crosstabs import Crosstab
from analisis.io.faults import DesignFileError, Fault, FigureError
from analisis.sums import Kind

OF_ONE = frozenset({"proportion", "net", "quantile", "crosstab", "regression"})
"""Figures of a single column."""
OF_ONE_DOMAIN = frozenset({"crosstab", "regression"})
"""Those that are not made for each value of other columns."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is wanted.

    Attributes
    ----------
    kind : str
        The estimator.
    columns : tuple of str
        What it is of; of a ratio the numerators.
    options : mapping
        The estimator's other arguments; ``to`` are the denominators of a ratio, ``with`` is the
        other question of a table, ``on`` what a response goes with.
    name : str
        What somebody calls it; empty where it has no name.
    path : str
        Where a file asks for it, as ``figures[0]``; empty where none does.
    line : int
        The line there, from 1.
    """

    kind: str
    columns: tuple[str, ...]
    options: Mapping[str, Any]
    name: str = ""
    path: str = ""
    line: int = 0

    def with_options(self, **options: object) -> "Figure":
        """The same with these options in place of its own."""
        return replace(self, options={**self.options, **options})

    def with_domains(self, by: Sequence[str]) -> "Figure":
        """The same for each combination of values of some columns.

        Raises
        ------
        DesignFileError
            If the figure is of one domain.
        """
        if self.kind in OF_ONE_DOMAIN:
            raise DesignFileError(
                Fault.ONE_DOMAIN, path=self.path, line=self.line or None, kind=self.kind
            )
        return self.with_options(by=tuple(by))

    def of(self, design: SurveyDesign) -> "list[Answer]":
        """Ask a design for it.

        Raises
        ------
        FigureError
            If it has no honest answer.
        """
        try:
            if self.kind == "crosstab":
                return self._of_table(design)
            return [Answer(self, estimate) for estimate in self._of(design)]
        except AnalysisError as fault:
            if not self.path:
                raise
            raise FigureError(fault, path=self.path, line=self.line) from fault

    def _of(self, design: SurveyDesign) -> Estimates:
        options = dict(self.options)
        if self.kind == "regression":
            return design.regression(options.pop("on"), self.columns[0], **options).estimates
        first: Any = self.columns[0] if self.kind in OF_ONE else self.columns
        others = [options.pop("to")] if "to" in options else []
        found: Estimates = getattr(design, self.kind)(first, *others, **options)
        return found

    def _of_table(self, design: SurveyDesign) -> "list[Answer]":
        options = dict(self.options)
        found = design.crosstab(self.columns[0], options.pop("with"), **options)
        return [Answer(self, each, found) for each in (*found.estimates, *found.row_estimates)]


@dataclass(frozen=True, slots=True)
class Answer:
    """An estimate with what was asked; of a share in a table of two questions, also the table."""

    asked: Figure
    estimate: Estimate
    table: Crosstab | None = None


@dataclass(frozen=True, slots=True)
class DesignFile:
    """What a file says.

    Attributes
    ----------
    design : SurveyDesign
        The design, with its weights adjusted where the file says so.
    figures : tuple of Figure
        The figures, in their order; there may be none.
    common : mapping
        Options of figures that do not say another.
    """

    design: SurveyDesign
    figures: tuple[Figure, ...]
    common: Mapping[str, Any]

    def figures_of(self, columns: Sequence[str]) -> tuple[Figure, ...]:
        """The figures of these columns; of one that the file has none of, what its kind allows.

        Without columns, all that the file has.

        Raises
        ------
        AnalysisError
            If a column is not there.
        """
        if not columns:
            return self.figures
        found: list[Figure] = []
        for name in columns:
            declared = [each for each in self.figures if name in each.columns]
            wanted = declared or [self._usual(name)]
            found += [each for each in wanted if each not in found]
        return tuple(found)

    def _usual(self, name: str) -> Figure:
        """The mean of a column of numbers, the share of each answer of any other."""
        numeric = require_column(self.design.source, name) is Kind.NUMBER
        return Figure("mean" if numeric else "proportion", (name,), self.common)

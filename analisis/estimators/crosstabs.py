"""Two questions against each other: the table, its shares, and a test of independence."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analisis.checks import choose
from analisis.columns import factorise
from analisis.design.assessed import Smooth
from analisis.design.declaration import plain, require_column
from analisis.design.sample import Sample
from analisis.design.table import Request, Table
from analisis.errors import AnalysisError, ErrorCode
from analisis.estimate import Statistic
from analisis.estimates import Estimates
from analisis.estimators.figures import Reading, with_proportion_method
from analisis.estimators.gaps import require_complete
from analisis.estimators.independence import TESTS, Cells
from analisis.estimators.parts import Column, Part, assemble, mean_part
from analisis.sums import Codes, Condition, Floats, Positive, Sum

_VALID, _BASE, _ROWS, _WEIGHT, _CELLS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosstab:
    """Two questions against each other.

    Attributes
    ----------
    row, column : str
        The questions.
    rows, columns : tuple
        Their answers in order; those that nobody gave are left out.
    table : array, shape (rows, columns)
        Estimated counts in the population.
    test : str
        The test of independence.
    statistic : float
        Its statistic.
    df : tuple of float
        Its degrees of freedom: numerator and denominator, or one for a chi-square.
    p_value : float
        The probability of such a statistic or a larger one if the questions are independent.
    estimates : Estimates
        Shares of the whole, by rows of the table.
    row_estimates : Estimates
        Shares of the answers to the second question among those who gave each answer to the first.
    """

    row: str
    column: str
    rows: tuple[object, ...]
    columns: tuple[object, ...]
    table: Floats = field(compare=False)
    test: str
    statistic: float
    df: tuple[float, ...]
    p_value: float
    estimates: Estimates = field(compare=False)
    row_estimates: Estimates = field(compare=False)


def crosstab(
    sample: Sample,
    row: str,
    column: str,
    *,
    where: str | None,
    test: str,
    method: str,
    reading: Reading,
    complete: bool,
) -> Crosstab:
    """Cross two columns; as `Estimators.crosstab`, with how figures are to be read."""
    chosen = choose(TESTS, test, situation="for a table")
    if row == column:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"row and column are both {row!r}; name two columns",
            column=row,
        )
    for name in (row, column):
        require_column(sample.source, name)
    grid = _Grid.of(sample, row, column, where)
    if complete:
        counted = grid.table.totals[0]
        require_complete(float(counted[_BASE] - counted[_VALID]), grid.names)
    parts, of_row = grid.shares(), grid.shares_of_rows()
    shares = sample.assess_table(grid.table, assemble(parts, (), width=grid.width))
    totals = sample.assess_table(grid.table, grid.counts())
    rows = grid.by_row()
    apart = sample.assess_table(rows, assemble(of_row, (), width=rows.sums.shape[1]))
    df = float(shares.df()[0, 0]) if reading.df is None else float(reading.df)
    counts = totals.values[0].reshape(grid.shape)
    n = float(grid.table.totals[0, _ROWS])
    found = chosen(Cells(counts, n, df, shares.covariance, totals.covariance))
    return Crosstab(
        row=row,
        column=column,
        rows=grid.levels[0],
        columns=grid.levels[1],
        table=counts,
        test=test,
        statistic=found.statistic,
        df=found.df,
        p_value=found.p_value,
        estimates=with_proportion_method(shares, parts, reading, method),
        row_estimates=with_proportion_method(apart, of_row, reading, method),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Sums by cell: of valid answers, eligible rows, rows and weights, then the weight of each."""

    names: tuple[str, str]
    levels: tuple[tuple[object, ...], tuple[object, ...]]
    codes: tuple[Codes, Codes]
    table: Table

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.levels[0]), len(self.levels[1])

    @property
    def width(self) -> int:
        rows, columns = self.shape
        return _CELLS + rows * columns

    @classmethod
    def of(cls, sample: Sample, row: str, column: str, where: str | None) -> "_Grid":
        weight = sample.weight_column
        positive: tuple[Condition, ...] = (Positive(weight),) if weight else ()
        count = Sum(power=0, conditions=positive)
        request = Request(sums=(count, count, Sum(power=0), Sum()), where=where, kept=(row, column))
        table = sample.collect(request)
        (row_codes, rows), (column_codes, columns) = (_coded(table, name) for name in (row, column))
        both = (row_codes >= 0) & (column_codes >= 0)
        cells = np.where(both, row_codes * len(columns) + column_codes, -1)
        table = table.with_sums(_by_cell(table.sums, cells, len(rows) * len(columns)))
        return cls((row, column), (rows, columns), (row_codes, column_codes), table)

    def by_row(self) -> Table:
        """The table with a domain for each answer to the first question."""
        domains = tuple({self.names[0]: level} for level in self.levels[0])
        table = replace(self.table, domains=domains)
        sums = _by_cell(self.table.sums[:, :_CELLS], self.codes[1], self.shape[1])
        return table.with_sums(sums, self.codes[0])

    def counts(self) -> Smooth:
        """The totals of the cells."""
        cells = np.arange(_CELLS, self.width)
        slopes = np.zeros((1, len(cells), self.width))
        slopes[0, np.arange(len(cells)), cells] = 1.0
        return Smooth(
            (), lambda sums: sums[..., cells], lambda _sums: slopes, (_VALID,) * len(cells)
        )

    def shares(self) -> list[Part]:
        """The share of each cell of the whole."""
        pairs = [f"{one} × {other}" for one in self.levels[0] for other in self.levels[1]]
        return _shares(" × ".join(self.names), pairs)

    def shares_of_rows(self) -> list[Part]:
        """The share of each answer to the second question in a row."""
        return _shares(self.names[1], self.levels[1])


def _shares(variable: str, categories: Sequence[object]) -> list[Part]:
    return [
        mean_part(
            Column(_BASE, _VALID, _WEIGHT, place, place, 0.0),
            Statistic.CATEGORY,
            variable,
            category if isinstance(category, str | int | float) else str(category),
        )
        for place, category in enumerate(categories, start=_CELLS)
    ]


def _by_cell(sums: Floats, cells: Codes, count: int) -> Floats:
    """Sums of valid answers, with the weight of each cell beside them."""
    inside = cells >= 0
    found = np.zeros((len(sums), _CELLS + count))
    found[:, :_CELLS] = np.where(inside[:, np.newaxis], sums[:, :_CELLS], 0.0)
    found[:, _BASE] = sums[:, _BASE]
    found[inside, _CELLS + cells[inside]] = sums[inside, _WEIGHT]
    return found


def _coded(table: Table, name: str) -> tuple[Codes, tuple[object, ...]]:
    """The answers to a question as codes, -1 where they do not count; and what they are.

    Raises
    ------
    AnalysisError
        If there are fewer than two.
    """
    key = factorise(table.kept[name])
    there = (table.sums[:, _VALID] > 0) & (table.domain >= 0) & (key.codes >= 0)
    found = np.unique(key.codes[there])
    if len(found) < 2:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"column {name!r} has {len(found)} different answers among the rows that count; a "
            "table needs at least two",
            column=name,
        )
    codes = np.full(len(key.values) + 1, -1, dtype=np.int64)
    codes[found] = np.arange(len(found))
    return codes[key.codes], tuple(plain(value) for value in key.values[found])

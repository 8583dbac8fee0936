"""Linked tables of counts as one system of cells and sums: the same key is the same cell."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analisis.errors import AnalysisError, ErrorCode

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Cell:
    """A count of one universe: the categories that it is of; a margin names fewer dimensions.

    Attributes
    ----------
    where : tuple of (dimension, category)
        Sorted by dimension; empty for the grand total.
    universe : str
        What is counted. Cells of different universes are different cells.
    """

    where: tuple[tuple[str, Hashable], ...]
    universe: str = ""

    @classmethod
    def of(cls, where: Mapping[str, Hashable], universe: str = "") -> "Cell":
        """Make the key from a mapping of dimension to category."""
        return cls(tuple((name, where[name]) for name in sorted(where)), universe)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table of counts with named dimensions.

    Attributes
    ----------
    name : str
        For messages and to find it again.
    dimensions : mapping of str to sequence
        The categories of each dimension, in the order of the axes of `counts`.
    counts : array_like of int
        The inner cells; margins are their sums.
    where : mapping
        What all of the table is of, as ``{"territory": "A"}`` for a table of one territory.
    universe : str
        What is counted; tables of one universe are linked wherever their cells have the same key.
    margins : bool or collection of collections of str
        Which margins are published: all, none, or those that keep the named dimensions (the grand
        total keeps none: ``()``).
    """

    name: str
    dimensions: Mapping[str, Sequence[Hashable]]
    counts: ArrayLike
    where: Mapping[str, Hashable] = field(default_factory=dict)
    universe: str = ""
    margins: bool | Collection[Collection[str]] = True

    def __post_init__(self) -> None:
        """Refuse what is not a table of counts."""
        if not isinstance(self.dimensions, Mapping) or not isinstance(self.where, Mapping):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"table {self.name}: dimensions map a name to its categories, and where to one",
            )
        if not all(isinstance(each, Sequence) for each in self.dimensions.values()):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT, f"table {self.name}: a dimension lists its categories"
            )
        counts = self._counts()
        shape = tuple(len(categories) for categories in self.dimensions.values())
        if counts.shape != shape or not counts.size or counts.min() < 0:
            raise AnalysisError(
                ErrorCode.INVALID_COUNT,
                f"table {self.name}: give whole counts from 0 up, one axis per dimension; "
                f"the categories ask for the shape {shape}",
            )
        if not all(isinstance(one, Hashable) for each in self.dimensions.values() for one in each):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT, f"table {self.name}: a category is a text or a number"
            )
        if any(len(set(each)) < len(each) for each in self.dimensions.values()):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT, f"table {self.name}: a category is named twice"
            )
        kept = self._margins()
        named = {name for margin in kept for name in margin}
        if named - set(self.dimensions) or set(self.where) & set(self.dimensions):
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"table {self.name}: margins are of its dimensions, and `where` is of others",
            )
        object.__setattr__(self, "counts", counts.astype(np.int64))

    def _margins(self) -> Sequence[Collection[str]]:
        """Give the margins that are named one by one."""
        if isinstance(self.margins, bool):
            return ()
        if isinstance(self.margins, Collection) and not isinstance(self.margins, str | bytes):
            kept = [*self.margins]
            if all(isinstance(each, Collection) and not isinstance(each, str) for each in kept):
                return kept
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"table {self.name}: margins are all (True), none, or a list of lists of dimensions",
        )

    def _counts(self) -> Counts:
        """Give the counts as whole numbers; where they are not, as none."""
        try:
            found = np.asarray(self.counts, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            return np.empty(0, dtype=np.int64)
        # Beyond 2**53 a double is not told from its neighbours.
        right = (found == np.floor(found)) & (np.abs(found) < 2**53)
        return found.astype(np.int64) if right.all() else np.empty(0, dtype=np.int64)

    def with_margins(self) -> Counts:
        """Give the counts with a total at the end of each axis."""
        full = np.asarray(self.counts)
        for axis in range(full.ndim):
            full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
        return full

    def cell(self, index: Sequence[int]) -> Cell:
        """Give the key of a position in `with_margins`."""
        where = dict(self.where)
        for (name, categories), i in zip(self.dimensions.items(), index, strict=True):
            if i < len(categories):
                where[name] = categories[i]
        return Cell.of(where, self.universe)

    def publishes(self, index: Sequence[int]) -> bool:
        """Whether a position in `with_margins` is in the published table."""
        kept = {
            name
            for (name, categories), i in zip(self.dimensions.items(), index, strict=True)
            if i < len(categories)
        }
        if isinstance(self.margins, bool):
            return self.margins or len(kept) == len(self.dimensions)
        return len(kept) == len(self.dimensions) or kept in [set(each) for each in self.margins]

    def lines(self) -> Iterator[tuple[tuple[int, ...], list[tuple[int, ...]]]]:
        """Give every sum along one axis: the position of the total, and those of its parts."""
        sizes = [len(categories) for categories in self.dimensions.values()]
        for index in np.ndindex(*(size + 1 for size in sizes)):
            for axis, size in enumerate(sizes):
                if index[axis] == size:
                    yield index, [(*index[:axis], i, *index[axis + 1 :]) for i in range(size)]


Sums = Sequence[tuple[Cell, Sequence[Cell]]]


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """All cells of linked tables, and what is known of them: each row of the matrix is a sum.

    Attributes
    ----------
    cells : tuple of Cell
        In order of appearance.
    counts : ndarray of int64, shape (cells,)
        The true counts.
    published : ndarray of bool, shape (cells,)
        Whether some table shows the cell.
    matrix : scipy.sparse.csr_array of int64, shape (sums, cells)
        1 at the total and -1 at its parts: times the counts it is zero.
    position : mapping of Cell to int
        Where each cell is.
    """

    cells: tuple[Cell, ...]
    counts: Counts
    published: NDArray[np.bool_]
    matrix: Any
    position: Mapping[Cell, int]

    def find(self, cell: Cell) -> int:
        """Give the position of a cell.

        Raises
        ------
        AnalysisError
            If no table has it.
        """
        if not isinstance(cell, Cell) or cell not in self.position:
            named = dict(cell.where) if isinstance(cell, Cell) else cell
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"no table has the cell {named!r}; name dimensions and categories as the tables do",
            )
        return self.position[cell]


def link(tables: Sequence[Table], sums: Sums = ()) -> System:
    """Put tables together into one system.

    Parameters
    ----------
    tables : sequence of Table
        All tables that are or will be published of the same people.
    sums : sequence of (total, parts)
        What else adds up, such as a province and its communes.

    Returns
    -------
    System
        The cells and their sums.

    Raises
    ------
    AnalysisError
        If two tables give different counts to one cell, or a sum does not add up.
    """
    several = isinstance(tables, Sequence) and not isinstance(tables, Table)
    if not several or not all(isinstance(each, Table) for each in tables):
        raise AnalysisError(ErrorCode.INVALID_ARGUMENT, "tables is a list of Table; give one")
    if not tables:
        raise AnalysisError(ErrorCode.INVALID_ARGUMENT, "there are no tables; give at least one")
    position: dict[Cell, int] = {}
    counts: list[int] = []
    published: list[bool] = []
    rows: dict[tuple[int, tuple[int, ...]], None] = {}
    for table in tables:
        full = table.with_margins()
        for index in np.ndindex(*full.shape):
            cell, count = table.cell(index), int(full[index])
            i = position.setdefault(cell, len(counts))
            if i == len(counts):
                counts.append(count)
                published.append(False)
            if counts[i] != count:
                raise AnalysisError(
                    ErrorCode.TOTALS_MISMATCH,
                    f"table {table.name}: {dict(cell.where)} is {count} here and {counts[i]} in "
                    "another table; name another universe if other people are counted",
                    value=count,
                )
            published[i] |= table.publishes(index)
        for total, parts in table.lines():
            line = tuple(position[table.cell(part)] for part in parts)
            rows[position[table.cell(total)], line] = None
    values = np.array(counts, dtype=np.int64)
    system = System(tuple(position), values, np.array(published), None, position)
    for whole, pieces in sums:
        if not pieces:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT, f"the sum {dict(whole.where)} has no parts; name them"
            )
        rows[system.find(whole), tuple(system.find(piece) for piece in pieces)] = None
    return System(system.cells, values, system.published, _matrix([*rows], values), position)


def _matrix(rows: list[tuple[int, tuple[int, ...]]], counts: Counts) -> Any:
    from scipy.sparse import csr_array

    columns = [column for total, parts in rows for column in (total, *parts)]
    values = [value for _, parts in rows for value in (1, *(-1 for _ in parts))]
    pointers = np.cumsum([0, *(1 + len(parts) for _, parts in rows)])
    matrix = csr_array(
        (np.array(values, dtype=np.int64), np.array(columns, dtype=np.int64), pointers),
        shape=(len(rows), len(counts)),
    )
    wrong = np.flatnonzero(matrix @ counts)
    if wrong.size:
        raise AnalysisError(
            ErrorCode.TOTALS_MISMATCH,
            f"a declared sum does not add up: the total is off by {(matrix @ counts)[wrong[0]]}",
        )
    return matrix

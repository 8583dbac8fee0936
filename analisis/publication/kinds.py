"""The attack by kinds of people: what a reader works out across tables that were never crossed."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analisis.errors import AnalysisError, ErrorCode
from analisis.publication.auditor import solve
from analisis.publication.suppression import Suppressed, Suppression, costs, protect
from analisis.publication.tables import Cell, Counts, Sums, System, Table, link

Trait = Sequence[Mapping[str, Hashable]]
"""Classes of which everybody is in exactly one, each by the categories that its people have."""


def audit_kinds(
    tables: Sequence[Table],
    suppressed: Iterable[Cell],
    crosses: Sequence[Sequence[Trait]],
    *,
    sums: Sums = (),
) -> tuple[Cell, ...]:
    r"""Find the suppressed cells whose count a reader knows who thinks of kinds of people.

    Parameters
    ----------
    tables : sequence of Table
        All tables published of the same people.
    suppressed : iterable of Cell
        The cells not shown.
    crosses : sequence of sequence of Trait
        What is thought of together, one attack each. A trait lists classes of which everybody is
        in exactly one; a class names the categories of its people, dimension by dimension, and
        lacks the dimensions in which they are not told apart.
    sums : sequence of (total, parts)
        What else adds up.

    Returns
    -------
    tuple of Cell
        Those with a single possible count, in the order of the tables.

    Raises
    ------
    AnalysisError
        If a cell is unknown, tables contradict each other, or the tables cannot be counts of
        people of these classes.

    Notes
    -----
    `audit` knows what the tables themselves add up to. Tables by sex and by territory are then
    strangers to each other, and yet count the same people: who is of no known sex is of some
    territory. Here the unknowns are the kinds of people, all combinations of a class of each
    trait, :math:`k \ge 0`, and every cell that is told apart by these traits alone is a sum of
    them, :math:`x = Mk`. A hidden cell is known where no :math:`k` of whole numbers gives the
    shown cells their counts and this one another; such a :math:`k` is looked for by linear
    programming, by integer programming where the solution is not whole, and checked in integers.
    Where the search is cut off the cell is called known: to err so is safe.

    What more traits at once would tell is not attacked: give them as one cross, where the number
    of kinds allows.

    Examples
    --------
    All of A know and none of them agree, in B it is the other way round. Who knows is published by
    sex; who agrees is not, and is known all the same:

    >>> from analisis import audit
    >>> sides, both = ("yes", "no"), {"place": "AB", "sex": "fm"}
    >>> def by(name: str, asked: str, counts: list[list[int]]) -> Table:
    ...     return Table(f"{asked} by {name}", {name: both[name], asked: sides}, counts)
    >>> tables = [by("place", "knows", [[20, 0], [0, 30]]),
    ...           by("place", "agrees", [[0, 20], [30, 0]]),
    ...           by("sex", "knows", [[12, 13], [8, 17]]), by("sex", "agrees", [[13, 12], [17, 8]])]
    >>> traits = [[{name: each} for each in classes]
    ...           for name, classes in (both | {"knows": sides, "agrees": sides}).items()]
    >>> hidden = [tables[3].cell((i, j)) for i in (0, 1) for j in (0, 1)]
    >>> [(each.low, each.high) for each in audit(tables, hidden)]
    [(5, 25), (0, 20), (5, 25), (0, 20)]
    >>> audit_kinds(tables, hidden, [traits]) == tuple(hidden)
    True
    """
    system = link(tables, sums)
    hidden = {system.find(cell) for cell in suppressed}
    known = {cell for traits in crosses for cell in Cross(system, traits).known(hidden)}
    return tuple(system.cells[i] for i in sorted(known))


def protect_kinds(
    tables: Sequence[Table],
    primary: Mapping[Cell, Suppressed],
    crosses: Sequence[Sequence[Trait]],
    *,
    sums: Sums = (),
) -> Suppression:
    r"""Hide the named cells, and as many others as it takes against tables and against kinds.

    As `protect`, and such that `audit_kinds` finds nothing.

    Parameters
    ----------
    tables : sequence of Table
        All tables that are or will be published of the same people.
    primary : mapping of Cell to Suppressed
        The cells to hide for themselves, each with its reason.
    crosses : sequence of sequence of Trait
        As for `audit_kinds`.
    sums : sequence of (total, parts)
        What else adds up.

    Returns
    -------
    Suppression
        Tables, reasons, and the audit of the tables.

    Raises
    ------
    AnalysisError
        As `protect` and `audit_kinds`.

    Notes
    -----
    For each hidden cell i that the kinds give away, the people are found that differ the least in
    what is shown and have one more or one less in it, and the shown cells in which they differ
    are hidden too:

    .. math:: \min_{k \ge 0} \sum_j c_j |(Mk)_j - x_j| \quad\text{with}\quad (Mk)_i = x_i \pm 1

    with :math:`c_j` as in `suppress`. Then the tables are protected again with all that is hidden
    by now, and attacked again. Each round hides at least one more cell and a cell that is not
    shown proves nothing, so it ends; hiding more never gives away what was not.

    Examples
    --------
    >>> both = {"place": "AB", "sex": "fm"}
    >>> def by(name: str, asked: str, counts: list[list[int]]) -> Table:
    ...     return Table(f"{asked} by {name}", {name: both[name], asked: "yn"}, counts)
    >>> tables = [by("place", "knows", [[20, 0], [0, 30]]),
    ...           by("place", "agrees", [[0, 20], [30, 0]]),
    ...           by("sex", "knows", [[12, 13], [8, 17]]), by("sex", "agrees", [[13, 12], [17, 8]])]
    >>> traits = [[{name: each} for each in classes]
    ...           for name, classes in (both | {"knows": "yn", "agrees": "yn"}).items()]
    >>> small = {tables[3].cell((1, 1)): Suppressed.PRIMARY}
    >>> found = protect_kinds(tables, small, [traits])
    >>> len(found.reasons), audit_kinds(tables, found.reasons, [traits])
    (8, ())
    """
    system = link(tables, sums)
    built = [Cross(system, traits) for traits in crosses]
    cost = costs(system)
    found = protect(tables, primary, sums=sums)
    while True:
        hidden = {system.find(cell) for cell in found.reasons}
        more: set[int] = set()
        for cross in built:
            more |= cross.to_hide(hidden | more, cost)
        if not more:
            return found
        added = {system.cells[i]: Suppressed.COMPLEMENTARY for i in sorted(more)}
        found = protect(tables, {**found.reasons, **added}, sums=sums)


class Cross:
    """All kinds of people of some traits, and the cells that count them."""

    def __init__(self, system: System, traits: Sequence[Trait]) -> None:
        """Refuse cells that count none of these kinds, and counts that no such people have."""
        from scipy.sparse import csr_array

        rows, cells = [], []
        for i, cell in enumerate(system.cells):
            row = _members(cell, traits) if system.published[i] else None
            if row is not None:
                rows.append(row)
                cells.append(i)
        if not cells:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT, "no table is told apart by these traits alone"
            )
        counts = system.counts[cells]
        self.cells: Counts = np.array(cells, dtype=np.int64)
        self.counts: Counts = counts
        self.matrix = csr_array(np.array(rows, dtype=np.float64))
        self.place = {cell: row for row, cell in enumerate(cells)}
        if self._people(np.ones(len(cells), dtype=np.bool_), counts) is None:
            raise AnalysisError(
                ErrorCode.TOTALS_MISMATCH,
                "no people of these classes have these counts; a trait lists classes of which "
                "everybody is in exactly one",
            )

    def known(self, hidden: Collection[int]) -> list[int]:
        """Give the hidden cells that have a single possible count."""
        shown, inside = self._parts(hidden)
        moved = np.zeros(len(self.cells), dtype=np.bool_)
        found = []
        for row in inside:
            if moved[row]:
                continue
            other = self._another(row, shown)
            if other is None:
                found.append(int(self.cells[row]))
            else:
                # People that are possible tell of all cells.
                moved |= other != self.counts
        return found

    def to_hide(self, hidden: Collection[int], cost: NDArray[np.float64]) -> set[int]:
        """Give shown cells without which none of the hidden ones is known from these kinds."""
        more: set[int] = set()
        waiting = self.known(hidden)
        while waiting:
            for cell in waiting:
                shown, _ = self._parts({*hidden, *more})
                new = self._least_change(self.place[cell], shown, cost)
                more |= {int(self.cells[row]) for row in new}
            known = self.known({*hidden, *more})
            if known == waiting:
                # A change in fractions may not exist in whole numbers.
                more.add(self._cheapest(self.place[known[0]], {*hidden, *more}, cost))
            waiting = known
        return more

    def _parts(self, hidden: Collection[int]) -> tuple[NDArray[np.bool_], list[int]]:
        """Give which rows are shown, and the rows that are not."""
        inside = sorted(self.place[cell] for cell in hidden if cell in self.place)
        shown = np.ones(len(self.cells), dtype=np.bool_)
        shown[inside] = False
        return shown, inside

    def _another(self, row: int, shown: NDArray[np.bool_]) -> Counts | None:
        """Give the counts of all cells of possible people who differ in this one."""
        fixed = shown.copy()
        fixed[row] = True
        for step in (1, -1):
            counts = self.counts.copy()
            counts[row] += step
            people = self._people(fixed, counts) if counts[row] >= 0 else None
            if people is not None:
                values: Counts = np.rint(self.matrix @ people).astype(np.int64)
                return values
        return None

    def _people(self, fixed: NDArray[np.bool_], counts: Counts) -> Counts | None:
        """Find how many there can be of each kind, in whole numbers; None: not found."""
        free = self._free(fixed & (counts == 0))
        matrix, right = self.matrix[np.flatnonzero(fixed)][:, free], counts[fixed]
        people = np.zeros(self.matrix.shape[1], dtype=np.int64)
        if not free.size:
            return None if right.any() else people
        _status, values = solve(np.zeros(len(free)), matrix, right)
        if values is None:
            return None
        people[free] = values
        return people

    def _free(self, empty: NDArray[np.bool_]) -> Counts:
        """Give the kinds that no empty cell counts."""
        inside = self.matrix[np.flatnonzero(empty)].sum(axis=0)
        found: Counts = np.flatnonzero(np.asarray(inside).ravel() == 0)
        return found

    def _least_change(
        self, row: int, shown: NDArray[np.bool_], cost: NDArray[np.float64]
    ) -> list[int]:
        """Give the shown rows in which people differ who differ in this one and else little."""
        from scipy.optimize import linprog
        from scipy.sparse import eye_array, hstack

        rows, kinds = self.matrix.shape
        # The last term parts ties. What is hidden may differ for nothing.
        price = np.where(shown, cost[self.cells] + 1e-6 * np.arange(rows) / rows, 0.0)
        slack = eye_array(rows, format="csr")
        best: tuple[float, list[int]] | None = None
        for step in (1, -1):
            if self.counts[row] + step < 0:
                continue
            right = self.counts.astype(np.float64)
            right[row] += step
            bounds: list[tuple[float, float | None]] = [(0.0, None)] * (kinds + 2 * rows)
            bounds[kinds + row] = bounds[kinds + rows + row] = (0.0, 0.0)
            solved = linprog(
                np.concatenate([np.zeros(kinds), price, price]),
                A_eq=hstack([self.matrix, slack, -slack]),
                b_eq=right,
                bounds=bounds,
                method="highs",
            )
            if solved.status == 0 and (best is None or solved.fun < best[0] - 1e-9):
                differs = np.abs(solved.x[kinds : kinds + rows] - solved.x[kinds + rows :]) > 1e-7
                best = float(solved.fun), [int(i) for i in np.flatnonzero(differs & shown)]
        return best[1] if best else []

    def _cheapest(self, row: int, hidden: Collection[int], cost: NDArray[np.float64]) -> int:
        """Give the cheapest shown cell with people of the cell's kinds, or else any."""
        shown, _ = self._parts(hidden)
        near = np.asarray((self.matrix @ self.matrix[[row]].T).todense()).ravel() > 0
        rows = np.flatnonzero(shown & near)
        if not rows.size:
            rows = np.flatnonzero(shown)
        return min((int(self.cells[i]) for i in rows), key=lambda i: (cost[i], i))


def _members(cell: Cell, traits: Sequence[Trait]) -> NDArray[np.bool_] | None:
    """Whether the cell counts each kind; None: it tells apart what these traits do not."""
    where = dict(cell.where)
    within: list[Any] = []
    for trait in traits:
        own = {name: where.pop(name) for name in {n for each in trait for n in each} & where.keys()}
        within.append(np.array([own.items() <= each.items() for each in trait]))
    if where:
        return None
    return reduce(np.multiply.outer, within, np.array(True)).ravel()

"""The attack on suppressed cells: the least and the greatest count that what is shown allows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analisis.checks import whole
from analisis.errors import AnalysisError, ErrorCode
from analisis.publication.tables import Cell, Counts, Sums, System, Table, link

NODES = 10_000
"""Most nodes of a search for whole numbers; a limit in seconds would not be reproducible."""
INFEASIBLE, UNBOUNDED = 2, 3
"""How SciPy's linear programs tell their ends."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What can be found out about one suppressed cell.

    Attributes
    ----------
    cell : Cell
        Which.
    count : int
        The true count.
    low, high : int or None
        The least and greatest count in any table of whole numbers that agrees with everything
        published; None: no upper limit.
    protected : bool
        Whether they are at least the asked width apart.
    """

    cell: Cell
    count: int
    low: int
    high: int | None
    protected: bool


def audit(
    tables: Sequence[Table], suppressed: Iterable[Cell], *, width: int = 1, sums: Sums = ()
) -> tuple[Recovery, ...]:
    r"""Try to recover every suppressed cell.

    Parameters
    ----------
    tables : sequence of Table
        All tables published of the same people.
    suppressed : iterable of Cell
        The cells not shown.
    width : int
        Least distance between the limits of a protected cell; 1 asks that two counts be possible.
    sums : sequence of (total, parts)
        What else adds up.

    Returns
    -------
    tuple of Recovery
        One per suppressed cell, in the order of the tables.

    Raises
    ------
    AnalysisError
        If a cell is unknown, tables contradict each other, or the width is below 1.

    Notes
    -----
    Whoever reads the tables knows the sums :math:`Ax = 0`, the published :math:`x_j`, and
    :math:`x \ge 0`. The limits of a cell are :math:`\min x_i` and :math:`\max x_i` under them, by
    linear programming on the hidden cells that are connected with it. Where the optimum is not of
    whole numbers, an integer program follows. A limit counts only with a table of whole numbers
    that attains it, checked in integers: the stated width can fall short of the true one (only if
    the search for whole numbers is cut off) and never exceeds it.

    References
    ----------
    Fischetti, M. and Salazar, J. J. (2001). Solving the cell suppression problem on tabular data
    with linear constraints. Management Science 47, 1008-1027.

    Willenborg, L. and de Waal, T. (2001). Elements of Statistical Disclosure Control. Springer.
    """
    check_width(width)
    system = link(tables, sums)
    positions = sorted({system.find(cell) for cell in suppressed})
    attack = Attack(system, positions)
    found = []
    for i, (low, high) in zip(positions, attack.limits(positions), strict=True):
        count = int(system.counts[i])
        protected = high is None or high - low >= width
        found.append(Recovery(system.cells[i], count, low, high, protected))
    return tuple(found)


def check_width(width: int) -> None:
    """Refuse a width that would call a known cell protected."""
    if whole("width", width, least=None) < 1:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT, f"width is {width}; give 1 or more", value=width
        )


class Attack:
    """A reader of the tables who solves for what is hidden."""

    def __init__(self, system: System, suppressed: Collection[int]) -> None:
        """Hide the suppressed cells and those that no table shows."""
        from scipy.sparse import block_array
        from scipy.sparse.csgraph import connected_components

        self.system = system
        hidden = ~system.published
        hidden[np.fromiter(suppressed, dtype=np.int64, count=len(suppressed))] = True
        self.hidden = np.flatnonzero(hidden)
        self.matrix = system.matrix[:, self.hidden]
        graph = block_array([[None, self.matrix], [self.matrix.T, None]])
        self.sums = self.matrix.shape[0]
        self.part = connected_components(graph, directed=False)[1]
        self.column = {int(cell): j for j, cell in enumerate(self.hidden)}
        self.blocks: dict[int, tuple[Counts, Any, Counts]] = {}

    def connected(self, cell: int) -> Counts:
        """Give the positions of the hidden cells that are tied to this one by sums."""
        label = self.part[self.sums + self.column[cell]]
        members: Counts = self.hidden[self.part[self.sums :] == label]
        return members

    def limits(self, cells: Sequence[int]) -> list[tuple[int, int | None]]:
        """Give the least and the greatest possible count of each; None: without limit."""
        least = self.system.counts.copy()
        high: list[int | None] = []
        for cell in cells:
            found = self.extreme(cell, -1)
            high.append(None if found is None else int(found[1][found[0]]))
            if found is not None:
                # One possible table tells of all its cells; where it has none, that is the least.
                members = self.connected(cell)
                least[members] = np.minimum(least[members], found[1])
        low = []
        for cell in cells:
            found = self.extreme(cell, 1) if least[cell] else None
            low.append(0 if found is None else int(found[1][found[0]]))
        return list(zip(low, high, strict=True))

    def exposed(self, cells: Iterable[int], width: int) -> int | None:
        """Give the first of the cells whose limits are closer than `width`, if there is one."""
        least, most = self.system.counts.copy(), self.system.counts.copy()
        for cell in cells:
            for sign in (-1, 1):
                if most[cell] - least[cell] >= width:
                    break
                found = self.extreme(cell, sign)
                if found is None:
                    break
                # One possible table tells of all its cells.
                members, values = self.connected(cell), found[1]
                least[members] = np.minimum(least[members], values)
                most[members] = np.maximum(most[members], values)
            else:
                if most[cell] - least[cell] < width:
                    return cell
        return None

    def extreme(self, cell: int, sign: int) -> tuple[int, Counts] | None:
        """Give a possible table with the least (1) or greatest (-1) count; None: without limit.

        It comes as the place of the cell among those connected with it, and their counts.
        """
        label = self.part[self.sums + self.column[cell]]
        columns, matrix, true = self._block(int(label))
        place = int(np.searchsorted(columns, self.column[cell]))
        if matrix.shape[0] == 0:
            return None if sign < 0 else (place, np.zeros_like(true))
        values = _optimum(matrix, matrix @ true, place, sign)
        if values is None:
            return None
        # Without a table of whole numbers that attains more, the true one is what is possible.
        return place, values if values.size else true

    def _block(self, label: int) -> tuple[Counts, Any, Counts]:
        """Give the columns of connected cells, their sums, and their counts."""
        if label not in self.blocks:
            columns = np.flatnonzero(self.part[self.sums :] == label)
            matrix = self.matrix[np.flatnonzero(self.part[: self.sums] == label)][:, columns]
            self.blocks[label] = columns, matrix, self.system.counts[self.hidden[columns]]
        return self.blocks[label]


def _optimum(matrix: Any, right: Counts, place: int, sign: int) -> Counts | None:
    """Solve over whole numbers; None: without limit; empty: no table found."""
    goal = np.zeros(matrix.shape[1])
    goal[place] = sign
    status, values = solve(goal, matrix, right)
    if status == UNBOUNDED:
        return None
    return np.empty(0, dtype=np.int64) if values is None else values


def solve(goal: NDArray[np.float64], matrix: Any, right: Counts) -> tuple[int, Counts | None]:
    """Make the goal least over whole numbers from 0 up that add up, checked in integers.

    First by a linear program, whose status comes with them; then, where its solution is not of
    whole numbers, by an integer program. None: not found.
    """
    from scipy.optimize import LinearConstraint, linprog, milp

    linear = linprog(goal, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
    if linear.status in (INFEASIBLE, UNBOUNDED):
        return linear.status, None
    values = _whole(linear.x, matrix, right)
    if values is None:
        solved = milp(
            goal,
            integrality=np.ones_like(goal),
            constraints=LinearConstraint(matrix, right, right),
            options={"node_limit": NODES},
        )
        values = _whole(solved.x, matrix, right)
    return linear.status, values


def _whole(found: NDArray[np.float64] | None, matrix: Any, right: Counts) -> Counts | None:
    """Round a solution and check it in integers; None if it is not one."""
    if found is None:
        return None
    values = np.rint(found).astype(np.int64)
    exact = bool(np.all(values >= 0)) and bool(np.all(matrix @ values == right))
    near = bool(np.all(np.abs(found - values) < 1e-6))
    return values if exact and near else None

"""Suppression of small counts, and of as many others as it takes that none can be recovered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from analisis.checks import real, whole
from analisis.errors import AnalysisError, ErrorCode
from analisis.publication.auditor import Attack, Recovery, audit, check_width
from analisis.publication.tables import Cell, Counts, Sums, System, Table, link


class Suppressed(StrEnum):
    """Why a cell is not shown. For whoever publishes: to tell readers helps an attack."""

    PRIMARY = "primary"
    UNANIMOUS = "unanimous"
    CHANGED = "changed"
    COMPLEMENTARY = "complementary"


@dataclass(frozen=True, slots=True, eq=False)
class SuppressedTable:
    """A table with what is not shown.

    Attributes
    ----------
    table : Table
        The table as given.
    counts : ndarray of int64
        With a total at the end of each axis.
    shown : ndarray of bool
        Which of them may be shown; margins that the table does not publish are not.
    reasons : ndarray of object
        `Suppressed`, or None.
    """

    table: Table
    counts: Counts
    shown: NDArray[np.bool_]
    reasons: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Suppression:
    """What to hide in linked tables, and the proof that it stays hidden.

    Attributes
    ----------
    tables : tuple of SuppressedTable
        In the order given.
    reasons : mapping of Cell to Suppressed
        Every cell that is not shown.
    audit : tuple of Recovery
        What an attack on each of them finds.
    """

    tables: tuple[SuppressedTable, ...]
    reasons: Mapping[Cell, Suppressed]
    audit: tuple[Recovery, ...]

    @property
    def safe(self) -> bool:
        """Whether no suppressed cell can be recovered."""
        return all(each.protected for each in self.audit)


def suppress(
    tables: Sequence[Table],
    threshold: int,
    complementary: bool = True,
    *,
    zeros: bool = False,
    unanimous: bool = False,
    width: int = 1,
    sums: Sums = (),
) -> Suppression:
    r"""Choose which cells of linked tables not to show.

    Parameters
    ----------
    tables : sequence of Table
        All tables that are or will be published of the same people: what is left out here is not
        protected against.
    threshold : int
        Counts from 1 to threshold - 1 are not shown.
    complementary : bool
        Whether to hide further cells until none can be recovered. Without it the result's `audit`
        says which can.
    zeros : bool
        Whether zeros are also hidden. By default they are shown: nobody is in them.
    unanimous : bool
        Whether to hide also a count that is all of its row or column (everybody there answered the
        same, so the table tells what each of them said). Rows and columns are all sums along one
        dimension with more than one category.
    width : int
        Least distance between the least and the greatest possible count of a hidden cell.
    sums : sequence of (total, parts)
        What else adds up, such as a province and its communes.

    Returns
    -------
    Suppression
        Tables, reasons, and the audit.

    Raises
    ------
    AnalysisError
        If the threshold or width is below 1, tables contradict each other or sums don't add up.

    Notes
    -----
    For each hidden cell i that can be recovered, the cheapest change of the table that moves it is
    found by linear programming and the cells of the change are hidden too:

    .. math:: \min \sum_j c_j |y_j| \quad\text{with}\quad Ay = 0,\; y_i = \pm w,\; y \ge -x

    with :math:`c_j = 0` where j is hidden, else its count; a zero costs as much as the largest
    inner count, since readers often know that it is one. Then complementary cells are shown again,
    the largest first, wherever everything stays protected. The choice is not always the cheapest;
    it depends on nothing but the input. It is checked by `audit`.

    Examples
    --------
    >>> table = Table("t", {"place": "ABC", "satisfied": ("yes", "no")},
    ...               [[20, 3], [30, 14], [25, 18]])
    >>> found = suppress([table], threshold=5)
    >>> for cell, reason in found.reasons.items():
    ...     print(*dict(cell.where).values(), reason)
    A yes complementary
    A no primary
    C yes complementary
    C no complementary
    >>> found.safe
    True
    """
    real("threshold", threshold, "the least count that may be shown, from 1 up", above=0)
    check_width(width)
    system = link(tables, sums)
    reasons = _primary(system, threshold, zeros=zeros)
    if unanimous:
        for i in _unanimous(system):
            reasons.setdefault(i, Suppressed.UNANIMOUS)
    return _suppressed(system, tables, reasons, complementary=complementary, width=width, sums=sums)


def protect(
    tables: Sequence[Table],
    primary: Mapping[Cell, Suppressed],
    *,
    width: int = 1,
    sums: Sums = (),
) -> Suppression:
    """Hide the named cells of linked tables, and as many others as it takes.

    As `suppress`, for who publishes by a rule of their own: some counts are nobody's secret, such
    as how many were not asked, and some changed too little since they were shown.

    Parameters
    ----------
    tables : sequence of Table
        All tables that are or will be published of the same people.
    primary : mapping of Cell to Suppressed
        The cells to hide for themselves, each with its reason.
    width : int
        Least distance between the least and the greatest possible count of a hidden cell.
    sums : sequence of (total, parts)
        What else adds up.

    Returns
    -------
    Suppression
        Tables, reasons, and the audit.

    Raises
    ------
    AnalysisError
        If a cell is unknown, the width is below 1, tables contradict each other or sums don't add
        up.

    Examples
    --------
    >>> table = Table("t", {"place": "ABC", "satisfied": ("yes", "no")},
    ...               [[20, 3], [30, 14], [25, 18]])
    >>> found = protect([table], {table.cell((0, 1)): Suppressed.PRIMARY})
    >>> len(found.reasons), found.safe
    (4, True)
    """
    check_width(width)
    system = link(tables, sums)
    reasons = {system.find(cell): Suppressed(reason) for cell, reason in primary.items()}
    return _suppressed(system, tables, reasons, complementary=True, width=width, sums=sums)


def _suppressed(
    system: System,
    tables: Sequence[Table],
    reasons: dict[int, Suppressed],
    *,
    complementary: bool,
    width: int,
    sums: Sums,
) -> Suppression:
    if complementary:
        added = _protect(system, set(reasons), width)
        kept = _show_again(system, set(reasons), added, width)
        reasons |= dict.fromkeys(kept, Suppressed.COMPLEMENTARY)
    named = {system.cells[i]: reasons[i] for i in sorted(reasons)}
    return Suppression(
        tuple(_mask(table, named) for table in tables),
        named,
        audit(tables, named, width=width, sums=sums),
    )


def _primary(system: System, threshold: int, *, zeros: bool) -> dict[int, Suppressed]:
    least = 0 if zeros else 1
    small = system.published & (system.counts >= least) & (system.counts < threshold)
    return {int(i): Suppressed.PRIMARY for i in np.flatnonzero(small)}


def _unanimous(system: System) -> list[int]:
    """Find the published counts that are all of a sum of several parts."""
    found = set()
    matrix = system.matrix
    for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        columns, signs = matrix.indices[start:stop], matrix.data[start:stop]
        total, parts = int(system.counts[columns[signs > 0][0]]), columns[signs < 0]
        if total and len(parts) > 1:
            found |= {int(i) for i in parts if system.counts[i] == total and system.published[i]}
    return sorted(found)


def _protect(system: System, hidden: set[int], width: int) -> set[int]:
    """Hide cells until none can be recovered; hiding more never exposes what was protected."""
    added: set[int] = set()
    cost = costs(system)
    waiting = sorted(hidden)
    while waiting:
        attack = Attack(system, sorted(hidden | added))
        cell = attack.exposed(waiting, width)
        if cell is None:
            break
        new = _cheapest_change(system, cell, hidden | added, cost, width)
        # A change in fractions can need nothing new and still not exist in whole numbers.
        new = new or _neighbour(system, cell, hidden | added, cost)
        added |= new
        waiting = [*waiting[waiting.index(cell) :], *sorted(new)]
    return added


def costs(system: System) -> NDArray[np.float64]:
    inner = max(len(cell.where) for cell in system.cells)
    largest = max(
        count
        for cell, count in zip(system.cells, system.counts, strict=True)
        if len(cell.where) == inner
    )
    cost: NDArray[np.float64] = np.where(system.counts > 0, system.counts, max(largest, 1)) * 1.0
    return cost


def _cheapest_change(
    system: System, cell: int, hidden: set[int], cost: NDArray[np.float64], width: int
) -> set[int]:
    """Give the shown cells of the cheapest change of the table that moves the cell."""
    from scipy.optimize import linprog
    from scipy.sparse import hstack

    free = ~system.published
    free[sorted(hidden)] = True
    # Hidden cells cost next to nothing, not nothing: no detours. The last term parts ties.
    size = len(cost)
    price = np.where(free, 1e-4, cost) + 1e-6 * np.arange(size) / size
    best: tuple[float, set[int]] | None = None
    for up, down in ((width, 0), (0, width)):
        if down > system.counts[cell]:
            continue
        bounds = [(0.0, None)] * size + [(0.0, float(count)) for count in system.counts]
        bounds[cell], bounds[size + cell] = (up, up), (down, down)
        solved = linprog(
            np.concatenate([price, price]),
            A_eq=hstack([system.matrix, -system.matrix]),
            b_eq=np.zeros(system.matrix.shape[0]),
            bounds=bounds,
            method="highs",
        )
        if solved.status == 0 and (best is None or solved.fun < best[0] - 1e-9):
            moved = np.abs(solved.x[:size] - solved.x[size:]) > 1e-7
            best = solved.fun, {int(i) for i in np.flatnonzero(moved & ~free)}
    return best[1] if best else set()


def _neighbour(system: System, cell: int, hidden: set[int], cost: NDArray[np.float64]) -> set[int]:
    """Give the cheapest shown cell in a sum with the cell, or with a hidden one, or any."""
    shown = [i for i in range(len(cost)) if system.published[i] and i not in hidden]
    for near in ([cell], sorted(hidden)):
        rows = np.unique(system.matrix[:, near].nonzero()[0])
        close = set(system.matrix[rows].nonzero()[1].tolist())
        candidates = [i for i in shown if i in close]
        if candidates:
            return {min(candidates, key=lambda i: (cost[i], i))}
    return {min(shown, key=lambda i: (cost[i], i))}


def _show_again(system: System, primary: set[int], added: set[int], width: int) -> set[int]:
    """Show complementary cells again, the largest first, where all the rest stays protected."""
    kept = set(added)
    for cell in sorted(added, key=lambda i: (-system.counts[i], i)):
        before = Attack(system, sorted(primary | kept))
        tied = {int(i) for i in before.connected(cell)} & (primary | kept) - {cell}
        after = Attack(system, sorted((primary | kept) - {cell}))
        if after.exposed(sorted(tied), width) is None:
            kept.remove(cell)
    return kept


def _mask(table: Table, reasons: Mapping[Cell, Suppressed]) -> SuppressedTable:
    counts = table.with_margins()
    why = np.full(counts.shape, None, dtype=object)
    shown = np.zeros(counts.shape, dtype=np.bool_)
    for index in np.ndindex(*counts.shape):
        if table.publishes(index):
            why[index] = reasons.get(table.cell(index))
            shown[index] = why[index] is None
    return SuppressedTable(table, counts, shown, why)


_MOST_DECIMALS = 100


def counts_behind(percentage: float | str, base: int, *, decimals: int = 0) -> tuple[int, int]:
    """Give the counts that a rounded percentage of a known base can stand for.

    A percentage shown with its base is a count shown: hide both, or neither.

    Parameters
    ----------
    percentage : float or str
        As printed, from 0 to 100.
    base : int
        Its base, at least 1.
    decimals : int
        Decimals printed.

    Returns
    -------
    tuple of int
        The least and greatest count, whichever way halves were rounded.

    Raises
    ------
    AnalysisError
        If no count gives that percentage, or the base is below 1.

    Examples
    --------
    >>> counts_behind(7, 45), counts_behind("6.7", 45, decimals=1), counts_behind(7, 450)
    ((3, 3), (3, 3), (30, 33))
    """
    base, decimals = whole("base", base, least=1), whole("decimals", decimals)
    if decimals > _MOST_DECIMALS:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"decimals is {decimals}; give those that are printed, {_MOST_DECIMALS} at most",
            value=decimals,
        )
    half = Fraction(1, 2 * 10**decimals)
    try:
        share = Fraction(str(percentage))
    except ValueError as fault:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"percentage is {percentage!r}; give it as printed, with a point",
            value=percentage,
        ) from fault
    low = max(0, ceil((share - half) * base / 100))
    high = min(base, floor((share + half) * base / 100))
    if low > high:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"no count out of {base} is printed as {percentage} % with {decimals} decimals",
            value=str(percentage),
        )
    return low, high

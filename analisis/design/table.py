"""The sums of one request by domain and unit: all that estimators see of the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from analisis.columns import Columns, Rows
from analisis.design.declaration import Declaration, plain, require_column
from analisis.design.frame import Frame
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import (
    Codes,
    Combined,
    Condition,
    Floats,
    GroupBy,
    In,
    Key,
    Kind,
    Present,
    Source,
    Sum,
    combine,
)

MOST = 1e150
"""Sums beyond this have squares that no double holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Sums that are wanted, and of whom.

    Attributes
    ----------
    sums : tuple of Sum
        The sums; those with power 1 are weighted.
    by : tuple of str
        Columns whose combinations make the domains.
    where : str or None
        A boolean column, or one of 1 and 0; only rows where it is true belong to a domain.
    kept : tuple of str
        Columns whose values are wanted too: no group mixes rows that differ in them.
    rows : bool
        Whether rows in memory stay apart: numbers without end would make nearly as many groups.
    """

    sums: tuple[Sum, ...]
    by: tuple[str, ...] = ()
    where: str | None = None
    kept: tuple[str, ...] = ()
    rows: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that are looked at."""
        names = [each.column for one in self.sums for each in (*one.columns, *one.conditions)]
        return tuple(dict.fromkeys((*names, *self.kept)))

    def inside(self) -> tuple[Condition, ...]:
        """What holds in the rows of a domain."""
        chosen = (In(self.where, (True,)),) if self.where else ()
        return (*chosen, *(Present(name) for name in self.by))


@dataclass(frozen=True, slots=True)
class Table:
    """Sums by domain and frame row.

    Attributes
    ----------
    domains : tuple of mappings
        Each domain as the values of the columns that make it; a single empty one for everybody.
    domain : array of int, shape (groups,)
        The domain of each group; -1 for rows outside all of them, which are there only where
        calibration or replicates need every row.
    place : array of int, shape (groups,)
        The row of the frame that each group lies in.
    sums : array, shape (groups, sums)
        Where rows are the units, those of a single row.
    base : array, shape (groups,)
        The column of weights, summed over each group's rows (of one row where rows are the units).
    many : array or None
        Where rows are the units, how many alike rows a group stands for; else None.
    totals : array, shape (domains, sums)
        The sums of each domain.
    kept : mapping of str to array, shape (groups,)
        The values of the columns that were to be kept; None or NaN where there is none.
    """

    domains: tuple[Mapping[str, object], ...]
    domain: Codes
    place: Codes
    sums: Floats
    base: Floats
    many: Floats | None
    totals: Floats
    kept: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)

    def with_sums(self, sums: Floats, domain: Codes | None = None) -> "Table":
        """The same groups with other sums, and in other domains of the same number."""
        where = self.domain if domain is None else domain
        totals = _totals(where, sums, self.many, len(self.domains))
        return replace(self, sums=sums, domain=where, totals=totals)

    def gathered(self) -> "Table":
        """One group for each domain and place, without kept values; rows that are units stay."""
        if self.many is not None:
            return self
        keys = [
            Key(self.domain, np.arange(len(self.domains))),
            Key(self.place, np.arange(int(self.place.max()) + 1)),
        ]
        found = combine(keys, len(self.domain))
        added = [
            np.bincount(found.codes, column).astype(np.float64)
            for column in (*self.sums.T, self.base)
        ]
        domain, place = (key.codes for key in found.keys)
        return replace(
            self,
            domain=domain,
            place=place,
            sums=np.column_stack(added[:-1]),
            base=added[-1],
            kept={},
        )


def check_request(source: Source, by: Sequence[str], where: str | None) -> None:
    """Refuse a request for domains that the data cannot make.

    Raises
    ------
    AnalysisError
        If a column is not there, or `where` is not boolean.
    """
    for name in by:
        require_column(source, name)
    if where is None or require_column(source, where) is Kind.BOOLEAN:
        return
    if source.kinds[where] is not Kind.NUMBER or not set(source.levels(where).tolist()) <= {0, 1}:
        raise AnalysisError(
            ErrorCode.NOT_BOOLEAN,
            f"where names column {where!r}, which is not boolean; give a column of true and false, "
            "or of 1 and 0",
            column=where,
        )


def collect(
    source: Source,
    declared: Declaration,
    frame: Frame,
    request: Request,
    *,
    factor: Floats,
    every_row: bool = False,
    apart: bool = False,
) -> Table:
    """Ask the data for the sums of a request.

    Parameters
    ----------
    source, declared, frame
        The design.
    request : Request
        What is wanted.
    factor : array, shape (frame rows,)
        What the column of weights is multiplied by.
    every_row : bool
        Where rows are the units: whether rows outside all domains are wanted too.
    apart : bool
        Where rows are the units: whether equal rows stay apart, in the order of the data.

    Returns
    -------
    Table
        The sums.

    Raises
    ------
    AnalysisError
        If no row lies in any domain.
    """
    check_request(source, request.by, request.where)
    if declared.rows_are_units or (request.rows and source.in_memory):
        return _of_rows(source, declared, frame, request, factor, every_row, apart)
    keys = tuple(dict.fromkeys((*declared.keys, *request.by, *request.kept)))
    groups = source.group(
        GroupBy(
            keys=keys,
            sums=(*request.sums, Sum()),
            weight=declared.weights,
            where=request.inside(),
        )
    )
    by = combine([groups.keys[name] for name in request.by], groups.size)
    place = frame.place(groups, declared.keys)
    sums = groups.sums[:, :-1]
    if not np.all(factor == 1):
        powers = np.array([each.power for each in request.sums])
        sums = sums * _raised(factor[place][:, np.newaxis], powers)
    kept = {name: _filled(groups.keys[name]) for name in request.kept}
    domains = _domains(request.by, by)
    return _table(domains, by.codes, place, sums, groups.sums[:, -1], None, kept)


def _of_rows(
    source: Source,
    declared: Declaration,
    frame: Frame,
    request: Request,
    factor: Floats,
    every_row: bool,
    apart: bool,
) -> Table:
    rows, many = _rows(source, declared, request, apart=apart)
    columns, size = Columns(rows), len(many)
    inside = np.ones(size, dtype=bool)
    for condition in request.inside():
        inside &= columns.holds(condition)
    place = frame.lookup.of([columns.key(name) for name in declared.keys], size)
    if not every_row:
        rows = {name: values[inside] for name, values in rows.items()}
        columns = Columns(rows)
        many, place = many[inside], place[inside]
        inside = np.ones(len(many), dtype=bool)
    terms = Rows(columns, declared.weights, length=len(many))
    sums = np.column_stack(
        [
            np.where(inside, terms.terms(each) * _raised(factor[place], each.power), 0.0)
            for each in request.sums
        ]
    )
    by = combine(map(columns.key, request.by), len(many)).of_rows(inside)
    domain = np.full(len(many), -1, dtype=np.int64)
    domain[inside] = by.codes
    domains = _domains(request.by, by)
    kept = {name: rows[name] for name in request.kept}
    alike = many if declared.rows_are_units else None
    return _table(domains, domain, place, sums, terms.terms(Sum()), alike, kept)


def _raised(factor: Floats, power: int | Codes) -> Floats:
    """A power of the factors; rows whose weight became zero are not counted either."""
    return np.where(factor == 0, 0.0, factor**power)


def _rows(
    source: Source, declared: Declaration, request: Request, *, apart: bool
) -> tuple[dict[str, NDArray[np.generic]], Floats]:
    """Rows with the columns that are looked at; equal ones once, where rows must be fetched."""
    weights = (declared.weights,) if declared.weights else ()
    where = (request.where,) if request.where else ()
    names = tuple(dict.fromkeys((*declared.keys, *weights, *request.by, *where, *request.columns)))
    if source.in_memory or apart:
        return {name: source.column(name) for name in names}, np.ones(source.size)
    groups = source.group(GroupBy(keys=names, sums=(Sum(power=0),)))
    values = {name: _filled(groups.keys[name]) for name in names}
    return values, groups.sums[:, 0]


def _filled(key: Key) -> NDArray[np.generic]:
    """The values of a key whose code is -1 where there is none."""
    if not np.any(key.codes < 0):
        return key.values[key.codes]
    kind = np.float64 if key.values.dtype.kind in "iuf" else object
    found = np.full(len(key.codes), np.nan if kind is np.float64 else None, dtype=kind)
    there = key.codes >= 0
    found[there] = key.values[key.codes[there]]
    return found


def _domains(by: Sequence[str], found: Combined) -> tuple[Mapping[str, object], ...]:
    return tuple(
        {name: plain(key.values[key.codes[each]]) for name, key in zip(by, found.keys, strict=True)}
        for each in range(found.count)
    )


def _table(
    domains: tuple[Mapping[str, object], ...],
    domain: Codes,
    place: Codes,
    sums: Floats,
    base: Floats,
    many: Floats | None,
    kept: Mapping[str, NDArray[np.generic]],
) -> Table:
    if not domains:
        raise AnalysisError(
            ErrorCode.EMPTY_DOMAIN,
            "no row lies in the domain; look at the columns of where and by",
        )
    totals = _totals(domain, sums, many, len(domains))
    if not np.all(np.abs(totals) < MOST):
        raise AnalysisError(
            ErrorCode.NOT_NUMERIC,
            "a sum over the rows is infinite or too large for its square to be a number; look for "
            "infinite values, which are missing ones, and give the column another unit",
        )
    return Table(domains, domain, place, sums, base, many, totals, kept)


def _totals(domain: Codes, sums: Floats, many: Floats | None, domains: int) -> Floats:
    counted = sums if many is None else sums * many[:, np.newaxis]
    inside = domain >= 0
    return np.column_stack(
        [
            np.bincount(domain[inside], column[inside], domains).astype(np.float64)
            for column in counted.T
        ]
    )


def missing_in(source: Source, name: str) -> bool:
    """Whether a column has rows without a value."""
    found = source.group(GroupBy(keys=(), sums=(Sum(power=0, conditions=(Present(name),)),)))
    return int(found.sums[0, 0]) < source.size

"""The units of a sample as declared: who was drawn where, out of how many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analisis.design.declaration import Declaration, Population, plain
from analisis.design.stages import Stage
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import (
    Codes,
    Floats,
    GroupBy,
    Groups,
    Key,
    Missing,
    Negative,
    Positive,
    Source,
    Sum,
)

_LEAST, _MOST = 1e-100, 1e100
"""Of sums of weights beyond these the squares are no longer exact."""


class Lookup:
    """Numbers for the combinations of key columns, the same for every later aggregation."""

    def __init__(self, keys: Sequence[Key], size: int) -> None:
        self._steps: list[tuple[NDArray[np.generic], Codes]] = []
        codes = np.zeros(size, dtype=np.int64)
        for key in keys:
            found, codes = np.unique(codes * len(key.values) + key.codes, return_inverse=True)
            self._steps.append((key.values, found))
        self.codes = codes.astype(np.int64)
        self.count = int(codes.max()) + 1 if size else 0

    def of(self, keys: Sequence[Key], size: int) -> Codes:
        """The number of each combination; it must have been there at the start."""
        codes = np.zeros(size, dtype=np.int64)
        for (values, found), key in zip(self._steps, keys, strict=True):
            places = np.searchsorted(values, key.values)
            codes = np.searchsorted(found, codes * len(values) + places[key.codes])
        return codes


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows of the declaration: each a combination of stratum, units of every stage and cells.

    Attributes
    ----------
    stages : tuple of Stage
        The stages. Where rows are the units, a single stage whose units are not told apart.
    keys : mapping of str to Key
        Each key column, by frame row.
    factor : array, shape (frame rows,)
        What the column of weights (or 1) is multiplied by.
    rows : array, shape (frame rows,)
        Rows of data.
    present : array of bool
        Whether any of those rows has a weight above zero.
    weight : array
        Sum of the column of weights, before the factor.
    """

    lookup: Lookup
    stages: tuple[Stage, ...]
    keys: Mapping[str, Key]
    factor: Floats
    rows: Floats
    present: Floats
    weight: Floats

    def place(self, groups: Groups, keys: Sequence[str]) -> Codes:
        """The frame row of each group."""
        return self.lookup.of([groups.keys[name] for name in keys], groups.size)

    @property
    def is_finite(self) -> bool:
        """Whether it is known how many units there are, at some stage."""
        return any(bool(np.isfinite(stage.size).any()) for stage in self.stages)

    @property
    def complete(self) -> bool:
        """Whether the whole population was drawn, at every stage."""
        return all(stage.complete for stage in self.stages)


def build_frame(source: Source, declared: Declaration) -> Frame:
    """Ask the data for the units of a design, and check what they say.

    Raises
    ------
    AnalysisError
        If a weight is missing or negative, a stratum or a cluster is missing, first-stage ids
        repeat across strata without `nest`, or a population varies within its stratum, is missing
        or is smaller than its sample.
    """
    sums = [Sum(power=0), Sum()]
    if declared.weights:
        sums += [
            Sum(power=0, conditions=(Missing(declared.weights),)),
            Sum(power=0, conditions=(Negative(declared.weights),)),
            Sum(power=0, conditions=(Positive(declared.weights),)),
        ]
    keys = tuple(dict.fromkeys((*declared.keys, *declared.population_columns)))
    groups = source.group(GroupBy(keys=keys, sums=tuple(sums), weight=declared.weights))
    if not groups.size:
        raise AnalysisError(ErrorCode.UNREADABLE_DATA, "the data have no rows; give some")
    _require_design_values(groups, declared)
    lookup = Lookup([groups.keys[name] for name in declared.keys], groups.size)
    place = lookup.codes
    first = np.zeros(lookup.count, dtype=np.int64)
    first[place[::-1]] = np.arange(groups.size - 1, -1, -1)
    rows, weight, present = (
        _added(place, groups.sums[:, column], lookup.count) for column in (0, 1, len(sums) - 1)
    )
    stages = _stages(groups, declared, place, lookup.count, rows)
    factor = np.ones(lookup.count)
    if declared.weights is None:
        for stage in stages:
            known = np.where(np.isinf(stage.size), 1.0, stage.size / stage.drawn)
            stratum = stage.stratum if declared.rows_are_units else stage.stratum[stage.unit]
            factor = factor * known[stratum]
    kept = {
        name: Key(groups.keys[name].codes[first], groups.keys[name].values)
        for name in declared.keys
    }
    return Frame(lookup, stages, kept, factor, rows, present, weight)


def _require_design_values(groups: Groups, declared: Declaration) -> None:
    """Refuse what no design can have."""
    if declared.weights:
        absent, below = groups.sums[:, 2:4].sum(axis=0).astype(int).tolist()
        if absent:
            raise AnalysisError(
                ErrorCode.MISSING_WEIGHT,
                f"{absent} rows have no weight in column {declared.weights!r}; give each a weight, "
                "0 for one that counts for nothing",
                column=declared.weights,
            )
        if below:
            raise AnalysisError(
                ErrorCode.NEGATIVE_WEIGHT,
                f"{below} rows have a negative weight in column {declared.weights!r}; a weight is "
                "how many units the row stands for",
                column=declared.weights,
            )
        with np.errstate(over="ignore"):
            total = float(groups.sums[:, 1].sum())
        if not total <= _MOST or 0 < total < _LEAST:
            raise AnalysisError(
                ErrorCode.INVALID_ARGUMENT,
                f"the weights in column {declared.weights!r} add to {total:g}; give finite ones "
                f"that add to between {_LEAST:g} and {_MOST:g}",
                column=declared.weights,
                value=total,
            )
    for name, key in groups.keys.items():
        absent = int(groups.sums[key.codes < 0, 0].sum())
        if absent:
            raise AnalysisError(
                ErrorCode.MISSING_DESIGN_VALUE,
                f"{absent} rows have no value in column {name!r}, which the design needs; every "
                "row lies in some stratum and unit",
                column=name,
            )


def _stages(
    groups: Groups, declared: Declaration, place: Codes, count: int, rows: Floats
) -> tuple[Stage, ...]:
    """The stages by frame row; `place` is the frame row of each group."""
    stratum = _one_level([groups.keys[declared.strata]] if declared.strata else [], groups.size)
    if declared.rows_are_units:
        return (_stage_of_rows(groups, declared, place, count, rows, stratum),)
    if declared.strata and not declared.nest:
        _require_nested(groups, declared, stratum)
    found = []
    share = np.ones(int(stratum.max()) + 1)
    names = _names(groups, declared, stratum)
    for level, column in enumerate(declared.stages):
        unit = _within(stratum, groups.keys[column])
        home = np.zeros(int(unit.max()) + 1, dtype=np.int64)
        home[unit] = stratum
        drawn = _added(home, np.ones(len(home)), len(share))
        size = _sizes(groups, declared, level, stratum, drawn, names)
        by_frame = np.zeros(count, dtype=np.int64)
        by_frame[place] = unit
        stage = Stage(by_frame, home, drawn, size, share, names)
        found.append(stage)
        within = np.where(np.isinf(size), 0.0, drawn / size)
        share = (share * within)[home]
        stratum = unit
        names = _names_of_units(groups.keys[column], unit)
    return tuple(found)


def _stage_of_rows(
    groups: Groups,
    declared: Declaration,
    place: Codes,
    count: int,
    rows: Floats,
    stratum: Codes,
) -> Stage:
    by_frame = np.zeros(count, dtype=np.int64)
    by_frame[place] = stratum
    drawn = _added(by_frame, rows, int(by_frame.max()) + 1)
    names = _names(groups, declared, stratum)
    size = _sizes(groups, declared, 0, stratum, drawn, names)
    return Stage(by_frame, by_frame, drawn, size, np.ones(len(drawn)), names)


def _added(codes: Codes, values: Floats, length: int) -> Floats:
    return np.bincount(codes, weights=values, minlength=length).astype(np.float64)


def _one_level(keys: Sequence[Key], size: int) -> Codes:
    return keys[0].codes if keys else np.zeros(size, dtype=np.int64)


def _within(outer: Codes, key: Key) -> Codes:
    _found, codes = np.unique(outer * len(key.values) + key.codes, return_inverse=True)
    return np.asarray(codes, dtype=np.int64)


def _names(groups: Groups, declared: Declaration, stratum: Codes) -> NDArray[np.generic]:
    if declared.strata:
        return groups.keys[declared.strata].values
    return np.array(["(all)"])


def _names_of_units(key: Key, unit: Codes) -> NDArray[np.generic]:
    names = np.zeros(int(unit.max()) + 1, dtype=key.values.dtype)
    names[unit] = key.values[key.codes]
    return names


def _require_nested(groups: Groups, declared: Declaration, stratum: Codes) -> None:
    key = groups.keys[declared.clusters[0]]
    home = np.full(len(key.values), -1, dtype=np.int64)
    home[key.codes] = stratum
    wrong = np.flatnonzero(home[key.codes] != stratum)
    if len(wrong):
        value = plain(key.values[key.codes[wrong[0]]])
        raise AnalysisError(
            ErrorCode.CLUSTERS_NOT_NESTED,
            f"cluster {value!r} of column {declared.clusters[0]!r} is in more than one stratum; if "
            "ids are used again in each stratum say nest=True, else correct the strata",
            column=declared.clusters[0],
            value=value,
        )


def _sizes(
    groups: Groups,
    declared: Declaration,
    level: int,
    stratum: Codes,
    drawn: Floats,
    names: NDArray[np.generic],
) -> Floats:
    """Units in the population of each stratum of a stage; infinite where none is declared."""
    if level >= len(declared.population):
        return np.full(len(drawn), np.inf)
    given = declared.population[level]
    size = _given_sizes(groups, given, stratum, len(drawn), names)
    if np.any((size <= 0) | np.isnan(size)):
        place = int(np.flatnonzero((size <= 0) | np.isnan(size))[0])
        raise _wrong_size(given, names[place], f"is {size[place]:g}", "above zero")
    if np.any(size > 1) and np.any(size < 1):
        place = int(np.flatnonzero(size < 1)[0])
        raise _wrong_size(
            given,
            names[place],
            f"is {size[place]:g} and others are above 1",
            "either a count or a sampling fraction everywhere",
        )
    if not np.any(size > 1):
        size = drawn / size
    # A fraction that stands for whole units is off by rounding alone.
    size = np.where(np.abs(size - drawn) < 1e-9 * drawn, drawn, size)
    # Of more units than these nothing is left out by those that were drawn.
    size = np.where(size > _MOST, np.inf, size)
    small = np.flatnonzero(size < drawn)
    if len(small):
        place = int(small[0])
        raise _wrong_size(
            given,
            names[place],
            f"is {size[place]:g} and {drawn[place]:g} units were drawn",
            "no smaller than the sample",
        )
    return size


def _wrong_size(given: Population, name: object, what: str, must: str) -> AnalysisError:
    column = given if isinstance(given, str) else None
    where = f" in column {column!r}" if column else ""
    return AnalysisError(
        ErrorCode.POPULATION_TOO_SMALL,
        f"the population{where} of stratum or unit {name!s} {what}; it must be {must}: correct it, "
        "or look for units that were counted twice",
        column=column,
        stratum=plain(name),
    )


def _given_sizes(
    groups: Groups,
    given: Population,
    stratum: Codes,
    count: int,
    names: NDArray[np.generic],
) -> Floats:
    if isinstance(given, str):
        key = groups.keys[given]
        sizes = key.values.astype(np.float64)[key.codes]
        found = np.zeros(count)
        found[stratum] = sizes
        wrong = np.flatnonzero(found[stratum] != sizes)
        if len(wrong):
            name = names[stratum[wrong[0]]]
            raise AnalysisError(
                ErrorCode.POPULATION_VARIES,
                f"the population in column {given!r} varies within stratum or unit {name!s}; each "
                "has one",
                column=given,
                stratum=plain(name),
            )
        return found
    if isinstance(given, Mapping):
        known = [plain(name) for name in names]
        absent = [name for name in known if name not in given]
        if absent:
            raise AnalysisError(
                ErrorCode.POPULATION_TOO_SMALL,
                f"population has no number for stratum {absent[0]!r}; give one for each",
                stratum=absent[0],
            )
        return np.array([float(given[name]) for name in known])
    return np.full(count, float(given))

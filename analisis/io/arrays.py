"""Rows in memory, as NumPy arrays."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analisis.columns import Rows, factorise, holds, missing, numbers, used
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Condition, GroupBy, Groups, Key, Kind, combine

ENOUGH = 10_000
_KINDS = {"b": Kind.BOOLEAN, "i": Kind.NUMBER, "u": Kind.NUMBER, "f": Kind.NUMBER, "U": Kind.TEXT}


class ArraySource:
    """Columns of equal length by name.

    Parameters
    ----------
    data : mapping of str to array
        Numbers, booleans or text; None and NaN mark what is missing.

    Raises
    ------
    AnalysisError
        If there is no column, or their lengths differ.
    """

    in_memory = True

    def __init__(self, data: Mapping[str, ArrayLike]) -> None:
        self._columns = {str(name): _array(str(name), values) for name, values in data.items()}
        if not self._columns:
            raise AnalysisError(ErrorCode.UNREADABLE_DATA, "the data have no columns; give some")
        lengths = {name: len(column) for name, column in self._columns.items()}
        if len(set(lengths.values())) > 1:
            raise AnalysisError(
                ErrorCode.UNEQUAL_LENGTHS,
                f"columns have different lengths: {lengths}; give each one value per row",
            )
        self._keys: dict[str, Key] = {}

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Every column with what it holds."""
        return {name: _kind(column) for name, column in self._columns.items()}

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(next(iter(self._columns.values())))

    def column(self, name: str) -> NDArray[np.generic]:
        """One column in row order; NaN or None where it has no value."""
        return self._columns[name]

    def group(self, wanted: GroupBy) -> Groups:
        """Run one aggregation; every key must have a value in the rows that it takes."""
        taken = self._where(wanted.where)
        keys = [self._key(name) for name in wanted.keys]
        if taken is not None:
            keys = [Key(key.codes[taken], key.values) for key in keys]
        size = self.size if taken is None else int(taken.sum())
        codes, first = combine(keys, size)
        sums = np.empty((len(first), len(wanted.sums)))
        rows = Rows(self._columns, wanted.weight, taken=taken, length=size)
        for column, each in enumerate(wanted.sums):
            terms = rows.terms(each)
            sums[:, column] = np.bincount(codes, weights=terms, minlength=len(first))
        return Groups(
            {
                name: used(Key(key.codes[first], key.values))
                for name, key in zip(wanted.keys, keys, strict=True)
            },
            sums,
            size=len(first),
        )

    def centres(self, names: Sequence[str]) -> Mapping[str, float]:
        """A value near the mean of each column of numbers."""
        found = {}
        for name in names:
            column = numbers(self._columns[name][:ENOUGH])
            column = column[np.isfinite(column)]
            found[name] = float(column.mean()) if len(column) else 0.0
        return found

    def levels(self, name: str) -> NDArray[np.generic]:
        """The distinct values of a column, in order."""
        return self._key(name).values

    def _where(self, conditions: Sequence[Condition]) -> NDArray[np.bool_] | None:
        if not conditions:
            return None
        taken = np.ones(self.size, dtype=bool)
        for condition in conditions:
            taken &= holds(condition, self._columns[condition.column])
        return taken

    def _key(self, name: str) -> Key:
        if name not in self._keys:
            self._keys[name] = factorise(self._columns[name])
        return self._keys[name]


def _array(name: str, values: ArrayLike) -> NDArray[np.generic]:
    array: NDArray[np.generic]
    if isinstance(values, np.ma.MaskedArray):
        values = values.filled(np.nan) if values.dtype.kind in "fiu" else values.tolist()
    array = values if isinstance(values, np.ndarray) else _listed(values)
    if array.ndim != 1:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA,
            f"column {name!r} has {array.ndim} dimensions; give one value per row",
            column=name,
        )
    if array.dtype.kind == "O":
        return _typed(array)
    if array.dtype.kind == "S":
        return array.astype(str)
    return array


def _listed(values: ArrayLike) -> NDArray[np.generic]:
    """A sequence as an array that keeps None apart from text."""
    return np.asarray(values, dtype=object if not hasattr(values, "dtype") else None)


def _typed(array: NDArray[np.generic]) -> NDArray[np.generic]:
    """Objects as numbers or booleans where all of them are; text with gaps stays objects."""
    absent = missing(array)
    kinds = {type(value) for value in array[~absent]}
    if kinds and all(issubclass(kind, bool | np.bool_) for kind in kinds):
        return array if absent.any() else array.astype(bool)
    if all(issubclass(kind, int | float | np.number) and kind is not bool for kind in kinds):
        if not absent.any() and all(issubclass(kind, int | np.integer) for kind in kinds):
            return array.astype(np.int64)
        numbers = np.full(len(array), np.nan)
        numbers[~absent] = array[~absent].astype(np.float64)
        return numbers
    if not absent.any() and all(issubclass(kind, str) for kind in kinds):
        return array.astype(str)
    return array


def _kind(column: NDArray[np.generic]) -> Kind:
    if column.dtype.kind in _KINDS:
        return _KINDS[column.dtype.kind]
    present = column[~missing(column)]
    kinds = {type(value) for value in present}
    if all(issubclass(kind, bool | np.bool_) for kind in kinds):
        return Kind.BOOLEAN
    return Kind.TEXT if all(issubclass(kind, str) for kind in kinds) else Kind.OTHER

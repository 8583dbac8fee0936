"""One column from wherever it comes, as an array of one type."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analisis.columns import missing
from analisis.errors import AnalysisError, ErrorCode
from analisis.sums import Kind

Array = NDArray[Any]

_KINDS: Mapping[str, Kind] = MappingProxyType(
    {"b": Kind.BOOLEAN, "i": Kind.NUMBER, "u": Kind.NUMBER, "f": Kind.NUMBER, "U": Kind.TEXT}
)
_NUMBERS = (int, float, np.number, Decimal, Fraction)
_ORDERED = (int, datetime.date, datetime.time, datetime.timedelta, bytes, UUID)
_EXACT = 2**53


def column_of(name: str, values: Any) -> Array:
    """A column as an array of numbers, truths or text; of objects where it has gaps or others.

    Parameters
    ----------
    name : str
        What it is called, for messages.
    values : sequence or array
        A value per row. None, NaN, NaT, pandas' NA and what is masked are missing.

    Returns
    -------
    array, shape (rows,)
        Numbers with NaN, and all else with None, where there is no value.

    Raises
    ------
    AnalysisError
        If there is not one value per row.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = _with_gaps(np.ma.getdata(values), np.ma.getmaskarray(values))
    array = values if isinstance(values, np.ndarray) else _listed(values)
    if array.ndim != 1:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA,
            f"column {name!r} has {array.ndim} dimensions; give one value per row",
            column=name,
        )
    if array.dtype.kind in "biuU":
        return array
    if array.dtype.kind == "f":
        return array if array.dtype.itemsize <= 8 else array.astype(np.float64)
    return _typed(_objects(array))


def _listed(values: Any) -> Array:
    """A sequence as an array that keeps None apart from text."""
    if isinstance(values, list | tuple):
        # A list in a list is a value, not another dimension.
        return np.fromiter(values, dtype=object, count=len(values))
    return np.asarray(values, dtype=None if hasattr(values, "dtype") else object)


def _objects(array: Array) -> Array:
    """Values of any type as Python has them, None where there is none."""
    if array.dtype.kind in "mM":
        # Of finer units than these Python has no dates.
        unit = "D" if array.dtype == np.dtype("M8[D]") else "us"
        array = array.astype(f"{array.dtype.kind}8[{unit}]")
    array = array.astype(object)
    kinds = set(map(type, array))
    if bytes in kinds:
        array = _decoded(array)
    gaps = tuple(kind for kind in kinds if kind.__name__ in {"NAType", "NaTType"})
    if gaps:
        array[[isinstance(value, gaps) for value in array]] = None
    return array


def _decoded(array: Array) -> Array:
    """Bytes as the text that they are; left alone where they are none."""
    found = np.empty(len(array), dtype=object)
    try:
        found[:] = [value.decode() if isinstance(value, bytes) else value for value in array]
    except UnicodeDecodeError:
        return array
    return found


def _typed(array: Array) -> Array:
    """Objects as numbers, truths or text where all of them are; text with gaps stays objects."""
    absent = missing(array)
    kinds = {type(value) for value in array[~absent]}
    if not kinds:
        return np.full(len(array), np.nan)
    if _all(kinds, bool, np.bool_):
        return _with_gaps(array.astype(bool), absent)
    if _all(kinds, *_NUMBERS) and bool not in kinds:
        return _numeric(array, absent, kinds)
    if _all(kinds, str):
        return _with_gaps(array, absent) if absent.any() else array.astype(str)
    moments = [value for value in array[~absent] if hasattr(value, "to_pydatetime")]
    if moments:  # pandas' own, which know more than Python's
        array = array.copy()
        array[~absent] = [
            value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value
            for value in array[~absent]
        ]
    return array


def _with_gaps(array: Array, absent: NDArray[np.bool_]) -> Array:
    if absent.any():
        array = array.astype(object)
        array[absent] = None
    return array


def _all(kinds: set[type], *allowed: type) -> bool:
    return all(issubclass(kind, allowed) for kind in kinds)


def _numeric(array: Array, absent: NDArray[np.bool_], kinds: set[type]) -> Array:
    whole = _all(kinds, int, np.integer)
    if whole and not absent.any():
        for kind in (np.int64, np.uint64):
            try:
                return array.astype(kind)
            except OverflowError:
                continue
    if whole and any(abs(int(value)) > _EXACT for value in array[~absent]):
        return array  # as floats two of them could become one
    numbers = np.full(len(array), np.nan)
    numbers[~absent] = array[~absent].astype(np.float64)
    return numbers


def kind_of(array: Array) -> Kind:
    """What a column holds."""
    if array.dtype.kind in _KINDS:
        return _KINDS[array.dtype.kind]
    kinds = {type(value) for value in array[~missing(array)]}
    if _all(kinds, bool):
        return Kind.BOOLEAN
    if _all(kinds, str):
        return Kind.TEXT
    ordered = len(kinds) == 1 and _all(kinds, *_ORDERED)
    return Kind.OTHER if ordered else Kind.MIXED

"""Arrow, and with it pandas and polars: frames as arrays, and figures as a table."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analisis.columns import factorise, used
from analisis.io.arrays import require_distinct
from analisis.io.buffers import is_plain, numbers_in
from analisis.io.values import column_of
from analisis.sums import Codes, Key

_MANY = 200_000  # values; for fewer, to import what numbers them faster takes longer


def arrays_of(data: Any) -> dict[str, NDArray[np.generic]]:
    """The columns of anything with the Arrow stream interface.

    Returns
    -------
    dict of str to array
        Numbers with NaN, and text and booleans with None, where there is no value.
    """
    require_distinct([str(name) for name in getattr(data, "columns", ())])
    try:
        table = pa.table(data)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        # pandas holds what Arrow cannot: each column by itself, so that one does not spoil all.
        return _by_column(data)
    require_distinct(table.column_names)
    return {name: array_of(table.column(name)) for name in table.column_names}


def _by_column(data: Any) -> dict[str, NDArray[np.generic]]:
    names = list(getattr(data, "columns", ()))
    return {str(name): column_of(str(name), data[name]) for name in names}


def array_of(column: Any) -> NDArray[np.generic]:
    """An Arrow column as an array."""
    if pa.types.is_dictionary(column.type) and _is_number(column.type.value_type):
        column = column.cast(column.type.value_type)
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    if pa.types.is_integer(column.type) and column.null_count:
        with suppress(pa.ArrowInvalid):  # beyond what a float holds exactly
            column = column.cast(pa.float64())
    if pa.types.is_floating(column.type) or (is_plain(column.type) and not column.null_count):
        numbers, there = numbers_in(column)
        return numbers if there is None else np.where(there, numbers, np.nan)
    # Truths, text, and text that is numbered: polars' is in a form that Arrow cannot cast.
    values = np.empty(len(column), dtype=object)
    values[:] = column.to_pylist()
    return column_of("", values)


def _is_number(kind: Any) -> bool:
    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def key_of(column: Any) -> Key:
    """Number the distinct values of an Arrow column in their order; what is missing has -1."""
    if pa.types.is_null(column.type):
        return Key(np.full(len(column), -1, dtype=np.int64), np.empty(0))
    numbered = pa.types.is_dictionary(column.type)
    if len(column) < _MANY and not numbered:
        if is_plain(column.type):
            return _key_of_numbers(*numbers_in(column))
        values = np.empty(len(column), dtype=object)
        values[:] = column.to_pylist()
        return factorise(values)
    whole = column.unify_dictionaries() if numbered else column
    encoded = whole.combine_chunks()
    encoded = encoded if numbered else encoded.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values, place = np.unique(_plain_values(encoded.dictionary), return_inverse=True)
    number: Codes = np.append(place, -1).astype(np.int64)
    codes, there = numbers_in(encoded.indices)
    codes = codes if there is None else np.where(there, codes, len(place))
    return used(Key(number[codes], values))


def _key_of_numbers(values: NDArray[Any], there: NDArray[np.bool_] | None) -> Key:
    found, inverse = np.unique(values if there is None else values[there], return_inverse=True)
    if there is None:
        return Key(inverse.astype(np.int64), found)
    codes = np.full(len(values), -1, dtype=np.int64)
    codes[there] = inverse
    return Key(codes, found)


def _plain_values(values: Any) -> NDArray[np.generic]:
    if is_plain(values.type):
        return numbers_in(values)[0]
    listed = values.to_pylist()
    if pa.types.is_boolean(values.type):
        return np.array(listed, dtype=bool)
    texts = all(isinstance(value, str) for value in listed)
    return np.array(listed, dtype=str if texts else object)


def arrow_of_figures(figures: Sequence[Mapping[str, object]]) -> Any:
    """Records of figures as an Arrow table, domain and flags as JSON text."""
    columns: dict[str, list[object]] = {}
    for figure in figures:
        for name, value in figure.items():
            columns.setdefault(name, []).append(_cell(value))
    return pa.table({name: _column(name, values) for name, values in columns.items()})


def _cell(value: object) -> object:
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _column(name: str, values: list[object]) -> Any:
    if name == "category":
        # Answers may be text in one question and numbers in the next.
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    if any(isinstance(value, str) for value in values):
        return pa.array(values, pa.string())
    return pa.array(values, pa.int64() if name in {"n", "base", "population"} else pa.float64())

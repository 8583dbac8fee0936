"""Arrow, and with it pandas and polars: frames as arrays, and figures as a table."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def arrays_of(data: Any) -> dict[str, NDArray[np.generic]]:
    """The columns of anything with the Arrow stream interface.

    Returns
    -------
    dict of str to array
        Numbers with NaN, and text and booleans with None, where there is no value.
    """
    table = pa.table(data)
    return {name: array_of(table.column(name)) for name in table.column_names}


def array_of(column: Any) -> NDArray[np.generic]:
    """An Arrow column as an array."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    if pa.types.is_integer(column.type) and column.null_count:
        column = column.cast(pa.float64())
    if pa.types.is_boolean(column.type) or not (
        pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    ):
        return np.array(column.to_pylist(), dtype=object)
    found: NDArray[np.generic] = column.to_numpy()
    return found


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

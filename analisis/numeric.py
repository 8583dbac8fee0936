"""Columns of numbers, however they were given."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analisis.errors import AnalysisError, ErrorCode

Floats = NDArray[np.float64]


def numeric_column(values: Any, name: str) -> Floats:
    """Turn one column into floats, missing ones into NaN.

    Raises
    ------
    AnalysisError
        If a value is text, a date or infinite; numbers written as text are not guessed at.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = np.ma.filled(values.astype(np.float64), np.nan)
    try:
        raw = np.asarray(values)
        found = None if _has_text(raw) else raw.astype(np.float64)
    except (TypeError, ValueError):
        found = None
    if found is None or np.isinf(found).any():
        raise AnalysisError(
            ErrorCode.NOT_NUMERIC,
            f"{name!r} has values that are not numbers; recode them, with None where there is no "
            "answer",
            column=name,
        )
    return found


def _has_text(raw: NDArray[Any]) -> bool:
    if raw.dtype.kind == "O":
        return any(isinstance(value, str | bytes) for value in raw.flat)
    return raw.dtype.kind not in "biuf"


def numeric_columns(
    given: Mapping[str, ArrayLike] | ArrayLike, row: str
) -> tuple[tuple[str, ...], Floats]:
    """Give the names and the values of several columns of one length.

    Parameters
    ----------
    given : mapping of columns, data frame, table, or array with a column each
        The columns of an array are called ``1`` to their number; a vector is one column.
    row : str
        What a row is, for messages.

    Returns
    -------
    names : tuple of str
    values : ndarray, shape (rows, columns)
        NaN where a value is missing.

    Raises
    ------
    AnalysisError
        If a column is not numeric, or columns differ in length.
    """
    labels = getattr(given, "column_names", getattr(given, "columns", None))
    if labels is not None and not isinstance(given, Mapping):
        frame: Any = given
        given = {label: frame[label] for label in labels}
    if isinstance(given, Mapping):
        columns = {str(name): numeric_column(column, str(name)) for name, column in given.items()}
    else:
        table = _rectangle(given, row)
        columns = {
            str(place + 1): numeric_column(column, str(place + 1))
            for place, column in enumerate(table.T)
        }
    shapes = {name: column.shape for name, column in columns.items()}
    first = next(iter(shapes.values()), (0,))
    for name, shape in shapes.items():
        if len(shape) != 1 or shape != first:
            raise AnalysisError(
                ErrorCode.UNEQUAL_LENGTHS,
                f"{name!r} has shape {shape} and the first column {first}; give each column one "
                f"value per {row}, None where there is none",
                column=name,
            )
    if not columns:
        return (), np.empty((0, 0))
    return tuple(columns), np.column_stack(list(columns.values()))


def _rectangle(given: ArrayLike, row: str) -> NDArray[Any]:
    try:
        table = given if isinstance(given, np.ma.MaskedArray) else np.asarray(given)
    except ValueError:
        raise AnalysisError(
            ErrorCode.UNEQUAL_LENGTHS,
            f"the rows have different lengths; give each {row} one value per column, None where "
            "there is none",
        ) from None
    if table.ndim == 1:
        return table[:, None]
    if table.ndim != 2:
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"an array of {table.ndim} dimensions; give columns by name, or an array with a row "
            f"per {row}",
        )
    return table

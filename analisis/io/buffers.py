"""Arrow's numbers as NumPy's, without what Arrow's own way imports: pandas, a third of a second."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def is_plain(kind: Any) -> bool:
    """Whether a type is that of integers or floats."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def numbers_in(column: Any) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """The numbers of an Arrow column of a plain type, and where there are any.

    Returns
    -------
    values : array
        In the column's own type; anything where there is no value.
    there : array of bool, or None
        Where there is a value; None if that is everywhere.
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    kind = np.dtype(column.type.to_pandas_dtype())
    values = [_values(chunk, kind) for chunk in chunks]
    joined = values[0] if len(values) == 1 else np.concatenate([np.empty(0, kind), *values])
    if not column.null_count:
        return joined, None
    return joined, np.concatenate([_there(chunk) for chunk in chunks])


def _values(chunk: Any, kind: np.dtype[Any]) -> NDArray[Any]:
    data = chunk.buffers()[1]
    if data is None or not len(chunk):
        return np.zeros(len(chunk), kind)
    return np.frombuffer(data, kind, count=len(chunk), offset=chunk.offset * kind.itemsize)


def _there(chunk: Any) -> NDArray[np.bool_]:
    bits = chunk.buffers()[0]
    if bits is None:
        return np.ones(len(chunk), dtype=bool)
    unpacked = np.unpackbits(np.frombuffer(bits, np.uint8), bitorder="little")
    return unpacked[chunk.offset : chunk.offset + len(chunk)].astype(bool)

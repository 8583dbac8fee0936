"""Parquet files that fit into memory: their columns are read when they are asked for, once."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analisis.columns import Columns, numbered
from analisis.errors import AnalysisError, ErrorCode
from analisis.io.arrays import ColumnSource, require_distinct
from analisis.io.frames import array_of, key_of
from analisis.sums import Key, Kind, narrowest

MOST = 4_000_000
"""Rows beyond which a file is left to DuckDB, which need not hold them: here each column that is
looked at takes 1 to 16 bytes a row."""
_BATCH = 65_536
_AT_ONCE = min(4, os.cpu_count() or 1)


def open_parquet(path: str) -> ColumnSource | None:
    """The rows of a single file; nothing where DuckDB is to read it.

    Parameters
    ----------
    path : str
        A file, a folder or a pattern.

    Returns
    -------
    ColumnSource or None
        None of a folder, a pattern, a file whose path gives it columns (``year=2026/x.parquet``),
        that has more than `MOST` rows, or types that DuckDB alone knows.

    Raises
    ------
    AnalysisError
        If the file cannot be read, or two of its columns have one name.
    """
    if "=" in path or not Path(path).is_file():
        return None
    with _faults(path), pq.ParquetFile(path) as file:
        schema, size = file.schema_arrow, file.metadata.num_rows
    require_distinct(schema.names)
    kinds = {each.name: kind for each in schema if (kind := _kind(each.type))}
    if size > MOST or len(kinds) < len(schema.names):
        return None
    whole = {each.name for each in schema if pa.types.is_integer(each.type)}
    return ColumnSource(_FileColumns(path, kinds, whole), kinds, size, in_memory=False)


class _FileColumns(Columns):
    """The columns of a file; of text and truths each value is made once."""

    def __init__(self, path: str, kinds: Mapping[str, Kind], whole: Collection[str]) -> None:
        super().__init__({})
        self._path = path
        self._whole = whole
        self._kinds = kinds
        self._read: dict[str, NDArray[np.generic]] = {}

    def read(self, names: Iterable[str]) -> None:
        """Read columns, several at once."""
        plain = [name for name in names if self._is_plain(name) and name not in self._read]
        with ThreadPoolExecutor(_AT_ONCE) as readers:
            self._read.update(zip(plain, readers.map(self._array, plain), strict=True))

    def array(self, name: str) -> NDArray[np.generic]:
        """A column in row order, whole numbers in as few bytes as they need."""
        if name not in self._read:
            self._read[name] = self._array(name)
        return self._read[name]

    def _array(self, name: str) -> NDArray[np.generic]:
        found = self._in_batches(name) if self._is_plain(name) else None
        return array_of(self._column(name)) if found is None else found

    def _in_batches(self, name: str) -> NDArray[np.generic] | None:
        """A column of numbers by parts, whose memory is used again; None of whole ones with gaps.

        New memory is what costs most here.
        """
        found, end = np.empty(0, np.int8), 0
        with _faults(self._path), pq.ParquetFile(self._path) as file:
            size = file.metadata.num_rows
            for batch in file.iter_batches(_BATCH, columns=[name], use_threads=False):
                column = batch.column(0)
                if name in self._whole and column.null_count:
                    return None
                part = array_of(column)
                kind = _narrowest(part)
                if not end:
                    found = np.empty(size, kind)
                elif (both := np.promote_types(found.dtype, kind)) != found.dtype:
                    found = found.astype(both)
                found[end : end + len(part)] = part
                end += len(part)
        return found

    def _key(self, name: str) -> Key:
        if not self._is_plain(name) or (
            name in self._whole and self.array(name).dtype.kind in "fO"
        ):
            return key_of(self._column(name))  # whole numbers with gaps stay whole
        return numbered(self.array(name))

    def _is_plain(self, name: str) -> bool:
        return self._kinds[name] is Kind.NUMBER

    def _column(self, name: str) -> Any:
        texts = [name] if self._kinds[name] is Kind.TEXT else None
        with _faults(self._path), pq.ParquetFile(self._path, read_dictionary=texts) as file:
            column = file.read([name], use_threads=False).column(name)
            # What it holds is compared with numbers that have all digits.
            return column.cast(pa.float64()) if pa.types.is_float32(column.type) else column


def _narrowest(column: NDArray[np.generic]) -> np.dtype[Any]:
    """The type that holds a column in the fewest bytes: of whole numbers with a sign or without, as
    theirs is; of others twice the precision."""
    if column.dtype.kind == "f":
        return np.dtype(np.float64)
    if column.dtype.kind not in "iu" or not len(column):
        return column.dtype
    sign = -1 if column.dtype.kind == "i" else 0
    least, most = int(column.min()), int(column.max())
    return narrowest(min(least, sign), most)


def _kind(kind: Any) -> Kind | None:
    """What a column of an Arrow type holds; nothing where DuckDB knows it better."""
    types = pa.types
    if types.is_integer(kind) or types.is_float32(kind) or types.is_float64(kind):
        return Kind.NUMBER
    if types.is_decimal128(kind):
        return Kind.NUMBER
    if types.is_boolean(kind):
        return Kind.BOOLEAN
    text = kind.value_type if types.is_dictionary(kind) else kind
    if types.is_string(text) or types.is_large_string(text):
        return Kind.TEXT
    moment = types.is_timestamp(kind) and kind.tz is None and kind.unit != "ns"
    return Kind.OTHER if moment or types.is_date32(kind) else None


@contextmanager
def _faults(path: str) -> Iterator[None]:
    """Faults of Arrow as ours."""
    try:
        yield
    except (pa.ArrowException, OSError) as fault:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA, f"{path} cannot be read: {str(fault).splitlines()[0]}"
        ) from fault

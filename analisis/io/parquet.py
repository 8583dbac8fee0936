"""Parquet files that fit into memory: their columns are read when they are asked for, once."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from analisis.columns import Columns, factorise
from analisis.errors import AnalysisError, ErrorCode
from analisis.io.arrays import ColumnSource, require_distinct
from analisis.io.frames import array_of, key_of
from analisis.sums import Key, Kind

MOST = 4_000_000
"""Rows beyond which a file is left to DuckDB, which need not hold them: here each column that is
looked at takes 8 to 16 bytes a row."""


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

    def array(self, name: str) -> NDArray[np.generic]:
        """A column in row order."""
        if name not in self._read:
            self._read[name] = array_of(self._column(name))
        return self._read[name]

    def _key(self, name: str) -> Key:
        if not self._is_plain(name) or (
            name in self._whole and self.array(name).dtype.kind in "fO"
        ):
            return key_of(self._column(name))  # whole numbers with gaps stay whole
        return factorise(self.array(name))

    def _is_plain(self, name: str) -> bool:
        return self._kinds[name] is Kind.NUMBER

    def _column(self, name: str) -> Any:
        texts = [name] if self._kinds[name] is Kind.TEXT else None
        with (
            _faults(self._path),
            _system_memory(),
            pq.ParquetFile(self._path, read_dictionary=texts) as file,
        ):
            column = file.read([name], use_threads=False).column(name)
            # What it holds is compared with numbers that have all digits.
            return column.cast(pa.float64()) if pa.types.is_float32(column.type) else column


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
def _system_memory() -> Iterator[None]:
    """Arrow's own allocator takes three times as long for columns that are read once."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


@contextmanager
def _faults(path: str) -> Iterator[None]:
    """Faults of Arrow as ours."""
    try:
        yield
    except (pa.ArrowException, OSError) as fault:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA, f"{path} cannot be read: {str(fault).splitlines()[0]}"
        ) from fault

"""Rows in Parquet or CSV files, of any size, and DuckDB relations: DuckDB does the sums."""

import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet

from analisis.errors import AnalysisError, ErrorCode
from analisis.io import delimited
from analisis.io.arrays import require_distinct
from analisis.io.engine import Engine
from analisis.io.sql import DUCKDB, Form, literal

_FORMS = {
    "boolean": Form.BOOLEAN,
    "float": Form.FLOAT,
    "double": Form.FLOAT,
    "decimal": Form.EXACT,
    "hugeint": Form.EXACT,
    "uhugeint": Form.EXACT,
    "varchar": Form.TEXT,
    "enum": Form.LABEL,
    "uuid": Form.LABEL,
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), Form.INTEGER),
    **dict.fromkeys(("utinyint", "usmallint", "uinteger", "ubigint"), Form.INTEGER),
}
_MEGABYTES, _MEGABYTES_A_THREAD = 600, 150  # DuckDB asks for 125 a thread at the least


class DuckDBSource(Engine):
    """A file or relation that DuckDB reads; files larger than memory too.

    Parameters
    ----------
    data : path or duckdb.DuckDBPyRelation
        A Parquet file, a folder or pattern (``answers/*.parquet``) of them, or a CSV file; or a
        relation, which is asked on its own connection.
    memory_limit : str, optional
        What DuckDB may hold in memory, as ``"2GB"``; what is more goes to a temporary folder. By
        default 600 MB, or 150 MB for each thread where that is more. A relation has the limits
        of its own connection.
    threads : int, optional
        Threads; by default as many as there are processors.

    Raises
    ------
    AnalysisError
        If the data cannot be read.

    Notes
    -----
    Row order is that of the file. Sums on several threads differ in their last bits from one run
    to the next. A CSV file is read once, into a table; each column is a number, true or false
    where all its values are; else, and where one has a zero in front (``05402``), it is text.
    """

    def __init__(
        self,
        data: Any,
        *,
        memory_limit: str | None = None,
        threads: int | None = None,
    ) -> None:
        if isinstance(data, duckdb.DuckDBPyRelation):
            self._relation = data
            names: Sequence[str] = data.columns
        else:
            connection = _connected(self, memory_limit, threads)
            with _faults(data):
                self._relation, names = _opened(connection, os.fspath(data))
        require_distinct(names)
        forms = [_form(each) for each in self._relation.types]
        places = ", ".join(f"r{place}" for place in range(len(forms)))
        super().__init__(
            dict(zip(names, forms, strict=True)), DUCKDB, f"analisis_rows AS t({places})"
        )

    def run(self, query: str) -> Any:
        """The answer to a query, as an Arrow table."""
        with _faults("the data"):
            relation: Any = self._relation.query("analisis_rows", query)
            return relation.to_arrow_table()


def _form(kind: Any) -> Form:
    """How DuckDB holds a column: what is no number, truth, text or moment cannot be asked for."""
    moment = kind.id.startswith(("date", "timestamp")) or "null" in kind.id
    return _FORMS.get(kind.id, Form.OTHER if moment else Form.MIXED)


class _faults:  # noqa: N801 # a context manager, used as a function
    """Faults of DuckDB as ours."""

    def __init__(self, what: object) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Nothing is done before."""

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: object) -> None:
        if isinstance(fault, duckdb.OutOfMemoryException):
            raise AnalysisError(
                ErrorCode.UNREADABLE_DATA,
                "the aggregation needs more memory than it may have; give DuckDBSource a higher "
                "memory_limit",
            ) from fault
        if isinstance(fault, duckdb.Error | pyarrow.ArrowException | OSError):
            raise AnalysisError(
                ErrorCode.UNREADABLE_DATA,
                f"{self._what} cannot be read: {str(fault).splitlines()[0]}",
            ) from fault


def _connected(
    owner: object, memory_limit: str | None, threads: int | None
) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills into a folder of its own, which goes when the owner goes."""
    threads = threads or os.cpu_count() or 1
    folder = tempfile.mkdtemp(prefix="analisis-")
    try:
        connection = duckdb.connect(
            config={
                "memory_limit": memory_limit
                or f"{max(_MEGABYTES, _MEGABYTES_A_THREAD * threads)}MB",
                "threads": threads,
                "temp_directory": folder,
            }
        )
    except duckdb.Error as fault:
        shutil.rmtree(folder)
        raise AnalysisError(
            ErrorCode.INVALID_ARGUMENT,
            f"memory_limit is {memory_limit!r} and threads {threads!r}; give them as '2GB' and 4: "
            f"{str(fault).splitlines()[0]}",
        ) from fault
    weakref.finalize(owner, _closed, connection, folder)
    return connection


def _closed(connection: duckdb.DuckDBPyConnection, folder: str) -> None:
    connection.close()
    shutil.rmtree(folder, ignore_errors=True)


def _opened(
    connection: duckdb.DuckDBPyConnection, path: str
) -> tuple[duckdb.DuckDBPyRelation, Sequence[str]]:
    """The rows of a path, with the names of its columns as the file has them."""
    if delimited.is_delimited(path):
        return delimited.load(connection, path)
    files = f"{path.rstrip('/')}/**/*.parquet" if Path(path).is_dir() else path
    relation = connection.sql(f"SELECT * FROM read_parquet({literal(files)}, can_have_nan = true)")
    [(first,)] = connection.sql(f"SELECT min(file) FROM glob({literal(files)})").fetchall()
    # DuckDB renames one of two columns that differ by case alone; folders add some at the end.
    names = pyarrow.parquet.read_schema(first).names
    return relation, [*names, *relation.columns[len(names) :]]

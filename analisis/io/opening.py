"""From whatever somebody has to a source of sums."""

import os
from collections.abc import Mapping

from analisis.errors import AnalysisError, ErrorCode
from analisis.io.arrays import ArraySource
from analisis.io.parts import PartsSource
from analisis.sums import Source


def open_source(data: object) -> Source:
    """Take rows in any of the forms that are understood.

    Parameters
    ----------
    data : mapping of arrays, data frame, Arrow table, path, engine's table, or Source
        Columns of equal length by name; a pandas or polars frame or anything else with the Arrow
        stream interface; the path of a CSV, Parquet, SPSS or Stata file; a DuckDB relation; a Spark
        data frame; a list of any of these, whose rows follow each other.

    Returns
    -------
    Source
        The rows, wherever they are.

    Raises
    ------
    AnalysisError
        If the data are in no such form, cannot be read, or need a package that is not installed.
    """
    try:
        return _opened(data)
    except ImportError as fault:
        raise AnalysisError(
            ErrorCode.MISSING_DEPENDENCY,
            f"to read these data {fault.name} must be installed: pip install {fault.name}",
        ) from fault


def _opened(data: object) -> Source:
    if isinstance(data, Mapping):
        return ArraySource(data)
    if isinstance(data, str | os.PathLike):
        from analisis.io.files import open_file

        return open_file(data)
    if _is_of(data, "duckdb", "DuckDBPyRelation"):
        from analisis.io.duckdb import DuckDBSource

        return DuckDBSource(data)
    if _is_of(data, "pyspark", "DataFrame"):
        from analisis.io.spark import SparkSource

        return SparkSource(data)
    if isinstance(data, Source):
        return data
    if isinstance(data, list | tuple):
        return PartsSource([open_source(part) for part in data])
    if hasattr(data, "__arrow_c_stream__"):
        from analisis.io.frames import arrays_of

        return ArraySource(arrays_of(data))
    raise AnalysisError(
        ErrorCode.UNREADABLE_DATA,
        f"data of type {type(data).__name__} cannot be read; give a dict of arrays, a data frame, "
        "an Arrow table, the path of a CSV, Parquet, SPSS or Stata file, or an engine's table",
    )


def _is_of(data: object, package: str, name: str) -> bool:
    """Whether something is of a class of a package that need not be installed."""
    return any(
        each.__name__ == name and each.__module__.partition(".")[0] == package
        for each in type(data).__mro__
    )

"""Files by the end of their name."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analisis.errors import AnalysisError, ErrorCode
from analisis.io.arrays import ArraySource
from analisis.sums import Source


def open_file(path: str | os.PathLike[str]) -> Source:
    """Take the rows of a file.

    Parameters
    ----------
    path : path
        A Parquet file of at most `analisis.io.parquet.MOST` rows is read by columns, those that
        are asked for. Larger ones, folders and patterns of them and CSV (``.csv``, ``.tsv``,
        ``.txt``, also ``.gz``) go to DuckDB, which reads what is larger than memory; SPSS
        (``.sav``, ``.zsav``) and Stata (``.dta``) are read into memory.

    Returns
    -------
    Source
        The rows. Of SPSS and Stata, answers are their codes, not their labels; what is declared as
        missing there and empty text are missing.

    Raises
    ------
    AnalysisError
        If there is no such file, its kind is not known, or it cannot be read.
    """
    name = os.fspath(path)
    if not name or (not any(sign in name for sign in "*?[") and not Path(name).exists()):
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA,
            f"there is no file {name or repr(name)}; look at its name and folder",
        )
    suffix = Path(name).suffix.lower()
    return _READERS.get(suffix, _with_duckdb)(name)


def _with_duckdb(path: str) -> Source:
    parquet = Path(path).suffix.lower() in {".parquet", ".parq", ".pq"} or Path(path).is_dir()
    if parquet:
        from analisis.io.parquet import open_parquet

        if found := open_parquet(path):
            return found
    from analisis.io.delimited import is_delimited
    from analisis.io.duckdb import DuckDBSource

    if not parquet and not is_delimited(path):
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA,
            f"files like {Path(path).name} are not read; save it as .csv, .parquet, .sav or .dta",
        )
    return DuckDBSource(path)


def _spss(path: str) -> Source:
    import pyreadstat

    return _labelled(path, pyreadstat.read_sav)


def _stata(path: str) -> Source:
    import pyreadstat

    return _labelled(path, pyreadstat.read_dta)


def _labelled(path: str, read: Callable[..., Any]) -> Source:
    from pyreadstat import PyreadstatError, ReadstatError

    try:
        columns, _labels = read(path, output_format="dict", apply_value_formats=False)
    except (PyreadstatError, ReadstatError, UnicodeDecodeError) as fault:
        raise AnalysisError(ErrorCode.UNREADABLE_DATA, f"{path} cannot be read: {fault}") from fault
    return ArraySource({name: _filled(values) for name, values in columns.items()})


def _filled(values: list[object]) -> NDArray[np.generic]:
    """Values with None where a text is empty, or a number is not there."""
    array = np.empty(len(values), dtype=object)
    array[:] = [None if value == "" else value for value in values]
    return array


_READERS: dict[str, Callable[[str], Source]] = {
    ".sav": _spss,
    ".zsav": _spss,
    ".dta": _stata,
}

"""CSV files: every value is text until the whole column says what it is."""

import csv
import gzip
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import duckdb

from analisis.errors import AnalysisError, ErrorCode
from analisis.io.sql import literal

_SUFFIXES = {".csv", ".tsv", ".txt"}
_SEPARATORS = ",;\t|"
_TRUTHS = "('true', 'false', 'True', 'False', 'TRUE', 'FALSE')"
_GAPS = "('NA', 'NaN', 'nan', 'NULL', 'null')"
"""What stands for nothing among numbers and truths; in a column of text it is text."""


def is_delimited(path: str) -> bool:
    """Whether a path is that of a file of separated values, compressed or not."""
    return Path(path.removesuffix(".gz")).suffix.lower() in _SUFFIXES


def load(
    connection: duckdb.DuckDBPyConnection, path: str
) -> tuple[duckdb.DuckDBPyRelation, Sequence[str]]:
    """Read a file into a table; the names of its columns are those of its first line.

    Raises
    ------
    AnalysisError
        If it has no first line with names, or is not in UTF-8.
    """
    names, separator = _header(path)
    columns = [f"v{place}" for place in range(len(names))]
    connection.execute(
        "CREATE TABLE texts AS SELECT * FROM read_csv("
        f"{literal(path)}, auto_detect = false, header = true, delim = {literal(separator)}, "
        f"quote = '\"', escape = '\"', columns = {dict.fromkeys(columns, 'VARCHAR')!r})"
    )
    typed = _typed(connection, columns, comma=separator == ";")
    connection.execute(f"CREATE TABLE typed AS SELECT {', '.join(typed)} FROM texts")
    connection.execute("DROP TABLE texts")
    return connection.sql("SELECT * FROM typed"), names


def _header(path: str) -> tuple[list[str], str]:
    opener = gzip.open if path.endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            line = file.readline()
            separator = max(_SEPARATORS, key=line.count)
            names = next(csv.reader(chain([line], file), delimiter=separator), [])
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA, f"{path} cannot be read: {fault}; save it as CSV in UTF-8"
        ) from fault
    if not all(name.strip() for name in names) or not names:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA,
            f"{path} has columns without a name in its first line; give each one there",
        )
    return names, separator


def _typed(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], *, comma: bool
) -> list[str]:
    """How each column is to be read, asked of all of them in one pass."""
    asked = []
    for column in columns:
        number = f"replace({column}, ',', '.')" if comma else column
        there = f"{column} IS NOT NULL AND {column} NOT IN {_GAPS}"
        # A zero in front; what a cast would take for digits though nobody writes numbers so.
        zeros = (f"({column} >= '{sign}00' AND {column} < '{sign}0:')" for sign in ("", "-", "+"))
        code = f"{' OR '.join(zeros)} OR contains({column}, ' ') OR contains({column}, '_')"
        asked += [
            f"count(CASE WHEN {there} THEN 1 END)",
            f"count(CASE WHEN {column} IN {_TRUTHS} THEN 1 END)",
            f"count(CASE WHEN {column} = CAST(try_cast({column} AS BIGINT) AS VARCHAR) THEN 1 END)",
            f"count(CASE WHEN {there} AND try_cast({number} AS DOUBLE) IS NOT NULL THEN 1 END)",
            f"count(CASE WHEN {code} THEN 1 END)",
        ]
    counts = connection.execute(f"SELECT {', '.join(asked)} FROM texts").fetchone() or ()
    return [
        f"{_read(column, comma, *counts[place * 5 : place * 5 + 5])} AS {column}"
        for place, column in enumerate(columns)
    ]


def _read(
    column: str, comma: bool, there: int, truths: int, integers: int, numbers: int, codes: int
) -> str:
    value = f"CASE WHEN {column} NOT IN {_GAPS} THEN {column} END"
    if there and truths == there:
        return f"CAST({value} AS BOOLEAN)"
    if codes or numbers < there:
        return column
    if there and integers == there:
        return f"CAST({value} AS BIGINT)"
    return f"CAST(replace({value}, ',', '.') AS DOUBLE)" if comma else f"CAST({value} AS DOUBLE)"

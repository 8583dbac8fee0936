"""CSV files: every value is text until the whole column says what it is."""

import csv
import gzip
import re
import zlib
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import duckdb

from analisis.errors import AnalysisError, ErrorCode
from analisis.io.sql import literal

_SUFFIXES = {".csv", ".tsv", ".txt"}
_SEPARATORS = ",;\t|"
_TRUTHS = "('true', 'false', 'True', 'False', 'TRUE', 'FALSE')"
_GAPS = ("NA", "NaN", "nan", "NULL", "null")
"""What stands for nothing among numbers and truths; in a column of text it is text."""
_UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error)


def is_delimited(path: str) -> bool:
    """Whether a path is that of a file of separated values, compressed or not."""
    return Path(path.lower().removesuffix(".gz")).suffix in _SUFFIXES


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
    query = (
        "CREATE TABLE texts AS SELECT * FROM read_csv("
        f"{literal(path)}, auto_detect = false, header = true, delim = {literal(separator)}, "
        f"quote = '\"', escape = '\"', columns = {dict.fromkeys(columns, 'VARCHAR')!r})"
    )
    try:
        connection.execute(query)
    except duckdb.InvalidInputException as fault:
        raise _row_fault(path, len(columns), str(fault)) from fault
    typed = _typed(connection, columns, comma=separator == ";")
    connection.execute(f"CREATE TABLE typed AS SELECT {', '.join(typed)} FROM texts")
    connection.execute("DROP TABLE texts")
    return connection.sql("SELECT * FROM typed"), names


def _header(path: str) -> tuple[list[str], str]:
    opener = gzip.open if path.lower().endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            line = file.readline()
            separator = max(_SEPARATORS, key=line.count)
            names = next(csv.reader(chain([line], file), delimiter=separator), [])
    except _UNREADABLE as fault:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA, f"{path} cannot be read: {fault}; save it as CSV in UTF-8"
        ) from fault
    if not all(name.strip() for name in names) or not names:
        raise AnalysisError(
            ErrorCode.UNREADABLE_DATA,
            f"{path} has columns without a name in its first line; give each one there",
        )
    return names, separator


def _row_fault(path: str, width: int, said: str) -> AnalysisError:
    """What is wrong with a row, in the words of somebody who has the file before them."""
    line = re.search(r"CSV Error on Line: ([0-9]+)", said)
    found = re.search(r"Expected Number of Columns: [0-9]+ Found: ([0-9]+)", said)
    if found:
        than = "more" if int(found[1]) > width else "fewer"
        what = f"has {than} values than the {width} names of the first line; give each name one"
    elif "unterminated quote" in said:
        what = "opens a quote that nothing closes; close it, or double it if it is part of the text"
    elif "not utf-8" in said:
        what = "is not in UTF-8; save it as CSV in UTF-8"
    else:
        what = f"is no row of {width} values: {said.splitlines()[0]}; save it as CSV again"
    return AnalysisError(
        ErrorCode.UNREADABLE_DATA,
        f"{path} cannot be read: {f'line {line[1]} ' if line else 'it '}{what}",
    )


def _typed(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], *, comma: bool
) -> list[str]:
    """How each column is to be read, asked of all of them in one pass."""
    number = "replace(value, ',', '.')" if comma else "value"
    there = f"value NOT IN {_GAPS}"
    # A zero in front; what a cast would take for digits though nobody writes numbers so.
    zeros = (f"(value >= '{sign}00' AND value < '{sign}0:')" for sign in ("", "-", "+"))
    code = f"{' OR '.join(zeros)} OR contains(value, ' ') OR contains(value, '_')"
    # Rows of name and value: to plan five counts for each of 2,000 columns takes minutes.
    found = connection.execute(
        "SELECT name, "
        f"count(CASE WHEN {there} THEN 1 END), "
        f"count(CASE WHEN value IN {_TRUTHS} THEN 1 END), "
        "count(CASE WHEN value = CAST(try_cast(value AS BIGINT) AS VARCHAR) THEN 1 END), "
        f"count(CASE WHEN {there} AND try_cast({number} AS DOUBLE) IS NOT NULL THEN 1 END), "
        f"count(CASE WHEN {code} THEN 1 END) "
        "FROM (UNPIVOT texts ON COLUMNS(*) INTO NAME name VALUE value) GROUP BY name"
    ).fetchall()
    counts = {name: kinds for name, *kinds in found}
    nothing = [0] * 5  # a column without values has no rows
    return [
        f"{_read(column, comma, *counts.get(column, nothing))} AS {column}" for column in columns
    ]


def _read(
    column: str, comma: bool, there: int, truths: int, integers: int, numbers: int, codes: int
) -> str:
    # Not with IN: DuckDB makes a join of it, and hundreds of columns would be hundreds of joins.
    gaps = " ".join(f"WHEN '{gap}' THEN NULL" for gap in _GAPS)
    value = f"CASE {column} {gaps} ELSE {column} END"
    if there and truths == there:
        return f"CAST({value} AS BOOLEAN)"
    if codes or numbers < there:
        return column
    if there and integers == there:
        return f"CAST({value} AS BIGINT)"
    return f"CAST(replace({value}, ',', '.') AS DOUBLE)" if comma else f"CAST({value} AS DOUBLE)"

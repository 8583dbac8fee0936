"""Columns are read alike, whatever holds them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analisis.numeric import numeric_columns

COLUMNS = {"a": [1, 2, None], "b": [0.5, None, 2.5], "c": [True, False, True]}
EXPECTED = np.array([[1, 0.5, 1], [2, np.nan, 0], [np.nan, 2.5, 1]])


def nullable(columns: dict[str, list[object]]) -> pd.DataFrame:
    return pd.DataFrame(columns).convert_dtypes()


@pytest.mark.parametrize("make", [dict, pd.DataFrame, nullable, pl.DataFrame, pa.table])
def test_a_table_is_read_with_its_names(make: Callable[[object], Any]) -> None:
    names, values = numeric_columns(make(COLUMNS), "row")
    assert names == ("a", "b", "c")
    assert np.array_equal(values, EXPECTED, equal_nan=True)


def test_an_array_has_numbers_for_names() -> None:
    names, values = numeric_columns(EXPECTED, "row")
    assert names == ("1", "2", "3")
    assert np.array_equal(values, EXPECTED, equal_nan=True)
    rows = [[1, 0.5, True], [2, None, False], [None, 2.5, True]]
    assert np.array_equal(numeric_columns(rows, "row")[1], EXPECTED, equal_nan=True)
    assert numeric_columns([1, None], "row")[1].shape == (2, 1)

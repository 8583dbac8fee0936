"""A Parquet file that fits into memory is read by columns, and gives what DuckDB gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from analisis import SurveyDesign
from analisis.io import open_source
from analisis.io.arrays import ColumnSource
from analisis.io.duckdb import DuckDBSource
from analisis.io.parquet import _BATCH, MOST
from analisis.sums import GroupBy, Sum


def test_a_file_is_read_into_memory_where_it_fits_and_duckdb_knows_nothing_more(
    tmp_path: Path,
) -> None:
    few, many = pa.table({"y": [1, 2]}), pa.table({"y": np.zeros(MOST + 1, np.int8)})
    lists = pa.table({"y": [1], "list": [[1]]})
    (tmp_path / "year=2026").mkdir()
    made = {"few": few, "many": many, "lists": lists, "year=2026/few": few}
    for name, table in made.items():
        pa.parquet.write_table(table, tmp_path / f"{name}.parquet")
    kinds = {name: type(open_source(tmp_path / f"{name}.parquet")) for name in made}
    assert kinds.pop("few") is ColumnSource
    assert {*kinds.values()} == {DuckDBSource}
    assert "year" in open_source(tmp_path / "year=2026" / "few.parquet").kinds


def test_numbered_text_of_a_file_has_only_the_values_that_occur(tmp_path: Path) -> None:
    parts = [["b", "never", "a"], ["c", "b", "b"]]
    column = pa.chunked_array(
        pa.DictionaryArray.from_arrays(pa.array([0, 2, None, 0]), pa.array(names))
        for names in parts
    )
    pa.parquet.write_table(pa.table({"t": column, "y": range(8)}), tmp_path / "x.parquet")
    source = open_source(tmp_path / "x.parquet")
    assert source.levels("t").tolist() == ["a", "b", "c"]
    assert source.column("t").tolist() == ["b", "a", None, "b", "c", "b", None, "c"]
    means = SurveyDesign(source).mean("y", by="t")
    assert {each.domain["t"]: each.value for each in means} == {"a": 1, "b": 8 / 3, "c": 5.5}


def test_floats_of_few_digits_are_compared_as_wide_ones(tmp_path: Path) -> None:
    pa.parquet.write_table(pa.table({"y": np.array([0.1, 0.5], "f4")}), tmp_path / "x.parquet")
    for source in (open_source(tmp_path / "x.parquet"), DuckDBSource(tmp_path / "x.parquet")):
        shares = [SurveyDesign(source).proportion("y", level)[0].value for level in (0.1, 0.5)]
        assert shares == [0, 0.5]


def test_whole_numbers_of_a_file_are_the_same_however_many_bytes_they_need(tmp_path: Path) -> None:
    size = _BATCH + 3  # what comes in the second batch needs more bytes than the first
    columns = {
        "signed": np.array([0] * _BATCH + [-130, 40_000, 7]),
        "far": np.array([5] * _BATCH + [-7, 2**53 + 1, 5]),
        "unsigned": np.array([250] * _BATCH + [2**64 - 1, 0, 300], np.uint64),
        "close": np.array([120] * _BATCH + [-128, 127, 0], np.int8),
    }
    whole = [None if row == _BATCH else 2**53 + row % 2 for row in range(size)]
    table = pa.table({**columns, "gap": whole, "y": np.arange(size)})
    pa.parquet.write_table(table, tmp_path / "x.parquet")
    source = open_source(tmp_path / "x.parquet")
    for name, values in columns.items():
        assert np.array_equal(source.column(name), values)
        groups = source.group(GroupBy((name, "y"), (Sum(power=0),)))
        assert groups.keys[name].values.tolist() == np.unique(values).tolist()
        rows = groups.keys["y"].values[groups.keys["y"].codes]
        assert np.array_equal(groups.keys[name].values[groups.keys[name].codes], values[rows])
    assert source.levels("gap").tolist() == [2**53, 2**53 + 1]
    alone = source.group(GroupBy(("close", "signed", "gap"), (Sum(power=0),)))
    assert alone.size == 5
    assert sorted(alone.sums[:, 0]) == [1, 1, 1, _BATCH / 2, _BATCH / 2]

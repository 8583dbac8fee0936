"""The same figures, wherever the rows are."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pg8000.dbapi
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pyreadstat
import pytest
from sqlalchemy import make_url

from analisis import AnalysisError, ErrorCode, Estimates, SurveyDesign
from analisis.columns import factorise
from analisis.io import open_source
from analisis.io.duckdb import DuckDBSource
from analisis.io.frames import array_of, arrays_of, key_of
from analisis.io.postgresql import PostgreSQLSource
from analisis.sums import Kind, Source
from tests.analisis.engines import DESIGNS, FIGURES, assert_same, sample


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, object]:
    folder = tmp_path_factory.mktemp("engines")
    table = sample()
    pa.parquet.write_table(table, folder / "sample.parquet", row_group_size=700)
    parts = folder / "parts"
    parts.mkdir()
    for place in range(4):
        pa.parquet.write_table(table.slice(place * 800, 800), parts / f"{place}.parquet")
    plain = table.set_column(0, "region", table["region"].cast(pa.string()))
    for name, end in (("comma.csv", ","), ("semicolon.csv", ";")):
        with (folder / name).open("wb") as file:
            pa.csv.write_csv(plain, file, pa.csv.WriteOptions(delimiter=end))
    return {
        "pandas": table.to_pandas(),
        "polars": pl.from_arrow(table),
        "Arrow": table,
        "Parquet": folder / "sample.parquet",
        "Parquet by DuckDB": DuckDBSource(folder / "sample.parquet"),
        "Parquet folder": str(parts),
        "Parquet pattern": f"{parts}/*.parquet",
        "CSV": folder / "comma.csv",
        "CSV with semicolons": folder / "semicolon.csv",
        "relation": duckdb.sql("SELECT * REPLACE (region::VARCHAR AS region) FROM plain"),
    }


EVERYWHERE = ("pandas", "polars", "Arrow", "Parquet", "Parquet by DuckDB", "CSV", "relation")
FORMS = [
    *((form, design) for form in EVERYWHERE for design in DESIGNS),
    ("Parquet folder", "two stages, finite"),
    ("Parquet pattern", "two stages, finite"),
    ("CSV with semicolons", "two stages, finite"),
]


@cache
def of_arrays(design: str) -> tuple[SurveyDesign, Mapping[str, Estimates]]:
    made = SurveyDesign(arrays_of(sample()), **DESIGNS[design])
    return made, {name: figure(made) for name, figure in FIGURES.items()}


@pytest.mark.parametrize(("form", "design"), FORMS)
def test_every_figure_is_the_same(form: str, design: str, forms: Mapping[str, object]) -> None:
    said = dict(DESIGNS[design])
    if form == "relation" and said.get("population") == "N":
        said["population"] = "N_1"  # as DuckDB itself calls it beside n
    ours = SurveyDesign(forms[form], **said)
    theirs, figures = of_arrays(design)
    assert ours.df == theirs.df
    assert ours.population == theirs.population
    np.testing.assert_allclose(ours.weights, theirs.weights, rtol=1e-12)
    for name, figure in FIGURES.items():
        assert len(figures[name]), name
        assert_same(figure(ours), figures[name])


CALIBRATED: Mapping[str, Callable[[SurveyDesign], SurveyDesign]] = {
    "post-strata": lambda d: d.poststratify("sex", {"f": 9e5, "m": 1e6}),
    "raked": lambda d: d.rake([("sex", {"f": 9e5, "m": 1e6}), ("urban", {True: 1e6, False: 9e5})]),
}


@pytest.mark.parametrize("design", ["one stage", "two stages, finite", "strata of rows, finite"])
@pytest.mark.parametrize("calibrated", CALIBRATED)
@pytest.mark.parametrize("form", ["Parquet", "Parquet by DuckDB"])
def test_calibrated_figures_are_the_same(
    form: str, calibrated: str, design: str, forms: Mapping[str, object]
) -> None:
    theirs = CALIBRATED[calibrated](of_arrays(design)[0])
    ours = CALIBRATED[calibrated](SurveyDesign(forms[form], **DESIGNS[design]))
    np.testing.assert_allclose(ours.weights, theirs.weights, rtol=1e-12)
    for name in ("means by comuna", "total", "several answers", "net"):
        assert_same(FIGURES[name](ours), FIGURES[name](theirs))


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[[Mapping[str, object]], DuckDBSource]:
    def made(columns: Mapping[str, object]) -> DuckDBSource:
        pa.parquet.write_table(pa.table(columns), tmp_path / "made.parquet")
        return DuckDBSource(tmp_path / "made.parquet")

    return made


@pytest.fixture
def csv(tmp_path: Path) -> Callable[[str], Source]:
    def made(text: str, encoding: str = "utf-8") -> Source:
        (tmp_path / "made.csv").write_text(text, encoding=encoding)
        return open_source(tmp_path / "made.csv")

    return made


def test_nan_and_null_are_both_missing(parquet: Callable[..., DuckDBSource]) -> None:
    source = parquet({"y": pa.array([1.0, np.nan, None, 3.0]), "k": [1, 1, 2, 2]})
    figure = SurveyDesign(source).mean("y")[0]
    assert (figure.n, figure.base, figure.value) == (2, 4, 2.0)
    assert np.isnan(source.column("y")).tolist() == [False, True, True, False]
    assert source.levels("y").tolist() == [1.0, 3.0]


@pytest.mark.parametrize("size", [6, 300_000], ids=["few", "many"])
@pytest.mark.parametrize(
    "values",
    [[3, None, 1, 2, 3, 3], [0.5, None, -1.0, 0.5, 2.0, 0.5], ["b", "a", None, "ñ", "b", "b"]],
    ids=["integers", "floats", "text"],
)
def test_a_key_of_arrow_is_that_of_arrays(values: list[object], size: int) -> None:
    whole = pa.chunked_array([pa.array(values * (size // 6)), pa.array([None, *values])[2:]])
    key = key_of(whole.slice(1))
    expected = factorise(array_of(whole.slice(1)))
    assert key.values.tolist() == expected.values.tolist()
    np.testing.assert_array_equal(key.codes, expected.codes)
    assert -1 in key.codes


@pytest.mark.parametrize("how", ["file", "DuckDB", "relation"])
def test_nan_is_missing_though_the_statistics_of_a_file_know_nothing_of_it(
    how: str, tmp_path: Path
) -> None:
    """Arrow's minimum and maximum leave NaN out, and DuckDB concludes that there is none."""
    path = tmp_path / "made.parquet"
    y = np.random.default_rng(4).random(5000)
    gaps = y < 0.1
    columns = {"y": np.where(gaps, np.nan, y), "f": np.where(gaps, np.nan, y).astype("f4")}
    pa.parquet.write_table(pa.table(columns), path)
    data = {
        "file": path,
        "DuckDB": DuckDBSource(path),
        "relation": duckdb.sql(f"FROM read_parquet('{path}')"),
    }[how]
    for figure in SurveyDesign(data).mean(["y", "f"]):
        assert (figure.n, figure.base) == (5000 - gaps.sum(), 5000)
        assert figure.value == pytest.approx(y[~gaps].mean())
    assert len(open_source(data).levels("y")) == 5000 - gaps.sum()
    with pytest.raises(AnalysisError) as fault:
        SurveyDesign(data, weights="y")
    assert fault.value.code is ErrorCode.MISSING_WEIGHT


def test_columns_whose_names_differ_by_case_alone_are_two(
    parquet: Callable[..., DuckDBSource],
) -> None:
    source = parquet({"n": [1.0, 2.0], "N": [5.0, 7.0], 'a "b" ; --': [1, 1]})
    assert list(source.kinds) == ["n", "N", 'a "b" ; --']
    means = SurveyDesign(source).mean(["n", "N", 'a "b" ; --'])
    assert [each.value for each in means] == [1.5, 6.0, 1.0]


def test_rows_keep_the_order_of_the_file(tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).permutation(300_000)
    pa.parquet.write_table(
        pa.table({"w": numbers}), tmp_path / "made.parquet", row_group_size=10_000
    )
    source = DuckDBSource(tmp_path / "made.parquet", threads=4)
    assert np.array_equal(source.column("w"), numbers)
    assert source.centres(["w"]) == {"w": numbers[:10_000].mean()}


def test_a_file_larger_than_the_memory_allowed_is_read(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    path = tmp_path / "large.parquet"
    with pa.parquet.ParquetWriter(
        path, pa.schema({"unit": pa.int64(), "y": pa.float64(), "w": pa.float64()})
    ) as file:
        for _part in range(8):
            unit, y, w = rng.integers(0, 900, 250_000), rng.random(250_000), rng.random(250_000)
            file.write_table(pa.table({"unit": unit, "y": y, "w": w}), row_group_size=25_000)
    assert path.stat().st_size > 30e6
    small = SurveyDesign(
        DuckDBSource(path, memory_limit="30MB", threads=1), weights="w", clusters="unit"
    )
    whole = SurveyDesign(pa.parquet.read_table(path), weights="w", clusters="unit")
    assert_same(small.mean("y"), whole.mean("y"))


def test_more_groups_than_the_memory_allowed_holds_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    y = np.random.default_rng(3).random(1_500_000)
    pa.parquet.write_table(pa.table({"y": y}), path)
    source = DuckDBSource(path, memory_limit="60MB", threads=1)
    figure = SurveyDesign(source).mean("y")[0]
    assert figure.n == len(y)
    assert figure.value == pytest.approx(y.mean(), rel=1e-12)
    assert figure.se == pytest.approx(y.std(ddof=1) / np.sqrt(len(y)), rel=1e-9)


def read_csv(csv: Callable[[str], Source], text: str) -> dict[str, tuple[Kind, list[object]]]:
    source = csv(text)
    return {name: (kind, source.column(name).tolist()) for name, kind in source.kinds.items()}


def test_a_column_of_a_csv_file_is_what_all_its_values_are(csv: Callable[[str], Source]) -> None:
    found = read_csv(
        csv,
        "cut,id,big,share,ok,note,late,empty,n,N,signed,under\n"
        "05402,1,123456789012345678,0.5,true,si,1,,1,5,-05,1\n"
        "10101,2,-3,1e3,FALSE,NA,x,,2,NA,7,1_0\n"
        '13101,30,4,NA,,"a ""b"", c",3,,3,7,8,2\n',
    )
    assert found["cut"] == (Kind.TEXT, ["05402", "10101", "13101"])
    assert found["signed"] == (Kind.TEXT, ["-05", "7", "8"])
    assert found["under"] == (Kind.TEXT, ["1", "1_0", "2"])
    assert found["id"] == (Kind.NUMBER, [1, 2, 30])
    assert found["big"] == (Kind.NUMBER, [123456789012345678, -3, 4])
    assert found["share"][0] is Kind.NUMBER
    assert found["share"][1][:2] == [0.5, 1000.0]
    assert np.isnan(found["share"][1][2])
    assert found["ok"] == (Kind.BOOLEAN, [True, False, None])
    assert found["note"] == (Kind.TEXT, ["si", "NA", 'a "b", c'])
    assert found["late"] == (Kind.TEXT, ["1", "x", "3"])
    assert found["empty"][0] is Kind.NUMBER
    assert np.isnan(found["empty"][1]).all()
    assert found["n"] == (Kind.NUMBER, [1, 2, 3])
    assert found["N"][1][0] == 5


def test_a_csv_file_of_chile_has_semicolons_and_decimal_commas(
    csv: Callable[[str], Source],
) -> None:
    found = read_csv(csv, "\ufeffcomuna;peso\nÑuñoa;1,5\nMaipú;2\n")
    assert found == {"comuna": (Kind.TEXT, ["Ñuñoa", "Maipú"]), "peso": (Kind.NUMBER, [1.5, 2.0])}


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("", "utf-8", "without a name in its first line"),
        ("a,,c\n1,2,3\n", "utf-8", "without a name in its first line"),
        ("a,b,a\n1,2,3\n", "utf-8", "two columns are called 'a'"),
        ("comuna\nÑuñoa\n", "latin-1", "save it as CSV in UTF-8"),
        ("a,b\n1,2\n1,2,3,4\n", "utf-8", "line 3 has more values than the 2 names"),
        ("a,b\n1,2\n1\n", "utf-8", "line 3 has fewer values than the 2 names"),
        ('a,b\n1,"2\n1,2\n', "utf-8", "line 2 opens a quote that nothing closes; close it"),
        ("a,b\n" + "1,2\n" * 9000 + "é,1\n", "latin-1", "line 9002 is not in UTF-8; save it"),
        ("a,b\n1," + "x" * 3_000_000 + "\n", "utf-8", "line 2 is no row of 2 values"),
    ],
)
def test_a_csv_file_with_a_fault_says_what_to_do(
    text: str, encoding: str, said: str, csv: Callable[..., Source]
) -> None:
    with pytest.raises(AnalysisError, match=said) as fault:
        csv(text, encoding)
    assert fault.value.code is ErrorCode.UNREADABLE_DATA


def test_a_csv_file_may_have_more_than_a_thousand_columns(csv: Callable[[str], Source]) -> None:
    names = [f"q{place}" for place in range(1200)]
    source = csv("\n".join([",".join(names), *[",".join("7" for _ in names)] * 3]) + "\n")
    assert {*source.kinds.values()} == {Kind.NUMBER}
    assert SurveyDesign(source).mean("q1199")[0].value == 7


def test_a_compressed_csv_file_is_known_by_its_name_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "DATA.CSV.GZ").write_bytes(gzip.compress(b"a,b\n1,2\n", mtime=0))
    assert open_source(tmp_path / "DATA.CSV.GZ").column("b").tolist() == [2]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:12], "cannot be read"),
        ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:10] + b"\xff" * 20, "cannot be read"),
        ("plain.csv.gz", b"a,b\n1,2\n", "cannot be read"),
        ("absent.parquet", None, "there is no file"),
        ("answers.xlsx", b"PK", "save it as .csv, .parquet, .sav or .dta"),
        ("answers.parquet", b"nothing", "cannot be read"),
        ("answers.sav", b"nothing", "cannot be read"),
        ("answers.dta", b"nothing", "cannot be read"),
        ("*.parquet", None, "cannot be read"),
    ],
)
def test_a_file_that_is_not_read_says_what_to_do(
    name: str, content: bytes | None, said: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(AnalysisError, match=said) as fault:
        SurveyDesign(tmp_path / name)
    assert fault.value.code is ErrorCode.UNREADABLE_DATA


def test_spss_and_stata_files_give_codes_and_leave_out_what_is_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"sat": [1, 2, 9, None, 6.0], "cut": ["05402", "", "10101", "b", "c"], "w": range(1, 6)}
    )
    labels = {"sat": {1: "muy mal", 9: "no sabe"}}
    pyreadstat.write_sav(
        frame, tmp_path / "x.sav", variable_value_labels=labels, missing_ranges={"sat": [9]}
    )
    pyreadstat.write_dta(frame, tmp_path / "x.dta", variable_value_labels=labels)
    spss, stata = (open_source(tmp_path / name) for name in ("x.sav", "x.dta"))
    np.testing.assert_array_equal(spss.column("sat"), [1, 2, np.nan, np.nan, 6])
    np.testing.assert_array_equal(stata.column("sat"), [1, 2, 9, np.nan, 6])
    for source in (spss, stata):
        assert source.column("cut").tolist() == ["05402", None, "10101", "b", "c"]
        assert source.kinds == {"sat": Kind.NUMBER, "cut": Kind.TEXT, "w": Kind.NUMBER}


@pytest.mark.parametrize(
    ("package", "name"), [("duckdb", "x.csv"), ("pyreadstat", "x.sav"), ("pyarrow", "x.parquet")]
)
def test_a_package_that_is_not_there_is_named(
    package: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text("a\n1\n")
    for module in [each for each in sys.modules if each.startswith(("analisis.io.", package))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(AnalysisError, match=f"pip install {package}") as fault:
        open_source(tmp_path / name)
    assert fault.value.code is ErrorCode.MISSING_DEPENDENCY


def test_a_folder_with_a_file_that_is_no_parquet_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"nothing")
    pa.parquet.write_table(pa.table({"y": [1]}), tmp_path / "b.parquet")
    with pytest.raises(AnalysisError, match="cannot be read") as fault:
        SurveyDesign(tmp_path)
    assert fault.value.code is ErrorCode.UNREADABLE_DATA


def test_limits_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    pa.parquet.write_table(pa.table({"y": [1]}), tmp_path / "x.parquet")
    with pytest.raises(AnalysisError, match="memory_limit is 'much'") as fault:
        DuckDBSource(tmp_path / "x.parquet", memory_limit="much")
    assert fault.value.code is ErrorCode.INVALID_ARGUMENT


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(AnalysisError, match="the data have no rows"):
        SurveyDesign(duckdb.sql("SELECT 1 AS y WHERE false"))


def test_parts_may_lie_in_different_places(tmp_path: Path) -> None:
    table = sample()
    pa.parquet.write_table(table.slice(0, 1500), tmp_path / "first.parquet")
    said = DESIGNS["two stages, finite"]
    parts = SurveyDesign([str(tmp_path / "first.parquet"), table.slice(1500)], **said)
    whole = SurveyDesign(table, **said)
    for figure in FIGURES.values():
        assert_same(figure(parts), figure(whole))


@pytest.fixture
def postgresql(postgres_server: object) -> Iterator[object]:
    where = make_url(postgres_server.get_uri("postgres"))
    connection = pg8000.dbapi.connect(
        user=where.username,
        database=where.database,
        unix_sock=f"{where.query['host']}/.s.PGSQL.5432",
    )
    yield connection
    connection.rollback()
    connection.close()


def test_postgresql_does_the_sums(postgresql: object) -> None:
    table = sample(600)
    kinds = {
        pa.float64(): "double precision",
        pa.int64(): "bigint",
        pa.int32(): "integer",
        pa.int16(): "smallint",
        pa.int8(): "smallint",
        pa.bool_(): "boolean",
        pa.decimal128(9, 2): "numeric(9, 2)",
    }
    columns = ", ".join(f'"{each.name}" {kinds.get(each.type, "text")}' for each in table.schema)
    cursor = postgresql.cursor()
    cursor.execute(f"CREATE TEMPORARY TABLE answers ({columns})")
    places = ", ".join(["%s"] * table.num_columns)
    cursor.executemany(
        f"INSERT INTO answers VALUES ({places})",  # noqa: S608 # only places
        [tuple(row.values()) for row in table.to_pylist()],
    )
    source = PostgreSQLSource(postgresql, "SELECT * FROM answers")
    for said in DESIGNS.values():
        ours, theirs = SurveyDesign(source, **said), SurveyDesign(table, **said)
        for figure in FIGURES.values():
            assert_same(figure(ours), figure(theirs))
    with pytest.raises(AnalysisError, match="the database does not answer"):
        PostgreSQLSource(postgresql, "SELECT * FROM nothing")

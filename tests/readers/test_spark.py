"""Apache Spark in local mode: the same figures as of arrays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from analisis import AnalysisError, SurveyDesign
from analisis.io import open_source
from analisis.io.spark import SparkSource
from tests.analisis.engines import DESIGNS, FIGURES, assert_same, sample

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed")


@pytest.fixture(scope="module")
def spark() -> Iterator[object]:
    if not shutil.which("java"):
        pytest.skip("Java is not installed")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.caseSensitive", "true")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return sample(1500)


@pytest.fixture(scope="module")
def rows(spark: object, table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> object:
    path = tmp_path_factory.mktemp("spark") / "sample.parquet"
    pa.parquet.write_table(table, path)
    return spark.read.parquet(str(path)).cache()


@pytest.mark.parametrize("design", DESIGNS)
def test_every_figure_is_the_same(design: str, rows: object, table: pa.Table) -> None:
    said: Mapping[str, object] = DESIGNS[design]
    ours, theirs = SurveyDesign(rows, **said), SurveyDesign(table, **said)
    assert ours.df == theirs.df
    assert abs(ours.weights.sum() / theirs.weights.sum() - 1) < 1e-12
    for figure in FIGURES.values():
        assert_same(figure(ours), figure(theirs))


def test_a_frame_of_spark_is_taken_as_it_is(rows: object) -> None:
    assert isinstance(open_source(rows), SparkSource)


def test_what_spark_cannot_read_is_said(spark: object, tmp_path: Path, table: pa.Table) -> None:
    path = tmp_path / "gone.parquet"
    pa.parquet.write_table(table, path)
    lost = spark.read.parquet(str(path))
    path.unlink()
    with pytest.raises(AnalysisError, match="Spark cannot read the data"):
        SurveyDesign(lost)

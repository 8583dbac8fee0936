"""Files for SPSS, Stata and Parquet, opened by readers that are not ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas
import polars
import pyreadstat
import pytest

from app.models import Collection
from app.services.exports import stream
from tests.data_in_out.conftest import bring_in, open_kitchen

ROWS = (
    "cooks,tools,mark,balance,people,since,comment\n"
    "yes,pot oven,7,-3.5,4,2024-02-29,=HYPERLINK(1)\n"
    "no,,no_sabe,,,1899-12-31,ñandú 🦤\n"
    "no,,no_responde,,,,\n"
)


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """SQLite alone: the rows are those of every export, which are tested on both."""
    return new_database(request.param)


@pytest.fixture
def filled(kitchen: Collection, tmp_path: Path) -> Collection:
    bring_in(tmp_path / "in.csv", ROWS)
    return kitchen


def write(folder: Path, fmt: str, slug: str = "kitchen", **how: object) -> tuple[Path, list[str]]:
    path = folder / f"out.{fmt}"
    with path.open("wb") as file:
        return path, stream.write_export(slug, file.write, fmt=fmt, **how)


def by_mark(frame: Any) -> dict[object, dict[str, object]]:
    return {row["mark"]: row for row in frame.to_dicts()}


def test_spss_has_labels_measures_and_user_missing_values(
    filled: Collection, tmp_path: Path
) -> None:
    path, adjusted = write(tmp_path, "sav")
    frame, meta = pyreadstat.read_sav(path, output_format="polars", user_missing=True)
    rows = by_mark(frame)
    assert set(rows) == {7, -99, -98}
    assert (rows[7]["cooks"], rows[7]["tools"], rows[7]["tools_pot"]) == (1, "pot oven", 1)
    assert (rows[7]["tools_knife"], rows[-99]["tools_knife"]) == (0, None)
    assert (rows[7]["balance"], rows[7]["people"], rows[-99]["people"]) == (-3.5, 4, None)
    assert rows[7]["comment"] == "=HYPERLINK(1)"
    assert rows[-99]["comment"] == "ñandú 🦤"
    assert rows[7]["since"] == "2024-02-29"
    assert isinstance(rows[7]["r_submitted_on"], date)
    assert meta.column_names_to_labels["mark"] == "Nota"
    assert meta.column_names_to_labels["tools_pot"] == "¿Con qué? / Olla"
    assert meta.variable_value_labels["cooks"] == {1: "Sí", 2: "No"}
    assert meta.missing_ranges["mark"] == [{"lo": -99, "hi": -99}, {"lo": -98, "hi": -98}]
    assert meta.variable_measure["mark"] == "ordinal"
    assert meta.variable_measure["balance"] == "scale"
    assert "cooks: yes es 1" in adjusted
    assert "tools/pot se llama tools_pot" in adjusted
    # As SPSS reads it, what is no opinion takes part in no mean.
    assert pyreadstat.read_sav(path, output_format="polars")[0]["mark"].drop_nulls().to_list() == [
        7
    ]


def test_stata_has_missing_values_of_its_own(filled: Collection, tmp_path: Path) -> None:
    path, _ = write(tmp_path, "dta", lang="en")
    frame = pandas.read_stata(path, convert_categoricals=False)
    assert sorted(frame["mark"].dropna()) == [7]
    assert frame["cooks"].tolist().count(1) == 1
    with pandas.io.stata.StataReader(path) as reader:
        assert reader.variable_labels()["mark"] == "Mark"
        labels = reader.value_labels()
    assert {words for each in labels.values() for words in each.values()} >= {"Yes", "No"}
    marks, meta = pyreadstat.read_dta(path, output_format="polars", user_missing=True)
    assert sorted(map(str, marks["mark"])) == ["7.0", "a", "b"]
    assert meta.variable_value_labels["mark"] == {
        "a": "I don't know",
        "b": "I would rather not answer",
    }


def test_parquet_keeps_codes_and_types(filled: Collection, tmp_path: Path) -> None:
    path, adjusted = write(tmp_path, "parquet")
    frame = polars.read_parquet(path)
    assert adjusted == []
    (cook,) = frame.filter(polars.col("cooks") == "yes").to_dicts()
    assert (cook["mark"], cook["mark.special"], cook["tools/pot"]) == (7, None, True)
    assert (cook["since"], cook["_simulated"]) == (date(2024, 2, 29), False)
    assert sorted(frame["mark.special"].drop_nulls()) == ["no_responde", "no_sabe"]
    assert "cooks.special" not in frame.columns
    about = json.loads(polars.read_parquet_metadata(path)["cabildo"])
    marks = next(each for each in about["variables"] if each["variable"] == "mark")
    assert [code["value"] for code in marks["codes"]] == ["no_sabe", "no_responde"]


@pytest.mark.parametrize("fmt", ["sav", "dta", "parquet"])
def test_a_collection_without_answers_has_its_columns(
    kitchen: Collection, tmp_path: Path, fmt: str
) -> None:
    path, _ = write(tmp_path, fmt)
    read = {
        "sav": lambda: pyreadstat.read_sav(path, output_format="polars")[0],
        "dta": lambda: pyreadstat.read_dta(path, output_format="polars")[0],
        "parquet": lambda: polars.read_parquet(path),
    }[fmt]
    frame = read()
    assert (frame.height, "mark" in frame.columns) == (0, True)


def test_simulated_data_say_so_inside_the_file(in_app: object, tmp_path: Path) -> None:
    open_kitchen("played", simulated=True)
    bring_in(tmp_path / "in.csv", ROWS, slug="played")
    path, _ = write(tmp_path, "sav", slug="played")
    assert "SIMULADO" in pyreadstat.read_sav(path, output_format="polars")[1].file_label
    assert stream.export_name("played", "sav") == "played-simulado.sav"


def test_long_text_is_cut_where_the_program_has_no_room_and_told(
    kitchen: Collection, tmp_path: Path
) -> None:
    text = "ñ" * 1500
    bring_in(tmp_path / "in.csv", f"cooks,mark,comment\nno,5,{text}\n")
    path, adjusted = write(tmp_path, "dta")
    assert pandas.read_stata(path)["comment"].tolist() == ["ñ" * 1022]
    assert any(line.startswith("comment: hay textos de hasta 3000 bytes") for line in adjusted)
    path, adjusted = write(tmp_path, "sav")
    frame, _ = pyreadstat.read_sav(path, output_format="polars")
    assert frame["comment"].to_list() == [text]

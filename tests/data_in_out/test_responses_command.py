"""`cabildo responses import`: what is reported, the file of bad rows, the exit codes."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.config import PROJECT
from app.extensions import db
from app.models import Collection, Response, Selection
from app.services import collections, surveys
from app.services.imports.faults import ImportCode, ImportFault
from app.services.setup import LIBRARY
from app.words.imports import SHAPES, WORDS, import_fault_text
from tests.data_in_out.conftest import stored

ANES = PROJECT.parent / "shared" / "data" / "real" / "anes96.csv"
Run = Callable[..., Result]
HOMES = """
id: homes
version: "1"
title: {es: Hogares}
pages:
  - id: all
    questions:
      - name: members
        type: repeat
        max: 3
        label: {es: Personas}
        questions: [{name: age, type: integer, label: {es: Edad}}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes("cooks;mark;comment;other\nno;7;niñez;\nno;8;;\nyes;;;z\n".encode("cp1252"))
    return path


def bad_rows(path: Path, separator: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text, delimiter=separator))


def test_what_was_found_is_reported(kitchen: Collection, run: Run, file: Path) -> None:
    collections.close_collection("kitchen")
    result = run("responses", "import", "kitchen", file)
    assert "codificación cp1252, separador punto y coma" in result.stderr
    assert "Columnas que no se usan: other." in result.stderr
    assert "Se importa igual" in result.stderr
    assert result.stdout.splitlines()[0] == (
        "3 filas leídas, 1 agregada, 0 ya estaban, 2 malas, 0 en conflicto."
    )
    assert result.exit_code == 2


def test_bad_rows_can_be_mended_and_imported(
    kitchen: Collection, run: Run, file: Path, tmp_path: Path
) -> None:
    run("responses", "import", "kitchen", file)
    bad = tmp_path / "people.bad.csv"
    assert bad_rows(bad) == [
        {
            "_row": "3", "_question": "mark", "_reason": "mark: Elija una nota del 1 al 7.",
            "cooks": "no", "mark": "8", "comment": "", "other": "",
        },
        {
            "_row": "4", "_question": "mark", "_reason": "mark: Elija una nota del 1 al 7.",
            "cooks": "yes", "mark": "", "comment": "", "other": "z",
        },
    ]  # fmt: skip
    bad.write_text(bad.read_text(encoding="utf-8-sig").replace(";8;", ";6;"), encoding="utf-8")
    result = run("responses", "import", "kitchen", bad)
    assert "1 agregada, 0 ya estaban, 1 mala" in result.stdout
    (left,) = bad_rows(tmp_path / "people.bad.bad.csv")
    assert list(left) == ["_row", "_question", "_reason", "cooks", "mark", "comment", "other"]
    assert left["_row"] == "3"


def test_no_file_of_bad_rows_without_bad_rows(
    kitchen: Collection, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "good.csv"
    path.write_text("cooks,mark\nno,7\n")
    assert run("responses", "import", "kitchen", path).exit_code == 0
    again = run("responses", "import", "kitchen", path)
    assert (again.exit_code, [found.name for found in tmp_path.glob("good*")]) == (0, ["good.csv"])
    assert "1 ya estaba," in again.stdout
    assert "de otra persona" in again.stdout


def test_the_bad_file_goes_where_it_is_told(
    kitchen: Collection, run: Run, file: Path, tmp_path: Path
) -> None:
    run("responses", "import", "kitchen", file, "--bad", tmp_path / "x.csv")
    assert len(bad_rows(tmp_path / "x.csv")) == 2


def test_the_bad_file_never_takes_the_place_of_the_file(
    kitchen: Collection, run: Run, file: Path
) -> None:
    before = file.read_bytes()
    result = run("responses", "import", "kitchen", file, "--bad", file)
    assert (result.exit_code, file.read_bytes()) == (2, before)
    assert "--bad" in result.stderr
    assert not stored()


def test_a_conflict_is_told(kitchen: Collection, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text("id,cooks,mark\n1,no,7\n1,no,6\n")
    result = run("responses", "import", "kitchen", path, "--id", "id", "--channel", "paper")
    assert "1 en conflicto" in result.stdout
    assert "para revisión" in result.stdout
    assert result.exit_code == 0
    assert {response.channel for response in stored()} == {"paper"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n", "[no_known_column] Ninguna columna (a, b)"),
        ("cooks\n", "[required_without_column] Falta una columna para la pregunta obligatoria"),
        ("", "[empty_file]"),
        ('cooks,mark\nno,7\nno,"', "[broken_csv] Desde la fila 3"),
    ],
)
def test_a_file_that_cannot_be_used(
    kitchen: Collection, run: Run, tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    result = run("responses", "import", "kitchen", path)
    assert (result.exit_code, words in result.stderr) == (1, True)


def test_a_map_that_cannot_be_used(kitchen: Collection, run: Run, file: Path) -> None:
    mapping = file.with_name("map.yaml")
    mapping.write_text("columns: {}\ncolumns: {}\n")
    result = run("responses", "import", "kitchen", file, "--map", mapping)
    assert (result.exit_code, f"{mapping}:2:1: [duplicate_key]" in result.stderr) == (1, True)
    mapping.write_text("colums: {}\nseparator: x\n")
    result = run("responses", "import", "kitchen", file, "--map", mapping)
    assert (result.exit_code, result.stderr.count("Mapa, línea")) == (1, 2)


@pytest.mark.parametrize(("name", "words"), [("gone.csv", "No encontramos"), ("", "carpeta")])
def test_a_file_that_is_not_there(
    kitchen: Collection, run: Run, tmp_path: Path, name: str, words: str
) -> None:
    result = run("responses", "import", "kitchen", tmp_path / name)
    assert (result.exit_code, words in result.stderr) == (1, True)


def test_every_code_has_words(in_app: Flask) -> None:
    assert set(WORDS) == set(ImportCode)
    for code in (ImportCode.NOT_TEXT, ImportCode.ID_IN_ANONYMOUS):
        assert "%(" not in import_fault_text(ImportFault(code))
    for expected in SHAPES:
        fault = ImportFault(ImportCode.MAP_SHAPE, {"line": 1, "key": "k", "expected": expected})
        assert SHAPES[expected] in import_fault_text(fault)


@pytest.fixture
def election(in_app: Flask) -> Path:
    """The collection of the election study, open, and where its file is."""
    if not ANES.exists():
        pytest.skip("the election study's file is not on this machine")
    surveys.save_definition((LIBRARY / "anes-1996.yaml").read_text(encoding="utf-8"))
    surveys.publish("anes-1996")
    fielding = collections.Fielding(selection=Selection.PROBABILITY, territories=[], public=False)
    collections.open_collection("anes-1996", "anes-1996", fielding)
    return ANES


def test_the_election_study(election: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "anes96.csv"
    shutil.copyfile(election, path)
    first = run("responses", "import", "anes-1996", path)
    assert (first.exit_code, "944 agregadas" in first.stdout) == (0, True)
    again = run("responses", "import", "anes-1996", path)
    assert (again.exit_code, "0 agregadas, 944 ya estaban" in again.stdout) == (0, True)
    latin = tmp_path / "latin.csv"
    head, *rows = election.read_text().replace(",", ";").replace(".0;", ",0;").splitlines()
    lines = [f"{head};ciudad", *(f"{row};Ñuñoa" for row in rows)]
    latin.write_bytes("\r\n".join(lines).encode("latin-1"))
    third = run("responses", "import", "anes-1996", latin)
    assert "cp1252, separador punto y coma" in third.stderr
    assert "0 agregadas, 944 ya estaban" in third.stdout
    found = stored()
    assert len(found) == 944
    assert len({response.content_hash for response in found}) == 943


def test_the_election_study_with_bad_cells(election: Path, run: Run, tmp_path: Path) -> None:
    lines = election.read_text().splitlines()
    spoil = {5: ("selfLR", "9.0"), 300: ("age", "abc"), 944: ("vote", "")}
    names = lines[0].split(",")
    for row, (column, value) in spoil.items():
        cells = lines[row - 1].split(",")
        cells[names.index(column)] = value
        lines[row - 1] = ",".join(cells)
    path = tmp_path / "spoilt.csv"
    path.write_text("\n".join(lines))
    result = run("responses", "import", "anes-1996", path)
    assert (result.exit_code, "941 agregadas" in result.stdout) == (2, True)
    found = [
        (int(row["_row"]), row["_question"]) for row in bad_rows(tmp_path / "spoilt.bad.csv", ",")
    ]
    assert found == [(row, column) for row, (column, _) in spoil.items()]
    shutil.copyfile(election, path)
    run("responses", "import", "anes-1996", path)
    assert len(db.session.scalars(select(Response.id)).all()) == 944


def test_a_bad_row_names_the_place_in_a_repeat(in_app: Flask, run: Run, tmp_path: Path) -> None:
    surveys.save_definition(HOMES)
    surveys.publish("homes")
    collections.open_collection("homes", "homes", collections.Fielding(territories=[]))
    path = tmp_path / "homes.csv"
    path.write_text("members[],members[1]/age\n1,x\n4,3\n")
    assert run("responses", "import", "homes", path).exit_code == 2
    bad = bad_rows(tmp_path / "homes.bad.csv", ",")
    assert [row["_question"] for row in bad] == ["members[1]/age", "members"]

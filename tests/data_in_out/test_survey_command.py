"""`cabildo survey`: every fault of a definition at once, and what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from app.errors import Problem, ProblemCode
from encuestas import read_survey, survey_to_data
from tests.data_in_out.conftest import SURVEY

Run = Callable[..., Result]


@pytest.fixture
def database(new_database: Callable[[str], str]) -> str:
    """One is enough for what is about words and options."""
    return new_database("sqlite")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kitchen.yaml"
    path.write_text(SURVEY, encoding="utf-8")
    return path


def test_check_says_what_there_is(run: Run, file: Path) -> None:
    result = run("survey", "check", file)
    assert result.exit_code == 0
    assert "sin errores, 1 advertencia. 1 página, 7 preguntas, 0 mediciones" in result.stdout


def test_check_prints_every_fault_with_its_place(run: Run, file: Path) -> None:
    broken = SURVEY.replace("type: date", "type: dat").replace("${cooks}", "${cookz}")
    file.write_text(broken, encoding="utf-8")
    result = run("survey", "check", file)
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first.startswith(f"{file}:27:9: [unknown_reference] ")
    assert "[unknown_type]" in second
    assert run("survey", "load", file).exit_code == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "[source_empty]"),
        (b"\xff\xfe\x00\x01", "UTF-8"),
        (b"x" * 1_000_001, "1 MB"),
        (b"\x00\x01\x02", "[source_syntax]"),
        (b"a,b\n1,2\n", "[wrong_shape]"),
    ],
)
def test_what_is_no_definition(run: Run, file: Path, content: bytes, words: str) -> None:
    file.write_bytes(content)
    result = run("survey", "check", file)
    assert (result.exit_code, words in result.output) == (1, True)


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    missing = run("survey", "load", "satisfacion")
    assert (missing.exit_code, "satisfaction" in missing.stderr) == (1, True)
    assert "No encontramos" in run("survey", "check", tmp_path / "x.yaml").stderr
    assert "carpeta" in run("survey", "check", tmp_path).stderr


def test_an_instrument_of_the_library_by_name(run: Run) -> None:
    assert run("survey", "check", "satisfaction").exit_code == 0
    result = run("survey", "load", "satisfaction")
    assert "Guardada: satisfaction, versión 2026-1, corrección 0." in result.stdout
    assert "cabildo survey publish satisfaction" in result.stdout


def test_a_file_goes_before_the_library(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "satisfaction").write_text(SURVEY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "Guardada: kitchen" in run("survey", "load", "satisfaction").stdout


def test_from_a_file_to_a_correction(run: Run, file: Path) -> None:
    assert "borrador" in run("survey", "load", file).stdout
    assert run("survey", "list").stdout == "kitchen\t1\tborrador\n"
    assert "Publicada" in run("survey", "publish", "kitchen").stdout
    assert run("survey", "list").stdout == "kitchen\t1\tpublicada\n"
    file.write_text(SURVEY.replace("¿Cocina?", "¿Cocina usted?"), encoding="utf-8")
    assert "corrección 1" in run("survey", "load", file).stdout
    assert "¿Cocina usted?" in run("survey", "show", "kitchen").stdout
    file.write_text(SURVEY.replace("range: [1, 7]", "range: [1, 5]"), encoding="utf-8")
    with pytest.raises(Problem) as problem:
        run("survey", "load", file)
    assert problem.value.code is ProblemCode.VERSION_FROZEN


def test_show(run: Run, file: Path) -> None:
    run("survey", "load", file)
    shown = run("survey", "show", "kitchen").stdout
    assert "tools (select_multiple) ¿Con qué?  [${cooks} = 'yes']" in shown
    assert "no_sabe: No sé" in shown
    data = json.loads(run("survey", "show", "kitchen", "--json").stdout)
    assert data == survey_to_data(read_survey(SURVEY))


def test_an_unknown_survey(run: Run) -> None:
    assert "Todavía no hay encuestas" in run("survey", "list").stdout
    for command in ("show", "publish"):
        with pytest.raises(Problem) as problem:
            run("survey", command, "nothing")
        assert problem.value.code is ProblemCode.UNKNOWN_SURVEY

"""`cabildo survey`: every fault of a definition at once, and what is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from app.errors import Problem, ProblemCode
from app.services import setup
from app.words.surveys import CHANGES, EFFECTS, WARNINGS
from encuestas import read_survey, survey_to_data
from encuestas.changes import ChangeCode, Effect
from encuestas.source import MAX_BYTES
from encuestas.warnings import WarningCode
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


SOUND = SURVEY.replace(
    "range: [1, 7]", "range: [1, 7]\n        anchors: {1: {es: M, en: B}, 7: {es: B, en: G}}"
)


def test_strict_fails_on_a_warning_and_tells_where(run: Run, file: Path) -> None:
    result = run("survey", "check", file, "--strict")
    assert result.exit_code == 1
    assert f"{file}:29:9: [scale_without_anchors] advertencia: " in result.stdout
    file.write_text(SOUND, encoding="utf-8")
    result = run("survey", "check", file, "--strict")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


def test_check_as_json(run: Run, file: Path) -> None:
    result = run("survey", "check", file, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["faults"] == []
    (warning,) = found["warnings"]
    assert warning["path"] == ["pages", 0, "questions", 2]
    assert (warning["code"], warning["line"]) == ("scale_without_anchors", 29)
    file.write_text(SURVEY.replace("type: date", "type: dat"), encoding="utf-8")
    result = run("survey", "check", file, "--json")
    assert result.exit_code == 1
    assert [fault["code"] for fault in json.loads(result.stdout)["faults"]] == ["unknown_type"]


def test_every_instrument_of_the_library_is_strictly_sound(run: Run) -> None:
    for path in sorted(setup.LIBRARY.glob("*.yaml")):
        result = run("survey", "check", path.stem, "--strict")
        assert (result.exit_code, result.stdout.count("\n")) == (0, 1), result.stdout


CASCADE = """
id: cascade
version: "1"
title: {es: Comunas}
pages:
  - id: all
    questions:
      - name: comuna
        type: select_one_from_file
        file: comunas.csv
        label: {es: ¿Comuna?}
        image: {es: mapa.png}
      - {name: area, type: calculate, calculation: "pulldata('areas', 'km2', 'name', ${comuna})"}
"""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def test_files_beside_the_definition(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cascade.yaml"
    file.write_text(CASCADE, encoding="utf-8")
    missing = run("survey", "check", file)
    assert (missing.exit_code, missing.stdout.count("[unknown_file]")) == (1, 1)
    (tmp_path / "comunas.csv").write_text("name,label\n13101,Santiago\n", encoding="utf-8")
    (tmp_path / "areas.csv").write_text("name,km2\n13101,23\n", encoding="utf-8")
    missing = run("survey", "check", file)
    assert f"{file}:12:17: [unknown_file] " in missing.stdout
    assert "mapa.png" in missing.stdout
    assert run("survey", "load", file).exit_code == 1
    (tmp_path / "mapa.png").write_bytes(PNG)
    (tmp_path / "areas.csv").write_text("name,name\n", encoding="utf-8")
    assert f"{tmp_path / 'areas.csv'}: [duplicate_name] " in run("survey", "check", file).stdout
    (tmp_path / "areas.csv").write_text("name,km2\n13101,23\n", encoding="utf-8")
    assert "sin errores" in run("survey", "check", file).stdout
    assert run("survey", "load", file).exit_code == 0
    data = json.loads(run("survey", "show", "cascade", "--json").stdout)
    assert data["files"].keys() == {"comunas.csv", "areas.csv"}
    assert run("survey", "show", "cascade", "--source").stdout == CASCADE


def test_a_file_elsewhere_is_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "comunas.csv").write_text("name,label\n13101,Santiago\n", encoding="utf-8")
    (tmp_path / "inner").mkdir()
    file = tmp_path / "inner" / "cascade.yaml"
    file.write_text(CASCADE.replace("comunas.csv", "../comunas.csv"), encoding="utf-8")
    assert run("survey", "check", file).exit_code == 1


def test_the_text_comes_back_byte_for_byte(run: Run, file: Path) -> None:
    text = "# a comment\r\n" + SURVEY.replace("\n", "\r\n")
    file.write_bytes(text.encode())
    assert run("survey", "load", file).exit_code == 0
    assert run("survey", "show", "kitchen", "--source").stdout_bytes == text.encode()
    assert read_survey(run("survey", "show", "kitchen", "--yaml").stdout) == read_survey(SURVEY)


def test_diff_of_files_instruments_and_versions(run: Run, file: Path, tmp_path: Path) -> None:
    run("survey", "load", file)
    other = tmp_path / "other.yaml"
    other.write_text(
        SURVEY.replace('version: "1"', 'version: "2"')
        .replace("range: [1, 7]", "range: [1, 5]")
        .replace("¿Cocina?", "¿Cocina usted?"),
        encoding="utf-8",
    )
    run("survey", "load", other)
    for old, new in ((file, other), ("kitchen@1", "kitchen@2"), (file, "kitchen")):
        result = run("survey", "diff", old, new)
        assert result.exit_code == 0
        assert result.stdout.splitlines() == [
            "no se comparan:",
            "  mark: la escala cambió de 1–7 a 1–5",
            "se comparan con cautela: se leyó otra cosa:",
            "  cooks: `label` cambió de «¿Cocina?» a «¿Cocina usted?»",
        ]
    found = json.loads(run("survey", "diff", file, other, "--json").stdout)
    assert {change["where"]: change["joins_by_name"] for change in found} == {
        "mark": False,
        "cooks": True,
    }
    assert "No hay cambios" in run("survey", "diff", "satisfaction", "satisfaction").stdout
    with pytest.raises(Problem):
        run("survey", "diff", "kitchen@1", "kitchen@9")


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
        (b"x" * (MAX_BYTES + 1), "3 MB"),
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


def test_show_says_what_is_repeated_and_counts_what_is_asked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "home.yaml"
    file.write_text(
        """
id: home
version: 1
title: {es: Hogar}
pages:
  - id: all
    questions:
      - name: people
        type: repeat
        label: {es: Persona}
        questions: [{name: age, type: integer, label: {es: Edad}}]
      - {name: total, type: calculate, calculation: "sum(${age})"}
""",
        encoding="utf-8",
    )
    assert "1 página, 1 pregunta," in run("survey", "check", file).stdout
    run("survey", "load", file)
    assert "people (repeat) Persona" in run("survey", "show", "home").stdout


def test_an_unknown_survey(run: Run) -> None:
    assert "Todavía no hay encuestas" in run("survey", "list").stdout
    for command in ("show", "publish"):
        with pytest.raises(Problem) as problem:
            run("survey", command, "nothing")
        assert problem.value.code is ProblemCode.UNKNOWN_SURVEY


@pytest.mark.parametrize(
    ("words", "codes"), [(WARNINGS, WarningCode), (CHANGES, ChangeCode), (EFFECTS, Effect)]
)
def test_every_code_has_words_that_say_no_more_than_it_carries(words: dict, codes: type) -> None:
    assert words.keys() == set(codes)
    for code, sentence in words.items():
        named = set(re.findall(r"%\((\w+)\)s", sentence))
        assert named <= getattr(code, "context_keys", frozenset()), code

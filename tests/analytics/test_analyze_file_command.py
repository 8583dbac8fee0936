"""`cabildo analyze-file`, as it is typed: any file with a declared design."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask, g

from analisis import AnalysisError, ErrorCode, SurveyDesign
from analisis.__main__ import main
from analisis.io.faults import WORDS, DesignFileError, Fault, FigureError
from app.cli.analyze_file import analyze_file
from app.words.files import ANALYSIS_FAULTS, DESIGN_FAULTS, analysis_error_text

DESIGN = """
weights: w
strata: region
figures:
  - {proportion: sat, level: [6, 7], by: cut, where: adulto}
  - {net: sat, name: Neta}
  - {mean: edad}
  - {total: edad}
  - {ratio: edad, to: w}
  - {quantile: edad, probabilities: 0.5}
  - {proportion: cut}
  - {variance: edad}
  - {crosstab: region, with: adulto}
  - {regression: edad, on: sat}
"""


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: object) -> str:
    return new_database(request.param)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    rows = [
        f"{'05402' if n % 3 else '13101'},{n % 2},{1 + n % 4},{1 + n % 7},{20 + n},{n % 5 > 0}"
        for n in range(80)
    ]
    data, design = tmp_path / "datos.csv", tmp_path / "diseno.yaml"
    data.write_text("\n".join(["cut,region,w,sat,edad,adulto", *rows]) + "\n")
    design.write_text(DESIGN)
    return str(data), str(design)


def typed(*words: str) -> Result:
    return CliRunner().invoke(analyze_file, words, catch_exceptions=False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_is_told_in_a_line(files: tuple[str, str], tmp_path: Path) -> None:
    data, design = files
    program = [sys.executable, "-c", "from app.cli import main; main()"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*program, "analyze-file", data, "--design", design],
            env=os.environ | {"CABILDO_DATA": str(tmp_path), "DATABASE_URL": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("cabildo: ")
    assert "Traceback" not in done.stderr


def test_the_table_says_it_in_spanish(in_app: Flask, files: tuple[str, str]) -> None:
    data, design = files
    result = typed(data, "--design", design)
    assert result.exit_code == 0
    head, first, *others = result.stdout.replace("\xa0", " ").splitlines()
    assert head.split() == [
        "cifra", "cut", "region", "valor", "intervalo", "n", "base", "método", "avisos"
    ]  # fmt: skip
    share = SurveyDesign(data, weights="w", strata="region").proportion(
        "sat", [6, 7], by="cut", where="adulto"
    )[0]
    assert " ".join(first.split()).startswith("sat = 6, 7, donde adulto 05402 ")
    assert f"{100 * share.value:.1f} %".replace(".", ",") in first
    assert f"entre {100 * share.low:.1f} % y".replace(".", ",") in first
    assert "Wilson, 95 %" in first
    beginnings = [line.split("  ")[0] for line in others]
    last = others[-1]
    assert beginnings == [
        "sat = 6, 7, donde adulto", "Neta", "Promedio de edad", "Total de edad", "Razón edad/w",
        "Cuantil 50 % de edad", "cut = 05402", "cut = 13101", "Varianza de edad",
        "region × adulto = 0 × False", "region × adulto = 0 × True",
        "region × adulto = 1 × False", "region × adulto = 1 × True",
        *["adulto = False", "adulto = True"] * 2,
        "Coeficiente de (Intercept) para edad", "Coeficiente de sat para edad",
        last,
    ]  # fmt: skip
    assert last.startswith("Independencia de region y adulto: F = ")


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_records_are_those_of_the_library(
    form: str, in_app: Flask, files: tuple[str, str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = [files[0], "--design", files[1], form, "--by", "region", "--column", "sat"]
    result = typed(*words)
    assert main(words) == 0
    assert result.stdout_bytes == capsysbinary.readouterr().out
    if form == "--json":
        assert [each["domain"] for each in json.loads(result.stdout)] == [
            {"region": 0}, {"region": 1}, {"region": 0}, {"region": 1}
        ]  # fmt: skip


def test_a_fault_in_the_design_is_said_with_its_place(
    in_app: Flask, files: tuple[str, str], tmp_path: Path
) -> None:
    wrong = tmp_path / "malo.yaml"
    wrong.write_text("weights: w\nfigures:\n  - {proportion: sat, level: siete}\n")
    result = typed(files[0], "--design", str(wrong))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        "cabildo: El archivo del diseño (línea 3, figures[0].level): «siete» no puede ser un valor "
        "de la columna «sat»; escriba uno de los suyos.\n"
    )


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ("weights: cut\nfigures: [{mean: edad}]", "La columna «cut» no tiene números."),
        ("strata: region\npopulation: 3\nfigures: [{mean: edad}]", "no puede ser la de su muestra"),
        ("weights: w\nfigures: [{mean: edad, confidence: 95}]", "El detalle, en inglés: "),
    ],
)
def test_what_has_no_honest_answer_is_said(
    design: str, said: str, in_app: Flask, files: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "otro.yaml").write_text(design)
    result = typed(files[0], "--design", str(tmp_path / "otro.yaml"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.fixture(params=["es", "en"])
def language(request: pytest.FixtureRequest, in_app: Flask) -> Iterator[str]:
    g.language = request.param
    yield request.param
    del g.language


def test_every_fault_has_words(language: str) -> None:
    assert {*DESIGN_FAULTS} == {*Fault} == {*WORDS}
    context = dict.fromkeys(("problem", "known", "key", "value", "column", "kind"), "x")
    for fault in Fault:
        error = DesignFileError(fault, path="figures[0]", line=3, **context)
        assert "figures[0]" in analysis_error_text(error)
        assert ("línea 3" in analysis_error_text(error)) == (language == "es")
    for code in ErrorCode:
        error = AnalysisError(code, "because", column="edad", stratum="norte", value=3)
        text = analysis_error_text(error)
        assert "%(" not in text
        assert ("because" in text) == (code not in ANALYSIS_FAULTS)
        there = analysis_error_text(FigureError(error, path="figures[1]", line=4))
        assert "4, figures[1]" in there
        assert there.endswith(text)


def test_it_needs_a_design() -> None:
    with pytest.raises(click.MissingParameter):
        analyze_file.make_context("analyze-file", ["datos.csv"])

"""Surveys on paper: all of them print, with numbers, codes and skips that people can follow."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.cli import cabildo
from app.reports.forms import survey_form
from app.reports.paper import paper_pdf
from encuestas import Survey, read_survey
from encuestas.paper import codes, numbers, read_typed, write_typed
from encuestas.paper_skips import skips_of

ROOT = Path(__file__).parents[2]
LIBRARY = sorted((ROOT / "encuestas" / "library").glob("*.yaml"))
DEFINITIONS = sorted((ROOT / "tests" / "definitions").glob("*.yaml"))


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


def survey(name: str) -> Survey:
    folder = "encuestas/library" if (ROOT / f"encuestas/library/{name}.yaml").exists() else (
        "tests/definitions"
    )  # fmt: skip
    return read_survey((ROOT / folder / f"{name}.yaml").read_text())


def words_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_everything_prints(in_app: Flask) -> None:
    for path in LIBRARY + DEFINITIONS:
        found = read_survey(path.read_text())
        pdf = paper_pdf(survey_form(found, language="es", size="letter"))
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"], path.stem
        text = words_of(pdf)
        assert f"{found.id} · {found.version}" in text, path.stem
        for number in dict.fromkeys(numbers(found).values()):
            assert f"{number}." in text or f"{number} " in text, f"{path.stem}: {number}"


def test_a_form_says_where_an_answer_leads(in_app: Flask) -> None:
    text = words_of(paper_pdf(survey_form(survey("satisfaction"), language="es", size="a4")))
    assert "Si respondió «No», «No sé» o «Prefiero no responder», pase a la pregunta 4." in text
    assert "Si respondió 5, 6, 7, «No sé» o «Prefiero no responder», pase a la pregunta 6." in text
    assert "Solo si en la pregunta 2 respondió «Sí»." in text  # question 9, far from question 2
    assert "Página 1 de 3" in text


@pytest.mark.parametrize(
    ("name", "question", "answer", "target"),
    [
        ("pdt-quality", "knows_plan", "no", "12"),
        ("skip-logic", "knows", "no", "6"),
        ("special-answers", "mark", "7", None),
    ],
)
def test_where_an_answer_leads(name: str, question: str, answer: str, target: str | None) -> None:
    found = survey(name)
    leads = {
        code.value: skip.target and numbers(found)[skip.target]
        for skip in skips_of(found).after[question]
        for code in skip.answers
    }
    assert leads[answer] == target


@pytest.mark.parametrize(
    ("question", "typed", "values"),
    [
        ("colour", "2", ["azul"]),
        ("colour", "-2", ["prefiero_no_decir"]),
        ("palette", "13", ["rojo", "3"]),
        ("palette", "1, 3", ["rojo", "3"]),
        ("order", "3 1 2", ["3", "rojo", "azul"]),
        ("mark", "7", ["7"]),
        ("mark", "-1", ["no_sabe"]),
        ("hectares", "*1", ["no_sabe"]),  # -1 could be a number of hectares, for all we know
        ("hectares", "-1", ["-1"]),
        ("home", "05101", ["05101"]),
        ("read_it", "1", ["OK"]),
        ("words", " hola ", ["hola"]),
        ("colour", "9", ["9"]),  # no code: the type refuses it
        ("colour", "", []),
    ],
)
def test_what_a_typist_types(question: str, typed: str, values: list[str]) -> None:
    found = survey("every-type")
    asked = found.question(question)
    assert read_typed(found, asked, typed) == values
    assert read_typed(found, asked, write_typed(found, asked, values)) == values


def test_codes_are_told_apart() -> None:
    for path in LIBRARY + DEFINITIONS:
        found = read_survey(path.read_text())
        for question in found.questions:
            given = [code.code for code in codes(found, question)]
            assert len(given) == len(set(given)), f"{path.stem}: {question.name}"


HOSTILE = """
id: hostile
version: 1
title: {es: '#panic("no") $x$ *_<a>@b\\ `c` [d] // e'}
pages:
  - id: p
    questions:
      - name: q
        type: select_one
        choices:
          - {value: a, label: {es: '#read("/etc/passwd")'}}
          - {value: b, label: {es: "// \\\\ ]"}}
        label: {es: '= no heading ] #set page(width: 1cm)'}
"""


def test_no_text_is_read_as_markup(in_app: Flask) -> None:
    text = words_of(paper_pdf(survey_form(read_survey(HOSTILE), language="es", size="a4")))
    assert '#panic("no") $x$ *_<a>@b' in text
    assert "= no heading ] #set page(width: 1cm)" in text
    assert '#read("/etc/passwd")' in text


def test_staff_print_a_collection_in_either_language_and_size(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    from app.services import collections, surveys
    from app.services.collections import Fielding

    with app.app_context():
        version = surveys.save_definition(
            (ROOT / "encuestas/library/satisfaction.yaml").read_text()
        )
        surveys.publish(version.survey_id)
        collections.open_collection(
            version.survey_id,
            "junta",
            Fielding(territories=[], legal_notice={"es": "Aviso propio.", "en": "Own notice."}),
        )
    client = signed_in("interviewer")
    assert 'href="/collections/junta/paper.pdf"' in client.get("/collections/junta").text
    printed = client.get("/collections/junta/paper.pdf?lang=en&size=letter")
    assert printed.mimetype == "application/pdf"
    page = pypdf.PdfReader(io.BytesIO(printed.data)).pages[0]
    assert round(float(page.mediabox.width)) == 612
    text = words_of(printed.data)
    assert "Own notice." in text
    assert "junta · 2026-1.0" in text
    assert "If you answered “No”" in text
    assert client.get("/collections/junta/paper.pdf?size=a9").status_code == 404


def test_the_command_prints_a_file(in_app: Flask, tmp_path: Path) -> None:
    target = tmp_path / "form.pdf"
    runner = in_app.test_cli_runner()
    name = str(DEFINITIONS[0])
    assert runner.invoke(cabildo, ["survey", "paper", name, "-o", str(target)]).exit_code == 0
    assert target.read_bytes().startswith(b"%PDF")

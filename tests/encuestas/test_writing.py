"""A survey written as text reads back as the same survey, and as people would have written it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from encuestas import DefinitionErrors, read_survey, survey_to_data
from encuestas.writing import WIDTH, write_survey

from . import definitions

LIBRARY = sorted((Path(__file__).parents[2] / "encuestas" / "library").glob("*.yaml"))
SOURCES = {
    **{name: definitions.text(name) for name in definitions.NAMES},
    **{path.stem: path.read_text(encoding="utf-8") for path in LIBRARY},
}
WORDS = "".join(
    "¿Sí? no No: {a}, [b] # c - d ~ null 05402 1.5 \"x\" 'y' \\ & * ! | > % @ ` = << ... --- \t \n "
)


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_written_reads_back(name: str) -> None:
    survey = read_survey(SOURCES[name])
    written = write_survey(survey)
    assert read_survey(written) == survey
    assert write_survey(read_survey(written)) == written


def test_as_a_person_would_write_it() -> None:
    text = """id: plaza
version: 05402
title: {es: La plaza, en: The square}
languages: [es, en]
respondent: organisation
choices:
  si_no: [{value: si, label: {es: Sí, en: Yes}}, {value: no, label: {es: No, en: No}}]
pages:
  - id: uso
    questions:
      - {name: usa, type: select_one, label: {es: "¿La usa?"}, required: true, choices: si_no}
      - name: nota
        type: scale
        label:
          es: |-
            ¿Qué nota le pone?

            Piense en el último año.
        relevant: ${usa} = 'si'
        range: [1, 7]
        anchors: {1: {es: Muy mala}, 7: {es: "Muy buena, excelente"}}
measures:
  - {name: satisfied, question: nota, satisfied: [6, 7], dissatisfied: [1, 2, 3, 4]}
"""
    assert write_survey(read_survey(text)) == text


def test_long_words_are_folded_within_the_width() -> None:
    survey = replace(definitions.survey("rules"), title={"es": "muy largo " * 40 + "fin"})
    written = write_survey(survey)
    assert "  es: >-\n" in written
    assert max(map(len, written.splitlines()[:10])) <= WIDTH
    assert read_survey(written) == survey


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.text(min_size=1, max_size=200) | st.text(WORDS, min_size=1, max_size=200))
@example("no")
@example("a" * 300 + " b")
@example("ends in a line\n")
@example("two\n\n")
@example(" blank first\nand second")
@example("uno  dos " * 30)
@example("\U0001f9d1\u200d\U0001f33e y \U000e0067")
def test_any_words_survive(words: str) -> None:
    data = survey_to_data(definitions.survey("rules"))
    data["title"] = {"es": words}
    data["pages"][0]["questions"][0]["label"] = {"es": words}
    data["pages"][0]["questions"][0]["constraint_message"] = {"es": words}
    try:
        survey = read_survey(_json(data))
    except DefinitionErrors:
        return
    assert read_survey(write_survey(survey)) == survey


def _json(data: object) -> str:
    return json.dumps(data)

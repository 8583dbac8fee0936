"""What a phone is told to ask a whole survey by itself, and which surveys it can ask so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from encuestas import Survey, read_survey
from encuestas.survey_model import runs_alone, survey_model
from tests.encuestas.test_page_model import DEFINITIONS, LIBRARY, item, survey


def model(of: Survey) -> dict[str, Any]:
    return survey_model(of, language="es")


def items(of: Survey) -> dict[str, dict[str, Any]]:
    return {each["n"]: each for each in model(of)["items"]}


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_library_runs_on_a_phone_alone(path: Path) -> None:
    of = read_survey(path.read_text())
    assert runs_alone(of)
    assert len(json.dumps(model(of))) < 8_000


@pytest.mark.parametrize(
    "expression",
    [
        "digest('x', 'MD5') = ${a}",
        "jr:choice-name(${a}, '${a}') = 'x'",
        "count(instance('letras')/root/item) > 1",
    ],
)
@pytest.mark.parametrize("where", ["relevant", "constraint", "required", "calculation"])
def test_what_only_the_server_can_look_up(where: str, expression: str) -> None:
    text = f"{{name: b, type: text, label: {{es: b}}, {where}: {json.dumps(expression)}}}"
    of = read_survey(
        "id: s\nversion: 1\ntitle: {es: S}\n"
        "choices: {letras: [{value: x, label: {es: X}}]}\n"
        "pages: [{id: p, questions: ["
        f"{{name: a, type: select_one, choices: letras, label: {{es: a}}}}, {text}]}}]"
    )
    assert not runs_alone(of)


def test_conditions_of_pages_are_those_of_what_is_on_them() -> None:
    of = read_survey(
        "id: s\nversion: 1\ntitle: {es: S}\npages:\n"
        f"  - {{id: p1, questions: [{item('a')}]}}\n"
        f"  - {{id: p2, relevant: \"${{a}} = 'x'\", questions: [{item('b')}]}}"
    )
    assert items(of)["b"]["rel"] == ["=", ["$", "a"], "x"]


def test_nothing_is_settled_by_the_moment_at_which_it_was_made() -> None:
    of = survey(item("a", "relevant: \"today() > '2026-05-01'\""))
    assert items(of)["a"]["rel"] == [">", ["today"], "2026-05-01"]
    assert "now" not in model(of)


def test_repeats_say_how_often_they_can_be_asked() -> None:
    of = read_survey((DEFINITIONS / "repeats.yaml").read_text())
    assert model(of)["repeats"] == {"members": [1, 20], "children": [0, None], "room": [0, None, 1]}


def test_what_nobody_types_begins_with_its_answer() -> None:
    of = survey("{name: h, type: hidden, default: x}," + item("a", "relevant: \"${h} = 'x'\""))
    assert model(of)["begin"] == {"h": "x"}


def test_what_comes_from_the_occasion() -> None:
    of = survey("{name: s, type: start}," + item("a", 'calculation: "${s}"'))
    assert items(of)["s"] == {"n": "s", "ro": 1, "meta": "start"}


def test_random_orders() -> None:
    choices = "choices: [{value: x, label: {es: X}}, {value: y, label: {es: Y}}], randomize: true"
    of = survey(item("a", choices, "select_one") + "," + item("b", f"{choices}, seed: 4", "rank"))
    found = items(of)
    assert found["a"]["mix"] == 1
    assert found["b"]["seed"] == 4

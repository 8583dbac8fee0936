"""Definitions: every fault at once, each with its code, path and place."""

from pathlib import Path

import pytest

import encuestas
from encuestas import DefinitionErrors, DefinitionFault, ErrorCode, read_survey, survey_from_data
from encuestas.errors import shown
from tests.encuestas.single_faults import MARK, ONE_FAULT, E, faults_of, page

from . import definitions

LIBRARY = sorted((Path(encuestas.__file__).parent / "library").glob("*.yaml"))


@pytest.mark.parametrize(
    ("text", "code", "path"), ONE_FAULT, ids=[f"{i}-{case[1]}" for i, case in enumerate(ONE_FAULT)]
)
def test_one_fault(text: str, code: ErrorCode, path: tuple[str | int, ...]) -> None:
    """Exactly one: a fault must not set off others."""
    faults = faults_of(text)
    assert [(fault.code, fault.path) for fault in faults] == [(code, path)]
    assert faults[0].line is not None
    assert faults[0].column is not None


def test_every_code_of_a_definition_is_in_the_table() -> None:
    codes = list(ErrorCode)
    ours = codes[codes.index(E.WRONG_SHAPE) : codes.index(E.ANSWERS_NOT_A_MAPPING)]
    assert set(ours) - {case[1] for case in ONE_FAULT} == set()


def test_every_fault_at_once_in_order_of_the_text() -> None:
    text = """\
id: Bad Id
version: 1
title: {en: Only English}
typo: 1
pages:
  - id: p
    relevant: ${later} = 1
    questions:
      - {name: a, type: texto, relevant: 1 +, label: {es: A}}
      - {name: a, type: scale, range: [3, 1]}
      - name: later
        type: select_one
        choices: nope
        required: ${unknown} > 0
        label: {es: L}
measures:
  - {name: m, question: gone, satisfied: []}
"""
    found = [(fault.line, fault.code) for fault in faults_of(text)]
    assert found == sorted(found, key=lambda item: item[0])
    assert [code for _, code in found] == [
        E.BAD_ID,
        E.MISSING_DEFAULT_LANGUAGE,
        E.UNDECLARED_LANGUAGE,
        E.UNKNOWN_KEY,
        E.UNKNOWN_TYPE,
        E.EXPRESSION_END,
        E.MISSING_KEY,
        E.DUPLICATE_NAME,
        E.BAD_RANGE,
        E.UNKNOWN_CHOICES,
        E.UNKNOWN_REFERENCE,
        E.MEASURE_UNKNOWN_QUESTION,
        E.EMPTY,
    ]


def test_the_place_and_the_position_inside_the_expression() -> None:
    text = page(MARK, "{name: q, type: text, relevant: \"${mark} > '5' and nope\", label: {es: Q}}")
    (fault,) = faults_of(text)
    line = text.splitlines()[fault.line - 1]
    assert line[fault.column - 1 :].startswith("relevant")
    expression = fault.context["expression"]
    assert expression[fault.context["position"] - 1 :] == "nope"


@pytest.mark.parametrize("key", ["relevant", "constraint", "required", "calculation"])
def test_an_expression_may_look_forward(key: str) -> None:
    later = f"  - id: p2\n    questions:\n      - {MARK}\n"
    asked = page(f"{{name: q, type: integer, {key}: '${{mark}} > 1', label: {{es: Q}}}}")
    assert getattr(read_survey(asked + later).question("q"), key).text == "${mark} > 1"


def test_a_name_used_twice_counts_where_it_first_stands() -> None:
    later = "  - id: p{}\n    questions:\n      - {}\n"
    rule = "{name: q, type: integer, constraint: '. < ${mark}', label: {es: Q}}"
    text = page(MARK) + later.format(2, rule) + later.format(3, MARK)
    assert [fault.code for fault in faults_of(text)] == [E.DUPLICATE_NAME]


def test_a_note_has_no_answer_to_refer_to() -> None:
    text = page(
        "{name: n, type: note, label: {es: N}}",
        "{name: q, type: text, label: {es: Q}, relevant: '${n} = 1'}",
    )
    assert [fault.code for fault in faults_of(text)] == [E.UNKNOWN_REFERENCE]


def test_a_fault_carries_exactly_what_its_code_declares() -> None:
    with pytest.raises(ValueError, match="missing_key"):
        DefinitionFault(E.MISSING_KEY, (), None, None, {})


def test_values_from_people_are_cut() -> None:
    (fault,) = faults_of(page(MARK).replace("id: s", f"id: {'S' * 5000}"))
    assert len(fault.context["value"]) == 100
    assert shown("\ud800") == "?"
    assert shown(10**5000) == "∞"


@pytest.mark.parametrize(
    "data",
    [
        None,
        1,
        "x",
        [],
        {},
        {"pages": {"a": 1}},
        {"pages": [{"questions": [None, 1]}]},
        {"choices": 3, "pages": None},
    ],
)
def test_data_of_any_shape_is_refused_with_faults(data: object) -> None:
    with pytest.raises(DefinitionErrors) as caught:
        survey_from_data(data)
    assert caught.value.faults


def test_a_type_that_is_a_number_is_unknown_too() -> None:
    question = {"name": "q", "type": 3, "label": {"es": "Q"}}
    data = {"id": "s", "version": 1, "title": {"es": "T"}, "pages": [{"id": "p"}]}
    data["pages"][0]["questions"] = [question]
    with pytest.raises(DefinitionErrors) as caught:
        survey_from_data(data)
    assert [fault.code for fault in caught.value.faults] == [E.UNKNOWN_TYPE]


def test_data_nested_without_end_is_refused() -> None:
    data: dict[str, object] = {}
    for _ in range(5000):
        data = {"type": "group", "questions": [data]}
    with pytest.raises(DefinitionErrors) as caught:
        survey_from_data(data)
    assert caught.value.faults[0].code is E.SOURCE_TOO_DEEP


@pytest.mark.parametrize("name", definitions.NAMES)
def test_the_small_surveys_load(name: str) -> None:
    assert definitions.survey(name).questions


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_the_library_loads(path: Path) -> None:
    assert read_survey(path.read_text(encoding="utf-8")).measures


def test_ten_thousand_questions_load() -> None:
    asked = [
        f"{{name: q{i}, type: text, label: {{es: Q}}, relevant: \"${{q{i - 1}}} = 'x'\"}}"
        for i in range(1, 10_000)
    ]
    survey = read_survey(page("{name: q0, type: text, label: {es: Q}}", *asked))
    assert len(survey.questions) == 10_000

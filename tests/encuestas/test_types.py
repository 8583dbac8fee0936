"""Each type against each spelling: what is read, and why it is not."""

import pytest

from encuestas import AnswerFault, ColumnKind, ErrorCode, Source, is_special, type_of
from encuestas.types import TYPES, registry
from encuestas.types.text import TextType
from encuestas.validation import parse_answer

from . import definitions

SURVEY = definitions.survey("every-type")
FORM, JSON, TEXT = Source.FORM, Source.JSON, Source.TEXT
E = ErrorCode

READ = [
    # text
    ("words", FORM, ["hola"], "hola"),
    ("words", FORM, ["a\r\nb\rc\n\n"], "a\nb\nc"),
    ("words", FORM, ["n\u0303"], "ñ"),
    ("words", FORM, ["  a "], "  a "),
    ("words", FORM, ["a\tb"], "a\tb"),
    ("words", FORM, [" \n "], None),
    ("words", FORM, [], None),
    ("words", FORM, "hola", "hola"),
    ("words", JSON, "hola", "hola"),
    ("words", JSON, "", None),
    ("words", JSON, None, None),
    ("words", TEXT, "5", "5"),
    ("words", FORM, ["😀" * 10], "😀" * 10),
    ("words", FORM, ["a" * 11], E.TOO_LONG),
    ("words", FORM, ["a\x00"], E.CONTROL_CHARACTER),
    ("words", JSON, "\ud800", E.CONTROL_CHARACTER),
    ("words", JSON, 5, E.WRONG_TYPE),
    ("words", JSON, ["a"], E.WRONG_TYPE),
    ("words", FORM, ["a", "b"], E.SEVERAL_ANSWERS),
    ("words", FORM, [1], E.WRONG_TYPE),
    ("words", FORM, {"a": 1}, E.WRONG_TYPE),
    ("words", TEXT, 5, E.WRONG_TYPE),
    # integer
    ("people", FORM, ["7"], 7),
    ("people", FORM, [" 7 "], 7),
    ("people", FORM, ["+7"], 7),
    ("people", FORM, ["007"], 7),
    ("people", FORM, ["1 234"], 1234),
    ("people", FORM, ["1\u00a0234"], 1234),
    ("people", FORM, ["1.234.567"], 1_234_567),
    ("people", FORM, ["", "no_sabe"], "no_sabe"),
    ("people", FORM, ["7", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("people", FORM, ["7", "7"], 7),
    ("people", FORM, ["7", "8"], E.SEVERAL_ANSWERS),
    ("people", FORM, ["1.234"], E.AMBIGUOUS_NUMBER),
    ("people", FORM, ["7.0"], E.NOT_AN_INTEGER),
    ("people", FORM, ["7,5"], E.NOT_AN_INTEGER),
    ("people", FORM, ["siete"], E.NOT_A_NUMBER),
    ("people", FORM, ["٧"], E.NOT_A_NUMBER),
    ("people", FORM, ["1e3"], E.NOT_A_NUMBER),
    ("people", FORM, ["-1"], E.BELOW_MINIMUM),
    ("people", FORM, ["5000001"], E.ABOVE_MAXIMUM),
    ("people", FORM, ["9007199254740993"], E.NUMBER_TOO_LARGE),
    ("people", FORM, ["9" * 9000], E.NUMBER_TOO_LARGE),
    ("people", TEXT, "7.0", 7),
    ("people", TEXT, "7.", 7),
    ("people", TEXT, "7.5", E.NOT_AN_INTEGER),
    ("people", TEXT, "1.234", E.AMBIGUOUS_NUMBER),
    ("people", TEXT, "15.000", E.AMBIGUOUS_NUMBER),
    ("people", TEXT, "1.000.000", 1_000_000),
    ("people", TEXT, "2005.000", 2005),
    ("people", TEXT, "no_sabe", "no_sabe"),
    ("people", TEXT, " ", None),
    ("people", JSON, 7, 7),
    ("people", JSON, 7.0, 7),
    ("people", JSON, "no_sabe", "no_sabe"),
    ("people", JSON, "7", E.WRONG_TYPE),
    ("people", JSON, True, E.WRONG_TYPE),
    ("people", JSON, 7.5, E.NOT_AN_INTEGER),
    ("people", JSON, float("nan"), E.NOT_AN_INTEGER),
    ("people", JSON, float("inf"), E.NOT_AN_INTEGER),
    ("people", JSON, 2**53 + 1, E.NUMBER_TOO_LARGE),
    ("people", JSON, 10**5000, E.NUMBER_TOO_LARGE),
    ("people", JSON, 1e300, E.NUMBER_TOO_LARGE),
    # decimal
    ("hectares", FORM, ["3,5"], 3.5),
    ("hectares", FORM, ["3.5"], 3.5),
    ("hectares", FORM, ["-3,5"], -3.5),
    ("hectares", FORM, ["−3,5"], -3.5),
    ("hectares", FORM, [",5"], 0.5),
    ("hectares", FORM, ["0,125"], 0.125),
    ("hectares", FORM, ["1.234,5"], 1234.5),
    ("hectares", FORM, ["1,234.5"], 1234.5),
    ("hectares", FORM, ["1 234,5"], 1234.5),
    ("hectares", FORM, ["1234,567"], 1234.567),
    ("hectares", FORM, ["1,2345"], 1.2345),
    ("hectares", FORM, ["0.1"], 0.1),
    ("hectares", FORM, ["7"], 7.0),
    ("hectares", FORM, ["1.234"], E.AMBIGUOUS_NUMBER),
    ("hectares", FORM, ["12,345"], E.AMBIGUOUS_NUMBER),
    ("hectares", FORM, ["1.23.456"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["1,2,3"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["nan"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["inf"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["1_000"], E.NOT_A_NUMBER),
    ("hectares", FORM, ["9" * 350], E.NUMBER_TOO_LARGE),
    ("hectares", TEXT, "1.234", 1.234),
    ("hectares", TEXT, "-2.3025850929940455", -2.3025850929940455),
    ("hectares", TEXT, "1e-05", 1e-05),
    ("hectares", TEXT, "1,234", E.AMBIGUOUS_NUMBER),
    ("hectares", TEXT, "1e999", E.NUMBER_TOO_LARGE),
    ("hectares", TEXT, "nan", E.NOT_A_NUMBER),
    ("hectares", JSON, 3, 3.0),
    ("hectares", JSON, 3.5, 3.5),
    ("hectares", JSON, float("nan"), E.NOT_A_NUMBER),
    ("hectares", JSON, float("-inf"), E.NUMBER_TOO_LARGE),
    ("hectares", JSON, 10**400, E.NUMBER_TOO_LARGE),
    ("hectares", JSON, False, E.WRONG_TYPE),
    ("hectares", JSON, "3.5", E.WRONG_TYPE),
    # date
    ("day", FORM, ["2026-01-05"], "2026-01-05"),
    ("day", FORM, ["05-01-2026"], "2026-01-05"),
    ("day", FORM, ["5/1/2026"], "2026-01-05"),
    ("day", TEXT, "31/12/2025", "2025-12-31"),
    ("day", FORM, ["no_sabe"], "no_sabe"),
    ("day", FORM, ["29-02-2025"], E.NOT_A_DATE),
    ("day", FORM, ["01/13/2025"], E.NOT_A_DATE),
    ("day", FORM, ["5/1-2026"], E.NOT_A_DATE),
    ("day", FORM, ["20260105"], E.NOT_A_DATE),
    ("day", FORM, ["0000-01-01"], E.NOT_A_DATE),
    ("day", JSON, "2026-01-05", "2026-01-05"),
    ("day", JSON, "05-01-2026", E.NOT_A_DATE),
    ("day", JSON, 20260105, E.WRONG_TYPE),
    # select_one
    ("colour", FORM, ["rojo"], "rojo"),
    ("colour", FORM, ["prefiero_no_decir"], "prefiero_no_decir"),
    ("colour", FORM, ["verde"], E.NOT_A_CHOICE),
    ("colour", FORM, ["Rojo"], E.NOT_A_CHOICE),
    ("colour", FORM, ["rojo", "azul"], E.SEVERAL_ANSWERS),
    ("colour", TEXT, "3.0", "3"),
    ("colour", FORM, ["3.0"], E.NOT_A_CHOICE),
    ("colour", TEXT, "4.0", E.NOT_A_CHOICE),
    ("colour", JSON, "azul", "azul"),
    ("colour", JSON, 3, E.WRONG_TYPE),
    ("colour", JSON, {}, E.WRONG_TYPE),
    # select_multiple
    ("palette", FORM, ["azul", "rojo", "azul"], ["rojo", "azul"]),
    ("palette", FORM, [""], None),
    ("palette", FORM, ["no_sabe"], ["no_sabe"]),
    ("palette", FORM, ["rojo", "no_sabe"], E.SPECIAL_NOT_ALONE),
    ("palette", FORM, ["verde"], E.NOT_A_CHOICE),
    ("palette", TEXT, "azul rojo", ["rojo", "azul"]),
    ("palette", TEXT, "azul; rojo", ["rojo", "azul"]),
    ("palette", TEXT, "3.0 azul", ["azul", "3"]),
    ("palette", TEXT, "", None),
    ("palette", TEXT, "verde rojo", E.NOT_A_CHOICE),
    ("palette", JSON, ["azul"], ["azul"]),
    ("palette", JSON, [], None),
    ("palette", JSON, "no_sabe", ["no_sabe"]),
    ("palette", JSON, "azul", E.WRONG_TYPE),
    ("palette", JSON, [1], E.WRONG_TYPE),
    ("palette", JSON, [["azul"]], E.WRONG_TYPE),
    # scale
    ("mark", FORM, ["7"], 7),
    ("mark", TEXT, "7.0", 7),
    ("mark", JSON, 7, 7),
    ("mark", FORM, ["no_responde"], "no_responde"),
    ("mark", FORM, ["8"], E.OUTSIDE_RANGE),
    ("mark", FORM, ["0"], E.OUTSIDE_RANGE),
    ("mark", TEXT, "6.5", E.NOT_AN_INTEGER),
    ("mark", JSON, "7", E.WRONG_TYPE),
    ("mark", JSON, 8, E.OUTSIDE_RANGE),
    # note
    ("thanks", FORM, ["x"], None),
    ("thanks", TEXT, "x", None),
    ("thanks", JSON, {"x": 1}, None),
]


@pytest.mark.parametrize(
    ("name", "source", "value", "expected"),
    READ,
    ids=[f"{i}-{name}-{source}" for i, (name, source, *_) in enumerate(READ)],
)
def test_reading(name: str, source: Source, value: object, expected: object) -> None:
    outcome = parse_answer(SURVEY.question(name), value, source)
    if isinstance(expected, ErrorCode):
        assert isinstance(outcome, AnswerFault)
        assert (outcome.code, outcome.question) == (expected, name)
    else:
        assert type(outcome) is type(expected)
        assert outcome == expected


def test_an_ambiguous_number_shows_both_readings() -> None:
    outcome = parse_answer(SURVEY.question("hectares"), ["-1,234"], FORM)
    assert outcome.context == {"value": "-1,234", "thousands": "-1234", "decimal": "-1.234"}


def test_minus_zero_is_zero() -> None:
    assert str(parse_answer(SURVEY.question("hectares"), ["-0"], FORM)) == "0.0"


def test_every_code_of_an_answer_is_in_the_table() -> None:
    codes = list(ErrorCode)
    first = codes.index(ErrorCode.WRONG_TYPE)
    assert (
        set(codes[first:]) - {case[3] for case in READ if isinstance(case[3], ErrorCode)} == set()
    )


def test_every_type_is_in_the_table() -> None:
    assert {question.type for question in SURVEY.questions} == set(TYPES)


def test_columns() -> None:
    columns = [
        column for question in SURVEY.questions for column in type_of(question).columns(question)
    ]
    assert [(column.name, column.kind) for column in columns] == [
        ("words", ColumnKind.TEXT),
        ("people", ColumnKind.INTEGER),
        ("hectares", ColumnKind.DECIMAL),
        ("day", ColumnKind.DATE),
        ("colour", ColumnKind.CODE),
        ("palette", ColumnKind.CODES),
        ("palette/rojo", ColumnKind.INDICATOR),
        ("palette/azul", ColumnKind.INDICATOR),
        ("palette/3", ColumnKind.INDICATOR),
        ("mark", ColumnKind.INTEGER),
    ]


@pytest.mark.parametrize(
    ("name", "answer", "cells"),
    [
        ("mark", 7, (7,)),
        ("mark", "no_sabe", ("no_sabe",)),
        ("mark", None, (None,)),
        ("palette", ["rojo", "3"], ("rojo 3", True, False, True)),
        ("palette", ["no_sabe"], ("no_sabe", None, None, None)),
        ("palette", None, (None, None, None, None)),
        ("thanks", None, ()),
    ],
)
def test_cells(name: str, answer: object, cells: tuple[object, ...]) -> None:
    question = SURVEY.question(name)
    assert type_of(question).cells(question, answer) == cells
    assert len(cells) == len(type_of(question).columns(question))


def test_special_answers_are_known() -> None:
    assert is_special(SURVEY.question("mark"), "no_sabe")
    assert is_special(SURVEY.question("palette"), ["no_sabe"])
    assert not is_special(SURVEY.question("mark"), 7)
    assert not is_special(SURVEY.question("palette"), ["rojo"])


def test_two_types_of_one_name_stop_the_program() -> None:
    with pytest.raises(ValueError, match="text"):
        registry([TextType(), TextType()])


def test_no_type_may_be_called_group() -> None:
    class Group(TextType):
        name = "group"

    with pytest.raises(ValueError, match="group"):
        registry([Group()])

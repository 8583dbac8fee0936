"""Each type against each spelling: what is read, and why it is not."""

import dataclasses
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas import AnswerFault, ColumnKind, ErrorCode, Source, is_special, type_of
from encuestas.logic import expression
from encuestas.types import TYPES, Paper, PaperKind, registry
from encuestas.types.text import TextSettings, TextType
from encuestas.validation import parse_answer
from tests.encuestas.readings import READ

from . import definitions

SURVEY = definitions.survey("every-type")
FORM, JSON, TEXT = Source.FORM, Source.JSON, Source.TEXT
E = ErrorCode


NOT_OF_A_TYPE = {
    *(E.NOT_OFFERED, E.TOO_MANY_INSTANCES, E.TOO_MANY_VALUES),
    *(E.FILE_TOO_LARGE, E.FILE_NOT_ACCEPTED, E.FILE_EMPTY),
}
"""What only the whole response tells, or the file itself."""


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
    seen = {case[3] for case in READ if isinstance(case[3], ErrorCode)}
    assert set(codes[first:]) - seen == NOT_OF_A_TYPE


def test_every_type_is_in_the_table() -> None:
    assert {question.type for question in SURVEY.questions} == set(TYPES)
    asked = {name for name, *_ in READ}
    assert {SURVEY.question(name).type for name in asked} == set(TYPES)


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
        ("advice", ColumnKind.INTEGER),
        ("share", ColumnKind.DECIMAL),
        ("percent", ColumnKind.INTEGER),
        ("order", ColumnKind.CODES),
        ("order/rojo", ColumnKind.INTEGER),
        ("order/azul", ColumnKind.INTEGER),
        ("order/3", ColumnKind.INTEGER),
        ("read_it", ColumnKind.CODE),
        ("hour", ColumnKind.TIME),
        ("moment", ColumnKind.DATE_TIME),
        ("point", ColumnKind.PLACE),
        ("point/latitude", ColumnKind.DECIMAL),
        ("point/longitude", ColumnKind.DECIMAL),
        ("point/altitude", ColumnKind.DECIMAL),
        ("point/accuracy", ColumnKind.DECIMAL),
        ("way", ColumnKind.PLACE),
        ("area", ColumnKind.PLACE),
        ("code", ColumnKind.TEXT),
        ("photo", ColumnKind.TEXT),
        ("sound", ColumnKind.TEXT),
        ("film", ColumnKind.TEXT),
        ("paper", ColumnKind.TEXT),
        ("home", ColumnKind.CODE),
        ("places", ColumnKind.CODES),
        ("places/05101", ColumnKind.INDICATOR),
        ("places/05109", ColumnKind.INDICATOR),
        ("places/13101", ColumnKind.INDICATOR),
        ("score", ColumnKind.TEXT),
        ("kit", ColumnKind.TEXT),
        ("begun", ColumnKind.DATE_TIME),
        ("done", ColumnKind.DATE_TIME),
        ("date_of_it", ColumnKind.DATE),
        ("device", ColumnKind.TEXT),
        ("who", ColumnKind.TEXT),
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
        ("order", ["azul", "3", "rojo"], ("azul 3 rojo", 3, 1, 2)),
        ("order", ["no_sabe"], ("no_sabe", None, None, None)),
        ("order", None, (None, None, None, None)),
        ("point", "-33.45 -70.66 540 4.9", ("-33.45 -70.66 540 4.9", -33.45, -70.66, 540.0, 4.9)),
        ("point", "no_sabe", ("no_sabe", None, None, None, None)),
        ("point", None, (None,) * 5),
        ("way", "0 0 0 0; 1 1 0 0", ("0 0 0 0; 1 1 0 0",)),
        ("score", 2.5, (2.5,)),
        ("read_it", "OK", ("OK",)),
    ],
)
def test_cells(name: str, answer: object, cells: tuple[object, ...]) -> None:
    question = SURVEY.question(name)
    assert type_of(question).cells(question, answer) == cells
    assert len(cells) == len(type_of(question).columns(question))


@pytest.mark.parametrize(
    ("name", "paper"),
    [
        ("words", Paper(PaperKind.LINES)),
        ("people", Paper(PaperKind.DIGITS, 7)),
        ("hectares", Paper(PaperKind.DIGITS, 10)),
        ("mark", Paper(PaperKind.MARKS)),
        ("share", Paper(PaperKind.MARKS)),
        ("percent", Paper(PaperKind.DIGITS, 3)),
        ("order", Paper(PaperKind.PLACES)),
        ("palette", Paper(PaperKind.BOXES)),
        ("read_it", Paper(PaperKind.ONE_BOX)),
        ("way", Paper(PaperKind.COORDINATES, 6)),
        ("score", Paper(PaperKind.NOTHING)),
    ],
)
def test_the_room_on_paper(name: str, paper: Paper) -> None:
    question = SURVEY.question(name)
    assert type_of(question).paper(question) == paper


def test_a_rank_with_a_filter_may_be_of_fewer_choices() -> None:
    """Which ones were offered, only the whole response tells."""
    filtered = dataclasses.replace(SURVEY.question("order"), choice_filter=expression("1 = 1"))
    assert parse_answer(filtered, ["3", "rojo"], JSON) == ["3", "rojo"]
    assert parse_answer(filtered, ["3=2", "rojo=1"], FORM) == ["rojo", "3"]


@pytest.mark.parametrize("name", [q.name for q in SURVEY.questions if type_of(q).has_answer])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(value=st.one_of(st.text(), st.lists(st.text(), max_size=6), st.floats(), st.integers()))
def test_whatever_is_read_reads_back_as_itself(name: str, value: object) -> None:
    """No spelling raises, and a canonical answer is one spelling of itself."""
    question = SURVEY.question(name)
    for source in Source:
        outcome = parse_answer(question, value, source)
        if outcome is not None and not isinstance(outcome, AnswerFault):
            assert parse_answer(question, outcome, JSON) == outcome
            assert len(type_of(question).cells(question, outcome)) == len(
                type_of(question).columns(question)
            )


EVERY_PLANE = "".join(chr(plane * 0x10000 + 0x1F4A) for plane in range(17) if plane not in (15, 16))


@pytest.mark.parametrize(
    "text", ["👩\u200d👩\u200d👧", "عربى\u202e", EVERY_PLANE, "\U0010fffd", "e\u0301"]
)
def test_text_of_every_plane_stays(text: str) -> None:
    question = dataclasses.replace(SURVEY.question("words"), settings=TextSettings())
    for source, value in ((FORM, [text]), (JSON, text), (TEXT, text)):
        assert parse_answer(question, value, source) == unicodedata.normalize("NFC", text)


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

"""What may stand in a cell, and how answers are laid out in columns."""

from __future__ import annotations

import pytest

from encuestas import read_survey
from encuestas.export import Layout, as_typed, csv_row, csv_text, harmless
from encuestas.types import Cell, ColumnKind
from tests.data_in_out.conftest import SURVEY

TEXT, CODE, DECIMAL = ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.DECIMAL
PLACE = ColumnKind.PLACE


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_text_starts_a_formula(start: str) -> None:
    assert harmless(start + "1") == "'" + start + "1"


@pytest.mark.parametrize("typed", ["=1", "'=1", "''=1", "'", "''", "'n Boom", "-", "", "a=b", "\n"])
def test_what_was_typed_comes_back(typed: str) -> None:
    assert as_typed(harmless(typed)) == typed


@pytest.mark.parametrize(
    ("cell", "kind", "expected"),
    [
        (None, TEXT, ""),
        (True, ColumnKind.INDICATOR, "1"),
        (False, ColumnKind.INDICATOR, "0"),
        (-7, ColumnKind.INTEGER, "-7"),
        (-0.5, DECIMAL, "-0.5"),
        (1e22, DECIMAL, "1e+22"),
        ("-1", CODE, "-1"),
        ("-1.5", CODE, "-1.5"),
        ("-1+1", CODE, "'-1+1"),
        ("-١", CODE, "'-١"),
        ("-1", TEXT, "'-1"),
        ("+56 9 1234", TEXT, "'+56 9 1234"),
        ("a=b", TEXT, "a=b"),
        ("", TEXT, ""),
        ("-33.45 -70.66 540 4.9", PLACE, "-33.45 -70.66 540 4.9"),
        ("-33 -70 0 0; -34.5 -71 0 0", PLACE, "-33 -70 0 0; -34.5 -71 0 0"),
        ("-33.45 -70.66 540 4.9", TEXT, "'-33.45 -70.66 540 4.9"),
        ("-1+1 0 0 0", PLACE, "'-1+1 0 0 0"),
    ],
)
def test_a_cell_as_text(cell: Cell, kind: ColumnKind, expected: str) -> None:
    assert csv_text(cell, kind, raw=False) == expected


def test_raw_leaves_text_alone() -> None:
    assert csv_text("=1+1", TEXT, raw=True) == "=1+1"


ANSWERS = {"cooks": "yes", "tools": ["pot", "oven"], "mark": "no_sabe", "comment": "=1"}


def texts(layout: Layout, answers: dict[str, object]) -> list[str]:
    return csv_row(layout.row(answers), layout.columns, raw=False)


def test_codes_with_indicators() -> None:
    layout = Layout(read_survey(SURVEY))
    assert layout.header == (
        "cooks", "tools", "tools/pot", "tools/knife", "tools/oven", "mark", "balance", "people",
        "since", "comment",
    )  # fmt: skip
    assert texts(layout, ANSWERS) == [
        "yes", "pot oven", "1", "0", "1", "no_sabe", "", "", "", "'=1",
    ]  # fmt: skip


def test_indicators_stay_empty_where_nobody_told() -> None:
    layout = Layout(read_survey(SURVEY))
    assert texts(layout, {"cooks": "yes", "tools": ["no_sabe"]})[1:5] == [
        "no_sabe", "", "", "",
    ]  # fmt: skip
    assert texts(layout, {"cooks": "no"})[1:5] == [""] * 4


def test_words_in_the_language_asked_for() -> None:
    layout = Layout(read_survey(SURVEY), labels=True, lang="en")
    assert layout.header[:3] == ("Cooks?", "With what?", "With what? / Pot")
    assert texts(layout, ANSWERS)[:6] == [
        "Yes", "Pot; Oven", "1", "0", "1", "I don't know",
    ]  # fmt: skip
    assert layout.answers(ANSWERS)["tools"] == ["Pot", "Oven"]


def test_an_open_answer_that_looks_like_a_code_is_no_code() -> None:
    layout = Layout(read_survey(SURVEY), labels=True)
    assert texts(layout, {"comment": "yes"})[-1] == "yes"


def test_a_label_that_starts_a_formula() -> None:
    layout = Layout(read_survey(SURVEY), labels=True)
    assert texts(layout, {"tools": ["oven"]})[1] == "'=Horno"


def test_a_code_without_words_stays_a_code() -> None:
    layout = Layout(read_survey(SURVEY), labels=True)
    assert texts(layout, {"cooks": "gone"})[0] == "gone"

"""Columns for SPSS and Stata: legal names, numbers for codes, and every change told."""

from __future__ import annotations

import pytest

from encuestas.export.codebook import Code, Entry
from encuestas.export.coded import SPSS, STATA, Change, Limits, Measure, Names, Shape, coded
from encuestas.types import Column, ColumnKind


def entry(variable: str, *codes: str, special: tuple[str, ...] = (), words: str = "") -> Entry:
    return Entry(
        variable=variable,
        repeat="",
        type="select_one",
        label={"es": variable},
        group={},
        required="",
        relevant="",
        limits="",
        versions=("1",),
        codes=tuple(
            Code(value, {"es": words or value.title()}, value in special, ("1",))
            for value in (*codes, *special)
        ),
    )


def one(column: Column, found: Entry, limits: Limits = SPSS, heading: str = "Texto"):
    columns, changes = coded(
        [column], [heading], [found], names=Names(limits), limits=limits, lang="es"
    )
    return columns[0], [(each.change, each.after) for each in changes]


@pytest.mark.parametrize(
    ("wanted", "spss", "stata"),
    [
        ("mark", "mark", "mark"),
        ("tools/pot", "tools_pot", "tools_pot"),
        ("people[2]/age", "people_2_age", "people_2_age"),
        ("people[]", "people", "people"),
        ("_id", "r_id", "r_id"),
        ("with", "with_2", "with_2"),
        ("AND", "AND_2", "AND"),
        ("byte", "byte", "byte_2"),
        ("x" * 40, "x" * 40, "x" * 32),
        ("año", "a_o", "a_o"),
        ("___", "r", "r"),
    ],
)
def test_names_that_a_program_can_hold(wanted: str, spss: str, stata: str) -> None:
    assert (Names(SPSS).name(wanted), Names(STATA).name(wanted)) == (spss, stata)


def test_no_two_columns_have_one_name_in_any_case() -> None:
    names = Names(STATA)
    given = [names.name(each) for each in ("Mark", "mark", "mark_2", "x" * 40, "x" * 41)]
    assert given == ["Mark", "mark_2", "mark_2_2", "x" * 32, "x" * 30 + "_2"]
    assert len({name.lower() for name in given}) == len(given)


def test_codes_that_are_whole_numbers_stay_what_they_are() -> None:
    column, changes = one(Column("q", ColumnKind.CODE), entry("q", "3", "-1", "10"))
    assert (column.numbers, changes) == ({"3": 3, "-1": -1, "10": 10}, [])
    assert column.value("10") == 10
    assert column.value(None) is None
    assert column.measure is Measure.NOMINAL


def test_other_codes_are_numbered_in_order_and_no_opinion_is_missing() -> None:
    found = entry("q", "si", "no", special=("no_sabe", "no_responde"))
    column, changes = one(Column("q", ColumnKind.CODE), found)
    assert column.numbers == {"si": 1, "no": 2, "no_sabe": -99, "no_responde": -98}
    assert column.labels == {1: "Si", 2: "No", -99: "No_Sabe", -98: "No_Responde"}
    assert column.missing == (-99, -98)
    assert changes == [(Change.NUMBERED, after) for after in ("1", "2", "-99", "-98")]


def test_a_code_never_takes_the_number_of_another() -> None:
    found = entry("q", "-99", "1", special=("no_sabe",))
    column, _ = one(Column("q", ColumnKind.CODE), found)
    assert column.numbers == {"-99": -99, "1": 1, "no_sabe": -98}


def test_marks_are_ordered_and_amounts_are_not_codes() -> None:
    mark, _ = one(Column("q", ColumnKind.INTEGER), entry("q", special=("no_sabe",)))
    assert (mark.measure, mark.value(7), mark.value("no_sabe")) == (Measure.ORDINAL, 7, -99)
    amount, _ = one(Column("q", ColumnKind.DECIMAL), entry("q"))
    assert (amount.measure, amount.value(2.5), amount.labels) == (Measure.SCALE, 2.5, {})


def test_codes_that_begin_with_a_zero_stay_text() -> None:
    found = entry("comuna", "05402", "13101")
    for limits, labels in ((SPSS, {"05402": "05402", "13101": "13101"}), (STATA, {})):
        column, _ = one(Column("comuna", ColumnKind.CODE), found, limits)
        assert (column.shape, column.value("05402")) == (Shape.TEXT, "05402")
        assert column.text_labels == labels


def test_what_is_cut_is_told_and_no_letter_is_halved() -> None:
    column, changes = one(
        Column("q", ColumnKind.CODE), entry("q", "1", words="ñ" * 100), SPSS, heading="á" * 200
    )
    assert column.label == "á" * 126 + "..."
    assert column.labels[1] == "ñ" * 58 + "..."
    assert [change for change, _ in changes] == [Change.LABEL_CUT, Change.VALUE_LABEL_CUT]

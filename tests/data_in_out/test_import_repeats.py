"""Files whose columns are the instances of a repeat, and what a row does not have to say."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.models import Collection, Mode
from app.services import collections, surveys
from app.services.imports import imports
from app.services.imports.faults import ImportCode, ImportRefused
from app.services.imports.imports import Summary
from app.services.imports.mapping import read_map
from encuestas import ErrorCode
from tests.data_in_out.conftest import bring_in, stored

SURVEY = """
id: homes
version: "1"
title: {es: Hogares}
respondent: person
choices:
  tools: [{value: pot, label: {es: Olla}}, {value: oven, label: {es: Horno}}]
pages:
  - id: all
    questions:
      - {name: place, type: text, required: true, label: {es: Lugar}}
      - {name: country, type: text, default: Chile, required: true, label: {es: País}}
      - name: members
        type: repeat
        max: 3
        label: {es: Personas}
        questions:
          - {name: name, type: text, required: true, label: {es: Nombre}}
          - {name: weight, type: decimal, label: {es: Peso}}
          - {name: has, type: select_multiple, choices: tools, label: {es: Tiene}}
      - {name: size, type: calculate, calculation: "count(${members})"}
      - {name: luck, type: calculate, calculation: random()}
      - {name: day, type: today}
      - {name: ended, type: end}
"""
COLUMNS = "place,members[],members[1]/name,members[1]/has,members[1]/has/pot,members[2]/name\n"


@pytest.fixture
def homes(in_app: Flask) -> Collection:
    surveys.save_definition(SURVEY)
    surveys.publish("homes")
    fielding = collections.Fielding(territories=[], mode=Mode.CONFIDENTIAL)
    return collections.open_collection("homes", "homes", fielding)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def answers() -> list[dict[str, object]]:
    return [
        {key: value for key, value in row.answers.items() if key not in ("luck", "country")}
        for row in sorted(stored(), key=lambda row: row.answers["place"])
    ]


def test_instances_come_from_their_columns(homes: Collection, path: Path) -> None:
    rows = "a,,Ana,pot oven,1,Luz\nb,,Eva,,,\nc,2,Isa,,,\nd,,,,,\n"
    summary, bad = bring_in(path, COLUMNS + rows, slug="homes")
    assert [(row.row.number, row.faults[0].question) for row in bad] == [(4, "members[2]/name")]
    assert summary == Summary(read=4, added=3, bad=1)
    assert answers() == [
        {
            "place": "a",
            "members": [{"name": "Ana", "has": ["pot", "oven"]}, {"name": "Luz"}],
            "size": 2,
        },
        {"place": "b", "members": [{"name": "Eva"}], "size": 1},
        {"place": "d", "size": 0},
    ]


def test_the_same_rows_tomorrow_are_the_same(homes: Collection, path: Path) -> None:
    """Nothing that a row does not tell is taken from the clock or from chance."""
    rows = COLUMNS + "a,,Ana,,,\na,,Ana,,,\nb,,,,,\n"
    assert bring_in(path, rows, slug="homes")[0].added == 3
    assert bring_in(path, rows, slug="homes")[0] == Summary(read=3, same=3)
    assert not any({"day", "ended"} & row.answers.keys() for row in stored())


def test_a_column_left_blank_is_an_answer_left_blank(homes: Collection, path: Path) -> None:
    bring_in(path, "place\na\n", slug="homes")
    assert [row.answers["country"] for row in stored()] == ["Chile"]
    _, bad = bring_in(path, "place,country\na,\n", slug="homes")
    assert [(fault.question, fault.code) for fault in bad[0].faults] == [
        ("country", ErrorCode.REQUIRED)
    ]


def test_columns_of_a_repeat_that_answer_nothing_are_told(homes: Collection, path: Path) -> None:
    path.write_text(COLUMNS.strip() + ",members[3]/age,members/name,weight,members[x]/name\n")
    unused = ["members[3]/age", "members/name", "weight", "members[x]/name"]
    assert imports.prepare("homes", path).unused == unused


def test_the_map_names_paths_for_columns_and_questions_for_values(
    homes: Collection, path: Path
) -> None:
    mapping = read_map("columns: {P1: place, N1: 'members[1]/name'}\nvalues: {name: {1: Ana}}")
    assert bring_in(path, "P1,N1\na,1\n", slug="homes", mapping=mapping)[0].added == 1
    assert answers() == [{"place": "a", "members": [{"name": "Ana"}], "size": 1}]
    with pytest.raises(ImportRefused) as refused:
        bring_in(path, "P1\na\n", slug="homes", mapping=read_map("columns: {P1: members/name}"))
    fault = refused.value.faults[0]
    assert fault.code is ImportCode.MAP_UNKNOWN_QUESTION
    assert "members[1]/name" in fault.context["questions"]


def test_a_number_with_two_readings_is_refused_in_an_instance_too(
    homes: Collection, path: Path
) -> None:
    text = "place;members[1]/name;members[1]/weight\na;Ana;1.234\n"
    _, bad = bring_in(path, text, slug="homes")
    assert [(fault.question, fault.code) for fault in bad[0].faults] == [
        ("members[1]/weight", ErrorCode.AMBIGUOUS_NUMBER)
    ]

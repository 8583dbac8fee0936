"""What was asked again and again, taken out: counted, row by row, or side by side."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.models import Collection, Response
from app.services import collections, surveys
from app.services.exports import export_plan, stream
from tests.data_in_out.conftest import bring_in
from tests.data_in_out.spreadsheets import read, table

HOME = """
id: home
version: "1"
title: {es: El hogar, en: The home}
languages: [es, en]
pages:
  - id: home
    questions:
      - {name: street, type: text, label: {es: Calle, en: Street}}
      - name: members
        type: repeat
        label: {es: Persona, en: Person}
        questions:
          - {name: name, type: text, required: true, label: {es: Nombre, en: Name}}
          - {name: does, type: select_multiple, label: {es: Hace, en: Does}, choices: [{value: work, label: {es: Trabaja, en: Works}}, {value: study, label: {es: Estudia, en: Studies}}]}
          - name: children
            type: repeat
            label: {es: Hijo o hija, en: Child}
            questions:
              - {name: age, type: integer, label: {es: Edad, en: Age}}
      - {name: rooms, type: integer, label: {es: Piezas, en: Rooms}}
"""  # noqa: E501 a question a line

ANSWERS = {
    "Norte": {
        "street": "Norte",
        "members": [
            {"name": "Ana", "does": ["work"], "children": [{"age": 3}, {"age": 5}]},
            {"name": "=Beto", "does": ["work", "study"]},
        ],
        "rooms": 4,
    },
    "Sur": {"street": "Sur", "members": [{"name": "Caro", "children": [{"age": 9}]}]},
    "Vacía": {"street": "Vacía"},
}
FILE = (
    "street,members[],members[1]/name,members[1]/does,members[1]/children[],"
    "members[1]/children[1]/age,members[1]/children[2]/age,members[2]/name,members[2]/does,rooms\n"
    "Norte,2,Ana,work,2,3,5,=Beto,work study,4\n"
    "Sur,1,Caro,,1,9,,,,\n"
    "Vacía,0,,,,,,,,\n"
)


@pytest.fixture
def home(in_app: Flask, tmp_path: Path) -> Collection:
    collection = opened("home")
    summary, bad = bring_in(tmp_path / "in.csv", FILE, slug="home")
    assert (summary.added, bad) == (3, [])
    return collection


def opened(slug: str) -> Collection:
    surveys.save_definition(HOME)
    surveys.publish("home")
    return collections.open_collection("home", slug, collections.Fielding(territories=[]))


def rows(**how: object) -> list[dict[str, str]]:
    text = "".join(stream.export_stream("home", fmt="csv", **how)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def questions(row: dict[str, str]) -> list[str]:
    return [name for name in row if not name.startswith("_")]


def test_a_response_is_a_row_with_the_number_of_instances(home: Collection) -> None:
    found = {row["street"]: row for row in rows()}
    assert questions(found["Norte"]) == ["street", "members[]", "rooms"]
    assert {name: row["members[]"] for name, row in found.items()} == {
        "Norte": "2",
        "Sur": "1",
        "Vacía": "0",
    }


def test_an_instance_is_a_row_with_its_response_and_place(home: Collection) -> None:
    keys = {row["street"]: row["_id"] for row in rows()}
    members = rows(repeat="members")
    assert list(members[0]) == [
        "_id", "_members", "name", "does", "does/work", "does/study", "children[]",
    ]  # fmt: skip
    found = {(row["_id"], row["_members"]): (row["name"], row["children[]"]) for row in members}
    assert found == {
        (keys["Norte"], "1"): ("Ana", "2"),
        (keys["Norte"], "2"): ("'=Beto", "0"),
        (keys["Sur"], "1"): ("Caro", "1"),
    }


def test_an_inner_instance_has_the_places_of_those_around_it(home: Collection) -> None:
    children = rows(repeat="children")
    assert list(children[0]) == ["_id", "_members", "_children", "age"]
    assert sorted((row["_members"], row["_children"], row["age"]) for row in children) == [
        ("1", "1", "3"),
        ("1", "1", "9"),
        ("1", "2", "5"),
    ]


def test_side_by_side_up_to_the_largest(home: Collection) -> None:
    found = {row["street"]: row for row in rows(wide=True)}
    assert questions(found["Norte"]) == [
        "street",
        "members[]",
        *(
            f"members[{n}]/{name}"
            for n in (1, 2)
            for name in (
                "name", "does", "does/work", "does/study",
                "children[]", "children[1]/age", "children[2]/age",
            )
        ),
        "rooms",
    ]  # fmt: skip
    assert found["Norte"]["members[2]/does"] == "work study"
    assert found["Sur"]["members[2]/does/work"] == ""


def test_side_by_side_comes_back_as_it_was(home: Collection, tmp_path: Path) -> None:
    text = "".join(stream.export_stream("home", fmt="csv", wide=True))
    summary, bad = bring_in(tmp_path / "again.csv", text, slug="home")
    assert (summary.read, summary.same, bad) == (3, 3, [])
    other = opened("other")
    summary, bad = bring_in(tmp_path / "other.csv", text, slug="other")
    assert (summary.added, bad) == (3, [])
    query = select(Response.answers).where(Response.collection_id == other.id)
    assert {kept["street"]: kept for kept in db.session.scalars(query)} == ANSWERS


def test_counts_alone_do_not_come_back_as_empty_instances(home: Collection, tmp_path: Path) -> None:
    """The narrow file has no instances: what it would lose is told, row by row."""
    opened("other")
    text = "".join(stream.export_stream("home", fmt="csv"))
    summary, _ = bring_in(tmp_path / "narrow.csv", text, slug="other")
    assert (summary.added, summary.bad) == (1, 2)


def test_the_json_is_nested(home: Collection) -> None:
    found = json.loads("".join(stream.export_stream("home", fmt="json")))["responses"]
    assert {row["answers"]["street"]: row["answers"] for row in found} == ANSWERS
    worded = json.loads("".join(stream.export_stream("home", fmt="json", labels=True, lang="en")))
    does = {
        tuple(member.get("does", ()))
        for row in worded["responses"]
        for member in row["answers"].get("members", ())
    }
    assert does == {("Works",), ("Works", "Studies"), ()}


def test_the_spreadsheet_has_a_sheet_for_each(home: Collection) -> None:
    sheets = read(b"".join(stream.export_bytes("home", fmt="xlsx")))
    assert list(sheets) == [
        "responses", "members", "children", "codebook", "versions", "about",
    ]  # fmt: skip
    members = table(sheets["members"])
    assert sorted((row["_members"], row["name"], row["does/study"]) for row in members) == [
        (1.0, "Ana", 0.0),
        (1.0, "Caro", None),
        (2.0, "=Beto", 1.0),
    ]
    assert len(sheets["children"]) == 4
    places = {row["variable"]: row["hoja"] for row in table(sheets["codebook"])}
    assert (places["street"], places["name"], places["age"]) == (None, "members", "children")


def test_words_tell_which_instance(home: Collection) -> None:
    (row, *_) = rows(wide=True, labels=True, lang="en")
    assert {"Street", "Person []", "Person 1 / Name", "Person 2 / Does / Studies"} <= row.keys()
    assert "Person 1 / Child 2 / Age" in row


def test_what_is_no_repeat_is_refused(home: Collection, run: Callable[..., Result]) -> None:
    with pytest.raises(Problem) as refused:
        rows(repeat="street")
    assert refused.value.code is ProblemCode.UNKNOWN_REPEAT
    assert refused.value.context["known"] == "members, children"
    for options in (["--repeat", "members", "--wide"], ["--wide", "--format", "json"]):
        assert run("responses", "export", "home", "-o", "-", *options).exit_code == 2


def test_more_columns_than_a_spreadsheet_has_are_refused_at_once(
    home: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_plan, "WIDEST", 20)
    assert len(rows()) == 3
    with pytest.raises(Problem) as refused:
        stream.export_stream("home", fmt="csv", wide=True)
    assert refused.value.code is ProblemCode.EXPORT_TOO_WIDE
    assert db.engine.pool.checkedout() <= 1  # the session's own


def test_a_file_of_a_repeat_says_which(home: Collection) -> None:
    assert stream.export_name("home", "csv", "members") == "home-members.csv"

"""A collection that goes on with another version: who answers which, and one table of both."""

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
from app.models import AuditEntry, Collection, Draft
from app.models.columns import utc_now
from app.services import collections, surveys
from app.services.drafts import drafts
from app.services.exports import stream
from tests.data_in_out.conftest import SURVEY, bring_in, open_kitchen
from tests.data_in_out.spreadsheets import read, table
from tests.pages import Person

# The mark goes from 1 to 5 now, there is a spoon, nobody is asked for people, and a colour is new.
SECOND = (
    SURVEY.replace('version: "1"', 'version: "2"')
    .replace("range: [1, 7]", "range: [1, 5]")
    .replace(
        "    - {value: knife,",
        "    - {value: spoon, label: {es: Cuchara, en: Spoon}}\n    - {value: knife,",
    )
    .replace(
        "      - {name: people, type: integer, label: {es: Personas, en: People}}\n",
        "      - {name: colour, type: text, label: {es: Color, en: Colour}}\n",
    )
)


@pytest.fixture
def both(kitchen: Collection, tmp_path: Path) -> Collection:
    """One answer to each version."""
    bring_in(tmp_path / "one.csv", "cooks,tools,mark,people\nyes,pot knife,7,4\n")
    surveys.save_definition(SECOND)
    surveys.publish("kitchen")
    collections.use_version("kitchen", "2")
    bring_in(tmp_path / "two.csv", "cooks,tools,mark,colour\nyes,pot spoon,3,red\n")
    return kitchen


def rows(**how: object) -> dict[str, dict[str, str]]:
    text = "".join(stream.export_stream("kitchen", fmt="csv", **how)).removeprefix("\ufeff")
    return {row["_version"]: row for row in csv.DictReader(io.StringIO(text))}


def test_columns_join_by_name_in_the_order_of_the_newest(both: Collection) -> None:
    columns = [name for name in rows()["1"] if not name.startswith("_")]
    assert columns == [
        "cooks", "tools", "tools/pot", "tools/spoon", "tools/knife", "tools/oven", "mark",
        "balance", "colour", "since", "comment", "mark@1", "people",
    ]  # fmt: skip


def test_what_means_something_else_has_a_column_of_its_own(both: Collection) -> None:
    found = rows()
    assert (found["1"]["mark"], found["1"]["mark@1"]) == ("", "7")
    assert (found["2"]["mark"], found["2"]["mark@1"]) == ("3", "")


def test_a_choice_that_was_not_offered_is_neither_yes_nor_no(both: Collection) -> None:
    found = rows()
    assert (found["1"]["tools/spoon"], found["1"]["tools/oven"]) == ("", "0")
    assert (found["2"]["tools/spoon"], found["2"]["tools/oven"]) == ("1", "0")
    assert (found["1"]["people"], found["2"]["people"], found["2"]["colour"]) == ("4", "", "red")


def test_words_come_from_the_version_that_was_answered(both: Collection) -> None:
    text = "".join(stream.export_stream("kitchen", fmt="csv", labels=True))
    header = next(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {"Nota", "Nota (1)", "¿Con qué? / Cuchara"} <= set(header)


def test_the_json_says_what_changed(both: Collection) -> None:
    found = json.loads("".join(stream.export_stream("kitchen", fmt="json")))
    assert found["versions"] == ["1", "2"]
    changes = {(each["code"], each["where"]): each for each in found["differences"]}
    scale = changes["scale_changed", "mark"]
    assert (scale["before"], scale["after"], scale["effect"]) == ("1", "2", "breaks")
    assert ("question_removed", "people") in changes


def test_the_spreadsheet_says_what_changed(both: Collection) -> None:
    sheets = read(b"".join(stream.export_bytes("kitchen", fmt="xlsx")))
    words = [" ".join(str(cell) for cell in row if cell) for row in sheets["versions"]]
    assert any("mark la escala cambió" in line and "no se comparan" in line for line in words)
    counts = {row[0]: row[3] for row in sheets["versions"][1:3]}
    assert counts == {"1": 1.0, "2": 1.0}
    codes = table(sheets["codebook"])
    versions = {row["variable"]: row["versiones"] for row in codes if not row["código"]}
    assert (versions["mark"], versions["mark@1"], versions["cooks"]) == ("2", "1", "1 2")
    (spoon,) = [row for row in codes if row["código"] == "spoon"]
    assert spoon["versiones"] == "2"


def test_a_version_that_nobody_answered_adds_nothing(kitchen: Collection, tmp_path: Path) -> None:
    bring_in(tmp_path / "one.csv", "cooks,mark\nno,7\n")
    before = "".join(stream.export_stream("kitchen", fmt="csv"))
    surveys.save_definition(SECOND)
    surveys.publish("kitchen")
    assert "".join(stream.export_stream("kitchen", fmt="csv")) == before


def test_drafts_finish_on_the_version_they_began(kitchen: Collection) -> None:
    drafts.start(kitchen, language="es", now=utc_now())
    surveys.save_definition(SECOND)
    surveys.publish("kitchen")
    first = kitchen.version_id
    collections.use_version("kitchen", "2")
    drafts.start(kitchen, language="es", now=utc_now())
    begun = list(db.session.scalars(select(Draft.version_id)))
    assert sorted(begun) == sorted([first, kitchen.version_id])
    assert first != kitchen.version_id


def test_whoever_began_answers_their_version_to_the_end(app: Flask) -> None:
    with app.app_context():
        open_kitchen("kitchen")
    before, after = Person(app.test_client()), Person(app.test_client())
    before.open("/e/kitchen")
    before.press("Comenzar")
    with app.app_context():
        surveys.save_definition(SECOND)
        surveys.publish("kitchen")
        collections.use_version("kitchen", "2")
    after.open("/e/kitchen")
    after.press("Comenzar")
    assert ("Personas" in before.page.text, "Color" in before.page.text) == (True, False)
    assert ("Personas" in after.page.text, "Color" in after.page.text) == (False, True)
    before.press("Siguiente", cooks="no", mark="7", people="3")
    after.press("Siguiente", cooks="no", mark="5", colour="rojo")
    for person in (before, after):
        person.press("Enviar mis respuestas")
        assert person.page.h1 == "Gracias"
    with app.app_context():
        found = rows()
    assert (found["1"]["mark@1"], found["1"]["people"]) == ("7", "3")
    assert (found["2"]["mark"], found["2"]["colour"]) == ("5", "rojo")


def test_the_command_notes_who_changed_it(kitchen: Collection, run: Callable[..., Result]) -> None:
    surveys.save_definition(SECOND)
    surveys.publish("kitchen")
    for _ in range(2):  # the second time there is nothing to change
        result = run("collection", "use-version", "kitchen", "2")
        assert (result.exit_code, "versión 2" in result.stdout) == (0, True)
    query = select(AuditEntry).where(AuditEntry.action == "collection.use-version")
    (noted,) = db.session.scalars(query)
    assert (noted.subject, noted.details) == ("kitchen", {"before": "1", "version": "2"})


def test_only_a_published_version_can_be_used(kitchen: Collection) -> None:
    surveys.save_definition(SECOND)
    with pytest.raises(Problem) as refused:
        collections.use_version("kitchen", "2")
    assert refused.value.code is ProblemCode.NOT_PUBLISHED
    assert refused.value.context["command"] == "kitchen --version 2"
    with pytest.raises(Problem) as refused:
        collections.use_version("kitchen", "3")
    assert refused.value.code is ProblemCode.UNKNOWN_SURVEY


def test_a_version_for_organisations_cannot_take_over_one_for_people(kitchen: Collection) -> None:
    other = SECOND.replace("respondent: person", "respondent: organisation")
    surveys.save_definition(other)
    surveys.publish("kitchen")
    with pytest.raises(Problem) as refused:
        collections.use_version("kitchen", "2")
    assert refused.value.code is ProblemCode.OTHER_RESPONDENTS


def test_languages_that_were_chosen_stay(in_app: Flask, kitchen: Collection) -> None:
    kitchen.languages = ["en"]
    db.session.commit()
    surveys.save_definition(SECOND)
    surveys.publish("kitchen")
    assert collections.use_version("kitchen", "2").languages == ["en"]

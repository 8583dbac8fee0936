"""A published version is frozen; the database itself refuses what a hurried hand might try."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.errors import Problem, ProblemCode
from app.extensions import db
from app.services import surveys
from encuestas import DefinitionErrors

SOURCE = """
id: tiny
version: "1"
title: {es: Una pregunta}
respondent: person
pages:
  - id: only
    questions:
      - {name: mark, type: integer, label: {es: "¿Qué nota le pone?"}}
"""


def test_the_same_text_again_changes_nothing(in_app: Flask) -> None:
    first = surveys.save_definition(SOURCE)
    again = surveys.save_definition(SOURCE)
    assert again.id == first.id
    assert len(again.texts) == 1


def test_a_draft_is_rewritten(in_app: Flask) -> None:
    surveys.save_definition(SOURCE)
    version = surveys.save_definition(SOURCE.replace("integer", "decimal"))
    assert len(version.texts) == 1
    assert surveys.definition_of(version.id, 0).question("mark").type == "decimal"


def test_a_better_label_is_a_correction(in_app: Flask) -> None:
    version = surveys.save_definition(SOURCE)
    surveys.publish("tiny")
    surveys.save_definition(SOURCE.replace("¿Qué nota", "¿Qué nota, del 1 al 7,"))
    assert [item.correction for item in version.texts] == [0, 1]
    assert "del 1 al 7" in surveys.definition_of(version.id, 1).question("mark").label["es"]
    assert "del 1 al 7" not in surveys.definition_of(version.id, 0).question("mark").label["es"]


def test_another_structure_is_refused_once_published(in_app: Flask) -> None:
    surveys.save_definition(SOURCE)
    surveys.publish("tiny")
    with pytest.raises(Problem) as refused:
        surveys.save_definition(SOURCE.replace("integer", "decimal"))
    assert refused.value.code is ProblemCode.VERSION_FROZEN


def test_a_broken_definition_stores_nothing(in_app: Flask) -> None:
    with pytest.raises(DefinitionErrors):
        surveys.save_definition(SOURCE.replace("integer", "no-such-type"))
    assert surveys.list_versions() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE survey_versions SET structure_hash = 'other'",
        "UPDATE survey_versions SET state = 'draft', published_at = NULL",
        "UPDATE survey_texts SET source = 'other'",
        "DELETE FROM survey_texts",
    ],
)
def test_the_database_keeps_a_published_version(in_app: Flask, statement: str) -> None:
    surveys.save_definition(SOURCE)
    surveys.publish("tiny")
    with pytest.raises(DBAPIError, match="frozen"):
        db.session.execute(text(statement))
    db.session.rollback()

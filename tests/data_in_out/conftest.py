"""A small survey with every type of question, fielded; and the command line to drive it with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from app.cli import cabildo
from app.extensions import db
from app.models import Channel, Collection, Mode, Organisation, Response, Selection, Territory
from app.services import collections, surveys
from app.services.imports import imports
from app.services.imports.imports import BadRow, Summary
from app.services.imports.mapping import ImportMap

SURVEY = """
id: kitchen
version: "1"
title: {es: La cocina, en: The kitchen}
languages: [es, en]
respondent: person
choices:
  yes_no:
    - {value: "yes", label: {es: Sí, en: "Yes"}}
    - {value: "no", label: {es: "No", en: "No"}}
  tools:
    - {value: pot, label: {es: Olla, en: Pot}}
    - {value: knife, label: {es: Cuchillo, en: Knife}}
    - {value: oven, label: {es: =Horno, en: Oven}}
pages:
  - id: all
    questions:
      - name: cooks
        type: select_one
        choices: yes_no
        required: true
        label: {es: ¿Cocina?, en: Cooks?}
      - name: tools
        type: select_multiple
        choices: tools
        special: [no_sabe]
        relevant: ${cooks} = 'yes'
        label: {es: ¿Con qué?, en: With what?}
      - name: mark
        type: scale
        range: [1, 7]
        special: [no_sabe, no_responde]
        required: true
        label: {es: Nota, en: Mark}
      - {name: balance, type: decimal, label: {es: Saldo, en: Balance}}
      - {name: people, type: integer, label: {es: Personas, en: People}}
      - {name: since, type: date, label: {es: Desde, en: Since}}
      - {name: comment, type: text, label: {es: Comentario, en: Comment}}
      - {name: thanks, type: note, label: {es: Gracias, en: Thanks}}
"""


@pytest.fixture
def kitchen(in_app: Flask) -> Collection:
    return open_kitchen("kitchen")


@pytest.fixture
def run(in_app: Flask) -> Callable[..., Result]:
    """Runs the command line as a person would; an exception that it lets through fails the test."""

    def invoke(*words: object) -> Result:
        return CliRunner(catch_exceptions=False).invoke(cabildo, [str(word) for word in words])

    return invoke


def open_kitchen(slug: str, **fielding: object) -> Collection:
    surveys.save_definition(SURVEY)
    surveys.publish("kitchen")
    fielding = {"territories": [], "mode": Mode.CONFIDENTIAL} | fielding
    return collections.open_collection("kitchen", slug, collections.Fielding(**fielding))


def bring_in(
    path: Path,
    text: str | bytes,
    *,
    slug: str = "kitchen",
    mapping: ImportMap | None = None,
    id_column: str | None = None,
) -> tuple[Summary, list[BadRow]]:
    """Import a file with this text; what became of its rows, and the bad ones."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    bad: list[BadRow] = []
    plan = imports.prepare(slug, path, mapping=mapping, channel=Channel.PAPER, id_column=id_column)
    return imports.run(plan, on_bad=bad.append, on_progress=lambda *_: None), bad


def stored() -> list[Response]:
    return list(db.session.scalars(select(Response)))


VOTE = """
id: vote
version: "1"
title: {es: Voto}
respondent: organisation
choices: {organisations: register}
pages:
  - id: all
    questions:
      - name: organisation
        type: select_one
        choices: organisations
        required: true
        label: {es: ¿Cuál?}
      - {name: mark, type: scale, range: [1, 7], required: true, label: {es: Nota}}
"""


def open_organisations(slug: str, codes: Sequence[str]) -> Collection:
    """A census of organisations, whose names try to be formulas."""
    territory = Territory(code="T-1", name="Ribera")
    db.session.add_all(
        Organisation(code=code, name=f"=Junta {code}", kind="junta", territory=territory)
        for code in codes
    )
    db.session.commit()
    surveys.save_definition(VOTE)
    surveys.publish("vote")
    fielding = collections.Fielding(selection=Selection.CENSUS, territories=["T-1"])
    return collections.open_collection("vote", slug, fielding)

"""A small house to count in: territories, organisations, collections, and people who answer."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from app.models import Channel, Collection, Organisation, Territory
from app.services import collections, surveys
from app.services.collections import Fielding
from app.services.receiving.rule import Submission, Verdict, receive
from encuestas import Source

PROJECT = Path(__file__).parents[2]
LIBRARY = PROJECT / "encuestas" / "library"
ELECTION_STUDY = PROJECT / ".." / "shared" / "data" / "real" / "anes96.csv"
NOW = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)

OPINION = """
id: opinion
version: "1"
title: {es: Opinión, en: Opinion}
languages: [es, en]
choices:
  territories: register
  sexes: [{value: f, label: {es: Mujer, en: Woman}}, {value: m, label: {es: Hombre, en: Man}}]
  si_no: [{value: si, label: {es: Sí, en: Yes}}, {value: "no", label: {es: "No", en: "No"}}]
pages:
  - id: one
    questions:
      - {name: territory, type: select_one, choices: territories, required: true, label: {es: Zona}}
      - {name: sex, type: select_one, choices: sexes, special: [no_responde], label: {es: Género}}
      - {name: visits, type: integer, label: {es: Visitas}}
      - {name: many, type: select_multiple, choices: si_no, label: {es: Varias}}
      - name: mark
        type: scale
        range: [1, 7]
        special: [no_sabe]
        required: true
        label: {es: Nota}
      - {name: took_part, type: select_one, choices: si_no, label: {es: Participó}}
  - id: two
    relevant: ${took_part} = 'si'
    questions:
      - {name: influence, type: scale, range: [1, 5], label: {es: Influencia}}
      - {name: again, type: select_one, choices: si_no, required: true, label: {es: Volvería}}
measures:
  - {name: satisfied, question: mark, indicator: 7, label: {es: Satisfacción, en: Satisfaction}}
  - {name: influence, question: influence, satisfied: [4, 5], dissatisfied: [1, 2]}
  - {name: again, question: again, satisfied: [si], dissatisfied: ["no"]}
"""


def make_territories() -> tuple[Territory, ...]:
    rows = tuple(Territory(code=f"T-{n}", name=f"Territorio {n}") for n in (1, 2, 3))
    db.session.add_all(rows)
    db.session.commit()
    return rows


def field(definition: str, slug: str, **how: object) -> Collection:
    """Open a collection of a definition's text, or of one in the library by its name."""
    path = LIBRARY / f"{definition}.yaml"
    text = definition if "\n" in definition else path.read_text(encoding="utf-8")
    version = surveys.save_definition(text)
    surveys.publish(version.survey_id)
    how.setdefault("opens_at", datetime(2026, 1, 1, tzinfo=UTC))
    return collections.open_collection(version.survey_id, slug, Fielding(**how))


def make_plan() -> Collection:
    """A census of 45 organisations: 20 in T-1, 15 in T-2 and 10 in T-3."""
    sizes = zip(make_territories(), (20, 15, 10), strict=True)
    places = [territory for territory, size in sizes for _ in range(size)]
    db.session.add_all(
        Organisation(code=f"O-{n}", name=f"Organización {n}", kind="club", territory_id=place.id)
        for n, place in enumerate(places, start=1)
    )
    db.session.commit()
    return field("pdt-quality", "plan", selection="census")


@pytest.fixture
def territories(in_app: Flask) -> tuple[Territory, ...]:
    return make_territories()


@pytest.fixture
def opinion(territories: tuple[Territory, ...]) -> Collection:
    return field(OPINION, "opinion", selection="probability")


@pytest.fixture
def plan(in_app: Flask) -> Collection:
    return make_plan()


def answer(
    collection: Collection, rows: Iterable[Mapping[str, object]], *, preview: bool = False
) -> None:
    """Receive each row as a finished response; a row that is not valid fails the test."""
    survey = collections.fielded(collection)
    text = surveys.newest_text(collection.version_id)
    for row in rows:
        received = receive(
            Submission(
                collection=collection,
                survey=survey,
                version_id=text.version_id,
                correction=text.correction,
                instance_id=str(uuid.uuid4()),
                answers=row,
                source=Source.JSON,
                channel=Channel.IMPORT,
                language="es",
                finished_at=NOW,
                preview=preview,
            )
        )
        assert received.verdict is Verdict.STORED, received.faults
    db.session.commit()


def people(count: int, seed: int = 0) -> list[dict[str, object]]:
    """Answers that differ in every way that counts: skipped, blank, special."""
    rows = []
    for n in range(seed, seed + count):
        row: dict[str, object] = {"territory": f"T-{1 + n % 2}", "mark": 1 + (n * n + n // 3) % 7}
        if n % 11 == 0:
            row["mark"] = "no_sabe"
        if n % 5:
            row["sex"] = "no_responde" if n % 7 == 0 else "fm"[n % 2]
        if n % 4:
            row["took_part"] = "no" if n % 3 == 0 else "si"
        if row.get("took_part") == "si":
            row["again"] = "si" if n % 5 else "no"
            if n % 7:
                row["influence"] = 1 + n % 5
        rows.append(row)
    return rows


def ballot(number: int, mark: int | str | None) -> dict[str, object]:
    """An organisation's answer; without a mark it does not know the plan."""
    row: dict[str, object] = {"organisation": f"O-{number}", "knows_plan": "no"}
    if mark is not None:
        row |= {"knows_plan": "well", "overall": mark}
        names = ("relevance", "participation", "inclusion_gender", "coherence", "clarity")
        row |= dict.fromkeys((*names, "feasibility", "funding", "follow_up"), 5)
    return row


@pytest.fixture
def election_rows() -> list[dict[str, object]]:
    """The study's rows as answers, typed here and not by what is under test."""
    if not ELECTION_STUDY.exists():
        pytest.skip("the election study's file is not beside this checkout")
    codes = {"PID", "educ", "income", "vote"}
    with ELECTION_STUDY.open(newline="") as file:
        return [
            {
                name: str(int(float(cell))) if name in codes else int(float(cell))
                for name, cell in row.items()
                if name != "logpopul"
            }
            for row in csv.DictReader(file)
        ]


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that runs inside, transactions' own words left out."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)

"""Columns say of every response what the database says of it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from app.extensions import db
from app.models import Collection, Organisation, Response, SurveyVersion, Territory
from app.services.analytics import columns, joins
from app.services.analytics.columns import LISTS, NUMBERS
from app.services.columnar.table import number_of
from app.services.scope import EVERYWHERE, Scope
from tests.columnar.conftest import ANSWERS, fill

KNOWN = list(columns.KNOWN)


def from_the_database(collection: Collection, names: Sequence[str], scope: Scope) -> list[tuple]:
    """What each row should be, from the responses one by one."""
    variables = joins.joined(collection).variables
    query = db.session.query(Response).filter(
        Response.collection_id == collection.id, Response.counts(), scope.rows()
    )

    def cell(row: Response, name: str) -> object:
        if name in KNOWN:
            return _known(row)[name]
        answer, kind = row.answers.get(name), variables[name].merged.type
        if kind in LISTS:
            return tuple(answer) if isinstance(answer, list) else None
        if kind in NUMBERS:
            return float(answer) if isinstance(answer, int | float) else None
        if answer is None or isinstance(answer, str):
            return answer
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))

    return sorted((tuple(cell(row, name) for name in names) for row in query), key=repr)


def _known(row: Response) -> dict[str, object]:
    territory = db.session.get(Territory, row.territory_id) if row.territory_id else None
    organisation = (
        db.session.get(Organisation, row.organisation_id) if row.organisation_id else None
    )
    version = db.session.get_one(SurveyVersion, row.version_id)
    return {
        "_id": row.id,
        "_territory": territory and territory.code,
        "_organisation_kind": organisation and organisation.kind,
        "_channel": row.channel,
        "_version": version.name,
        "_language": row.language,
        "_submitted_on": row.submitted_on,
        "_started_at": row.started_at,
        "_submitted_at": row.submitted_at,
        "_content": number_of(row.content_hash),
    }


def as_read(collection: Collection, names: Sequence[str], scope: Scope) -> list[tuple]:
    rows = columns.read(collection, names, scope=scope).to_pylist()
    cells = (
        tuple(tuple(v) if isinstance(v := row[name], list) else v for name in names) for row in rows
    )
    return sorted(cells, key=repr)


def test_every_kind_of_answer(every_type: Collection, places: Sequence[Territory]) -> None:
    fill(every_type, places)
    joint = joins.joined(every_type)
    names = [*KNOWN, *(name for name in joint.variables if name in _answered(joint))]
    found = as_read(every_type, names, EVERYWHERE)
    assert found == from_the_database(every_type, names, EVERYWHERE)
    assert len(found) > 5


def _answered(joint: object) -> set[str]:
    return {name for answers in ANSWERS for name in answers} | {"film", "sound"}


def test_a_scope(every_type: Collection, places: Sequence[Territory]) -> None:
    fill(every_type, places)
    names = ["_id", "_territory", "mark"]
    for scope in (Scope(frozenset({places[0].id})), Scope(frozenset({places[1].id, places[2].id}))):
        found = as_read(every_type, names, scope)
        assert found == from_the_database(every_type, names, scope) != []
    assert as_read(every_type, names, Scope(frozenset())) == []


def test_nobody_yet_and_nothing_asked(every_type: Collection) -> None:
    table = columns.read(every_type, ["_id", "mark", "palette", "people"])
    assert table.num_rows == 0
    assert [str(kind) for kind in table.schema.types] == [
        "string", "string", "list<item: string>", "double",
    ]  # fmt: skip


def test_a_question_that_no_version_has(every_type: Collection) -> None:
    with pytest.raises(KeyError):
        columns.read(every_type, ["nothing"])

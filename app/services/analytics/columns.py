"""A collection's counted responses as columns: what every analysis of its answers reads.

A question gives texts (codes, special answers among them) or numbers, as its type says; a question
with several answers a list of codes; an answer that there is none of is null. What is known of a
response besides its answers has a name that begins with an underscore.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Select

from app.extensions import db
from app.models import Collection, Organisation, Response, SurveyVersion, Territory
from app.services.analytics import joins
from app.services.analytics.counting import comparable, counted, text_of
from app.services.analytics.numbers import number
from app.services.scope import EVERYWHERE, Scope
from encuestas import Question

NUMBERS = frozenset({"calculate", "decimal", "integer", "range"})
LISTS = frozenset({"rank", "select_multiple", "select_multiple_from_file"})

KNOWN: Mapping[str, tuple[pa.DataType, ColumnElement]] = {
    "_id": (pa.string(), Response.id),
    "_territory": (pa.string(), Territory.code),
    "_organisation_kind": (pa.string(), Organisation.kind),
    "_channel": (pa.string(), Response.channel),
    "_version": (pa.string(), SurveyVersion.name),
    "_language": (pa.string(), Response.language),
    "_submitted_on": (pa.date32(), Response.submitted_on),
    "_started_at": (pa.timestamp("us", tz="UTC"), Response.started_at),
    "_submitted_at": (pa.timestamp("us", tz="UTC"), Response.submitted_at),
}
"""What is known of a response; times are null where the collection is anonymous."""


def read(collection: Collection, names: Sequence[str], *, scope: Scope = EVERYWHERE) -> pa.Table:
    """The columns that are named, one row for each counted response within the scope.

    A question that means something else in another version is null for who answered that one.
    """
    joint = joins.joined(collection)
    same = joins.comparable(
        joint, joins.keys(collection, joint), [name for name in names if name not in KNOWN]
    )
    kinds: list[pa.DataType] = []
    asked: list[ColumnElement] = []
    for name in names:
        kind, column = KNOWN.get(name) or _answer(joint.variables[name].merged, same)
        kinds.append(kind)
        asked.append(column.label(f"c{len(asked)}"))
    rows = db.session.execute(_joined(counted(collection, *asked, only=scope.rows()))).all()
    values = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pa.table(
        {
            name: pa.array(column, type=kind)
            for name, kind, column in zip(names, kinds, values, strict=True)
        }
    )


def _answer(
    question: Question, versions: Mapping[str, Sequence[str]]
) -> tuple[pa.DataType, ColumnElement]:
    name = question.name
    if question.type in LISTS:
        return pa.list_(pa.string()), comparable(name, Response.answers[name], versions)
    if question.type in NUMBERS:
        return pa.float64(), comparable(name, number(name), versions)
    return pa.string(), text_of(name, versions)


def _joined(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(Response)
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .outerjoin(Territory, Territory.id == Response.territory_id)
        .outerjoin(Organisation, Organisation.id == Response.organisation_id)
    )

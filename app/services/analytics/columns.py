"""A collection's counted responses as columns: what every analysis of its answers reads.

A question gives texts (codes, special answers among them) or numbers, as its type says; a question
with several answers a list of codes; an answer that there is none of is null. What is known of a
response besides its answers has a name that begins with an underscore.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
from sqlalchemy import select

from app.extensions import db
from app.models import Collection, Organisation, SurveyVersion, Territory
from app.services.analytics import joins, views
from app.services.analytics.coded import PREFIX
from app.services.analytics.coded import codes_of as coded_answers
from app.services.columnar.keeping import Snapshot, used
from app.services.scope import EVERYWHERE, Scope
from encuestas import Question

NUMBERS = frozenset({"calculate", "decimal", "integer", "range"})
LISTS = frozenset({"rank", "select_multiple", "select_multiple_from_file"})


@dataclass(frozen=True, slots=True)
class _Column:
    """``needs``: what is read of a part; ``of``: what is made of it."""

    kind: pa.DataType
    needs: Sequence[str]
    of: Callable[[pa.Table], pa.Array]


def _plain(name: str, kind: pa.DataType) -> _Column:
    return _Column(kind, [name], lambda table: table[name].combine_chunks())


def _named(name: str, names: Callable[[], Mapping[str, str]]) -> Callable[[], _Column]:
    def column() -> _Column:
        known = names()
        return _Column(pa.string(), [name], lambda table: views.renamed(table[name], known))

    return column


def _territories() -> Mapping[str, str]:
    return dict(db.session.execute(select(Territory.id, Territory.code)).all())


def _organisation_kinds() -> Mapping[str, str]:
    return dict(db.session.execute(select(Organisation.id, Organisation.kind)).all())


def _versions() -> Mapping[str, str]:
    return dict(db.session.execute(select(SurveyVersion.id, SurveyVersion.name)).all())


_MOMENT = pa.timestamp("us", tz="UTC")
KNOWN: Mapping[str, Callable[[], _Column]] = {
    "_id": partial(_plain, "id", pa.string()),
    "_territory": _named("territory", _territories),
    "_organisation_kind": _named("organisation", _organisation_kinds),
    "_channel": partial(_plain, "channel", pa.string()),
    "_version": _named("version", _versions),
    "_language": partial(_plain, "language", pa.string()),
    "_submitted_on": partial(_plain, "submitted_on", pa.date32()),
    "_started_at": partial(_plain, "started_at", _MOMENT),
    "_submitted_at": partial(_plain, "submitted_at", _MOMENT),
}
"""What is known of a response; times are null where the collection is anonymous."""


def read(collection: Collection, names: Sequence[str], *, scope: Scope = EVERYWHERE) -> pa.Table:
    """The columns that are named, one row for each counted response within the scope.

    ``code.<question>`` is the codes that an open answer was given, once it was read. A question
    that means something else in another version is null for who answered that one.
    """
    joint = joins.joined(collection, scope=scope)
    coded = [name for name in names if name.startswith(PREFIX)]
    questions = [name for name in names if name not in KNOWN and name not in coded]
    same = joins.comparable(joint, joins.keys(collection, joint), questions)
    wanted = {name: KNOWN[name]() for name in names if name in KNOWN}
    wanted |= {name: _codes(collection, name.removeprefix(PREFIX)) for name in coded}
    wanted |= {name: _answer(joint.variables[name].merged, same) for name in questions}
    wanted = {name: wanted[name] for name in names}
    return used(collection, partial(_read, wanted, scope))


def _read(wanted: Mapping[str, _Column], scope: Scope, held: Snapshot) -> pa.Table:
    needed = dict.fromkeys(name for column in wanted.values() for name in column.needs)
    arrays: dict[str, list[pa.Array]] = {name: [] for name in wanted}
    for part in held.tables([*dict.fromkeys((*views.COUNTING, *needed))]):
        table = views.counted(part, scope)
        for name, column in wanted.items():
            arrays[name].append(column.of(table))
    return pa.table(
        {name: pa.chunked_array(arrays[name], type=wanted[name].kind) for name in wanted}
    )


def _answer(question: Question, versions: Mapping[str, Sequence[str]]) -> _Column:
    name = question.name
    view, kind = _view(question)
    keys = versions.get(name)
    return _Column(
        kind,
        ["version", *views.columns_of(name)],
        lambda table: views.only_of(table, view(table, name), keys),
    )


def _codes(collection: Collection, question: str) -> _Column:
    """The codes that somebody gave the open answer; null where nobody has."""
    known = coded_answers(collection, question)
    kind = pa.list_(pa.string())
    return _Column(
        kind,
        ["id"],
        lambda table: pa.array([known.get(key) for key in table["id"].to_pylist()], kind),
    )


def _view(question: Question) -> tuple[Callable[[pa.Table, str], pa.Array], pa.DataType]:
    if question.type in LISTS:
        return views.lists, pa.list_(pa.string())
    if question.type in NUMBERS:
        return views.numbers, pa.float64()
    return views.texts, pa.string()

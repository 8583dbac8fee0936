"""A collection's counted responses as columns: what every analysis of its answers reads.

A question gives texts (codes, special answers among them) or numbers, as its type says; a question
with several answers a list of codes; an answer that there is none of is null. What is known of a
response besides its answers has a name that begins with an underscore.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa
from sqlalchemy import select

from app.extensions import db
from app.models import Collection, Organisation, SurveyVersion, Territory
from app.services.analytics import coding, joins, views
from app.services.analytics.coded import PREFIX
from app.services.analytics.coded import codes_of as coded_answers
from app.services.analytics.memory import MISSING, Memory
from app.services.columnar.keeping import Snapshot, used
from app.services.columnar.parts import Part
from app.services.scope import EVERYWHERE, Scope
from encuestas import Question

NUMBERS = frozenset({"calculate", "decimal", "integer", "range"})
LISTS = frozenset({"rank", "select_multiple", "select_multiple_from_file"})


@dataclass(frozen=True, slots=True)
class Column:
    """``needs``: what is read of a part; ``of``: what is made of it. ``key``: all that it depends
    on but the part itself; None: more than can be said.
    """

    kind: pa.DataType
    needs: Sequence[str]
    of: Callable[[pa.Table], pa.Array]
    key: Hashable = None


def _plain(name: str, kind: pa.DataType) -> Column:
    return Column(kind, [name], lambda table: table[name].combine_chunks(), ("known", name))


def _named(name: str, names: Callable[[], Mapping[str, str]]) -> Callable[[], Column]:
    def column() -> Column:
        known = names()
        told = hashlib.sha256(repr(sorted(known.items())).encode()).hexdigest()
        key = ("named", name, told)
        return Column(pa.string(), [name], lambda table: views.renamed(table[name], known), key)

    return column


def _territories() -> Mapping[str, str]:
    return dict(db.session.execute(select(Territory.id, Territory.code)).all())


def _organisation_kinds() -> Mapping[str, str]:
    return dict(db.session.execute(select(Organisation.id, Organisation.kind)).all())


def _versions() -> Mapping[str, str]:
    return dict(db.session.execute(select(SurveyVersion.id, SurveyVersion.name)).all())


_MOMENT = pa.timestamp("us", tz="UTC")
KNOWN: Mapping[str, Callable[[], Column]] = {
    "_id": partial(_plain, "id", pa.string()),
    "_territory": _named("territory", _territories),
    "_organisation_kind": _named("organisation", _organisation_kinds),
    "_channel": partial(_plain, "channel", pa.string()),
    "_version": _named("version", _versions),
    "_language": partial(_plain, "language", pa.string()),
    "_submitted_on": partial(_plain, "submitted_on", pa.date32()),
    "_started_at": partial(_plain, "started_at", _MOMENT),
    "_submitted_at": partial(_plain, "submitted_at", _MOMENT),
    "_content": partial(_plain, "content", pa.int64()),
}
"""What is known of a response; times are null where the collection is anonymous."""


def read(collection: Collection, names: Sequence[str], *, scope: Scope = EVERYWHERE) -> pa.Table:
    """The columns that are named, one row for each counted response within the scope.

    ``code.<question>`` is the codes that an open answer was given, once it was read. A question
    that means something else in another version is null for who answered that one.
    """
    return used(collection, partial(_read, wanted(collection, names, scope), scope))


def wanted(collection: Collection, names: Sequence[str], scope: Scope) -> dict[str, Column]:
    """How the columns that are named are made, for `coded`."""
    joint = joins.joined(collection, scope=scope)
    codes = [name for name in names if name.startswith(PREFIX)]
    questions = [name for name in names if name not in KNOWN and name not in codes]
    same = joins.comparable(joint, joins.keys(collection, joint), questions)
    found = {name: KNOWN[name]() for name in names if name in KNOWN}
    found |= {name: _codes(collection, name.removeprefix(PREFIX)) for name in codes}
    found |= {name: _answer(joint.variables[name].merged, same) for name in questions}
    return {name: found[name] for name in names}


def _read(wanted: Mapping[str, Column], scope: Scope, held: Snapshot) -> pa.Table:
    needed = dict.fromkeys(name for column in wanted.values() for name in column.needs)
    arrays: dict[str, list[pa.Array]] = {name: [] for name in wanted}
    for part in held.tables([*dict.fromkeys((*views.COUNTING, *needed))]):
        table = views.counted(part, scope)
        for name, column in wanted.items():
            arrays[name].append(column.of(table))
    return pa.table(
        {name: pa.chunked_array(arrays[name], type=wanted[name].kind) for name in wanted}
    )


def coded(
    wanted: Mapping[str, Column], scope: Scope, held: Snapshot, parts: Sequence[Part] | None = None
) -> pa.Table:
    """The columns with texts as places among those that there are (Arrow's dictionaries), of some
    parts or of all.

    What was made of a part is remembered: after one more response, only its small part is read.
    """
    pieces: dict[str, list[Any]] = {name: [] for name in wanted}
    for part in held.manifest.parts if parts is None else parts:
        for name, piece in _pieces(wanted, scope, held, part).items():
            pieces[name].append(piece)
    return pa.table(
        {
            name: coding.together(pieces[name])
            if column.kind == pa.string()
            else pa.chunked_array(pieces[name], type=column.kind)
            for name, column in wanted.items()
        }
    )


def _pieces(
    wanted: Mapping[str, Column], scope: Scope, held: Snapshot, part: Part
) -> Mapping[str, Any]:
    """What is made of a part; it is read for what is not remembered."""
    keys = {name: (part.name, scope, column.key) for name, column in wanted.items()}
    found = {
        name: MISSING if column.key is None else _memory.get(keys[name])
        for name, column in wanted.items()
    }
    missing = [name for name, piece in found.items() if piece is MISSING]
    if not missing:
        return found
    needed = dict.fromkeys(need for name in missing for need in wanted[name].needs)
    table = views.counted(held.table(part, [*dict.fromkeys((*views.COUNTING, *needed))]), scope)
    for name in missing:
        column = wanted[name]
        made = column.of(table)
        found[name] = coding.Coded.of(made) if column.kind == pa.string() else made
        if column.key is not None:
            _memory.keep(keys[name], found[name], found[name].nbytes)
    return found


_memory = Memory(64_000_000)
"""In bytes."""


def _answer(question: Question, versions: Mapping[str, Sequence[str]]) -> Column:
    name = question.name
    view, kind = _view(question)
    keys = versions.get(name)
    return Column(
        kind,
        ["version", *views.columns_of(name)],
        lambda table: views.only_of(table, view(table, name), keys),
        ("answer", name, view.__name__, None if keys is None else frozenset(keys)),
    )


def _codes(collection: Collection, question: str) -> Column:
    """The codes that somebody gave the open answer; null where nobody has."""
    known = coded_answers(collection, question)
    kind = pa.list_(pa.string())
    return Column(
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

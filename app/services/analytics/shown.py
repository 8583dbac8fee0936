"""Who was shown a question and left it blank: no answer tells, so the route is walked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from sqlalchemy import select

from app.extensions import db
from app.models import Collection, SurveyVersion
from app.services.analytics.cells import Frame, Key, Known, Raw, Rows, answer_in
from app.services.analytics.counting import deciding
from app.services.columnar.keeping import Snapshot, used
from app.services.scope import EVERYWHERE, Scope
from encuestas import Survey, solve
from encuestas.joining import Joined


@dataclass(frozen=True, slots=True)
class Shown:
    """Who is shown a question that need not be answered: all of some ``versions``; some by id."""

    versions: frozenset[str]
    ids: frozenset[str]


def shown(
    collection: Collection, joint: Joined, questions: Sequence[str], *, scope: Scope = EVERYWHERE
) -> dict[str, Shown]:
    """Of each question, who of those without an answer was shown it.

    Other answers are read only where it depends on them; the route is walked once for all who gave
    the same ones.
    """
    depends: dict[tuple[str, str], Sequence[str]] = {}
    always: dict[str, set[str]] = {name: set() for name in questions}
    for name in questions:
        for version in joint.comparable(name):
            survey = joint.versions[version]
            if survey.question(name).required is True:
                continue
            if names := deciding(survey, name):
                depends[name, version] = names
            elif _is_shown(survey, name, {}, collection):
                always[name].add(version)
    some = _walked(collection, joint, depends, scope) if depends else {}
    return {
        name: Shown(frozenset(versions), frozenset(some.get(name, ())))
        for name, versions in always.items()
    }


def _walked(
    collection: Collection,
    joint: Joined,
    depends: Mapping[tuple[str, str], Sequence[str]],
    scope: Scope,
) -> dict[str, set[str]]:
    """The ids of those who were shown each question, as far as it depends on other answers."""
    name_of = dict(db.session.execute(select(SurveyVersion.id, SurveyVersion.name)).all())
    rows = Rows(scope.territories)
    needs = dict.fromkeys(("id", *rows.needs))
    needs |= dict.fromkeys(n for some in depends.values() for each in some for n in Raw(each).needs)
    seen: dict[tuple[object, ...], bool] = {}

    def is_shown(name: str, key: Key) -> bool:
        version, answers = name_of.get(key[0] or ""), key[1:]
        decide = depends.get((name, version or ""))
        if version is None or decide is None:
            return False
        if (name, key) not in seen:
            known = dict(zip(decide, map(answer_in, answers), strict=True))
            seen[name, key] = _is_shown(joint.versions[version], name, known, collection)
        return seen[name, key]

    def work(held: Snapshot) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {name: set() for name, _version in depends}
        for table in held.tables([*needs]):
            frame = Frame(rows.of(table))
            for (name, _version), decide in depends.items():
                places, keys = frame.combined((Known("version"), *map(Raw, decide)))
                there = np.array([is_shown(name, key) for key in keys], dtype=bool)
                found[name].update(frame.table["id"].filter(pa.array(there[places])).to_pylist())
        return found

    return used(collection, work)


def _is_shown(
    survey: Survey, name: str, known: Mapping[str, object], collection: Collection
) -> bool:
    return name in solve(survey, known, now=collection.opens_at).relevant

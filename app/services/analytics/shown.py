"""Who was shown a question and left it blank: no answer tells, so the route is walked again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.extensions import db
from app.models import Collection, Response, SurveyVersion
from app.services.analytics.counting import Only, counted, deciding
from encuestas import Survey, solve
from encuestas.joining import Joined

_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """Who is shown a question that need not be answered: all of some ``versions``; some by id."""

    versions: frozenset[str]
    ids: frozenset[str]


def shown(
    collection: Collection, joint: Joined, questions: Sequence[str], *, only: Only = None
) -> dict[str, Shown]:
    """Of each question, who of those without an answer was shown it.

    Responses are read only where it depends on what they answered, and for all questions in one
    statement.
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
    some = _walked(collection, joint, depends, only) if depends else {}
    return {
        name: Shown(frozenset(versions), frozenset(some.get(name, ())))
        for name, versions in always.items()
    }


def _walked(
    collection: Collection,
    joint: Joined,
    depends: Mapping[tuple[str, str], Sequence[str]],
    only: Only,
) -> dict[str, set[str]]:
    """The ids of those who were shown each question, as far as it depends on other answers."""
    names = list(dict.fromkeys(name for some in depends.values() for name in some))
    columns = [Response.answers[name].label(f"q{place}") for place, name in enumerate(names)]
    query = counted(collection, Response.id, SurveyVersion.name, *columns, only=only)
    query = query.join(SurveyVersion, SurveyVersion.id == Response.version_id)
    found: dict[str, set[str]] = {name: set() for name, _version in depends}
    seen: dict[tuple[str, str, str], bool] = {}
    rows = db.session.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE})
    for key, version, *answers in rows:
        known = dict(zip(names, answers, strict=True))
        for name in found:
            if (name, version) not in depends:
                continue
            # Answers decide for all who gave the same ones.
            some = {each: known[each] for each in depends[name, version]}
            case = (name, version, json.dumps(some, sort_keys=True))
            if case not in seen:
                seen[case] = _is_shown(joint.versions[version], name, some, collection)
            if seen[case]:
                found[name].add(key)
    return found


def _is_shown(
    survey: Survey, name: str, known: Mapping[str, object], collection: Collection
) -> bool:
    return name in solve(survey, known, now=collection.opens_at).relevant

"""How many people answered what, counted by the database: no response is loaded to be counted.

One statement reads a collection once, however many responses there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, case, cast, func, null, select

from app.extensions import db
from app.models import TERRITORY_QUESTION, Collection, Response, SurveyVersion
from app.models.response import COUNTED
from app.services.scope import EVERYWHERE, Scope
from encuestas import Survey, solve
from encuestas.plan import plan_of

Question = str | tuple[str, int]
"""A question, or one place in an answer that is a list."""

Versions = Mapping[str, Sequence[str]]
"""The keys of the versions in which a question means the same; in all of them if not named."""

DomainKey = str | None
"""The text of a domain's value; None for responses that are in no domain."""

Only = ColumnElement[bool] | None
"""Which responses are counted, of those that count at all."""

WIDEST = 1000
"""Columns of one result; PostgreSQL takes 1,664 and SQLite 2,000."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How many answered a question, and how many gave each of its answers."""

    given: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts per domain: of responses, and of each question's answers."""

    responses: dict[DomainKey, int]
    answers: dict[tuple[DomainKey, Question], Answers]


@dataclass(frozen=True, slots=True)
class VersionUse:
    """A version that was answered, and its corrections (0: as first written)."""

    version: str
    structure_hash: str
    corrections: tuple[int, ...]
    responses: int


def tally(
    collection: Collection,
    questions: Mapping[Question, Sequence[str]],
    by: str | None = None,
    *,
    versions: Versions | None = None,
    only: Only = None,
) -> Tally:
    """Count responses and, of each question, those that give each of its answers, per domain."""
    found = Tally({}, {})
    for part in _parts(questions):
        _count(collection, part, by, versions or {}, only, found)
    return found


def _parts(
    questions: Mapping[Question, Sequence[str]],
) -> Iterator[dict[Question, Sequence[str]]]:
    """All questions at once, unless the result would be too wide: databases have a limit."""
    part: dict[Question, Sequence[str]] = {}
    for name, answers in questions.items():
        if part and sum(map(len, part.values())) + len(part) + len(answers) >= WIDEST:
            yield part
            part = {}
        part[name] = answers
    yield part


def _count(
    collection: Collection,
    questions: Mapping[Question, Sequence[str]],
    by: str | None,
    versions: Versions,
    only: Only,
    found: Tally,
) -> None:
    columns = [text_of(name, versions).label(f"q{place}") for place, name in enumerate(questions)]
    # Without MATERIALIZED the JSON of every response is parsed once per answer that is counted.
    group = domain(by, versions).label("domain")
    read = counted(collection, group, *columns, only=only).cte("read")
    read = read.prefix_with("MATERIALIZED")
    asked = list(zip(questions, list(read.c)[1:], strict=True))
    counts = [
        count
        for name, given in asked
        for count in (
            func.count(given),
            *(func.count().filter(given == answer) for answer in questions[name]),
        )
    ]
    # Counting with FILTER needs no sorting, which grouping by each answer would.
    query = select(read.c.domain, func.count(), *counts).group_by(read.c.domain)
    for key, responses, *numbers in db.session.execute(query):
        where = None if key is None else str(key)
        found.responses[where] = responses
        left = iter(numbers)
        for name, answers in questions.items():
            answered = next(left)
            found.answers[where, name] = Answers(
                answered, {answer: next(left) for answer in answers}
            )


def blank(
    collection: Collection,
    survey: Survey,
    question: str,
    by: str | None = None,
    *,
    versions: Versions | None = None,
    version_id: str | None = None,
    only: Only = None,
) -> Mapping[DomainKey, int]:
    """How many per domain were shown the question and left it blank.

    Only answers to relevant questions are kept, so an absent answer may mean either. A required
    question cannot be left blank; one without a condition is always shown; for the rest the route
    is walked again, once for each combination of answers that it depends on. One that is asked
    again and again has no answer of a response to count. ``version_id``: only those who answered
    that version, whose definition ``survey`` is.
    """
    if survey.question(question).required is True or survey.repeats(question):
        return {}
    names = deciding(survey, question)
    columns = [Response.answers[name].label(f"q{place}") for place, name in enumerate(names)]
    group = domain(by, versions or {}).label("domain")
    absent = counted(collection, group, *columns, only=only)
    absent = absent.where(text_of(question, {}).is_(None))
    if version_id is not None:
        absent = absent.where(Response.version_id == version_id)
    rows = absent.cte("absent")
    counts: Counter[DomainKey] = Counter()
    for key, *values, count in db.session.execute(select(*rows.c, func.count()).group_by(*rows.c)):
        # None is an answer that was left empty: the question's default does not fill it.
        known = dict(zip(names, values, strict=True))
        if question in solve(survey, known, now=collection.opens_at).relevant:
            counts[None if key is None else str(key)] += count
    return counts


def versions(
    collection: Collection, *, scope: Scope = EVERYWHERE
) -> tuple[tuple[VersionUse, ...], int]:
    """The versions answered, by age; and how many previews there are, which count for nothing."""
    found: dict[str, VersionUse] = {}
    previews = 0
    group = (SurveyVersion.name, SurveyVersion.structure_hash, SurveyVersion.created_at)
    group = (*group, Response.correction, Response.preview)
    query = (
        select(*group, func.count())
        .join(Response, Response.version_id == SurveyVersion.id)
        .where(Response.collection_id == collection.id, Response.state.in_(COUNTED), scope.rows())
        .group_by(*group)
        .order_by(SurveyVersion.created_at, SurveyVersion.name, Response.correction)
    )
    for name, structure, _created, correction, preview, count in db.session.execute(query):
        if preview:
            previews += count
            continue
        known = found.get(name) or VersionUse(name, structure, (), 0)
        corrections = (*known.corrections, correction)
        found[name] = VersionUse(name, structure, corrections, known.responses + count)
    return tuple(found.values()), previews


def counted(collection: Collection, *columns: ColumnElement, only: Only = None) -> Select:
    """Something of every response that counts; of those where ``only`` holds, if it is given."""
    query = select(*columns).where(Response.collection_id == collection.id, Response.counts())
    return query if only is None else query.where(only)


def text_of(question: Question, versions: Versions) -> ColumnElement[str]:
    """The answer as text: SQLite would leave a mark a number, which equals no text."""
    return comparable(question, cast(Response.answers[question].as_string(), String), versions)


def comparable(question: Question, answer: ColumnElement, versions: Versions) -> ColumnElement:
    """The answer, where it was given to a version in which the question means the same."""
    keys = versions.get(question if isinstance(question, str) else question[0])
    return answer if keys is None else case((Response.version_id.in_(keys), answer))


def domain(by: str | None, versions: Versions) -> ColumnElement:
    """What tells which group a response is in."""
    if by is None:
        return cast(null(), String)
    # The response's own territory: an organisation's comes from the register, not from an answer.
    return Response.territory_id if by == TERRITORY_QUESTION else text_of(by, versions)


def deciding(survey: Survey, question: str) -> tuple[str, ...]:
    """What decides whether a question is shown, and what decides that: its answers, by name.

    Of a question that is asked again and again, the repeat with all its instances.
    """
    found: dict[str, None] = {}
    plan = plan_of(survey)
    for name in plan.graph.behind(question):
        step = plan.steps[name]
        if step.question is not None or step.repeat is not None:
            found[next(iter(plan.names[name]), name)] = None
    return tuple(found)

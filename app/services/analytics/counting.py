"""How many people answered what, counted over the parts in which responses are kept as columns.

A part that was counted before is not read again (`app.services.analytics.counts`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, String, case, cast, select

from app.extensions import db
from app.models import TERRITORY_QUESTION, Collection, Response, SurveyVersion
from app.services.analytics.cells import (
    Asked,
    Combinations,
    Key,
    Known,
    Number,
    Raw,
    Rows,
    Sums,
    Text,
    View,
    answer_in,
)
from app.services.analytics.counts import Counts
from app.services.columnar.keeping import used
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
"""Which responses a statement is about, of those that count at all."""


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


@dataclass(frozen=True, slots=True)
class Grouped:
    """Which responses are counted, and what tells which group each is in.

    ``versions``: in which versions a question means the same.
    """

    rows: Rows
    by: str | None
    versions: Versions

    @property
    def domain(self) -> tuple[View, ...]:
        """What tells the group; nothing where there are none."""
        if self.by is None:
            return ()
        # The response's own territory: an organisation's comes from the register, not an answer.
        if self.by == TERRITORY_QUESTION:
            return (Known("territory"),)
        return (self.text(self.by),)

    def text(self, question: Question) -> Text:
        name, place = (question, None) if isinstance(question, str) else question
        return Text(name, of_versions(name, self.versions), place)

    def answers(self, question: Question) -> Combinations:
        """How many of each group gave each answer."""
        return Combinations(self.rows, (*self.domain, self.text(question)))

    @property
    def responses(self) -> Combinations:
        """How many there are in each group."""
        return Combinations(self.rows, self.domain)

    def sums(self, question: str) -> Sums:
        """The sums of a question's numbers in each group; codes and texts are left out."""
        number = Number(question, of_versions(question, self.versions))
        return Sums(self.rows, number, self.domain[0] if self.domain else None)


def of_versions(question: str, versions: Versions) -> frozenset[str] | None:
    keys = versions.get(question)
    return None if keys is None else frozenset(keys)


def tally(counts: Counts, questions: Mapping[Question, Sequence[str]], grouped: Grouped) -> Tally:
    """Count responses and, of each question, those that give each of its answers, per domain."""
    found = Tally({_domain(key): count for key, count in counts.of(grouped.responses).items()}, {})
    for name, answers in questions.items():
        given: dict[DomainKey, Counter[str]] = {key: Counter() for key in found.responses}
        for key, count in counts.of(grouped.answers(name)).items():
            if key[-1] is not None:
                given[_domain(key[:-1])][key[-1]] += count
        for domain, some in given.items():
            found.answers[domain, name] = Answers(
                some.total(), {answer: some[answer] for answer in answers}
            )
    return found


def _domain(key: Key) -> DomainKey:
    return key[0] if key else None


def blanks_of(
    survey: Survey, question: str, grouped: Grouped, *, version_id: str | None = None
) -> Combinations | None:
    """What decides whether each who gave no answer was shown the question; None: nobody was, or
    had to answer.

    Only answers to relevant questions are kept, so an absent answer may mean either. A required
    question cannot be left blank. One that is asked again and again has no answer of a response
    to count. ``version_id``: only those who answered that version, whose definition ``survey`` is.
    """
    if survey.question(question).required is True or survey.repeats(question):
        return None
    rows = replace(grouped.rows, unanswered=question, version=version_id)
    names = deciding(survey, question)
    return Combinations(rows, (*grouped.domain, *(Raw(name) for name in names)))


def blank(
    counts: Counts,
    collection: Collection,
    survey: Survey,
    question: str,
    asked: Combinations | None,
) -> Mapping[DomainKey, int]:
    """How many per domain were shown the question and left it blank.

    One without a condition is always shown; for the rest the route is walked again, once for each
    combination of answers that it depends on.
    """
    found: Counter[DomainKey] = Counter()
    if asked is None:
        return found
    names = deciding(survey, question)
    for key, count in counts.of(asked).items():
        domain, raw = key[: len(key) - len(names)], key[len(key) - len(names) :]
        # None is an answer that was left empty: the question's default does not fill it.
        known = {name: answer_in(each) for name, each in zip(names, raw, strict=True)}
        if question in solve(survey, known, now=collection.opens_at).relevant:
            found[_domain(domain)] += count
    return found


_VERSION = (Known("version"), Known("correction"), Known("preview"))


def versions_of(scope: Scope = EVERYWHERE) -> Combinations:
    """How many responses there are of each version and correction, and how many previews."""
    return Combinations(Rows(scope.territories, previews=True), _VERSION)


def versions(
    collection: Collection, *, scope: Scope = EVERYWHERE
) -> tuple[tuple[VersionUse, ...], int]:
    """The versions answered, by age; and how many previews there are, which count for nothing."""
    return used(collection, lambda held: versions_in(Counts(held), scope=scope))


def versions_in(counts: Counts, *, scope: Scope = EVERYWHERE) -> tuple[tuple[VersionUse, ...], int]:
    """The same of a moment."""
    uses: dict[str, dict[int, int]] = {}
    previews = 0
    for (version, correction, preview), count in counts.of(versions_of(scope)).items():
        if preview == "true":
            previews += count
        else:
            uses.setdefault(version, {})[int(correction)] = count
    query = select(SurveyVersion).where(SurveyVersion.id.in_(uses))
    query = query.order_by(SurveyVersion.created_at, SurveyVersion.name)
    return tuple(
        VersionUse(
            version.name,
            version.structure_hash,
            tuple(sorted(uses[version.id])),
            sum(uses[version.id].values()),
        )
        for version in db.session.scalars(query)
    ), previews


def everything(questions: Mapping[Question, Sequence[str]], grouped: Grouped) -> Iterator[Asked]:
    """All that a tally asks, to have it at once."""
    yield grouped.responses
    for name in questions:
        yield grouped.answers(name)


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

"""Answers in, clean answers and faults out: the one authority for every way of answering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from encuestas.definition import Question, Survey, walk
from encuestas.errors import AnswerFault, ErrorCode
from encuestas.logic import Context, holds
from encuestas.routing import route
from encuestas.types import is_special, type_of
from encuestas.types.base import Outcome, fault, wrong_type


class Source(StrEnum):
    """How answers are spelled: lists of form fields, canonical JSON, or text by a program."""

    FORM = "form"
    JSON = "json"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Validated:
    """What answers turned out to be.

    ``answers``: canonical, in document order. One that breaks its author's constraint is here
    too, beside its fault, since it was understood; only without ``faults`` may they be counted.
    ``dropped``: answered but not relevant. ``unknown``: names that are not questions here.
    ``revealed``: on a page, questions that its answers have just made visible, so nobody saw them.
    """

    answers: dict[str, object]
    faults: tuple[AnswerFault, ...] = ()
    dropped: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    revealed: tuple[str, ...] = ()


def validate(
    survey: Survey,
    raw: object,
    *,
    source: Source,
    now: datetime,
    page: str | None = None,
    answers: Mapping[str, object] | None = None,
) -> Validated:
    """Check a whole response, or with ``page`` the fields of one page.

    ``raw`` maps names to values in the spelling of ``source``; nothing that it may hold raises.
    ``now`` is the response's own moment. For a page, ``answers`` are the draft's canonical answers
    before this post (KeyError if there is no such page): those of the page itself are replaced,
    the merged draft is returned, and faults are of this page's visible questions alone. The draft
    keeps answers that are not relevant at the moment, so that going back and forth loses nothing.
    """
    questions = (
        survey.questions
        if page is None
        else tuple(question for question, _ in walk(survey.page(page).questions))
    )
    draft = {} if page is None else dict(answers or {})
    if not isinstance(raw, Mapping):
        refused = AnswerFault(ErrorCode.ANSWERS_NOT_A_MAPPING, "", {})
        return Validated(draft, (refused,))
    check = _Check(survey, now, draft)
    check.parse(questions, raw, source)
    check.judge(questions)
    unknown = tuple(str(name) for name in raw if name not in check.asked)
    if page is None:
        answers_now = {name: check.known[name] for name in check.counted()}
        return Validated(answers_now, tuple(check.faults), tuple(check.dropped), unknown)
    merged = {q.name: check.known[q.name] for q in survey.questions if q.name in check.known}
    return Validated(merged, tuple(check.faults), (), unknown, check.revealed(page))


@dataclass(slots=True)
class _Check:
    """One validation under way: parsed first, judged once the route is known."""

    survey: Survey
    now: datetime
    draft: Mapping[str, object]
    known: dict[str, object] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    refused: dict[str, AnswerFault] = field(default_factory=dict)
    relevant: frozenset[str] = frozenset()
    faults: list[AnswerFault] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def parse(
        self, questions: tuple[Question, ...], raw: Mapping[object, object], source: Source
    ) -> None:
        self.asked = {question.name for question in questions}
        self.known = {name: a for name, a in self.draft.items() if name not in self.asked}
        for question in questions:
            outcome = parse_answer(question, raw.get(question.name), source)
            if isinstance(outcome, AnswerFault):
                self.refused[question.name] = outcome
            elif outcome is not None:
                self.known[question.name] = outcome

    def judge(self, questions: tuple[Question, ...]) -> None:
        self.relevant = route(self.survey, self.known, now=self.now).relevant
        counted = {name: self.known[name] for name in self.counted()}
        for question in questions:
            name = question.name
            if name not in self.relevant:
                if name in self.known or name in self.refused:
                    self.dropped.append(name)
            elif name in self.refused:
                self.faults.append(self.refused[name])
            elif found := self._broken_rule(question, counted):
                self.faults.append(found)

    def counted(self) -> list[str]:
        """Names of the relevant answers, in document order."""
        counted = self.relevant & self.known.keys()
        return [q.name for q in self.survey.questions if q.name in counted]

    def _broken_rule(self, question: Question, counted: Mapping[str, object]) -> AnswerFault | None:
        if not type_of(question).has_answer:
            return None
        answer = counted.get(question.name)
        context = Context(counted, self.now, answer)
        if answer is None:
            required = question.required
            if not isinstance(required, bool):
                required = holds(required.tree, context)
            return fault(question, ErrorCode.REQUIRED) if required else None
        if question.constraint is None or is_special(question, answer):
            return None
        if holds(question.constraint.tree, context):
            return None
        message = question.constraint_message or None
        return AnswerFault(ErrorCode.CONSTRAINT, question.name, {}, message)

    def revealed(self, page: str) -> tuple[str, ...]:
        """Relevant questions of the page that were not so before, and have no answer yet."""
        before = route(self.survey, self.draft, now=self.now).relevant
        return tuple(
            question.name
            for question, _ in walk(self.survey.page(page).questions)
            if question.name in self.relevant
            and question.name not in before
            and question.name not in self.known
            and question.name not in self.refused
        )


def parse_answer(question: Question, value: object, source: Source) -> Outcome:
    """One answer by its type; a value of another shape than the source's own is a fault."""
    question_type = type_of(question)
    if value is None:
        return None
    if source is Source.JSON:
        return question_type.parse_json(question, value)
    if source is Source.TEXT:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        return question_type.parse_text(question, value)
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
        return wrong_type(question, "list")
    return question_type.parse_form(question, values)

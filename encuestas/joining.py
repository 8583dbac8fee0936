"""Answers to several versions of one survey put together, question by question.

Questions join by name. One that means something else in an older version (`encuestas.diff`) is
another variable, ``name@version``: its answers never stand among those that they can't be
compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from encuestas.definition import Question, Survey
from encuestas.diff import Change, compatible, diff
from encuestas.types import type_of


@dataclass(frozen=True, slots=True)
class Variable:
    """What one name stands for: ``questions`` by version, the newest first, all comparable."""

    name: str
    questions: Mapping[str, Question]

    @property
    def question(self) -> Question:
        """As the newest version has it."""
        return next(iter(self.questions.values()))

    @property
    def merged(self) -> Question:
        """The same with every choice and special answer that any of the versions offered."""
        if len(self.questions) == 1:
            return self.question
        choices = {c.value: c for each in self.questions.values() for c in each.choices}
        first = {choice.value: choice for choice in self.question.choices}
        special = dict.fromkeys(code for q in self.questions.values() for code in q.special)
        every = tuple((first | choices | first).values())
        return replace(self.question, choices=every, special=tuple(special))


@dataclass(frozen=True, slots=True)
class Difference:
    """A change from one version to the next one that was answered."""

    before: str
    after: str
    change: Change


class Joined:
    """Versions of one survey, the newest first, and what their questions have in common."""

    def __init__(self, versions: Sequence[Survey]) -> None:
        self.versions = {survey.version: survey for survey in versions}
        self.names: dict[str, dict[str, str]] = {version: {} for version in self.versions}
        found: dict[str, dict[str, Question]] = {}
        for survey in versions:
            for question in survey.questions:
                if type_of(question).has_answer:
                    name = self._variable(found, survey, question)
                    found.setdefault(name, {})[survey.version] = question
                    self.names[survey.version][question.name] = name
        self.variables = {name: Variable(name, same) for name, same in found.items()}

    @property
    def newest(self) -> Survey:
        """The version whose names and order the others follow."""
        return next(iter(self.versions.values()))

    @property
    def described(self) -> Survey:
        """The newest version, with the words of special answers that only others have."""
        if len(self.versions) == 1:
            return self.newest
        words = {
            code: text for s in self.versions.values() for code, text in s.special_answers.items()
        }
        return replace(self.newest, special_answers=words | dict(self.newest.special_answers))

    def differences(self) -> tuple[Difference, ...]:
        """What changed from each version to the next, the oldest first."""
        by_age = list(self.versions.values())[::-1]
        return tuple(
            Difference(one.version, other.version, change)
            for one, other in pairwise(by_age)
            for change in diff(one, other)
        )

    def comparable(self, question: str) -> tuple[str, ...]:
        """The versions in which the newest version's question means the same."""
        return tuple(self.variables[question].questions)

    def _variable(
        self, found: Mapping[str, Mapping[str, Question]], survey: Survey, question: Question
    ) -> str:
        """The variable that a version's question belongs to, or the name of a new one."""
        if question.name not in found:
            return question.name
        for version, names in self.names.items():
            name = names.get(question.name)
            if name is not None and self._same(version, survey, found[name][version], question):
                return name
        return f"{question.name}@{survey.version}"

    def _same(self, version: str, survey: Survey, one: Question, other: Question) -> bool:
        around = self.versions[version].repeats(one.name)
        return around == survey.repeats(other.name) and compatible(one, other)

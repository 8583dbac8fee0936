"""Answers to several versions of one survey put together, question by question.

Questions join by name. One that means something else in an older version (`encuestas.diff`) is
another variable, ``name@version``: its answers never stand among those that they can't be
compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from encuestas.definition import Question, Survey
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


def compatible(one: Question, other: Question) -> bool:
    """Whether answers to both may stand in one column."""
    same_type = one.type == other.type
    return same_type and type_of(one).structure(one) == type_of(other).structure(other)

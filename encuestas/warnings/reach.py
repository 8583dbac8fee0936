"""Conditions that no answers can make true.

A condition is looked at part by part. A part about one question with few possible answers is
simply evaluated for each of them, by the evaluator that will decide later, so every operator and
function means here what it means there. ``and`` and ``or`` join what is known of each question;
whatever can't be known (other kinds of questions, the moment, other repeats) forbids nothing. So
what is reported is certain, and some that can't be shown goes unreported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, combinations
from typing import TypeAlias

from encuestas.definition import Choice, GroupKind, Page, Question, Survey
from encuestas.logic import Context, Expression, Node, holds, references
from encuestas.logic.nodes import Bare, Call, Chain, Negative, Number, Reference, String, children
from encuestas.source import Path
from encuestas.warnings.codes import DefinitionWarning, WarningCode
from encuestas.warnings.places import Place

MOST_ANSWERS = 1_000
MOST_EVALUATIONS = 200_000
"""Of all conditions of a survey together: beyond it nothing more is looked for."""

# What depends on the moment is not evaluated.
_ANY_MOMENT = datetime(2000, 1, 1)
_PURE = frozenset({
    "not", "true", "false", "boolean", "number", "string", "if", "selected", "count-selected",
    "selected-at", "string-length", "contains", "starts-with", "ends-with", "coalesce", "concat",
    "substr", "substring-before", "substring-after", "normalize-space", "int", "round", "floor",
    "ceiling", "abs", "boolean-from-string",
})  # fmt: skip
_MOST_SUBSETS = 6

Answer: TypeAlias = str | int | tuple[str, ...] | None
Facts: TypeAlias = Mapping[str, frozenset[Answer]]
"""For each question known about, the answers with which a condition may hold. None: it never does.
"""


def unreachable(survey: Survey, found: Sequence[Place]) -> Iterator[DefinitionWarning]:
    """Pages, groups, questions and choices that nobody will see; of what is inside one, nothing."""
    reach = _Reach(survey)
    dark: Path | None = None
    for place in found:
        if dark is not None and place.path[: len(dark)] == dark:
            reach.close(place.item)
            continue
        rule = place.item.relevant
        if not reach.opens(place):
            dark = place.path
            reach.close(place.item)
            context = {"condition": rule.text if rule else ""}
            path = (*place.path, "relevant")
            yield DefinitionWarning(WarningCode.NEVER_SHOWN, path, context)
        elif isinstance(place.item, Question) and place.item.choice_filter:
            yield from _never_offered(reach, place.item, place.item.choice_filter, place)


def _never_offered(
    reach: _Reach, question: Question, condition: Expression, place: Place
) -> Iterator[DefinitionWarning]:
    hidden = reach.never_offered(question, condition)
    if hidden:
        context = {"values": hidden, "condition": condition.text}
        path = (*place.shared, "choice_filter")
        yield DefinitionWarning(WarningCode.NEVER_OFFERED, path, context)


class _Reach:
    """What is known so far, question by question in document order."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._left = MOST_EVALUATIONS
        self._shown: dict[str, Facts] = {}  # what must hold where a question was answered
        self._closed: set[str] = set()
        self._inside: dict[Path, Facts] = {}

    def close(self, item: object) -> None:
        """Nobody answers this one."""
        if isinstance(item, Question):
            self._closed.add(item.name)

    def opens(self, place: Place) -> bool:
        """Whether some answers show this place."""
        outer = self._inside.get(_owner(place.path), {})
        facts: Facts | None = outer
        if place.item.relevant is not None:
            here = self._facts(place.item.relevant.tree, _repeats(place))
            facts = None if here is None else _both(outer, self._implied(here))
        if facts is None:
            return False
        self._inside[place.path] = facts
        if isinstance(place.item, Question):
            self._shown[place.item.name] = facts
        return True

    def never_offered(self, question: Question, condition: Expression) -> list[str]:
        """The values of choices that the filter hides whatever was answered before."""
        named = {reference.name for reference in references(condition.tree)}
        if len(named) > 1 or not _is_pure(condition.tree, in_filter=True):
            return []
        name = next(iter(named), "")
        domain = self._domain(name) if name else [None]
        if domain is None or not self._spend(len(domain) * len(question.choices)):
            return []
        hidden = []
        for choice in question.choices:
            item = _row(choice, self._survey.languages[0])
            if not any(_holds(condition.tree, name, answer, item) for answer in domain):
                hidden.append(choice.value)
        return hidden

    def _facts(self, tree: Node, repeats: tuple[str, ...]) -> Facts | None:
        """What must be answered for the condition to hold."""
        named = {reference.name for reference in references(tree)}
        if _is_pure(tree) and len(named) <= 1 and self._reaches(named, repeats):
            return self._evaluated(tree, next(iter(named), ""))
        if isinstance(tree, Chain) and set(tree.operators) == {"and"}:
            return self._all(tree.operands, repeats)
        if isinstance(tree, Chain) and set(tree.operators) == {"or"}:
            return self._any(tree.operands, repeats)
        return {}

    def _all(self, parts: Sequence[Node], repeats: tuple[str, ...]) -> Facts | None:
        facts: Facts | None = {}
        for part in parts:
            here = self._facts(part, repeats)
            facts = None if here is None or facts is None else _both(facts, here)
        return facts

    def _any(self, parts: Sequence[Node], repeats: tuple[str, ...]) -> Facts | None:
        ways = [facts for part in parts if (facts := self._facts(part, repeats)) is not None]
        if not ways:
            return None
        names = set(ways[0]).intersection(*ways[1:])
        return {name: frozenset().union(*(way[name] for way in ways)) for name in names}

    def _evaluated(self, tree: Node, name: str) -> Facts | None:
        domain = self._domain(name) if name else [None]
        if domain is None or not self._spend(len(domain)):
            return {}
        kept = frozenset(answer for answer in domain if _holds(tree, name, answer, None))
        if not kept:
            return None
        return {name: kept} if name else {}

    def _implied(self, facts: Facts) -> Facts | None:
        """With what must hold for the questions that must have been answered."""
        known: Facts | None = facts
        for name, answers in facts.items():
            if None not in answers and known is not None:
                known = _both(known, self._shown.get(name, {}))
        return known

    def _reaches(self, names: set[str], repeats: tuple[str, ...]) -> bool:
        """Whether each name is one answer from there, and not those of several instances."""
        for name in names:
            if not self._survey.has(name):
                return False
            around = self._survey.repeats(name)
            if around != repeats[: len(around)]:
                return False
        return True

    def _domain(self, name: str) -> list[Answer] | None:
        """Every possible answer, none at all included; None if there are too many to try."""
        if not self._survey.has(name):
            return None
        if name in self._closed:
            return [None]
        question = self._survey.question(name)
        answers = _answers(self._survey, question)
        if answers is None or len(answers) > MOST_ANSWERS:
            return None
        return [None, *answers, *question.special]

    def _spend(self, evaluations: int) -> bool:
        self._left -= evaluations
        return self._left >= 0


def _both(one: Facts, other: Facts | None) -> Facts | None:
    if other is None:
        return None
    facts = dict(one)
    for name, answers in other.items():
        facts[name] = facts[name] & answers if name in facts else answers
        if not facts[name]:
            return None
    return facts


def _answers(survey: Survey, question: Question) -> Sequence[Answer] | None:
    named = survey.choices.get(question.choice_list or "")
    if (named is not None and named.register) or question.calculation is not None:
        return None
    codes = [choice.value for choice in question.choices]
    if question.type.startswith("select_one"):
        return codes
    if question.type.startswith("select_multiple"):
        if len(codes) > _MOST_SUBSETS:
            return None
        sizes = range(1, len(codes) + 1)
        return list(chain.from_iterable(combinations(codes, size) for size in sizes))
    if question.type == "nps":
        return range(11)
    if question.type in ("scale", "integer"):
        low, high = getattr(question.settings, "range", None) or (
            getattr(question.settings, "minimum", None),
            getattr(question.settings, "maximum", None),
        )
        if low is not None and high is not None:
            return range(low, high + 1)
    return None


def _holds(tree: Node, name: str, answer: Answer, item: Mapping[str, str] | None) -> bool:
    value = list(answer) if isinstance(answer, tuple) else answer
    answers: dict[str, object] = {} if value is None else {name: value}
    return holds(tree, Context.of(answers, _ANY_MOMENT, names={}, item=item))


def _is_pure(tree: Node, *, in_filter: bool = False) -> bool:
    """Whether the answers it names decide alone, and in a filter the columns of the choice."""
    if isinstance(tree, Call):
        fine = tree.function in _PURE
    else:
        fine = isinstance(tree, Number | String | Reference | Negative | Chain)
        fine = fine or (in_filter and isinstance(tree, Bare))
    return fine and all(_is_pure(child, in_filter=in_filter) for child in children(tree))


def _row(choice: Choice, language: str) -> dict[str, str]:
    label = choice.label.get(language, "")
    return {"label": label, **choice.columns, "name": choice.value}


def _repeats(place: Place) -> tuple[str, ...]:
    groups = [item for item in place.around if not isinstance(item, Page)]
    return tuple(group.name for group in groups if group.kind is GroupKind.REPEAT)


def _owner(path: Path) -> Path:
    """The path of the page or group that something stands in."""
    return path[:-2]

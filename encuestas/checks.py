"""What must agree between the parts of a definition: names, order, lists, special answers.

The checks run on whatever could be read, so that one missing label does not hide a wrong
reference; what could not be read is skipped here, because it was reported where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from encuestas.definition import SPECIAL_ANSWERS, Choice, ChoiceList, GroupKind, MeasureKind
from encuestas.errors import ErrorCode, Problem, shown
from encuestas.fields import integer_from
from encuestas.logic import Expression, current_nodes, references
from encuestas.measures import SUITABLE, default_kind
from encuestas.source import Path
from encuestas.types import TYPES


@dataclass(slots=True)
class Item:
    """A page, group or question as far as it could be read. ``type`` is None if unknown."""

    path: Path
    values: dict[str, Any]
    type: str | None
    children: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A whole definition as far as it could be read; ``list_names`` even of faulty lists."""

    header: dict[str, Any]
    list_names: frozenset[str]
    pages: list[Item]
    measures: list[Item]

    def choices_of(self, item: Item) -> tuple[Choice, ...] | None:
        """The choices of a question; None where they can't be known."""
        given = item.values.get("choices")
        if isinstance(given, str):
            named: ChoiceList | None = self.header.get("choices", {}).get(given)
            return None if named is None or named.register else named.choices
        return given


PAGE, GROUP_ITEM = "page", "group"
SATISFIED, DISSATISFIED = (6, 7), (1, 2, 3, 4)
_CHILEAN_MARKS = (1, 7)


def check(draft: Draft) -> Iterator[Problem]:
    """Every disagreement between the parts."""
    yield from _check_names(draft)
    yield from _check_expressions(draft)
    for item in _items(draft.pages):
        if item.type in TYPES:
            yield from _check_question(draft, item)
    yield from _check_measures(draft)


def _items(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _items(item.children)


def _check_names(draft: Draft) -> Iterator[Problem]:
    inside = [item for page in draft.pages for item in _items(page.children)]
    yield from _duplicates(draft.pages, "id")
    yield from _duplicates(inside, "name")
    yield from _duplicates(draft.measures, "name")


def _duplicates(items: Iterable[Item], key: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in items:
        name = item.values.get(key)
        if name in seen:
            yield Problem(ErrorCode.DUPLICATE_NAME, {"name": name}, (*item.path, key))
        if name is not None:
            seen.add(name)


def _check_expressions(draft: Draft) -> Iterator[Problem]:
    page_of = {
        item.values["name"]: number
        for number, page in reversed(list(enumerate(draft.pages)))
        for item in _items(page.children)
        if _answers(item)
    }
    before: set[str] = set()
    for number, page in enumerate(draft.pages):
        # Whether to ask depends on what came before. A rule about an answer may look around its own
        # page too, but no further: it would fail for answers that nobody could have given yet.
        here = partial(_not_after, page_of, number)
        for item in _items([page]):
            yield from _check_expression(item, "relevant", page_of, before.__contains__)
            yield from _check_expression(item, "required", page_of, here)
            yield from _check_expression(item, "constraint", page_of, here)
            if _answers(item):
                before.add(item.values["name"])


def _not_after(page_of: Mapping[str, int], number: int, name: str) -> bool:
    return page_of[name] <= number


def _answers(item: Item) -> bool:
    if item.type in (PAGE, GROUP_ITEM) or "name" not in item.values:
        return False
    return item.type is None or TYPES[item.type].has_answer


def _check_expression(
    item: Item, key: str, known: Container[str], visible: Callable[[str], bool]
) -> Iterator[Problem]:
    rule = item.values.get(key)
    if not isinstance(rule, Expression):
        return
    path = (*item.path, key)
    text = shown(rule.text)
    for reference in references(rule.tree):
        context = {"expression": text, "position": reference.position, "name": reference.name}
        if reference.name not in known:
            yield Problem(ErrorCode.UNKNOWN_REFERENCE, context, path)
        elif not visible(reference.name):
            yield Problem(ErrorCode.LATER_REFERENCE, context, path)
    for node in current_nodes(rule.tree) if key != "constraint" else ():
        context = {"expression": text, "position": node.position}
        yield Problem(ErrorCode.CURRENT_NOT_ALLOWED, context, path)


def _check_question(draft: Draft, item: Item) -> Iterator[Problem]:
    question_type = TYPES[item.type or ""]
    for problem in question_type.problems(item.values.get("settings", {})):
        yield Problem(problem.code, problem.context, (*item.path, *problem.path))
    given = item.values.get("choices")
    if isinstance(given, str) and given not in draft.list_names:
        context = {"name": shown(given), "known": sorted(draft.list_names)}
        yield Problem(ErrorCode.UNKNOWN_CHOICES, context, (*item.path, "choices"))
    special = item.values.get("special", ())
    if special and not question_type.allows_special:
        context = {"type": question_type.name}
        yield Problem(ErrorCode.SPECIAL_NOT_ALLOWED, context, (*item.path, "special"))
    elif special:
        yield from _check_special(draft, item)


def _check_special(draft: Draft, item: Item) -> Iterator[Problem]:
    known = [*SPECIAL_ANSWERS, *draft.header.get("special_answers", {})]
    offered = {choice.value for choice in draft.choices_of(item) or ()}
    for index, code in enumerate(item.values["special"]):
        path = (*item.path, "special", index)
        if code not in known:
            yield Problem(ErrorCode.UNKNOWN_SPECIAL, {"value": code, "known": known}, path)
        if code in offered:
            yield Problem(ErrorCode.SPECIAL_COLLISION, {"value": code}, path)


def _check_measures(draft: Draft) -> Iterator[Problem]:
    questions = {
        item.values["name"]: item
        for item in reversed(list(_items(draft.pages)))
        if item.type not in (PAGE, GROUP_ITEM) and "name" in item.values
    }
    repeated = {
        inner.values.get("name")
        for item in _items(draft.pages)
        if item.type == GroupKind.REPEAT
        for inner in _items(item.children)
    }
    for measure in draft.measures:
        name = measure.values.get("question")
        if name is None:
            continue
        path = (*measure.path, "question")
        if name not in questions:
            context = {"question": shown(name)}
            yield Problem(ErrorCode.MEASURE_UNKNOWN_QUESTION, context, path)
            continue
        question = questions[name]
        if question.type is None:
            continue
        kind = measure_kind(measure, question)
        if name in repeated or kind is None or question.type not in SUITABLE[kind]:
            context = {"question": name, "type": "repeat" if name in repeated else question.type}
            yield Problem(ErrorCode.MEASURE_UNSUITABLE_QUESTION, context, path)
        elif kind is MeasureKind.SATISFACTION:
            yield from _check_values(draft, measure, question)
        else:
            yield from _check_no_values(measure)


def _check_no_values(measure: Item) -> Iterator[Problem]:
    """Only satisfaction has answers that count for and against."""
    for key in MEASURE_VALUES:
        if key in measure.values:
            allowed = ["indicator", "kind", "label", "name", "question"]
            context = {"key": key, "allowed": allowed}
            yield Problem(ErrorCode.UNKNOWN_KEY, context, (*measure.path, key))


def measure_kind(measure: Item, question: Item) -> MeasureKind | None:
    """What the measure says, else what suits its question; None if nothing does."""
    return measure.values.get("kind") or default_kind(question.type)


def _check_values(draft: Draft, measure: Item, question: Item) -> Iterator[Problem]:
    possible = possible_values(draft, question)
    if possible is None:
        return
    read = {key: measure_values(measure.values, key, question) for key in MEASURE_VALUES}
    for key, values in read.items():
        if values is None:
            yield Problem(ErrorCode.MEASURE_NEEDS_VALUES, {"key": key}, (*measure.path, key))
        for index, value in enumerate(values or ()):
            path = (*measure.path, key, index)
            context = {"value": value, "question": question.values["name"]}
            if value not in possible:
                yield Problem(ErrorCode.MEASURE_UNKNOWN_VALUE, context, path)
            elif key == "dissatisfied" and value in (read["satisfied"] or ()):
                yield Problem(ErrorCode.MEASURE_OVERLAP, {"value": value}, path)


MEASURE_VALUES: Mapping[str, tuple[int, ...]] = {
    "satisfied": SATISFIED,
    "dissatisfied": DISSATISFIED,
}


def possible_values(draft: Draft, question: Item) -> frozenset[int | str] | None:
    """The canonical answers of a scale or select_one; None where they can't be known."""
    if question.type == "scale":
        ends = question.values.get("settings", {}).get("range")
        return frozenset(range(ends[0], ends[1] + 1)) if ends else None
    choices = draft.choices_of(question)
    return None if choices is None else frozenset(choice.value for choice in choices)


def measure_values(
    values: Mapping[str, Any], key: str, question: Item
) -> tuple[int | str, ...] | None:
    """The values of a measure as canonical answers; None if they must be given and are not."""
    given: tuple[str, ...] | None = values.get(key)
    if question.type == "scale":
        if given is None:
            ends = question.values.get("settings", {}).get("range")
            return MEASURE_VALUES[key] if ends == _CHILEAN_MARKS else None
        return tuple(text if (mark := integer_from(text)) is None else mark for text in given)
    return given

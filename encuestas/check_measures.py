"""What must agree between a measure and its question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from encuestas.definition import GroupKind, MeasureKind
from encuestas.draft import Draft, Item, is_question, items_of
from encuestas.errors import ErrorCode, Problem, shown
from encuestas.fields import integer_from
from encuestas.measures import SUITABLE, default_kind

SATISFIED, DISSATISFIED = (6, 7), (1, 2, 3, 4)
_CHILEAN_MARKS = (1, 7)


def check_measures(draft: Draft) -> Iterator[Problem]:
    """Every measure against what it measures."""
    questions = {
        item.values["name"]: item
        for item in reversed(list(items_of(draft.pages)))
        if is_question(item) and "name" in item.values
    }
    repeated = {
        inner.values.get("name")
        for item in items_of(draft.pages)
        if item.type == GroupKind.REPEAT
        for inner in items_of(item.children)
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

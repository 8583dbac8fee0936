"""The fields that a typist fills in, and what was typed in them as form values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from encuestas import Group, Question, Survey
from encuestas.definition import GroupKind
from encuestas.paper import blocks as blocks_of
from encuestas.paper import numbers, printed, read_typed
from encuestas.paths import below, instance, name_of, split
from encuestas.state import MOST_INSTANCES

Raw = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the entry page. ``heading``: what stands above it, if anything new does."""

    path: str
    question: Question
    number: str
    heading: tuple[str, int] | None = None


def fields(survey: Survey, blocks: Mapping[str, int]) -> list[Field]:
    """All fields in the order of the paper; ``blocks``: how often each repeat is there."""
    found: list[Field] = []
    for page in survey.pages:
        found += _fields(survey, page.questions, "", blocks, None)
    return found


def _fields(
    survey: Survey,
    items: Sequence[Question | Group],
    at: str,
    blocks: Mapping[str, int],
    heading: tuple[str, int] | None,
) -> Iterator[Field]:
    for item in items:
        if isinstance(item, Question):
            if printed(item):
                number = numbers(survey)[item.name]
                yield Field(below(at, item.name), item, number, heading)
                heading = None
        elif item.kind is GroupKind.REPEAT:
            path = below(at, item.name)
            for position in range(1, blocks.get(path, blocks_of(item)) + 1):
                inner = instance(path, position)
                yield from _fields(survey, item.questions, inner, blocks, (path, position))
        else:
            yield from _fields(survey, item.questions, at, blocks, heading)
            heading = None


def form_values(survey: Survey, codes: Mapping[str, str]) -> dict[str, list[str]]:
    """What the validator reads. Blank fields say nothing: the last filled block ends a repeat."""
    found: dict[str, list[str]] = {}
    for path, text in codes.items():
        if not _is_field(survey, path) or not text.strip():
            continue
        question = survey.question(name_of(path))
        found[path] = read_typed(survey, question, _spelled(question, text.replace("\0", "")))
    return found


def _is_field(survey: Survey, path: str) -> bool:
    instances, name = split(path) or ((), "")
    if not survey.has(name) or not printed(survey.question(name)):
        return False
    there = tuple(repeat for repeat, _position in instances)
    return there == survey.repeats(name) and all(at <= MOST_INSTANCES for _, at in instances)


def _spelled(question: Question, text: str) -> str:
    """Days and times as their cells are read off: 04052026, 1430."""
    text = text.strip()
    if question.type == "date":
        return re.sub(r"^(\d\d)(\d\d)(\d{4})$", r"\1-\2-\3", text)
    if question.type == "time":
        return re.sub(r"^(\d\d)(\d\d)$", r"\1:\2", text)
    if question.type == "dateTime":
        return re.sub(r"^(\d\d)(\d\d)(\d{4})\s*(\d\d)(\d\d)$", r"\1-\2-\3 \4:\5", text)
    return text


def differing(survey: Survey, first: Raw, second: Raw) -> list[str]:
    """Paths where two typists differ, in the order of the paper."""
    order = {name: place for place, name in enumerate(numbers(survey))}
    wrong = [path for path in {**first, **second} if not _same(survey, path, first, second)]
    return sorted(wrong, key=lambda path: (order[name_of(path)], path))


def _same(survey: Survey, path: str, first: Raw, second: Raw) -> bool:
    one, other = first.get(path, []), second.get(path, [])
    if survey.question(name_of(path)).type.startswith("select_multiple"):
        return set(one) == set(other)
    return one == other

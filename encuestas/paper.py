"""A survey on paper: the numbers of its questions, and the codes that a typist follows.

A choice's code is its place in the list, or its value where all values are whole numbers. Special
answers have the same code wherever they stand: -1, -2, ... in the order in which the survey first
offers them; ``*1`` where a negative number could be an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from encuestas.definition import Choice, Group, GroupKind, Question, Survey, Text, walk
from encuestas.types import MEDIA, Paper, PaperKind, type_of

MOST_CHOICES = 40
"""A longer list is not printed with its question but at the end."""

MOST_BLOCKS = 4
"""A repeat is printed no more often, unless it has to be asked more often."""

_SEPARATED = re.compile(r"[\s,;]+")
_WHOLE = re.compile(r"[0-9]{1,6}")
_ROWS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Code:
    """What a typist types for an answer: ``code`` on paper, ``value`` in the survey."""

    code: str
    value: str
    label: Text = field(hash=False)
    special: bool = False


def printed(question: Question) -> bool:
    """Whether a form leaves room for an answer; what is computed or recorded takes none."""
    return bool(question.label) and type_of(question).paper(question).kind is not PaperKind.NOTHING


def taken_apart(question: Question) -> bool:
    """Pictures, sounds and files don't go on paper; nobody can be asked for them there."""
    return question.type in MEDIA


def numbers(survey: Survey) -> Mapping[str, str]:
    """The number of each printed question: 1, 2, ..., and 7a, 7b, ... for the rows of a grid."""
    found = survey.cache.get("paper_numbers")
    if not isinstance(found, dict):
        found = survey.cache["paper_numbers"] = _numbers(survey)
    return found


def _numbers(survey: Survey) -> dict[str, str]:
    found: dict[str, str] = {}
    count, grid, row = 0, "", 0
    for question in survey.questions:
        if not printed(question):
            continue
        around = [g.name for g in survey.groups(question.name) if g.kind is GroupKind.MATRIX]
        if around and around[-1] == grid:
            row += 1
        else:
            count, row, grid = count + 1, 0, around[-1] if around else ""
        found[question.name] = f"{count}{_letter(row)}" if grid else str(count)
    return found


def _letter(row: int) -> str:
    turn, place = divmod(row, len(_ROWS))
    return (_ROWS[turn - 1] if turn else "") + _ROWS[place]


def codes(survey: Survey, question: Question) -> tuple[Code, ...]:
    """The answers that have a code: choices, marks of a scale, special answers."""
    return (*_plain_codes(question), *_special_codes(survey, question))


def paper(question: Question) -> Paper:
    """The room that the form leaves: a list that a register has not filled is written by hand."""
    found = type_of(question).paper(question)
    by_hand = found.kind is PaperKind.BOXES and not question.choices
    return Paper(PaperKind.LINES) if by_hand else found


def _plain_codes(question: Question) -> tuple[Code, ...]:
    if paper(question).kind is PaperKind.MARKS:
        settings = question.settings
        words: Mapping[object, Text] = getattr(settings, "anchors", {})
        marks = getattr(settings, "marks", ())
        return tuple(Code(_mark(mark), _mark(mark), words.get(mark, {})) for mark in marks)
    if question.type == "acknowledge":
        return (Code("1", "OK", {}),)
    values = [choice.value for choice in question.choices]
    own = all(_WHOLE.fullmatch(value) for value in values)
    return tuple(
        Code(choice.value if own else str(place), choice.value, choice.label)
        for place, choice in enumerate(question.choices, start=1)
    )


def _mark(mark: float) -> str:
    """As it is printed and typed here: with a comma."""
    return format(mark, "g").replace(".", ",")


def _special_codes(survey: Survey, question: Question) -> tuple[Code, ...]:
    if not question.special:
        return ()
    order = survey.cache.get("paper_special")
    if not isinstance(order, dict):
        offered = (code for each in survey.questions for code in each.special)
        order = {code: place for place, code in enumerate(dict.fromkeys(offered), start=1)}
        survey.cache["paper_special"] = order
    sign = "*" if _may_be_negative(question) else "-"
    special: Sequence[Choice] = survey.special_choices(question)
    return tuple(Code(f"{sign}{order[c.value]}", c.value, c.label, True) for c in special)


def _may_be_negative(question: Question) -> bool:
    settings = question.settings
    if question.type in {"integer", "decimal"}:
        low = getattr(settings, "minimum", None)
        return low is None or low < 0
    ends = getattr(settings, "range", None)
    return ends is not None and ends[0] < 0


def read_typed(survey: Survey, question: Question, text: str) -> list[str]:
    """Form values for what a typist typed; what is no code stays as it is, to be refused."""
    text = text.strip()
    if not text:
        return []
    plain = _plain_codes(question)
    known = {code.code: code.value for code in codes(survey, question)}
    if text in known:
        return [known[text]]
    if question.type.startswith("select_multiple") or question.type == "rank":
        parts = [part for part in _SEPARATED.split(text) if part]
        # A list without separators, as it is ringed on paper: 134, where no code has two digits.
        if len(parts) == 1 and text.isdigit() and not any(len(c.code) > 1 for c in plain):
            parts = list(text)
        return [known.get(part, part) for part in parts]
    return [text]


def write_typed(survey: Survey, question: Question, values: Sequence[str]) -> str:
    """The codes of form values: what a typist would have typed for them."""
    by_value = {code.value: code.code for code in codes(survey, question)}
    if question.type == "rank":
        places = {value.rpartition("=")[0]: value.rpartition("=")[2] for value in values}
        if all(places):
            values = sorted(places, key=lambda value: int(places[value]))
    return " ".join(by_value.get(value, value) for value in values)


def blocks(group: Group) -> int:
    """How many times a form prints a repeat that may be asked any number of times."""
    most = MOST_BLOCKS if group.maximum is None else min(group.maximum, MOST_BLOCKS)
    return max(most, min(group.minimum, 3 * MOST_BLOCKS), 1)


def printed_inside(group: Group) -> bool:
    """Whether anything of a group is printed."""
    return any(printed(question) for question, _around in walk(group.questions))

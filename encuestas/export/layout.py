"""A survey's columns, and a response's answers in them, as codes or as words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from encuestas.definition import GroupKind, Question, Survey
from encuestas.paths import is_repeat
from encuestas.types import Answer, Cell, Column, ColumnKind, type_of

Answers = Mapping[str, Any]
"""Canonical answers: an `Answer` by question, a list of such mappings by repeat."""

COUNT = "[]"
"""What a column's name ends with that tells how many instances a repeat has."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A question, or a repeat's number of instances, inside the instances on the ``way``."""

    way: tuple[tuple[str, int], ...]
    question: Question | None = None
    repeat: str = ""


class Layout:
    """The columns of one version's table, worked out once for all rows.

    The table has a row for each response or, of ``repeat``, for each of its instances. A repeat
    inside shows its number of instances, ``name[]``, and its questions (``name[1]/question``) for
    as many instances as ``widths`` says.

    A question with several choices has its codes in one column, separated by a space, and then
    ``question/value`` for each choice: 1, 0, or nothing where there was no answer to tell. A slash
    cannot be part of a name, so these never meet another question's column.
    """

    def __init__(
        self,
        survey: Survey,
        *,
        labels: bool = False,
        lang: str = "es",
        repeat: str = "",
        widths: Mapping[str, int] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._survey, self._lang = survey, lang
        self._widths, self._names = widths or {}, names or {}
        answered = [q for q in survey.questions if type_of(q).has_answer]
        self._words = {q.name: self._words_of(q) for q in answered} if labels else {}
        self._levels = _levels(survey, answered)
        self.around = next((way for way in self._levels if repeat and way[-1:] == (repeat,)), ())
        missing = bool(repeat) and not self.around
        self._parts = () if missing else tuple(self._parts_in(self.around, ()))
        columns = [(part, column) for part in self._parts for column in self._columns(part)]
        self.columns = tuple(column for _, column in columns)
        self.header = tuple(self._heading(p, c) if labels else c.name for p, c in columns)

    def rows(self, answers: Answers) -> Iterator[tuple[tuple[int, ...], list[Cell]]]:
        """The table's rows of one response, each with its positions in the repeats around."""
        for positions, inner in _instances(answers, self.around):
            yield positions, self.row(inner)

    def row(self, answers: Answers) -> list[Cell]:
        """The answers in the order of `columns`."""
        cells: list[Cell] = []
        for part in self._parts:
            inner = _inside(answers, part.way)
            if part.question is None:
                cells.append(len(inner.get(part.repeat, ())))
                continue
            answer = cast(Answer | None, inner.get(part.question.name))
            first, *rest = type_of(part.question).cells(part.question, answer)
            cells += [self._cell_in_words(part.question.name, answer, first), *rest]
        return cells

    def answers(self, answers: Answers) -> dict[str, object]:
        """The answers by question, with words in place of codes where labels were asked for."""
        return {name: self._in_words(name, answer) for name, answer in answers.items()}

    def _parts_in(
        self, around: tuple[str, ...], way: tuple[tuple[str, int], ...]
    ) -> Iterator[_Part]:
        for name, question in self._levels.get(around, {}).items():
            if question is not None:
                yield _Part(way, question)
                continue
            yield _Part(way, repeat=name)
            for index in range(self._widths.get(name, 0)):
                yield from self._parts_in((*around, name), (*way, (name, index)))

    def _columns(self, part: _Part) -> Iterator[Column]:
        place = "".join(f"{repeat}[{index + 1}]/" for repeat, index in part.way)
        if part.question is None:
            yield Column(f"{place}{part.repeat}{COUNT}", ColumnKind.INTEGER)
            return
        own = part.question.name
        for column in type_of(part.question).columns(part.question):
            rest = column.name[len(own) :]
            yield replace(column, name=f"{place}{self._names.get(own, own)}{rest}")

    def _in_words(self, name: str, answer: object) -> object:
        if is_repeat(answer):
            return [self.answers(instance) for instance in answer]
        words = self._words.get(name, {})
        if isinstance(answer, list):
            return [words.get(code, code) for code in answer]
        return words.get(answer, answer) if isinstance(answer, str) else answer

    def _cell_in_words(self, name: str, answer: Answer | None, cell: Cell) -> Cell:
        if answer is None or not self._words.get(name):
            return cell
        worded = self._in_words(name, answer)
        return "; ".join(worded) if isinstance(worded, list) else cast(Cell, worded)

    def _words_of(self, question: Question) -> dict[str, str]:
        choices = (*question.choices, *self._survey.special_choices(question))
        return {choice.value: self._text(choice.label) for choice in choices}

    def _heading(self, part: _Part, column: Column) -> str:
        place = "".join(f"{self._called(repeat)} {index + 1} / " for repeat, index in part.way)
        if part.question is None:
            return f"{place}{self._called(part.repeat)} {COUNT}"
        question = part.question
        label = self._text(question.label) or question.name
        group = next(reversed(self._survey.groups(question.name)), None)
        if group is not None and group.kind is GroupKind.MATRIX:  # a row says little without it
            label = f"{self._text(group.label) or group.name}: {label}"
        if question.name in self._names and self._names[question.name] != question.name:
            label = f"{label} ({self._survey.version})"
        if column.value is not None:
            return f"{place}{label} / {self._words[question.name][column.value]}"
        rest = column.name.rpartition("]/")[2][len(self._names.get(question.name, question.name)) :]
        return f"{place}{label}{rest}"

    def _called(self, repeat: str) -> str:
        return self._text(_group(self._survey, repeat).label) or repeat

    def _text(self, words: Mapping[str, str]) -> str:
        return self._survey.text(words, self._lang)


def repeats_of(survey: Survey) -> tuple[str, ...]:
    """The repeats that have something to tell, in document order."""
    found: dict[str, None] = {}
    for question in survey.questions:
        if type_of(question).has_answer:
            found.update(dict.fromkeys(survey.repeats(question.name)))
    return tuple(found)


def _levels(
    survey: Survey, questions: Sequence[Question]
) -> dict[tuple[str, ...], dict[str, Question | None]]:
    """What stands directly inside each repeat ((): outside all): questions; None for a repeat."""
    levels: dict[tuple[str, ...], dict[str, Question | None]] = {(): {}}
    for question in questions:
        around = survey.repeats(question.name)
        for depth, repeat in enumerate(around):
            levels.setdefault(around[:depth], {})[repeat] = None
        levels.setdefault(around, {})[question.name] = question
    return levels


def _group(survey: Survey, repeat: str) -> Any:
    groups = (group for q in survey.questions for group in survey.groups(q.name))
    return next(group for group in groups if group.name == repeat)


def _inside(answers: Answers, way: tuple[tuple[str, int], ...]) -> Answers:
    for repeat, index in way:
        instances = answers.get(repeat, ())
        if index >= len(instances):
            return {}
        answers = instances[index]
    return answers


def _instances(
    answers: Answers, around: tuple[str, ...]
) -> Iterator[tuple[tuple[int, ...], Answers]]:
    if not around:
        yield (), answers
        return
    for position, instance in enumerate(answers.get(around[0], ()), start=1):
        for positions, inner in _instances(instance, around[1:]):
            yield (position, *positions), inner

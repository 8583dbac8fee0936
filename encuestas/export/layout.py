"""A survey's columns, and a response's answers in them, as codes or as words."""

from __future__ import annotations

from collections.abc import Mapping

from encuestas.definition import Question, Survey
from encuestas.export.cells import csv_text
from encuestas.types import Answer, Cell, Column, type_of


class Layout:
    """The columns of one survey, worked out once for all rows.

    A question with several choices has its codes in one column, separated by a space, and then
    ``question/value`` for each choice: 1, 0, or nothing where there was no answer to tell. A slash
    cannot be part of a name, so these never meet another question's column.
    """

    def __init__(self, survey: Survey, *, labels: bool = False, lang: str = "es") -> None:
        self._survey, self._lang = survey, lang
        self._questions = [(q, type_of(q)) for q in survey.questions if type_of(q).has_answer]
        self._words = {q.name: self._words_of(q) for q, _ in self._questions} if labels else {}
        columns = [(q, column) for q, kind in self._questions for column in kind.columns(q)]
        self.columns = tuple(column for _, column in columns)
        self.header = tuple(self._heading(q, c) if labels else c.name for q, c in columns)

    def row(self, answers: Mapping[str, Answer]) -> list[Cell]:
        """The answers in the order of `columns`."""
        cells: list[Cell] = []
        for question, kind in self._questions:
            answer = answers.get(question.name)
            first, *rest = kind.cells(question, answer)
            cells += [self._cell_in_words(question.name, answer, first), *rest]
        return cells

    def csv_row(self, answers: Mapping[str, Answer], *, raw: bool) -> list[str]:
        """The row as texts that a spreadsheet takes for what they are."""
        cells = zip(self.row(answers), self.columns, strict=True)
        return [csv_text(cell, column.kind, raw=raw) for cell, column in cells]

    def answers(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """The answers by question, with words in place of codes where labels were asked for."""
        return {name: self._in_words(name, answer) for name, answer in answers.items()}

    def _in_words(self, name: str, answer: Answer) -> Answer:
        words = self._words.get(name, {})
        if isinstance(answer, list):
            return [words.get(code, code) for code in answer]
        return words.get(answer, answer) if isinstance(answer, str) else answer

    def _cell_in_words(self, name: str, answer: Answer | None, cell: Cell) -> Cell:
        if answer is None or not self._words.get(name):
            return cell
        worded = self._in_words(name, answer)
        return "; ".join(worded) if isinstance(worded, list) else worded

    def _words_of(self, question: Question) -> dict[str, str]:
        choices = (*question.choices, *self._survey.special_choices(question))
        return {choice.value: self._text(choice.label) for choice in choices}

    def _heading(self, question: Question, column: Column) -> str:
        label = self._text(question.label)
        if column.value is None:
            return label
        return f"{label} / {self._words[question.name][column.value]}"

    def _text(self, words: Mapping[str, str]) -> str:
        return self._survey.text(words, self._lang)

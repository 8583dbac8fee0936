"""Which pages and questions a respondent sees, given the answers so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from encuestas.definition import Group, Page, Question, Survey
from encuestas.logic import Context, Expression, holds


class Step(NamedTuple):
    """A page that is shown, with the questions that are."""

    page: Page
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """The visible path through a survey. ``order`` has the ids of all pages, shown or not.

    `next` and `previous` raise KeyError for a page that the survey does not have.
    """

    pages: tuple[Step, ...]
    relevant: frozenset[str]
    order: tuple[str, ...]

    def next(self, page_id: str) -> Page | None:
        """The shown page after that one, which need not be shown itself; None at the end."""
        at = self._place(page_id)
        later = set(self.order[at + 1 :])
        return next((step.page for step in self.pages if step.page.id in later), None)

    def previous(self, page_id: str) -> Page | None:
        """The shown page before that one; None at the beginning."""
        at = self._place(page_id)
        earlier = set(self.order[:at])
        shown = [step.page for step in self.pages if step.page.id in earlier]
        return shown[-1] if shown else None

    def _place(self, page_id: str) -> int:
        if page_id not in self.order:
            raise KeyError(page_id)
        return self.order.index(page_id)

    def visible(self, page_id: str) -> tuple[Question, ...]:
        """The questions shown on a page, none if the page is not shown."""
        return next((step.questions for step in self.pages if step.page.id == page_id), ())


def route(survey: Survey, answers: Mapping[str, object], *, now: datetime) -> Route:
    """The path that canonical answers open.

    An answer to a question that is not relevant counts as missing for all that comes after it, so
    one changed answer closes a whole chain.
    """
    walker = _Walker(answers, now)
    steps = []
    for page in survey.pages:
        visible: list[Question] = []
        if walker.holds(page.relevant):
            walker.walk(page.questions, visible)
        if visible:
            steps.append(Step(page, tuple(visible)))
    relevant = frozenset(question.name for step in steps for question in step.questions)
    return Route(tuple(steps), relevant, tuple(page.id for page in survey.pages))


class _Walker:
    def __init__(self, answers: Mapping[str, object], now: datetime) -> None:
        self._answers = answers
        self._counted: dict[str, object] = {}
        self._context = Context(self._counted, now)

    def holds(self, relevant: Expression | None) -> bool:
        return relevant is None or holds(relevant.tree, self._context)

    def walk(self, items: Sequence[Question | Group], visible: list[Question]) -> None:
        for item in items:
            if not self.holds(item.relevant):
                continue
            if isinstance(item, Group):
                self.walk(item.questions, visible)
                continue
            visible.append(item)
            if item.name in self._answers:
                self._counted[item.name] = self._answers[item.name]

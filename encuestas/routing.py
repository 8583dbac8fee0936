"""Which pages and questions a respondent sees, given the answers so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from encuestas.definition import Choice, Page, Question, Survey
from encuestas.paths import below, instance
from encuestas.plan import UNSEEN
from encuestas.plan import Step as PlanStep
from encuestas.state import Place, State, solve
from encuestas.types import Answer


class Placed(NamedTuple):
    """A question where it stands: in a repeat it stands there once for each instance."""

    question: Question
    path: str


class Step(NamedTuple):
    """A page that is shown, with the questions that are."""

    page: Page
    questions: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """The visible path through a survey. ``order`` has the ids of all pages, shown or not.

    A page with nothing to see is not shown; a repeat that can grow is something to see.
    `next` and `previous` raise KeyError for a page that the survey does not have.
    """

    pages: tuple[Step, ...]
    order: tuple[str, ...]
    state: State

    @property
    def relevant(self) -> frozenset[str]:
        """Paths of the questions, groups and repeat instances that count."""
        return self.state.relevant

    @property
    def counts(self) -> Mapping[str, int]:
        """How many instances each repeat has, by its path."""
        return self.state.counts

    def offered(self, path: str) -> tuple[Choice, ...]:
        """The choices of a question, filtered, in this response's order."""
        return self.state.offered(path)

    def default(self, path: str) -> Answer | None:
        """What a question begins with as long as nobody touched it."""
        return self.state.default(path)

    def value(self, path: str) -> Answer | None:
        """The answer at a path, if it counts."""
        return self.state.value(path)

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

    def visible(self, page_id: str) -> tuple[Placed, ...]:
        """The questions shown on a page, none if the page is not shown."""
        return next((step.questions for step in self.pages if step.page.id == page_id), ())


def route(
    survey: Survey,
    answers: Mapping[str, object],
    *,
    now: datetime,
    instance: str = "",
    language: str = "",
) -> Route:
    """The path that canonical answers open.

    An answer to a question that is not relevant counts as missing for all that depends on it, so
    one changed answer closes a whole chain.
    """
    return route_of(solve(survey, answers, now=now, instance=instance, language=language))


def route_of(state: State) -> Route:
    """The path of a response that was evaluated already."""
    steps = []
    root = state.places[""]
    for page, inside in state.plan.pages:
        questions = tuple(_visible(state, root, inside))
        if questions or any(_grows(step, root) for step in inside):
            steps.append(Step(page, questions))
    return Route(tuple(steps), tuple(page.id for page in state.survey.pages), state)


def _visible(state: State, place: Place, steps: Sequence[PlanStep]) -> Iterator[Placed]:
    for step in steps:
        if step.key not in place.open:
            continue
        if step.question is not None:
            if step.question.type not in UNSEEN:
                yield Placed(step.question, below(place.path, step.key))
            continue
        path = below(place.path, step.key)
        for position in range(1, state.counts[path] + 1):
            inner = state.places[instance(path, position)]
            yield from _visible(state, inner, state.plan.inside[step.key])


def _grows(step: PlanStep, place: Place) -> bool:
    """Whether the respondent may add to it."""
    return step.repeat is not None and step.repeat.repeat_count is None and step.key in place.open

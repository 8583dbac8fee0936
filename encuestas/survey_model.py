"""What a phone must know to ask a whole survey by itself: `page_model`'s items, of all pages.

Nothing in it is anybody's. It depends on no moment and no answer, so what a page's model has
settled is a tree here. Besides ``items``, ``names``, ``choices``, ``lang`` and ``more`` there are

* ``repeats`` {name: [least, most or null; 1 if an expression counts its instances]};
* ``begin`` {name: answer} of what stands in no field and has an answer from the beginning;
* ``timed`` 1 where the moment, ``chance`` 1 where the response's own chance is wanted;
* ``dressed`` 1 where ``widgets.js`` is.

An item has ``mix`` 1 where the order of its choices is random (2: but for the last), with its own
``seed`` as a tree, and ``meta`` a type whose answer comes from the occasion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from encuestas.definition import Group, Page, Question, Survey
from encuestas.graph import page_key
from encuestas.logic import Expression
from encuestas.logic.nodes import names as names_in
from encuestas.logic.portable import functions, portable
from encuestas.page_model import LEFT, Builder, Item, Static
from encuestas.plan import Step, plan_of
from encuestas.types import METADATA

ALL = "all"
"""The id of the one page of `whole`."""

_CHECKED = frozenset({"rank", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape"})
"""Types whose fields may hold what is no answer: on a page of its own, the server says so."""
_DRESSED_LOOKS = frozenset({"autocomplete", "thousands-sep"})


def runs_alone(survey: Survey) -> bool:
    """Whether a phone can ask it without the server, which alone looks things up in tables."""
    return not any(functions(e.tree) & LEFT for e in _expressions(survey))


def whole(survey: Survey) -> Survey:
    """The same questions on one page, each page a group called by its `page_key`; in the order in
    which they were written: what is random is mixed on the phone."""
    kept = survey.cache.get("whole")
    if not isinstance(kept, Survey):
        groups = tuple(
            Group(
                name=page_key(page.id),
                questions=_unmixed(page.questions),
                label=page.title,
                relevant=page.relevant,
            )
            for page in survey.pages
        )
        kept = survey.cache["whole"] = replace(survey, pages=(Page(ALL, groups),))
    return kept


def blank_answers(survey: Survey) -> dict[str, object]:
    """Answers in which every repeat has one instance with nothing in it."""
    return _blank(survey, "")


def survey_model(survey: Survey, *, language: str) -> dict[str, Any]:
    """The model of a survey that `runs_alone`."""
    static = _static(survey)
    plan = plan_of(survey)
    named = {item["n"] for item in static.items}
    model: dict[str, Any] = {
        "items": static.items,
        "lang": language,
        "names": dict(sorted(static.names.items())),
        "choices": dict(sorted(static.choices.items())),
        "repeats": {s.key: _numbers(s.repeat) for s in plan.steps.values() if s.repeat},
        "begin": {
            s.key: s.literal
            for s in plan.steps.values()
            if s.literal is not None and s.key in named and s.key in static.elsewhere
        },
        "timed": int(static.timed),
        "chance": int(static.seeded or any("mix" in item for item in static.items)),
        "more": int(static.more),
        "dressed": int(any(map(_is_dressed, survey.questions))),
    }
    return {key: value for key, value in model.items() if value}


def _numbers(repeat: Group) -> list[int | None]:
    return [repeat.minimum, repeat.maximum, *([1] if repeat.repeat_count else [])]


def _is_dressed(question: Question) -> bool:
    return question.type in _CHECKED or bool(question.appearances & _DRESSED_LOOKS)


def _static(survey: Survey) -> Static:
    static = survey.cache.get("survey_model")
    if not isinstance(static, Static):
        static = survey.cache["survey_model"] = _WholeBuilder(survey).build()
    return static


class _WholeBuilder(Builder):
    """Of a whole survey everything can change, and nothing is settled."""

    work = Builder.work | {"mix"}

    def __init__(self, survey: Survey) -> None:
        self.mixed = {
            question.name: question for question in survey.questions if question.randomize
        }
        one = whole(survey)
        super().__init__(one, one.page(ALL))
        self.live, self.left = set(self.plan.names), set()

    def _changes(self, expression: Expression, step: Step, key: str) -> bool:
        return True

    def _item(self, step: Step) -> tuple[Item, set[str]]:
        item, mentioned = super()._item(step)
        if step.question is not None and step.question.type in _CHECKED:
            item |= {"t": step.question.type, "typed": 1}
        if step.key in self.mixed:
            question = self.mixed[step.key]
            item["mix"] = 2 if question.or_other else 1
            if question.seed is not None:
                item["seed"] = portable(question.seed.tree)
                mentioned |= names_in(question.seed.tree) & self.plan.names.keys()
        if step.question is not None and step.question.type in METADATA:
            item["meta"] = step.question.type
        return item, mentioned


def _unmixed(items: Iterable[Question | Group]) -> tuple[Question | Group, ...]:
    return tuple(
        replace(item, questions=_unmixed(item.questions))
        if isinstance(item, Group)
        else replace(item, randomize=False)
        for item in items
    )


def _blank(survey: Survey, scope: str) -> dict[str, object]:
    inside = plan_of(survey).inside[scope]
    return {step.key: [_blank(survey, step.key)] for step in inside if step.repeat}


def _expressions(survey: Survey) -> Iterator[Expression]:
    for page in survey.pages:
        if page.relevant is not None:
            yield page.relevant
        yield from _written(page.questions)


def _written(items: Iterable[Question | Group]) -> Iterator[Expression]:
    for item in items:
        names = _OF_GROUPS if isinstance(item, Group) else _OF_QUESTIONS
        for name in names:
            if isinstance(found := getattr(item, name), Expression):
                yield found
        if isinstance(item, Group):
            yield from _written(item.questions)


_OF_GROUPS = ("relevant", "repeat_count")
_OF_QUESTIONS = (
    *("relevant", "required", "constraint", "calculation", "default", "choice_filter", "seed"),
)

"""One evaluation of a whole response: what is asked, how often, with which answers.

Each question is looked at once for each of its instances, after everything that it waits for, so
the work grows with the size of the survey and of the answers. An answer to what is not relevant
counts as missing for all that depends on it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from encuestas.definition import Choice, Group, Question, Survey
from encuestas.errors import AnswerFault
from encuestas.logic import Context, Expression, Instance, Value, evaluate, holds
from encuestas.logic.context import Work
from encuestas.logic.convert import from_answer, to_number, to_string
from encuestas.paths import around, below, instance, is_repeat, name_of
from encuestas.plan import TRACES, Plan, Step, plan_of
from encuestas.shuffle import order_seed, shuffled
from encuestas.types import METADATA, Answer, is_special, type_of
from encuestas.types.calculate import LONGEST

MOST_INSTANCES = 1_000
"""Of one repeat, around each of its places."""

MOST_VALUES = 100_000
"""Questions of all instances together: repeats within repeats multiply."""

_CHOICE_WORK = 20
"""Of evaluating a filter once more, whatever the filter is."""

_UNTOUCHED = object()
_NONE: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Occasion:
    """The circumstances of a response. ``metadata``: what types such as ``start`` are filled with.

    ``anonymous``: what could tell who answers is not kept, even if it was sent. ``seed``: what
    random functions begin with; pages are told it, and it does not tell the instance id.
    """

    now: datetime
    instance: str
    language: str
    metadata: Mapping[str, str]
    anonymous: bool
    seed: str
    work: Work = field(default_factory=Work)


@dataclass(slots=True, eq=False)
class Place:
    """Where questions stand: outside all repeats (path "") or in one instance of one.

    ``given``: what was sent, by name; None if it was emptied. ``open``: names that are relevant.
    """

    instance: Instance
    path: str
    given: Mapping[str, object]
    open: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A response evaluated. Names of places are paths.

    ``relevant``: questions, groups and repeats, also each instance of a repeat. ``counts``: how
    many instances a repeat has. ``answers``: nested, relevant only, computed ones filled in.
    ``differing``: what was sent where the computed answer is another. ``refused``: computed answers
    that their question cannot have. ``full``: there was no room for all the instances, or
    what their expressions look at is too much.
    """

    survey: Survey
    plan: Plan
    occasion: Occasion
    relevant: frozenset[str]
    counts: Mapping[str, int]
    answers: dict[str, object]
    differing: Mapping[str, object]
    refused: Mapping[str, AnswerFault]
    full: bool
    places: Mapping[str, Place]
    offers: Mapping[str, tuple[Choice, ...]]

    def value(self, path: str) -> Answer | None:
        """The answer at a path, if it counts."""
        place = self.places.get(around(path))
        answer = place.instance.answers.get(name_of(path)) if place else None
        return answer if isinstance(answer, int | float | str | list) else None

    def context(self, path: str, current: object = None) -> Context:
        """What an expression of the question at that path sees; KeyError: no such place."""
        return _context(self.plan, self.occasion, self.places[around(path)], path, current)

    def offered(self, path: str) -> tuple[Choice, ...]:
        """The choices of a question, filtered, in this response's order."""
        question = self.survey.question(name_of(path))
        offered = self.offers[path] if path in self.offers else self._left(question, path)
        if not question.randomize or around(path) not in self.places:
            return offered
        seed = order_seed(self.occasion.instance, question.name)
        if question.seed is not None:
            given = to_number(evaluate(question.seed.tree, self.context(path)))
            seed = int(given) if math.isfinite(given) else seed
        last = question.choices[-1:] if question.or_other else ()
        mixed = shuffled(question.choices[: len(question.choices) - len(last)], seed)
        left = {choice.value for choice in offered}
        return tuple(choice for choice in (*mixed, *last) if choice.value in left)

    def _left(self, question: Question, path: str) -> tuple[Choice, ...]:
        """What the filter would leave if the question was relevant."""
        condition, place = question.choice_filter, self.places.get(around(path))
        if condition is None or place is None:
            return question.choices
        context = self.context(path)
        rows = zip(question.choices, self.plan.steps[question.name].rows, strict=True)
        return tuple(
            choice for choice, row in rows if holds(condition.tree, replace(context, item=row))
        )

    def default(self, path: str) -> Answer | None:
        """What the question at that path begins with as long as nobody touched it."""
        step = self.plan.steps[name_of(path)]
        place = self.places.get(around(path))
        if place is None or step.question is None:
            return None
        found = _beginning(step, step.question, self.context(path))
        return None if isinstance(found, AnswerFault) else found


def solve(
    survey: Survey,
    answers: Mapping[str, object],
    *,
    now: datetime,
    instance: str = "",
    language: str = "",
    started: datetime | None = None,
    metadata: Mapping[str, str] | None = None,
    anonymous: bool = False,
) -> State:
    """Evaluate canonical, nested answers. None is an answer that was emptied.

    ``now`` is the response's own moment in its own zone, ``instance`` its id, ``metadata`` what is
    known by type (``deviceid``, ``username``); an empty text leaves a type blank. ``anonymous``:
    of all metadata only the day is filled in or kept, and ``now()`` is the end of that day.
    """
    plan = plan_of(survey)
    known = _circumstances(now, started) | dict(metadata or {}) if plan.noted else {}
    if anonymous:  # a calculation may keep it: the last second, so that nothing is in its future
        now = now.replace(hour=23, minute=59, second=59, microsecond=0)
    seed = hashlib.sha256(f"seed {instance}".encode("utf-8", "replace")).hexdigest()[:16]
    occasion = Occasion(now, instance, language or survey.languages[0], known, anonymous, seed)
    return _Solver(survey, plan, occasion).solve(answers)


def _circumstances(now: datetime, started: datetime | None) -> dict[str, str]:
    return {
        "start": started.isoformat(timespec="seconds") if started else "",
        "end": now.isoformat(timespec="seconds"),
        "today": now.date().isoformat(),
    }


class _Solver:
    def __init__(self, survey: Survey, plan: Plan, occasion: Occasion) -> None:
        self._survey = survey
        self._plan = plan
        self._occasion = occasion
        self._room = MOST_VALUES
        self._full = False
        self._places: dict[str, Place] = {}
        self._in_scope: dict[str, list[Place]] = {}
        self._counts: dict[str, int] = {}
        self._differing: dict[str, object] = {}
        self._refused: dict[str, AnswerFault] = {}
        self._offers: dict[str, tuple[Choice, ...]] = {}

    def solve(self, answers: Mapping[str, object]) -> State:
        root = Place(Instance({}, self._no_instances("")), "", answers)
        self._places[""] = root
        self._in_scope[""] = [root]
        in_scope, evaluate_step = self._in_scope, self._evaluate
        for step in self._plan.order:
            inside, key = step.inside, step.key
            for place in in_scope.get(step.scope, ()):
                if inside is not None and inside not in place.open:
                    continue
                if step.free:
                    place.open.add(key)
                    if (answer := place.given.get(key)) is not None:
                        place.instance.answers[key] = answer
                else:
                    evaluate_step(step, place)
        return State(
            survey=self._survey,
            plan=self._plan,
            occasion=self._occasion,
            relevant=self._relevant(root),
            counts=self._counts,
            answers=self._nested(root.instance),
            differing=self._differing,
            refused=self._refused,
            full=self._full or self._occasion.work.in_all <= 0,
            places=self._places,
            offers=self._offers,
        )

    def _evaluate(self, step: Step, place: Place) -> None:
        key, relevant = step.key, step.item.relevant
        if relevant is not None and not holds(relevant.tree, self._context(step, place)):
            return
        if step.plain:
            place.open.add(key)
            answer = place.given.get(key)
            if answer is not None:
                place.instance.answers[key] = answer
        elif step.question is not None:
            self._ask(step, step.question, place)
        else:
            place.open.add(key)
            if step.repeat is not None:
                self._repeat(step.repeat, place)

    def _no_instances(self, scope: str) -> dict[str, list[Instance]]:
        """What an irrelevant repeat has; left out, its name would mean one blank answer."""
        return {step.key: [] for step in self._plan.inside[scope] if step.repeat}

    def _context(self, step: Step, place: Place, current: object = None) -> Context:
        path = below(place.path, step.key)
        return _context(self._plan, self._occasion, place, path, current)

    def _repeat(self, group: Group, place: Place) -> None:
        """Make the instances: as many as are counted, or else as were sent or are the least."""
        sent = place.given.get(group.name)
        rows = sent if is_repeat(sent) else []
        path = below(place.path, group.name)
        wanted = max(len(rows), group.minimum)
        if group.repeat_count is not None:
            step = self._plan.steps[group.name]
            given = to_number(evaluate(group.repeat_count.tree, self._context(step, place)))
            wanted = 0 if math.isnan(given) else int(max(0, min(given, MOST_INSTANCES)))
        size = len(self._plan.inside[group.name]) + 1
        count = min(wanted, MOST_INSTANCES, self._room // size)
        self._full = self._full or count < min(wanted, MOST_INSTANCES)
        self._room -= count * size
        made: list[Instance] = []
        inside = self._in_scope.setdefault(group.name, [])
        for position in range(1, count + 1):
            none = self._no_instances(group.name)
            one = Instance({}, none, place.instance, group.name, position)
            made.append(one)
            row = rows[position - 1] if position <= len(rows) else _NONE
            child = Place(one, instance(path, position), row)
            self._places[child.path] = child
            inside.append(child)
        place.instance.repeats[group.name] = made
        self._counts[path] = count

    def _ask(self, step: Step, question: Question, place: Place) -> None:
        if question.choice_filter is not None:
            path = below(place.path, step.key)
            offered = self._filtered(step, question, question.choice_filter, place)
            if not offered:
                return
            self._offers[path] = offered
        place.open.add(step.key)
        answer = self._answer(step, question, place)
        if answer is not None:
            place.instance.answers[step.key] = answer

    def _filtered(
        self, step: Step, question: Question, condition: Expression, place: Place
    ) -> tuple[Choice, ...]:
        path = below(place.path, step.key)
        candidates: Sequence[int] = range(len(step.rows))
        if step.keyed is not None:
            value = evaluate(step.keyed.value, self._context(step, place))
            if isinstance(value, str):  # a number equals more than one text
                candidates = step.keyed.rows.get(value, ())
        work = self._occasion.work
        work.in_all -= _CHOICE_WORK * len(candidates)
        if work.in_all <= 0:
            return ()
        return tuple(
            question.choices[at]
            for at in candidates
            if holds(
                condition.tree,
                _context(self._plan, self._occasion, place, path, item=step.rows[at]),
            )
        )

    def _answer(self, step: Step, question: Question, place: Place) -> object:
        sent = place.given.get(step.key, _UNTOUCHED)
        if question.type in METADATA:
            return self._noted(question, sent)
        kept = sent is not _UNTOUCHED and not step.settled
        if kept and not (sent is None and question.type == "calculate"):
            return sent
        if question.calculation is None and question.default is None:
            return None if sent is _UNTOUCHED else sent
        current = None if sent is _UNTOUCHED else sent
        found = _beginning(step, question, self._context(step, place, current))
        path = below(place.path, step.key)
        if isinstance(found, AnswerFault):
            if question.read_only:
                self._refused[path] = replace(found, question=path)
            found = None
        found = _choosable(step, found, self._offers.get(path, ()))
        if current is not None and question.calculation is not None and not _same(current, found):
            self._differing[path] = current
        return found

    def _noted(self, question: Question, sent: object) -> object:
        if self._occasion.anonymous and question.type in TRACES:
            return None
        if sent is not None and sent is not _UNTOUCHED:
            return sent
        known = self._occasion.metadata.get(question.type, "")
        found = type_of(question).parse_text(question, known)
        return None if isinstance(found, AnswerFault) else found

    def _relevant(self, root: Place) -> frozenset[str]:
        relevant = root.open - self._plan.page_keys
        if self._counts:
            for place in self._places.values():
                if place.path:
                    relevant.add(place.path)
                    relevant.update(below(place.path, name) for name in place.open)
        return frozenset(relevant)

    def _nested(self, one: Instance) -> dict[str, object]:
        """Answers in document order; a repeat without instances is absent."""
        if not self._plan.repeated and self._plan.graph.in_order:
            return dict(one.answers)
        return dict(self._ordered(one))

    def _ordered(self, one: Instance) -> Iterator[tuple[str, object]]:
        for step in self._plan.inside[one.repeat]:
            if step.repeat is None:
                if step.key in one.answers:
                    yield step.key, one.answers[step.key]
            elif made := one.repeats.get(step.key):
                yield step.key, [dict(self._ordered(inner)) for inner in made]


def _context(
    plan: Plan,
    occasion: Occasion,
    place: Place,
    path: str,
    current: object = None,
    item: Mapping[str, str] | None = None,
) -> Context:
    return Context(
        place.instance,
        plan.names,
        occasion.now,
        current,
        occasion.seed,
        path,
        occasion.language,
        plan.lists,
        item,
        occasion.work,
    )


def _beginning(step: Step, question: Question, context: Context) -> Answer | AnswerFault | None:
    """The answer that a question gets by its calculation, else by its default."""
    if question.calculation is not None:
        return _as_answer(question, evaluate(question.calculation.tree, context))
    if isinstance(question.default, Expression):
        return _as_answer(question, evaluate(question.default.tree, context))
    return step.literal


def _choosable(step: Step, found: Answer | None, offered: Sequence[Choice]) -> Answer | None:
    """Of a computed answer what a filter leaves: nobody could see the rest, or change it."""
    question = step.question
    if found is None or not step.rows or question is None or is_special(question, found):
        return found
    codes = {choice.value for choice in offered}
    if isinstance(found, list):
        return [code for code in found if code in codes] or None
    return found if found in codes else None


def _as_answer(question: Question, value: Value) -> Answer | AnswerFault | None:
    """A result as the question's answer; NaN is a missing one, as in ODK."""
    if isinstance(value, float) and math.isnan(value):
        return None
    return type_of(question).parse_text(question, to_string(value)[:LONGEST])


def _same(sent: object, computed: object) -> bool:
    """Whether two answers say the same: a program may write the number 3 as text."""
    left, right = from_answer(sent), from_answer(computed)
    return to_string(left) == to_string(right) or to_number(left) == to_number(right)

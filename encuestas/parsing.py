"""What was sent, in any of three spellings -> canonical answers, nested, by the types' own rules.

Nothing that a client sends raises. What can't be read is a fault at its path; what belongs to no
question is named as unknown. A question that was sent empty is there with None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from encuestas.definition import Question, Survey
from encuestas.errors import AnswerFault, ErrorCode
from encuestas.paths import below, instance, split
from encuestas.plan import Plan, Step, plan_of
from encuestas.state import MOST_INSTANCES, MOST_VALUES
from encuestas.types import type_of
from encuestas.types.base import Outcome, wrong_type

_SIMPLE = {str, int}
COUNT = "[]"
"""What a field that tells the number of a repeat's instances ends with."""


class Source(StrEnum):
    """How answers are spelled: lists of form fields, canonical JSON, or text by a program."""

    FORM = "form"
    JSON = "json"
    TEXT = "text"


@dataclass(slots=True)
class Parsed:
    """``given``: canonical and nested. ``refused``: faults by path, in document order."""

    given: dict[str, object]
    refused: dict[str, AnswerFault] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def parse(survey: Survey, raw: Mapping[object, object], source: Source) -> Parsed | None:
    """Read a whole response. None: it holds more values than `MOST_VALUES`."""
    parser = _Nested(plan_of(survey)) if source is Source.JSON else _Flat(plan_of(survey), source)
    try:
        return parser.parse(raw)
    except _TooMany:
        return None


def parse_answer(question: Question, value: object, source: Source) -> Outcome:
    """One answer by its type; a value of another shape than the source's own is a fault."""
    question_type = type_of(question)
    if value is None:
        return None
    if source is Source.JSON:
        return question_type.parse_json(question, value)
    if source is Source.TEXT:
        if not isinstance(value, str):
            return wrong_type(question, "text")
        return question_type.parse_text(question, value)
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
        return wrong_type(question, "list")
    return question_type.parse_form(question, values)


class _TooMany(Exception):  # noqa: N818 it ends a parse and is told as a fault
    pass


class _Parser:
    def __init__(self, plan: Plan, source: Source) -> None:
        self._plan = plan
        self._source = source
        self._left = MOST_VALUES
        self._found = Parsed({})

    def _take(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise _TooMany

    def _answer(self, question: Question, value: object, at: str, given: dict[str, object]) -> None:
        if self._source is Source.JSON:
            outcome = type_of(question).parse_json(question, value)
        else:
            outcome = parse_answer(question, value, self._source)
        if isinstance(outcome, AnswerFault):
            path = below(at, question.name)
            self._found.refused[path] = replace(outcome, question=path) if at else outcome
            outcome = None
        given[question.name] = outcome

    def _refuse(self, path: str, code: ErrorCode, **context: object) -> None:
        self._found.refused[path] = AnswerFault(code, path, context)


class _Nested(_Parser):
    """JSON: a repeat is a list of mappings."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan, Source.JSON)

    def parse(self, raw: Mapping[object, object]) -> Parsed:
        self._found.given = self._mapping(raw, "", "")
        return self._found

    def _mapping(self, raw: Mapping[object, object], scope: str, at: str) -> dict[str, object]:
        self._take(len(raw))
        given: dict[str, object] = {}
        steps = self._plan.inside[scope]
        for step in steps:
            if step.key not in raw:
                continue
            value = raw[step.key]
            if step.question is None:
                given[step.key] = self._rows(step, value, below(at, step.key))
            elif step.closed and type(value) in _SIMPLE:  # exactly: True is no 1
                self._closed(step, step.question, value, at, given)
            else:
                self._answer(step.question, value, at, given)
        if len(given) < len(raw):
            self._found.unknown += (below(at, str(name)) for name in raw if name not in given)
        return given

    def _closed(
        self, step: Step, question: Question, value: Any, at: str, given: dict[str, object]
    ) -> None:
        if value in step.known:
            given[question.name] = step.known[value]
            return
        self._answer(question, value, at, given)
        if given[question.name] == value:
            step.known[value] = value

    def _rows(self, step: Step, raw: object, path: str) -> list[dict[str, object]]:
        if raw is None:
            return []
        if not isinstance(raw, list):
            self._refuse(path, ErrorCode.WRONG_TYPE, expected="list")
            return []
        if len(raw) > MOST_INSTANCES:
            _refuse_count(self._found, path, len(raw))
        rows: list[dict[str, object]] = []
        for position, item in enumerate(raw[:MOST_INSTANCES], start=1):
            here = instance(path, position)
            self._take(1)
            if isinstance(item, Mapping):
                rows.append(self._mapping(item, step.key, here))
            else:
                self._refuse(here, ErrorCode.WRONG_TYPE, expected="mapping")
                rows.append({})
        return rows


class _Flat(_Parser):
    """Fields of a form and cells of a file: one value per path.

    How many instances a repeat has is told by a field of its own, ``miembros[]``, or else by the
    highest position; in a file, where every row has the same columns, only by what is not blank.
    """

    def __init__(self, plan: Plan, source: Source) -> None:
        super().__init__(plan, source)
        self._values: dict[str, dict[str, object]] = {"": {}}
        self._told: dict[str, int] = {}
        self._highest: dict[str, int] = {}

    def parse(self, raw: Mapping[object, object]) -> Parsed:
        self._take(len(raw))
        for key, value in raw.items():
            if not isinstance(key, str) or not self._sort(key, value):
                self._found.unknown.append(str(key))
        self._found.given = self._place("", "")
        return self._found

    def _sort(self, key: str, value: object) -> bool:
        """Put one field where it belongs; False: it belongs nowhere."""
        if key in self._plan.names:
            step = self._plan.steps[key]
            if step.scope or step.question is None:
                return False
            self._values[""][key] = value
            return True
        if key.endswith(COUNT):
            return self._tell(key[: -len(COUNT)], value)
        found = split(key)
        if found is None or "/" not in key:
            return False
        instances, name = found
        target = self._plan.steps.get(name)
        if target is None or target.question is None or not self._is_around(name, instances):
            return False
        blank = self._source is Source.TEXT and isinstance(value, str) and not value.strip()
        if not blank:
            self._reach(instances)
        self._values.setdefault(key.rpartition("/")[0], {})[name] = value
        return True

    def _is_around(self, name: str, instances: tuple[tuple[str, int], ...]) -> bool:
        return self._plan.names[name] == tuple(repeat for repeat, _ in instances)

    def _reach(self, instances: tuple[tuple[str, int], ...]) -> None:
        at = ""
        for repeat, position in instances:
            path = below(at, repeat)
            if position > self._highest.get(path, 0):
                self._highest[path] = position
            at = instance(path, position)

    def _tell(self, path: str, value: object) -> bool:
        found = split(path)
        if found is None:
            return False
        instances, name = found
        step = self._plan.steps.get(name)
        if step is None or step.repeat is None or not self._is_around(name, instances):
            return False
        text = value[-1] if isinstance(value, list | tuple) and value else value
        if not isinstance(text, str):
            self._refuse(path, ErrorCode.WRONG_TYPE, expected="integer")
        elif (text := text.strip().removesuffix(".0")) and text.isascii() and text.isdigit():
            self._told[path] = int(text[:9])
            self._reach(instances)
        elif text:
            self._refuse(path, ErrorCode.WRONG_TYPE, expected="integer")
        return True

    def _place(self, scope: str, at: str) -> dict[str, object]:
        given: dict[str, object] = {}
        values = self._values.get(at, {})
        for step in self._plan.inside[scope]:
            if step.question is None:
                path = below(at, step.key)
                count = self._told.get(path, self._highest.get(path))
                if count is not None:
                    given[step.key] = self._rows(step, path, count)
            elif step.key in values:
                self._answer(step.question, values[step.key], at, given)
        return given

    def _rows(self, step: Step, path: str, count: int) -> list[dict[str, object]]:
        if count > MOST_INSTANCES:
            _refuse_count(self._found, path, count)
        count = min(count, MOST_INSTANCES)
        self._take(count)
        return [self._place(step.key, instance(path, position)) for position in range(1, count + 1)]


def _refuse_count(found: Parsed, path: str, count: int) -> None:
    context = {"count": count, "maximum": MOST_INSTANCES}
    found.refused[path] = AnswerFault(ErrorCode.TOO_MANY_INSTANCES, path, context)

"""Answers in, clean answers and faults out: the one authority for every way of answering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from encuestas.definition import Group, Question, Survey
from encuestas.errors import AnswerFault, ErrorCode, shown
from encuestas.logic import holds
from encuestas.parsing import Parsed, Source, parse, parse_answer
from encuestas.paths import below, flatten, instance, is_repeat
from encuestas.plan import Step
from encuestas.state import MOST_INSTANCES, MOST_VALUES, Place, State, solve
from encuestas.types import is_special

__all__ = ["Source", "Validated", "parse_answer", "validate"]


@dataclass(frozen=True, slots=True)
class Validated:
    """What answers turned out to be. Where questions repeat, names are paths.

    ``answers``: canonical, nested, in document order, with what is computed. One that breaks its
    author's constraint is here too, beside its fault, since it was understood; only without
    ``faults`` may they be counted. ``dropped``: answered but not relevant. ``unknown``: names that
    are not questions here. ``differing``: what the client computed where the server gets another
    answer. ``state``: the evaluation, for `route_of`.
    """

    answers: dict[str, object]
    state: State = field(repr=False, compare=False)
    faults: tuple[AnswerFault, ...] = ()
    dropped: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    differing: Mapping[str, object] = field(default_factory=dict)


def validate(
    survey: Survey,
    raw: object,
    *,
    source: Source,
    now: datetime,
    instance: str = "",
    language: str = "",
    started: datetime | None = None,
    metadata: Mapping[str, str] | None = None,
    anonymous: bool = False,
) -> Validated:
    """Check a whole response, finished or not.

    ``raw`` maps names or paths to values in the spelling of ``source``; nothing that it may hold
    raises. The rest is as in `solve`.
    """
    parsed = parse(survey, raw, source) if isinstance(raw, Mapping) else None
    state = solve(
        survey,
        parsed.given if parsed else {},
        now=now,
        instance=instance,
        language=language,
        started=started,
        metadata=metadata,
        anonymous=anonymous,
    )
    if parsed is None:
        no_mapping = AnswerFault(ErrorCode.ANSWERS_NOT_A_MAPPING, "", {})
        return Validated({}, state, (_too_many() if isinstance(raw, Mapping) else no_mapping,))
    judge = _Judge(state, parsed)
    judge.place(state.places[""], state.plan.inside[""])
    if state.full:
        judge.faults.append(_too_many())
    return Validated(
        state.answers,
        state,
        tuple(judge.faults),
        tuple(judge.dropped),
        tuple(parsed.unknown),
        state.differing,
    )


def _too_many() -> AnswerFault:
    return AnswerFault(ErrorCode.TOO_MANY_VALUES, "", {"limit": MOST_VALUES})


class _Judge:
    """One look at everything that is relevant, in document order."""

    def __init__(self, state: State, parsed: Parsed) -> None:
        self._state = state
        self._refused = {**parsed.refused, **state.refused}
        self.faults: list[AnswerFault] = []
        self.dropped: list[str] = []

    def place(self, place: Place, steps: Sequence[Step]) -> None:
        refused, given, relevant = self._refused, place.given, place.open
        for step in steps:
            key = step.key
            if key not in relevant:
                if key in given:
                    self._drop(given[key], below(place.path, key))
            elif step.repeat is not None:
                self._repeat(step.repeat, place)
            elif refused and (found := self._unread(step, below(place.path, key))):
                self.faults.append(found)
            elif step.judged and step.question is not None:
                found = self._broken_rule(step.question, place)
                if found is not None:
                    self.faults.append(found)

    def _repeat(self, group: Group, place: Place) -> None:
        path = below(place.path, group.name)
        if found := self._refused.get(path) or self._too_many(group, path):
            self.faults.append(found)
        count = self._state.counts[path]
        for position in range(1, count + 1):
            inner = self._state.places[instance(path, position)]
            if found := self._refused.get(inner.path):
                self.faults.append(found)
            self.place(inner, self._state.plan.inside[group.name])
        rows = place.given.get(group.name)
        if is_repeat(rows):
            for position, row in enumerate(rows[count:], start=count + 1):
                self._drop([row], path, first=position)

    def _too_many(self, group: Group, path: str) -> AnswerFault | None:
        most = MOST_INSTANCES if group.maximum is None else group.maximum
        count = self._state.counts[path]
        if group.repeat_count is not None or count <= most:
            return None
        return AnswerFault(ErrorCode.TOO_MANY_INSTANCES, path, {"count": count, "maximum": most})

    def _drop(self, answer: object, path: str, *, first: int = 1) -> None:
        """Name what was answered there, read or not."""
        if not is_repeat(answer):
            if answer not in (None, []) or path in self._refused:
                self.dropped.append(path)
            return
        for position, row in enumerate(answer, start=first):
            for inner, value in flatten(row, instance(path, position)):
                self._drop(value, inner)

    def _unread(self, step: Step, path: str) -> AnswerFault | None:
        # What was sent for a computed answer does not matter, nor whether it could be read.
        return (self._state.refused if step.settled else self._refused).get(path)

    def _broken_rule(self, question: Question, place: Place) -> AnswerFault | None:
        answer = place.instance.answers.get(question.name)
        if answer is None:
            return self._missing(question, place)
        if question.constraint is None and question.choice_filter is None:
            return None
        if is_special(question, answer):
            return None
        path = below(place.path, question.name)
        if offered := self._state.offers.get(path):
            given = answer if isinstance(answer, list) else [answer]
            codes = {choice.value for choice in offered}
            if strange := [code for code in given if code not in codes]:
                return AnswerFault(ErrorCode.NOT_OFFERED, path, {"value": shown(strange[0])})
            if question.type == "rank" and len(given) < len(codes):
                missing = len(codes) - len(given)
                return AnswerFault(ErrorCode.RANK_INCOMPLETE, path, {"missing": missing})
        if question.constraint is None:
            return None
        if holds(question.constraint.tree, self._state.context(path, answer)):
            return None
        return AnswerFault(ErrorCode.CONSTRAINT, path, {}, question.constraint_message or None)

    def _missing(self, question: Question, place: Place) -> AnswerFault | None:
        required = question.required
        if required is False or question.read_only:
            return None  # of what cannot be changed, nobody can be asked for more
        path = below(place.path, question.name)
        if required is not True:
            required = holds(required.tree, self._state.context(path))
        if not required:
            return None
        return AnswerFault(ErrorCode.REQUIRED, path, {}, question.required_message or None)

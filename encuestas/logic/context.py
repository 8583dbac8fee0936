"""What an expression can see: the answers around it, the moment, and what the response is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, cast

from encuestas.paths import is_repeat, split

if TYPE_CHECKING:  # a definition holds expressions, so this would be a circle at run time
    from encuestas.definition import Choice, Table


MOST_WORK = 500_000
"""Of one expression: its parts, each time that they are evaluated, and the nodes looked at."""

MOST_WORK_IN_ALL = 5_000_000
"""Of all the expressions of a response."""


class TooMuchWorkError(Exception):
    """An expression is given up. It does not leave `evaluate`."""


@dataclass(slots=True)
class Work:
    """What may still be spent: on the expression under way, and on all that share this."""

    left: int = 0
    in_all: int = MOST_WORK_IN_ALL

    def spend(self, amount: int) -> None:
        """Before something that costs more than one part of a tree."""
        self.left -= amount
        if self.left < 0:
            raise TooMuchWorkError


@dataclass(slots=True, eq=False)
class Instance:
    """The whole survey, or one instance of a repeat.

    ``answers`` are canonical and only those that count; ``repeats`` has every repeat directly
    inside, empty if it has no instances. A dictionary that changes later is seen as it is then.
    """

    answers: dict[str, object] = field(default_factory=dict)
    repeats: dict[str, list[Instance]] = field(default_factory=dict)
    parent: Instance | None = None
    repeat: str = ""
    position: int = 1


class Lists(Protocol):
    """What ``jr:choice-name``, ``instance()`` and ``pulldata`` look things up in."""

    def choices(self, question: str) -> Sequence[Choice]:
        """The choices of a question; none if there is no such question."""

    def table(self, name: str) -> Table | None:
        """An attached file, named without ``.csv``, or a named list of choices."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands and what it sees.

    ``names``: every name with the repeats around it, outermost first; a name that is not there
    belongs to no repeat. ``now`` is in the response's own zone: it decides what day ``today()`` is.
    ``current`` is the answer being checked, ``.``. What looks random is a pure function of
    ``seed``, ``owner`` (the path of the question) and the place of the call in the expression.
    ``item`` is the choice, as columns, that a ``choice_filter`` looks at. ``work`` is shared by
    the expressions of a response.
    """

    here: Instance
    names: Mapping[str, tuple[str, ...]]
    now: datetime
    current: object = None
    seed: str = ""
    owner: str = ""
    language: str = "es"
    lists: Lists | None = None
    item: Mapping[str, str] | None = None
    work: Work = field(default_factory=Work)

    @classmethod
    def of(
        cls,
        answers: Mapping[str, object],
        now: datetime,
        current: object = None,
        *,
        at: str = "",
        names: Mapping[str, tuple[str, ...]] | None = None,
        seed: str = "",
        owner: str = "",
        language: str = "es",
        lists: Lists | None = None,
        item: Mapping[str, str] | None = None,
    ) -> Context:
        """From nested canonical answers alone. ``at`` is the instance where the question stands.

        Without ``names`` the shape of the answers tells which repeats there are. Answers without
        repeats are not copied.
        """
        if names is None:
            names = dict(_shape(answers, ()))
        here = find(instances(answers, names), at)
        return cls(here, names, now, current, seed, owner, language, lists, item)


def instances(answers: Mapping[str, object], names: Mapping[str, tuple[str, ...]]) -> Instance:
    """Nested canonical answers as a tree. Every repeat of ``names`` is there, if only empty."""
    inside: dict[tuple[str, ...], list[str]] = {}
    for repeat in {repeat for around in names.values() for repeat in around}:
        inside.setdefault(names.get(repeat, ()), []).append(repeat)
    return _instance(answers, inside, ())


def _instance(
    answers: Mapping[str, object],
    inside: Mapping[tuple[str, ...], Sequence[str]],
    around: tuple[str, ...],
) -> Instance:
    repeated = {name: answer for name, answer in answers.items() if is_repeat(answer)}
    own = {n: a for n, a in answers.items() if n not in repeated} if repeated else answers
    made = Instance(cast(dict[str, object], own), {name: [] for name in inside.get(around, ())})
    for name, inner in repeated.items():
        made.repeats[name] = [_instance(one, inside, (*around, name)) for one in inner]
        for position, one in enumerate(made.repeats[name], start=1):
            one.parent, one.repeat, one.position = made, name, position
    return made


def find(root: Instance, at: str) -> Instance:
    """The instance at a path such as ``household[2]/children[1]``; KeyError if there is none."""
    if not at:
        return root
    parts = split(f"{at}/_")
    if parts is None:
        raise KeyError(at)
    for name, position in parts[0]:
        inside = root.repeats.get(name, [])
        if position > len(inside):
            raise KeyError(at)
        root = inside[position - 1]
    return root


def _shape(
    answers: Mapping[str, object], around: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every name inside a repeat, and every repeat, that the answers show."""
    for name, answer in answers.items():
        if is_repeat(answer):
            yield name, around
            for one in answer:
                yield from _shape(one, (*around, name))
        elif around:
            yield name, around

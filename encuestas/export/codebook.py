"""What the columns of an export mean: each variable with its codes and the versions that had it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from encuestas.definition import Choice, Group, GroupKind, Page, Question, Survey, Text, walk
from encuestas.joining import Joined, Variable
from encuestas.types import type_of


@dataclass(frozen=True, slots=True)
class Code:
    """A value that may stand in a variable's column, and the versions that offered it."""

    value: str
    label: Text
    special: bool
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A variable. ``repeat`` is the innermost repeat around it; ``limits`` are its settings."""

    variable: str
    repeat: str
    type: str
    label: Text
    group: Text
    required: str
    relevant: str
    limits: str
    versions: tuple[str, ...]
    codes: tuple[Code, ...]


def codebook(joined: Joined) -> Iterator[Entry]:
    """Every variable in the order of the export's columns."""
    for variable in joined.variables.values():
        version, question = next(iter(variable.questions.items()))
        survey = joined.versions[version]
        repeats = survey.repeats(question.name)
        group = next(reversed(survey.groups(question.name)), None)
        yield Entry(
            variable=variable.name,
            repeat=repeats[-1] if repeats else "",
            type=question.type,
            label=question.label,
            group=group.label if group and group.kind is GroupKind.MATRIX else {},
            required=_rule(question.required),
            relevant=_all_of(_conditions(survey, question)),
            limits=_limits(question),
            versions=tuple(variable.questions)[::-1],
            codes=tuple(_codes(joined, variable)),
        )


def _codes(joined: Joined, variable: Variable) -> Iterator[Code]:
    found: dict[str, tuple[Choice, bool]] = {}
    versions: dict[str, list[str]] = {}
    for version, question in variable.questions.items():
        special = joined.versions[version].special_choices(question)
        for choices, is_special in ((question.choices, False), (special, True)):
            for choice in choices:
                found.setdefault(choice.value, (choice, is_special))
                versions.setdefault(choice.value, []).insert(0, version)
    # Those that are no opinion come last, whichever version brought them.
    for value, (choice, is_special) in sorted(found.items(), key=lambda item: item[1][1]):
        yield Code(value, choice.label, is_special, tuple(versions[value]))


def _conditions(survey: Survey, question: Question) -> Iterator[str]:
    """What must hold for the question to be asked, outermost first."""
    page = next(p for p in survey.pages if any(q is question for q, _ in walk(p.questions)))
    holders: tuple[Page | Group | Question, ...] = (page, *survey.groups(question.name), question)
    for holder in holders:
        if holder.relevant is not None:
            yield holder.relevant.text


def _all_of(conditions: Iterator[str]) -> str:
    texts = tuple(conditions)
    return " and ".join(f"({text})" for text in texts) if len(texts) > 1 else "".join(texts)


def _rule(required: object) -> str:
    return str(getattr(required, "text", "yes" if required else ""))


def _limits(question: Question) -> str:
    structure = type_of(question).structure(question)
    return "; ".join(
        f"{key}: {'–'.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in structure.items()
        if value not in (None, "", [], False)
    )

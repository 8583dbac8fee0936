"""Where an answer stands when questions are asked again and again.

A path is the question's name, behind the instances of the repeats around it, counted from 1:
``household[2]/children[1]/age``. Names are unique in a survey, so the last part tells the question.
Canonical answers are nested as people would write them in JSON, ``{"household": [{"age": 3}]}``;
forms and files are flat, one value per path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeGuard

_INSTANCE = re.compile(r"(?P<name>[^/\[\]]+)\[(?P<position>[1-9][0-9]{0,5})\]")


def name_of(path: str) -> str:
    """The name of the question, group or repeat that a path ends with."""
    return path.rpartition("/")[2].partition("[")[0]


def around(path: str) -> str:
    """The path of the repeat instance around; "" where there is none."""
    return path.rpartition("/")[0]


def below(instance: str, name: str) -> str:
    """The path of a name inside a repeat instance ("": outside all repeats)."""
    return f"{instance}/{name}" if instance else name


def instance(repeat: str, position: int) -> str:
    """The path of one instance of the repeat that stands at ``repeat``."""
    return f"{repeat}[{position}]"


def split(path: str) -> tuple[tuple[tuple[str, int], ...], str] | None:
    """The instances on the way, each with its position, and the name; None if it is no path."""
    *parts, name = path.split("/")
    instances = []
    for part in parts:
        found = _INSTANCE.fullmatch(part)
        if found is None:
            return None
        instances.append((found["name"], int(found["position"])))
    return tuple(instances), name


def flatten(answers: Mapping[str, object], instance_path: str = "") -> Iterator[tuple[str, object]]:
    """Every answer of nested answers with its path, in their order."""
    for name, answer in answers.items():
        path = below(instance_path, name)
        if is_repeat(answer):
            for position, inner in enumerate(answer, start=1):
                yield from flatten(inner, instance(path, position))
        else:
            yield path, answer


def is_repeat(answer: object) -> TypeGuard[list[Mapping[str, object]]]:
    """Whether a canonical answer is the instances of a repeat."""
    return (
        isinstance(answer, list)
        and bool(answer)
        and all(isinstance(item, Mapping) for item in answer)
    )

"""What kinds of work there are. A new one is a function and a line in `app.work`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from app.services.scope import Scope

Progress = Callable[[int, int], None]
"""(steps done, of how many; 0: nobody knows)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a kind is told: for which collection, with what, within which territories."""

    slug: str
    parameters: Mapping[str, Any]
    scope: Scope
    language: str
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A finished file's name and type. Its content was written where the kind was told to."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """``run`` writes the file's content and gives its name; it raises Problem for what its owner
    must know. ``permission``: what its owner must be allowed when it runs and when it is taken.
    ``check``: refuses parameters at once, with the Problem that ``run`` would raise.
    """

    name: str
    run: Callable[[Task, IO[bytes]], Made]
    permission: str
    check: Callable[[Task], object] | None = None


Kinds = Mapping[str, Kind]


def table(kinds: Sequence[Kind]) -> Kinds:
    """The kinds by name. Raises ValueError for a name that two have."""
    found = {kind.name: kind for kind in kinds}
    if len(found) < len(kinds):
        raise ValueError("two kinds of job have the same name")
    return found

"""What a function is, and what it sees besides its arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from encuestas.logic.context import Context
from encuestas.logic.nodeset import AnyValue, Item
from encuestas.logic.regex import Program

MANY = 10_000
"""Any number of arguments: more than an expression can hold."""


@dataclass(slots=True)  # not frozen: one for each node and each call, three times as fast
class Focus:
    """The node that a predicate or a filter looks at, and where it stands among its like."""

    node: Item
    position: int = 1
    size: int = 1


@dataclass(slots=True)
class Site:
    """Where a call stands. ``place`` tells one call of an expression from another."""

    context: Context
    focus: Focus | None
    place: int
    program: Program | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """How many arguments (from ``minimum`` to ``maximum`` by ``step``) and what they give.

    Arguments are plain values; with ``nodes`` those that name nodes are node-sets. ``seeded``
    functions look random: their place decides.
    """

    minimum: int
    maximum: int
    apply: Callable[[tuple[AnyValue, ...], Site], AnyValue]
    nodes: bool = False
    seeded: bool = False
    step: int = 1


def plain_function(
    minimum: int, maximum: int, apply: Callable[..., AnyValue], *, nodes: bool = False
) -> Function:
    """A function of its arguments alone."""
    return Function(minimum, maximum, lambda arguments, _: apply(*arguments), nodes=nodes)

"""The tree of an expression. Positions count characters of the text from 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from encuestas.logic.regex import Program


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float
    position: int


@dataclass(frozen=True, slots=True)
class String:
    """A text in quotes."""

    value: str
    position: int


@dataclass(frozen=True, slots=True)
class Reference:
    """``${name}``: the answer to a question, or the instances of a repeat."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Current:
    """``.``: the answer being checked, or in a predicate the node that is looked at."""

    position: int


@dataclass(frozen=True, slots=True)
class Parent:
    """``..``: the instance around."""

    position: int


@dataclass(frozen=True, slots=True)
class Origin:
    """``current()``: the question that the expression belongs to, also inside predicates."""

    position: int


@dataclass(frozen=True, slots=True)
class Bare:
    """``name``: what is of that name in the node that a predicate or filter looks at."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Step:
    """``/name[...]`` of a path; the name may be ``.``, ``..`` or ``*``."""

    name: str
    predicates: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Path:
    """``base/step/step``."""

    base: Node
    steps: tuple[Step, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Filter:
    """``base[...][...]``."""

    base: Node
    predicates: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Node
    position: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by operators of one precedence, read from the left.

    A chain and not a tree of pairs, because a hundred conditions joined by ``or`` are common and
    must not count as a hundred levels. ``operators[i]`` stands between operands i and i + 1.
    """

    operands: tuple[Node, ...]
    operators: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments. ``program`` is the compiled pattern of ``regex``."""

    function: str
    arguments: tuple[Node, ...]
    position: int
    program: Program | None = None


Node: TypeAlias = (
    Number
    | String
    | Reference
    | Current
    | Parent
    | Origin
    | Bare
    | Path
    | Filter
    | Negative
    | Chain
    | Call
)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as its author wrote it, and what it means."""

    text: str
    tree: Node


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node, in order of the text."""
    if isinstance(node, Chain):
        return node.operands
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Negative):
        return (node.operand,)
    if isinstance(node, Filter):
        return (node.base, *node.predicates)
    if isinstance(node, Path):
        return (node.base, *(inner for step in node.steps for inner in step.predicates))
    return ()


def references(tree: Node) -> tuple[Reference, ...]:
    """Every ``${name}`` in the tree, in order of the text."""
    return tuple(node for node in descend(tree) if isinstance(node, Reference))


def current_nodes(tree: Node) -> tuple[Current, ...]:
    """Every ``.`` outside predicates, where it is the answer being checked, in order of the text.

    So is the one that ``string-length()`` and its like mean when nothing is given; those are not
    listed.
    """
    return tuple(node for node in _outside(tree) if isinstance(node, Current))


def names(tree: Node) -> frozenset[str]:
    """Every name that the value may depend on: references, steps, and bare names in predicates.

    A bare name may also be a column of a table: whoever asks keeps the names that are questions.
    """
    return frozenset(_names(tree))


def bare_names(tree: Node) -> tuple[Bare, ...]:
    """Every bare name outside predicates: what a ``choice_filter`` takes for columns."""
    return tuple(node for node in _outside(tree) if isinstance(node, Bare))


def descend(tree: Node) -> Iterator[Node]:
    """The tree's nodes, in order of the text."""
    yield tree
    for child in children(tree):
        yield from descend(child)


def _outside(tree: Node) -> Iterator[Node]:
    yield tree
    inner = (tree.base,) if isinstance(tree, Path | Filter) else children(tree)
    for child in inner:
        yield from _outside(child)


def _names(tree: Node) -> Iterator[str]:
    for node in descend(tree):
        if isinstance(node, Reference | Bare):
            yield node.name
        elif isinstance(node, Path):
            yield from (step.name for step in node.steps if step.name not in (".", "..", "*"))

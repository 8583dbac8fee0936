"""The tree of an expression. Positions count characters of the text from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


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
    """``${name}``: the answer to a question."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Current:
    """``.``: the answer being checked."""

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
    """A function and its arguments."""

    function: str
    arguments: tuple[Node, ...]
    position: int


Node: TypeAlias = Number | String | Reference | Current | Negative | Chain | Call


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
    return ()


def references(tree: Node) -> tuple[Reference, ...]:
    """Every ``${name}`` in the tree, in order of the text."""
    return tuple(node for node in _descend(tree) if isinstance(node, Reference))


def current_nodes(tree: Node) -> tuple[Current, ...]:
    """Every ``.`` in the tree, in order of the text."""
    return tuple(node for node in _descend(tree) if isinstance(node, Current))


def _descend(tree: Node) -> list[Node]:
    found = [tree]
    for child in children(tree):
        found += _descend(child)
    return found

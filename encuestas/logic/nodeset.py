"""Several places at once: the instances of a repeat, an answer in each of them, rows of a table.

Nothing here is changed once made. Not frozen all the same: they are made by the thousand, and
freezing takes three times as long.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from encuestas.logic.context import Instance

if TYPE_CHECKING:  # a definition holds expressions, so this would be a circle at run time
    from encuestas.definition import Table

Value: TypeAlias = bool | float | str
"""What an expression gives."""


@dataclass(slots=True, eq=False)
class Row:
    """A row of a table, or the choice that a filter looks at; ``index`` counts from 0."""

    table: str
    index: int
    columns: Mapping[str, str]


@dataclass(slots=True, eq=False)
class Leaf:
    """One answer in an instance, or one cell of a row."""

    holder: Instance | Row
    name: str
    value: Value


@dataclass(slots=True, eq=False)
class Sheet:
    """What ``instance('name')`` gives: its ``root`` is itself, its ``item`` are the rows."""

    name: str
    table: Table


Item: TypeAlias = Instance | Row | Leaf | Sheet


@dataclass(slots=True, eq=False)
class NodeSet:
    """Nodes in document order, none twice."""

    nodes: tuple[Item, ...] = ()

    def values(self) -> list[Value]:
        """The value of each node."""
        return [value_of(node) for node in self.nodes]


AnyValue: TypeAlias = Value | NodeSet


def value_of(node: Item) -> Value:
    """A node as a value: an answer keeps its type, and what holds others is the empty text."""
    return node.value if isinstance(node, Leaf) else ""


def plain(value: AnyValue) -> Value:
    """One value: of several nodes the first one's, of none the empty text."""
    if not isinstance(value, NodeSet):
        return value
    return value_of(value.nodes[0]) if value.nodes else ""


def flat(values: Iterable[AnyValue]) -> Iterator[Value]:
    """Every value, with those of node-sets in their place."""
    for value in values:
        if isinstance(value, NodeSet):
            yield from value.values()
        else:
            yield value


def distinct(nodes: Iterable[Item]) -> tuple[Item, ...]:
    """The nodes without those that came before."""
    return tuple({_identity(node): node for node in nodes}.values())


def _identity(node: Item) -> Hashable:
    if isinstance(node, Leaf):
        return (_identity(node.holder), node.name)
    if isinstance(node, Row):
        return (node.table, node.index)
    return node.name if isinstance(node, Sheet) else id(node)


def parent_of(node: Item) -> Item | None:
    """What a node stands in; a row and the whole survey stand in nothing."""
    if isinstance(node, Leaf):
        return node.holder
    return node.parent if isinstance(node, Instance) else None

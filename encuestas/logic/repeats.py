"""Functions of node-sets: how many, which one."""

from __future__ import annotations

import math
from collections.abc import Mapping

from encuestas.logic.context import Context, Instance
from encuestas.logic.convert import from_answer, to_string
from encuestas.logic.nodeset import AnyValue, Item, Leaf, NodeSet, Row
from encuestas.logic.site import Function, Site, plain_function

_MOST_REPEATS = 5


def level(context: Context, around: tuple[str, ...]) -> tuple[int, list[Instance]]:
    """How many of the repeats around a name this place shares, and the instance of them.

    That instance is in a list by itself: the first of what is looked through further in.
    """
    chain = _upwards(context.here)[::-1]
    shared = 0
    while (
        shared < len(around)
        and shared + 1 < len(chain)
        and chain[shared + 1].repeat == around[shared]
    ):
        shared += 1
    return shared, [chain[shared]]


def referred(context: Context, name: str) -> tuple[Item, ...]:
    """The nodes that ``${name}`` means here."""
    around = context.names.get(name, ())
    shared, instances = level(context, around)
    for repeat in around[shared:]:
        instances = [inner for one in instances for inner in one.repeats.get(repeat, ())]
        context.work.spend(len(instances))
    nodes = tuple(node for one in instances for node in child(one, name))
    if len(nodes) > 1:
        context.work.spend(len(nodes))
    return nodes


def child(holder: Instance, name: str) -> tuple[Item, ...]:
    """What is of that name directly in an instance: a repeat's instances, else an answer."""
    if name in holder.repeats:
        return tuple(holder.repeats[name])
    return (Leaf(holder, name, from_answer(holder.answers.get(name))),)


def indexed(context: Context, name: str, indexes: Mapping[str, float]) -> NodeSet:
    """``indexed-repeat``: the one node of that name in the given instances of its repeats.

    Where no index is given it is the instance that the expression stands in, else the first.
    """
    around = context.names.get(name, ())
    mine = {one.repeat: one for one in _upwards(context.here)}
    at = mine[""]
    for repeat in around:
        inside = at.repeats.get(repeat, ())
        index = indexes.get(repeat)
        if index is None:
            own = mine.get(repeat)
            index = own.position if own is not None and own in inside else 1
        if not index <= len(inside):
            return NodeSet()
        at = inside[int(index) - 1]
    return NodeSet(child(at, name)[:1])


def _upwards(here: Instance) -> list[Instance]:
    found = [here]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _count(value: AnyValue) -> float:
    return float(len(value.nodes)) if isinstance(value, NodeSet) else math.nan


def _count_filled(value: AnyValue) -> float:
    if not isinstance(value, NodeSet):
        return math.nan
    return float(sum(1 for node in value.nodes if _filled(node)))


def _filled(node: Item) -> bool:
    if isinstance(node, Instance):
        return any(to_string(from_answer(answer)) != "" for answer in node.answers.values()) or any(
            _filled(inner) for instances in node.repeats.values() for inner in instances
        )
    return to_string(node.value) != "" if isinstance(node, Leaf) else True


def _position(arguments: tuple[AnyValue, ...], site: Site) -> float:
    if not arguments:
        return float(site.focus.position) if site.focus else 1.0
    value = arguments[0]
    if not isinstance(value, NodeSet):
        return math.nan
    if not value.nodes:
        return 0.0
    node = value.nodes[0]
    if isinstance(node, Row):
        return float(node.index + 1)
    return float(node.position) if isinstance(node, Instance) else 1.0


def _last(_: tuple[AnyValue, ...], site: Site) -> float:
    return float(site.focus.size) if site.focus else 1.0


FUNCTIONS: Mapping[str, Function] = {
    "count": plain_function(1, 1, _count, nodes=True),
    "count-non-empty": plain_function(1, 1, _count_filled, nodes=True),
    # Listed for their number of arguments: `evaluate` does the one, and the parser the other.
    "current": plain_function(0, 0, lambda: ""),
    "indexed-repeat": Function(3, 1 + 2 * _MOST_REPEATS, lambda _a, _s: NodeSet(), step=2),
    "last": Function(0, 0, _last),
    "position": Function(0, 1, _position, nodes=True),
}

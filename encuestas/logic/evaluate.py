"""The value of an expression: pure, total (nothing raises), bounded by the tree times the nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from encuestas.logic.context import MOST_WORK, Context, Instance, TooMuchWorkError
from encuestas.logic.convert import (
    ARITHMETIC,
    compare,
    equal,
    from_answer,
    not_equal,
    to_boolean,
    to_number,
    whole,
)
from encuestas.logic.functions import FUNCTIONS
from encuestas.logic.lookups import cell, rows
from encuestas.logic.nodes import (
    Bare,
    Call,
    Chain,
    Current,
    Filter,
    Negative,
    Node,
    Number,
    Origin,
    Parent,
    Path,
    Reference,
    Step,
    String,
)
from encuestas.logic.nodeset import (
    AnyValue,
    Item,
    Leaf,
    NodeSet,
    Row,
    Sheet,
    Value,
    distinct,
    parent_of,
    plain,
)
from encuestas.logic.repeats import child, indexed, referred
from encuestas.logic.site import Focus, Site

_LITERAL = (Number, String)
_LONG = 1_000
"""What functions do with longer texts counts for more."""


def evaluate(tree: Node, context: Context) -> Value:
    """The value of a tree. A missing answer is the empty text; of several nodes it is the first."""
    return plain(_worth(tree, context))


def holds(tree: Node, context: Context) -> bool:
    """Whether a condition is true."""
    return to_boolean(_worth(tree, context))


def _worth(tree: Node, context: Context) -> AnyValue:
    """The empty text where it would take too much to know."""
    work = context.work
    allowed = work.left = min(MOST_WORK, work.in_all)
    try:
        return _value(tree, context, _start(context))
    except TooMuchWorkError:
        return ""
    finally:
        work.in_all -= allowed - max(work.left, 0)


def _start(context: Context) -> Focus | None:
    return None if context.item is None else Focus(Row("", 0, context.item))


def _value(tree: Node, context: Context, focus: Focus | None) -> AnyValue:
    if isinstance(tree, _LITERAL):
        return tree.value
    work = context.work
    work.left -= 1
    if work.left < 0:
        raise TooMuchWorkError
    return _EVALUATORS[type(tree)](tree, context, focus)


def _reference(tree: Reference, context: Context, _: Focus | None) -> AnyValue:
    here = context.here
    if not here.repeat and not context.names.get(tree.name) and tree.name not in here.repeats:
        return from_answer(here.answers.get(tree.name))
    return _simple(NodeSet(referred(context, tree.name)))


def _named(tree: Node, context: Context, focus: Focus | None) -> AnyValue:
    return _simple(_nodes(tree, context, focus))


def _simple(nodes: AnyValue) -> AnyValue:
    """An answer alone is its value: it is compared as what it is, and nothing else matters."""
    if isinstance(nodes, NodeSet) and len(nodes.nodes) == 1 and isinstance(nodes.nodes[0], Leaf):
        return nodes.nodes[0].value
    return nodes


def _negative(tree: Negative, context: Context, focus: Focus | None) -> AnyValue:
    return -to_number(_value(tree.operand, context, focus))


def _chain(tree: Chain, context: Context, focus: Focus | None) -> AnyValue:
    operator = tree.operators[0]
    if operator == "or":
        return any(to_boolean(_value(operand, context, focus)) for operand in tree.operands)
    if operator == "and":
        return all(to_boolean(_value(operand, context, focus)) for operand in tree.operands)
    if operator == "|":
        return _named(tree, context, focus)
    value = _value(tree.operands[0], context, focus)
    for operator, operand in zip(tree.operators, tree.operands[1:], strict=True):
        value = _apply(operator, value, _value(operand, context, focus))
    return value


def _apply(operator: str, left: AnyValue, right: AnyValue) -> Value:
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        return not_equal(left, right)
    if arithmetic := ARITHMETIC.get(operator):
        return arithmetic(to_number(left), to_number(right))
    return compare(operator, left, right)


def _call(tree: Call, context: Context, focus: Focus | None) -> AnyValue:
    if tree.function == "if":
        condition, then, otherwise = tree.arguments
        chosen = then if to_boolean(_value(condition, context, focus)) else otherwise
        return _value(chosen, context, focus)
    if tree.function == "indexed-repeat":
        return _simple(_indexed(tree, context, focus))
    function = FUNCTIONS[tree.function]
    given = tree.arguments if tree.program is None else tree.arguments[:1]
    arguments: list[AnyValue]
    if function.nodes:
        arguments = [_nodes(argument, context, focus) for argument in given]
    else:
        arguments = [plain(_value(argument, context, focus)) for argument in given]
    for argument in arguments:
        if isinstance(argument, str) and len(argument) > _LONG:
            context.work.spend(len(argument) // 20)
    return function.apply(tuple(arguments), Site(context, focus, tree.position, tree.program))


def _indexed(tree: Call, context: Context, focus: Focus | None) -> NodeSet:
    target, *pairs = tree.arguments
    indexes = {
        repeat.name: max(1.0, whole(to_number(_value(index, context, focus))))
        for repeat, index in zip(pairs[::2], pairs[1::2], strict=True)
        if isinstance(repeat, Reference)
    }
    if not isinstance(target, Reference):
        return NodeSet()
    return indexed(context, target.name, indexes)


def _nodes(tree: Node, context: Context, focus: Focus | None) -> AnyValue:
    """The nodes that a tree names; the value of one that names none."""
    if isinstance(tree, Reference):
        return NodeSet(referred(context, tree.name))
    if isinstance(tree, Current):
        return NodeSet((focus.node if focus else _origin(context),))
    if isinstance(tree, Origin):
        return NodeSet((_origin(context),))
    if isinstance(tree, Parent):
        parent = parent_of(focus.node) if focus else context.here
        return NodeSet((parent,) if parent is not None else ())
    if isinstance(tree, Bare):
        return NodeSet(_children(focus.node, tree.name, context) if focus else ())
    if isinstance(tree, Path):
        return _path(tree, context, focus)
    if isinstance(tree, Filter):
        base = _nodes(tree.base, context, focus)
        kept = base.nodes if isinstance(base, NodeSet) else ()
        return NodeSet(_filtered(kept, tree.predicates, context))
    if isinstance(tree, Chain) and tree.operators[0] == "|":
        parts = [_nodes(operand, context, focus) for operand in tree.operands]
        sets = [part.nodes for part in parts if isinstance(part, NodeSet)]
        return NodeSet(distinct(node for nodes in sets for node in nodes))
    if isinstance(tree, Call) and tree.function == "indexed-repeat":
        return _indexed(tree, context, focus)
    return _value(tree, context, focus)


def _origin(context: Context) -> Leaf:
    return Leaf(context.here, "", from_answer(context.current))


def _path(tree: Path, context: Context, focus: Focus | None) -> NodeSet:
    base = _nodes(tree.base, context, focus)
    found = base.nodes if isinstance(base, NodeSet) else ()
    for step in tree.steps:
        found = distinct(_after(found, step, context))
    return NodeSet(found)


def _after(found: Iterable[Item], step: Step, context: Context) -> Iterator[Item]:
    for holder in found:
        nodes = _stepped(holder, step, context)
        context.work.spend(len(nodes))
        yield from _filtered(nodes, step.predicates, context)


def _stepped(node: Item, step: Step, context: Context) -> tuple[Item, ...]:
    if step.name == ".":
        return (node,)
    if step.name == "..":
        parent = parent_of(node)
        return () if parent is None else (parent,)
    return _children(node, step.name, context)


def _children(node: Item, name: str, context: Context) -> tuple[Item, ...]:
    if isinstance(node, Instance):
        return _all_children(node) if name == "*" else _child(node, name, context)
    if isinstance(node, Row):
        names: Iterable[str] = node.columns if name == "*" else (name,)
        cells = (cell(node, column, context.language) for column in names)
        return tuple(found for found in cells if found is not None)
    if isinstance(node, Sheet):
        return (node,) if name == "root" else tuple(rows(node)) if name in ("item", "*") else ()
    return ()


def _child(node: Instance, name: str, context: Context) -> tuple[Item, ...]:
    """What stands there; an answer that stands elsewhere is not there, even if nobody gave it."""
    around = context.names.get(name, ())
    if name not in node.repeats and (around[-1] if around else "") != node.repeat:
        return ()
    return child(node, name)


def _all_children(node: Instance) -> tuple[Item, ...]:
    answers = (Leaf(node, name, from_answer(answer)) for name, answer in node.answers.items())
    instances = (one for inside in node.repeats.values() for one in inside)
    return (*answers, *instances)


def _filtered(
    nodes: tuple[Item, ...], predicates: tuple[Node, ...], context: Context
) -> tuple[Item, ...]:
    for predicate in predicates:
        size = len(nodes)
        context.work.spend(size)
        nodes = tuple(
            node
            for position, node in enumerate(nodes, start=1)
            if _kept(predicate, context, Focus(node, position, size))
        )
    return nodes


def _kept(predicate: Node, context: Context, focus: Focus) -> bool:
    value = _value(predicate, context, focus)
    if isinstance(value, float):
        return value == focus.position
    return to_boolean(value)


_EVALUATORS: Mapping[type[Any], Callable[[Any, Context, Focus | None], AnyValue]] = {
    Bare: _named,
    Call: _call,
    Chain: _chain,
    Current: _named,
    Filter: _named,
    Negative: _negative,
    Origin: _named,
    Parent: _named,
    Path: _named,
    Reference: _reference,
}

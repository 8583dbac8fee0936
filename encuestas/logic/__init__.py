"""Expressions: text -> tree (`parse`), tree -> value (`evaluate`). SEMANTICS.md has the rules."""

from encuestas.logic.context import Context, Instance, Lists, instances
from encuestas.logic.convert import Value
from encuestas.logic.evaluate import evaluate, holds
from encuestas.logic.nodes import Expression, Node, current_nodes, references
from encuestas.logic.parser import expression, parse

__all__ = [
    "Context",
    "Expression",
    "Instance",
    "Lists",
    "Node",
    "Value",
    "current_nodes",
    "evaluate",
    "expression",
    "holds",
    "instances",
    "parse",
    "references",
]

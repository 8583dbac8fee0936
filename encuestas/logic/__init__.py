"""Expressions: text -> tree (`parse`), tree -> value (`evaluate`). SEMANTICS.md has the rules."""

from encuestas.logic.convert import Value
from encuestas.logic.evaluate import Context, evaluate, holds
from encuestas.logic.nodes import Expression, Node, current_nodes, references
from encuestas.logic.parser import expression, parse

__all__ = [
    "Context",
    "Expression",
    "Node",
    "Value",
    "current_nodes",
    "evaluate",
    "expression",
    "holds",
    "parse",
    "references",
]

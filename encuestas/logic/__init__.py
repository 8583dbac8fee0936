"""Expressions: text -> tree (`parse`), tree -> value (`evaluate`). SEMANTICS.md has the rules."""

from encuestas.logic.context import Context, Instance, Lists, instances
from encuestas.logic.evaluate import evaluate, holds
from encuestas.logic.nodes import (
    Bare,
    Expression,
    Node,
    bare_names,
    current_nodes,
    names,
    references,
)
from encuestas.logic.nodeset import Value
from encuestas.logic.parser import expression, parse
from encuestas.logic.portable import portable

__all__ = [
    "Bare",
    "Context",
    "Expression",
    "Instance",
    "Lists",
    "Node",
    "Value",
    "bare_names",
    "current_nodes",
    "evaluate",
    "expression",
    "holds",
    "instances",
    "names",
    "parse",
    "portable",
    "references",
]

"""A tree as JSON, for evaluators in other languages. SEMANTICS.md says what each part means.

A number and a text stand for themselves; all else is a list that begins with what it is:
``["$", name]`` a reference · ``["."]`` · ``[".."]`` · ``["current"]`` · ``["@", name]`` a bare name
· ``["/", base, [name, *predicates], ...]`` · ``["[", base, *predicates]`` · ``["neg", x]`` ·
``["or", ...]`` · ``["and", ...]`` · ``["|", ...]`` · ``["+", a, b]`` and so every single operator ·
``["~", [operators], ...]`` a longer chain · ``[function, ...]``. Functions that look random have
the place of their call before their arguments: ``["random", 17]``; ``["regex", x, program]``.
"""

from __future__ import annotations

import math
from typing import TypeAlias

from encuestas.logic.functions import FUNCTIONS
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
    String,
    descend,
)

Json: TypeAlias = "float | str | list[Json]"

_EXACT = 2**53

SERVER_ONLY = frozenset({"digest"})
"""What the browser leaves to the server: hashing there is asynchronous, or much code."""

_COMMON = {
    "boolean", "count", "count-non-empty", "count-selected", "current", "false", "if", "int", "max",
    "min", "not", "number", "once", "position", "round", "selected", "string", "string-length",
    "sum", "today", "true",
}  # fmt: skip

MORE = frozenset(FUNCTIONS) - _COMMON
"""What is not in ``logic.js`` but in ``logic-more.js``, which few pages need."""


def portable(tree: Node) -> Json:
    """The tree as JSON can write it."""
    if isinstance(tree, Number | String):
        return tree.value if isinstance(tree, String) else _number(tree.value)
    if isinstance(tree, Chain):
        operands = [portable(operand) for operand in tree.operands]
        if tree.operators[0] in ("or", "and", "|") or len(tree.operators) == 1:
            return [tree.operators[0], *operands]
        return ["~", list(tree.operators), *operands]
    if isinstance(tree, Call):
        return _call(tree)
    if isinstance(tree, Negative):
        return ["neg", portable(tree.operand)]
    if isinstance(tree, Path):
        steps = [
            [step.name, *(portable(inner) for inner in step.predicates)] for step in tree.steps
        ]
        return ["/", portable(tree.base), *steps]
    if isinstance(tree, Filter):
        return ["[", portable(tree.base), *(portable(inner) for inner in tree.predicates)]
    return _name(tree)


def functions(tree: Node) -> frozenset[str]:
    """The names of every function that a tree calls."""
    return frozenset(node.function for node in descend(tree) if isinstance(node, Call))


def _name(tree: Reference | Bare | Current | Parent | Origin) -> Json:
    if isinstance(tree, Reference):
        return ["$", tree.name]
    if isinstance(tree, Bare):
        return ["@", tree.name]
    return (
        [".."] if isinstance(tree, Parent) else ["."] if isinstance(tree, Current) else ["current"]
    )


def _call(tree: Call) -> Json:
    arguments = [portable(argument) for argument in tree.arguments]
    if tree.program is not None:
        program: list[Json] = [list(instruction) for instruction in tree.program]
        return [tree.function, arguments[0], program]
    if FUNCTIONS[tree.function].seeded:
        return [tree.function, tree.position, *arguments]
    return [tree.function, *arguments]


def _number(value: float) -> Json:
    if value == math.inf:  # a literal of 400 digits, which JSON can't write
        return ["div", 1, 0]
    return int(value) if value.is_integer() and value < _EXACT else value

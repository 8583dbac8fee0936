"""The value of an expression: pure, total (nothing raises), and bounded by the size of the tree."""

from __future__ import annotations

from encuestas.logic.context import Context
from encuestas.logic.convert import (
    ARITHMETIC,
    COMPARISONS,
    Value,
    equal,
    from_answer,
    not_equal,
    to_boolean,
    to_number,
)
from encuestas.logic.functions import FUNCTIONS
from encuestas.logic.nodes import Call, Chain, Current, Negative, Node, Reference


def evaluate(tree: Node, context: Context) -> Value:
    """The value of a tree. A missing answer is the empty text."""
    if isinstance(tree, Chain):
        return _chain(tree, context)
    if isinstance(tree, Call):
        return _call(tree, context)
    if isinstance(tree, Reference):
        return from_answer(context.here.answers.get(tree.name))
    if isinstance(tree, Current):
        return from_answer(context.current)
    if isinstance(tree, Negative):
        return -to_number(evaluate(tree.operand, context))
    return tree.value


def holds(tree: Node, context: Context) -> bool:
    """Whether a condition is true."""
    return to_boolean(evaluate(tree, context))


def _chain(tree: Chain, context: Context) -> Value:
    if tree.operators[0] == "or":
        return any(holds(operand, context) for operand in tree.operands)
    if tree.operators[0] == "and":
        return all(holds(operand, context) for operand in tree.operands)
    value = evaluate(tree.operands[0], context)
    for operator, operand in zip(tree.operators, tree.operands[1:], strict=True):
        value = _apply(operator, value, evaluate(operand, context))
    return value


def _apply(operator: str, left: Value, right: Value) -> Value:
    if operator == "=":
        return equal(left, right)
    if operator == "!=":
        return not_equal(left, right)
    if comparison := COMPARISONS.get(operator):
        return comparison(to_number(left), to_number(right))
    return ARITHMETIC[operator](to_number(left), to_number(right))


def _call(tree: Call, context: Context) -> Value:
    if tree.function == "if":
        condition, then, otherwise = tree.arguments
        return evaluate(then if holds(condition, context) else otherwise, context)
    arguments = tuple(evaluate(argument, context) for argument in tree.arguments)
    return FUNCTIONS[tree.function].apply(arguments, context.now)

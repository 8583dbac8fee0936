"""Functions of conditions, and those that choose between values."""

from __future__ import annotations

import math
from collections.abc import Mapping

from encuestas.logic.convert import from_answer, to_boolean, to_number, to_string, whole
from encuestas.logic.nodeset import AnyValue, Value, flat
from encuestas.logic.site import MANY, Function, Site, plain_function


def _boolean_from_string(value: Value) -> bool:
    text = to_string(value)
    return text == "1" or text.lower() == "true"


def _choose(condition: Value, then: Value, otherwise: Value) -> Value:
    return then if to_boolean(condition) else otherwise


def _coalesce(first: Value, second: Value) -> Value:
    missing = first == "" or (isinstance(first, float) and math.isnan(first))
    return second if missing else first


def _once(arguments: tuple[AnyValue, ...], site: Site) -> AnyValue:
    answer = from_answer(site.context.current)
    return arguments[0] if to_string(answer) == "" else answer


def _checklist(least: AnyValue, most: AnyValue, *marks: AnyValue) -> bool:
    held = sum(1 for mark in flat(marks) if to_boolean(mark))
    return _within(held, whole(to_number(least)), whole(to_number(most)))


def _weighted(least: AnyValue, most: AnyValue, *pairs: AnyValue) -> bool:
    marks, weights = list(flat(pairs[::2])), list(flat(pairs[1::2]))
    total = 0.0
    for mark, weight in zip(marks, weights, strict=False):  # a mark without a weight has none
        if to_boolean(mark):
            total += to_number(weight)
    return _within(total, to_number(least), to_number(most))


def _within(amount: float, least: float, most: float) -> bool:
    return (least < 0 or amount >= least) and (most < 0 or amount <= most)


FUNCTIONS: Mapping[str, Function] = {
    "boolean": plain_function(1, 1, to_boolean, nodes=True),
    "boolean-from-string": plain_function(1, 1, _boolean_from_string),
    "checklist": plain_function(3, MANY, _checklist, nodes=True),
    "coalesce": plain_function(2, 2, _coalesce),
    "false": plain_function(0, 0, lambda: False),
    # Listed for its number of arguments: `evaluate` does it, because only one branch is looked at.
    "if": plain_function(3, 3, _choose),
    "not": plain_function(1, 1, lambda value: not to_boolean(value), nodes=True),
    "once": Function(1, 1, _once),
    "true": plain_function(0, 0, lambda: True),
    "weighted-checklist": Function(
        4, MANY, lambda arguments, _: _weighted(*arguments), nodes=True, step=2
    ),
}

"""XPath 1.0's conversions and comparisons, with ODK's dates. SEMANTICS.md states each one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from encuestas.logic.moments import days
from encuestas.logic.nodeset import AnyValue, Leaf, NodeSet, Value, plain

_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*")
BLANK = re.compile(r"[ \t\r\n]+")


def from_answer(answer: object) -> Value:
    """A canonical answer as a value: a list is its codes with blanks between, nothing is ''."""
    if isinstance(answer, str | bool):
        return answer
    if isinstance(answer, float):
        return answer
    if isinstance(answer, int):
        return _double(answer)
    if isinstance(answer, list | tuple):
        return " ".join(str(code) for code in answer)
    return ""


def _double(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def to_number(value: AnyValue) -> float:
    """XPath ``number()``; the text of a date or time is its days since 1970-01-01."""
    if isinstance(value, float):
        return value
    value = plain(value)
    if not isinstance(value, str):
        return float(value)
    if found := _NUMBER.fullmatch(value):
        return float(found[1])
    return days(value)


def whole(number: float) -> float:
    """What is before the point, as an index; NaN is 0."""
    if math.isnan(number):
        return 0.0
    return number if math.isinf(number) else float(math.trunc(number))


def to_string(value: AnyValue) -> str:
    """XPath ``string()``: whole numbers without a point, and never an exponent."""
    value = plain(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_boolean(value: AnyValue) -> bool:
    """XPath ``boolean()``: zero, NaN and the empty text are false; so is a node-set of none.

    A single answer counts by its value, as ODK has it, and not because it is there.
    """
    if isinstance(value, NodeSet):
        if len(value.nodes) != 1 or not isinstance(value.nodes[0], Leaf):
            return bool(value.nodes)
        value = value.nodes[0].value
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    return value != 0 and not math.isnan(value)


def equal(left: AnyValue, right: AnyValue) -> bool:
    """``=``: as booleans if one is a boolean, else as numbers if one is a number, else as texts.

    Of node-sets with several nodes, whether any of them is equal.
    """
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, NodeSet) or isinstance(right, NodeSet):
        return _any_equal(_sides(left), _sides(right))
    if isinstance(left, float) or isinstance(right, float):
        return to_number(left) == to_number(right)
    return left == right


def not_equal(left: AnyValue, right: AnyValue) -> bool:
    """``!=``: the contrary of ``=``, so that it is true when a number is missing (NaN).

    Of node-sets with several nodes, whether any of them differs.
    """
    if isinstance(left, NodeSet) or isinstance(right, NodeSet):
        # All pairs can be equal only where one side has one value, so this looks at few.
        return any(not equal(one, other) for one in _sides(left) for other in _sides(right))
    return not equal(left, right)


def _sides(side: AnyValue) -> tuple[Value, ...]:
    """The different values of one side of a comparison; of no nodes, the empty text."""
    values = side.values() if isinstance(side, NodeSet) else [side]
    return tuple({(type(value), value): value for value in values}.values()) or ("",)


def _any_equal(left: tuple[Value, ...], right: tuple[Value, ...]) -> bool:
    """Whether two sides share a value, in time linear in their sizes."""
    if any(isinstance(value, bool) for value in (*left, *right)):
        return any(equal(one, other) for one in left for other in right)
    texts = {value for value in right if isinstance(value, str)}
    numbers = {value for value in right if isinstance(value, float) and not math.isnan(value)}
    as_numbers = numbers | {to_number(text) for text in texts}
    return any(
        value in as_numbers
        if isinstance(value, float)
        else value in texts or to_number(value) in numbers
        for value in left
        if value == value  # NaN equals nothing, though a set finds it again
    )


def divide(left: float, right: float) -> float:
    """IEEE division, which Python's own is not where the divisor is zero."""
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """``mod``: what a division that truncates leaves, with the dividend's sign."""
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


def compare(operator: str, left: AnyValue, right: AnyValue) -> bool:
    """``<`` and its like: as numbers; of node-sets with several nodes, whether any pair holds."""
    if not isinstance(left, NodeSet) and not isinstance(right, NodeSet):
        return COMPARISONS[operator](to_number(left), to_number(right))
    if operator in (">", ">="):
        left, right = right, left
    low, high = _numbers(left), _numbers(right)
    if not low or not high:
        return False
    least, most = min(low), max(high)
    return least < most if operator in ("<", ">") else least <= most


def _numbers(side: AnyValue) -> list[float]:
    values = side.values() if isinstance(side, NodeSet) else [side]
    return [number for value in values if not math.isnan(number := to_number(value))]


COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}

ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": divide,
    "mod": remainder,
}

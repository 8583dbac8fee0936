"""XPath 1.0's conversions and comparisons, with ODK's dates. SEMANTICS.md states each one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = bool | float | str

_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*")
_DATE = re.compile(r"[ \t\r\n]*([0-9]{4})-([0-9]{2})-([0-9]{2})[ \t\r\n]*")
_EPOCH = date(1970, 1, 1).toordinal()
BLANK = re.compile(r"[ \t\r\n]+")


def from_answer(answer: object) -> Value:
    """A canonical answer as a value: a list is its codes with blanks between, nothing is ''."""
    if isinstance(answer, str | bool):
        return answer
    if isinstance(answer, int | float):
        return float(answer)
    if isinstance(answer, list | tuple):
        return " ".join(str(code) for code in answer)
    return ""


def to_number(value: Value) -> float:
    """XPath ``number()``; the text of a date is its number of days since 1970-01-01."""
    if not isinstance(value, str):
        return float(value)
    if found := _NUMBER.fullmatch(value):
        return float(found[1])
    if found := _DATE.fullmatch(value):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return math.nan
        return float(day.toordinal() - _EPOCH)
    return math.nan


def to_string(value: Value) -> str:
    """XPath ``string()``: whole numbers without a point, and never an exponent."""
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


def to_boolean(value: Value) -> bool:
    """XPath ``boolean()``: zero, NaN and the empty text are false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    return value != 0 and not math.isnan(value)


def equal(left: Value, right: Value) -> bool:
    """``=``: as booleans if one is a boolean, else as numbers if one is a number, else as texts."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return to_number(left) == to_number(right)
    return left == right


def not_equal(left: Value, right: Value) -> bool:
    """``!=``: the contrary of ``=``, so that it is true when a number is missing (NaN)."""
    return not equal(left, right)


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

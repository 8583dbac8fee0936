"""Functions of numbers: IEEE 754 doubles, nothing raises, and rounding never gives ``-0``."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from encuestas.logic.convert import to_number, whole
from encuestas.logic.nodeset import AnyValue, Value, flat
from encuestas.logic.site import MANY, Function, plain_function

_MOST_PLACES = 30


def _rounded(value: Value, places: Value = 0.0) -> float:
    """Halves go up (-2.5 to -2); decimal places are those of the shortest text of the number."""
    number, shift = to_number(value), whole(to_number(places))
    if not math.isfinite(number):
        return number
    if abs(shift) > _MOST_PLACES:
        return math.nan
    scaled = float(Decimal(repr(number)).scaleb(int(shift)))
    if not math.isfinite(scaled):
        return number
    below = math.floor(scaled)
    nearest = below if scaled - below < 0.5 else below + 1
    return float(Decimal(nearest).scaleb(-int(shift))) + 0.0


def _integral(function: Callable[[float], int]) -> Callable[[Value], float]:
    def apply(value: Value) -> float:
        number = to_number(value)
        return float(function(number)) if math.isfinite(number) else number

    return apply


def _real(function: Callable[[float], float], *, infinite: float = math.nan) -> Function:
    """A function of the standard library, which raises where IEEE has an answer."""

    def apply(value: Value) -> float:
        try:
            return function(to_number(value))
        except OverflowError:
            return infinite
        except ValueError:
            return math.nan

    return plain_function(1, 1, apply)


def _logarithm(function: Callable[[float], float]) -> Function:
    return _real(lambda number: -math.inf if number == 0 else function(number))


def power(base: float, exponent: float) -> float:
    """``pow`` as JavaScript and Java have it."""
    if math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return math.nan
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        if base != 0:
            return math.nan
        odd = exponent % 2 == 1
        return math.copysign(math.inf, base) if odd else math.inf


def _sum(*values: AnyValue) -> float:
    total = 0.0
    for value in flat(values):
        number = to_number(value)
        if not math.isnan(number):
            total += number
    return total


def _extreme(better: Callable[[float, float], bool]) -> Function:
    def apply(*values: AnyValue) -> float:
        found = math.nan
        for value in flat(values):
            number = to_number(value)
            if not math.isnan(number) and (math.isnan(found) or better(number, found)):
                found = number
        return found + 0.0

    return plain_function(1, MANY, apply, nodes=True)


FUNCTIONS: Mapping[str, Function] = {
    "abs": _real(abs),
    "acos": _real(math.acos),
    "asin": _real(math.asin),
    "atan": _real(math.atan),
    "atan2": plain_function(2, 2, lambda y, x: math.atan2(to_number(y), to_number(x))),
    "ceiling": plain_function(1, 1, _integral(math.ceil)),
    "cos": _real(math.cos),
    "exp": _real(math.exp, infinite=math.inf),
    "exp10": plain_function(1, 1, lambda x: power(10.0, to_number(x))),
    "floor": plain_function(1, 1, _integral(math.floor)),
    "int": plain_function(1, 1, _integral(math.trunc)),
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "max": _extreme(lambda one, other: one > other),
    "min": _extreme(lambda one, other: one < other),
    "number": plain_function(1, 1, to_number),
    "pi": plain_function(0, 0, lambda: math.pi),
    "pow": plain_function(2, 2, lambda x, y: power(to_number(x), to_number(y))),
    "round": plain_function(1, 2, _rounded),
    "sin": _real(math.sin),
    "sqrt": _real(math.sqrt),
    "sum": plain_function(1, 1, _sum, nodes=True),
    "tan": _real(math.tan),
}

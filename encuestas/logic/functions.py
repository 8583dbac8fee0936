"""The functions of expressions: a name, how many arguments, and what it gives.

Adding one is one entry here and its lines in ``tests/vectors/expressions.json``. ``if`` is listed
for its number of arguments; `evaluate` does it, because only one branch may be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from encuestas.logic.convert import BLANK, Value, to_boolean, to_number, to_string


@dataclass(frozen=True, slots=True)
class Function:
    """``apply`` receives the evaluated arguments and the moment of the response."""

    minimum: int
    maximum: int
    apply: Callable[[tuple[Value, ...], datetime], Value]


def codes(value: Value) -> list[str]:
    """The codes in the text of a multiple answer."""
    return [code for code in BLANK.split(to_string(value)) if code]


def _selected(arguments: tuple[Value, ...], _: datetime) -> bool:
    wanted = codes(arguments[1])
    return len(wanted) == 1 and wanted[0] in codes(arguments[0])


def _branches(arguments: tuple[Value, ...], _: datetime) -> Value:
    condition, then, otherwise = arguments
    return then if to_boolean(condition) else otherwise


FUNCTIONS: Mapping[str, Function] = {
    "boolean": Function(1, 1, lambda a, _: to_boolean(a[0])),
    "count-selected": Function(1, 1, lambda a, _: float(len(codes(a[0])))),
    "false": Function(0, 0, lambda _a, _n: False),
    "if": Function(3, 3, _branches),
    "not": Function(1, 1, lambda a, _: not to_boolean(a[0])),
    "number": Function(1, 1, lambda a, _: to_number(a[0])),
    "selected": Function(2, 2, _selected),
    "string": Function(1, 1, lambda a, _: to_string(a[0])),
    "string-length": Function(1, 1, lambda a, _: float(len(to_string(a[0])))),
    "today": Function(0, 0, lambda _a, now: now.date().isoformat()),
    "true": Function(0, 0, lambda _a, _n: True),
}

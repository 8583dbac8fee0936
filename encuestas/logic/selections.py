"""Functions of the answers to multiple choices: codes with blanks between."""

from __future__ import annotations

import math
from collections.abc import Mapping

from encuestas.logic.convert import BLANK, to_number, to_string, whole
from encuestas.logic.nodeset import Value
from encuestas.logic.site import Function, plain_function


def codes(value: Value) -> list[str]:
    """The codes in the text of a multiple answer."""
    return [code for code in BLANK.split(to_string(value)) if code]


def _selected(value: Value, code: Value) -> bool:
    wanted = codes(code)
    return len(wanted) == 1 and wanted[0] in codes(value)


def _selected_at(value: Value, index: Value) -> str:
    number = to_number(index)
    at = whole(number)
    chosen = codes(value)
    return chosen[int(at)] if not math.isnan(number) and 0 <= at < len(chosen) else ""


FUNCTIONS: Mapping[str, Function] = {
    "count-selected": plain_function(1, 1, lambda value: float(len(codes(value)))),
    "selected": plain_function(2, 2, _selected),
    "selected-at": plain_function(2, 2, _selected_at),
}

"""Values as R writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def in_r(value: object, depth: int = 1) -> str:
    """A text, a number, a vector of either, or a list of named values."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        # JSON's escapes are R's as well.
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        parts = [f"{in_r(str(name))} = {in_r(each, depth + 1)}" for name, each in value.items()]
        return _together(parts, depth)
    items = list(value) if isinstance(value, Sequence) else []
    if all(isinstance(each, str | int | float) or each is None for each in items):
        return _vector(items)
    return _together([in_r(each, depth + 1) for each in items], depth)


def _vector(items: Sequence[object]) -> str:
    """All texts where one is: a vector of R has one type."""
    if any(isinstance(each, str) for each in items):
        return f"c({', '.join(in_r(str(each)) for each in items)})"
    return f"c({', '.join('NA' if each is None else repr(each) for each in items)})"


def _together(parts: Sequence[str], depth: int) -> str:
    if not parts:
        return "list()"
    gap = "\n" + "  " * depth
    return f"list({gap}{f',{gap}'.join(parts)}\n{'  ' * (depth - 1)})"

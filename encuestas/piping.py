"""Answers in the words of later questions: ``${name}`` in a label stands for what was answered."""

from __future__ import annotations

import re
from collections.abc import Callable

_PIPED = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.-]{0,63})\s*\}")
MISSING = "…"


def piped(text: str) -> tuple[str, ...]:
    """The names that a text refers to, each once, in their order."""
    return tuple(dict.fromkeys(_PIPED.findall(text)))


def pipe(text: str, value_of: Callable[[str], str | None]) -> str:
    """The text with each answer in its place; what was not answered is an ellipsis."""
    return _PIPED.sub(lambda found: value_of(found[1]) or MISSING, text)

"""The vectors, and what their contexts mean: SEMANTICS.md says how they are written."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from encuestas.definition import Choice, Table
from encuestas.logic import Context, Node, Value, parse

VECTORS: list[list[Any]] = json.loads(
    Path(__file__).with_name("expressions.json").read_text(encoding="utf-8")
)
_NOT_JSON = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_NEAR = 1e-12


@dataclass(frozen=True)
class _Lists:
    given: Mapping[str, Sequence[Sequence[Any]]] = field(default_factory=dict)
    files: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)

    def choices(self, question: str) -> Sequence[Choice]:
        return [
            Choice(value, {"es": label} if isinstance(label, str) else label)
            for value, label in self.given.get(question, ())
        ]

    def table(self, name: str) -> Table | None:
        if name not in self.files:
            return None
        header, *rows = self.files[name]
        return Table(tuple(header), tuple(map(tuple, rows)))


def tree_of(vector: Sequence[Any]) -> Node:
    """The tree of a vector's expression."""
    return parse(vector[0], item="item" in vector[1])


def context_of(given: Mapping[str, Any]) -> Context:
    """What a vector calls a context."""
    more = {k: v for k, v in given.items() if k in ("at", "seed", "owner", "language", "item")}
    if "names" in given:
        more["names"] = {name: tuple(around) for name, around in given["names"].items()}
    return Context.of(
        given.get("answers", {}),
        datetime.fromisoformat(given.get("now", "2026-01-15T12:00:00")),
        given.get("current"),
        lists=_Lists(given.get("choices", {}), given.get("files", {})),
        **more,
    )


def is_as_expected(got: Value, expected: object) -> bool:
    """Whether a value is what a vector says, and of that type."""
    if isinstance(expected, dict) and "near" in expected:
        return isinstance(got, float) and math.isclose(got, expected["near"], rel_tol=_NEAR)
    if isinstance(expected, dict):
        expected = _NOT_JSON[expected["number"]]
    if isinstance(expected, int) and not isinstance(expected, bool):
        expected = float(expected)
    both_nan = got != got and expected != expected
    return type(got) is type(expected) and (got == expected or both_nan)

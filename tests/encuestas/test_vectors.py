"""The table of expressions that every evaluator of ours must agree with, in any language."""

import json
import math
from datetime import datetime
from pathlib import Path

import pytest

from encuestas.logic import Context, evaluate, parse

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "expressions.json").read_text(encoding="utf-8")
)
DEFAULT_NOW = "2026-01-15T12:00:00"
NOT_JSON = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    VECTORS,
    ids=[f"{i}: {v[0][:40]}" for i, v in enumerate(VECTORS)],
)
def test_vector(text: str, context: dict[str, object], expected: object) -> None:
    now = datetime.fromisoformat(context.get("now", DEFAULT_NOW))
    seen = Context.of(context.get("answers", {}), now, context.get("current"))
    if isinstance(expected, dict):
        expected = NOT_JSON[expected["number"]]
    got = evaluate(parse(text), seen)
    if isinstance(expected, int) and not isinstance(expected, bool):
        expected = float(expected)
    assert type(got) is type(expected)
    assert got == expected or (got != got and expected != expected)


def test_there_are_enough_and_no_two_are_alike() -> None:
    assert len(VECTORS) >= 150
    assert len({json.dumps(vector) for vector in VECTORS}) == len(VECTORS)


def test_every_function_has_vectors() -> None:
    from encuestas.logic.functions import FUNCTIONS

    texts = " ".join(vector[0] for vector in VECTORS)
    assert [name for name in FUNCTIONS if f"{name}(" not in texts] == []

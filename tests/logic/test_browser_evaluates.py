"""The browser's evaluator gives what Python's gives: the vectors, and what nobody wrote down."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from playwright.sync_api import Page

from encuestas.logic import parse
from encuestas.logic.functions import FUNCTIONS
from encuestas.logic.portable import MORE, SERVER_ONLY, portable
from tests.chromium import needs_chromium
from tests.logic.compare import differences, words
from tests.logic.generated import collect
from tests.logic.in_chromium import run

pytestmark = needs_chromium
VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "expressions.json").read_text(encoding="utf-8")
)
NOT_JSON = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def test_every_vector_in_chromium(evaluator: Page) -> None:
    trees = [portable(parse(text, item="item" in given)) for text, given, _ in VECTORS]
    here = [at for at, tree in enumerate(trees) if not words(tree) & SERVER_ONLY]
    answers = run(evaluator, ((trees[at], VECTORS[at][1]) for at in here))
    wrong = [
        f"{VECTORS[at][0]} in {VECTORS[at][1]}: {answer!r}, expected {VECTORS[at][2]!r}"
        for at, answer in zip(here, answers, strict=True)
        if not _is(answer, VECTORS[at][2])
    ]
    assert wrong == []
    assert len(here) > 0.95 * len(VECTORS)


@pytest.mark.parametrize("number", range(5))
def test_generated_expressions_agree(evaluator: Page, number: int) -> None:
    compared, found = differences(evaluator, collect(300, number))
    assert found == []
    assert compared > 150


def test_every_function_is_in_one_of_the_two_modules(evaluator: Page) -> None:
    core, everything = evaluator.evaluate("""async () => {
        const { known, register } = await import("/logic.js?alone");
        const core = known();
        register((await import("/logic-more.js")).functions);
        return [core, known()];
    }""")
    assert set(core) == set(FUNCTIONS) - MORE
    assert set(everything) == set(FUNCTIONS) - SERVER_ONLY


def _is(answer: object, expected: object) -> bool:
    if isinstance(expected, bool) or isinstance(expected, str):
        return type(answer) is type(expected) and answer == expected
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return False
    if isinstance(expected, dict) and "near" in expected:
        return math.isclose(answer, expected["near"], rel_tol=1e-9)
    wanted = NOT_JSON[expected["number"]] if isinstance(expected, dict) else expected
    return answer == wanted or (math.isnan(answer) and math.isnan(wanted))

"""The browser's evaluator gives what Python's gives: the vectors, and what nobody wrote down."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from encuestas.logic import parse
from encuestas.logic.functions import FUNCTIONS
from encuestas.logic.portable import MORE, SERVER_ONLY, portable
from tests.chromium import needs_chromium
from tests.logic.compare import differences, words
from tests.logic.generated import collect, made, parses
from tests.logic.in_chromium import run
from tests.vectors.reading import VECTORS, is_as_expected, tree_of

pytestmark = needs_chromium


def test_every_vector_in_chromium(evaluator: Page) -> None:
    trees = [portable(tree_of(vector)) for vector in VECTORS]
    here = [at for at, tree in enumerate(trees) if not words(tree) & SERVER_ONLY]
    answers = run(evaluator, ((trees[at], VECTORS[at][1]) for at in here))
    wrong = [
        f"{VECTORS[at][0]} in {VECTORS[at][1]}: {answer!r}, expected {VECTORS[at][2]!r}"
        for at, answer in zip(here, answers, strict=True)
        if not is_as_expected(_as_python(answer), VECTORS[at][2])
    ]
    assert wrong == []
    assert len(here) > 0.95 * len(VECTORS)


@pytest.mark.parametrize("number", range(5))
def test_generated_expressions_agree(evaluator: Page, number: int) -> None:
    compared, found = differences(evaluator, collect(300, number))
    assert found == []
    assert compared > 150


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(chances=st.lists(st.randoms(use_true_random=False), min_size=8, max_size=8))
def test_whatever_hypothesis_thinks_of_agrees(evaluator: Page, chances: list[Random]) -> None:
    """Fewer than the test above, but what fails is made small."""
    cases = [case for case in map(made, chances) if parses(case[0])]
    assert differences(evaluator, cases)[1] == []


def test_what_few_pages_use_is_not_in_the_module_that_all_load(evaluator: Page) -> None:
    calls = {
        name: portable(parse(f"{name}({', '.join(['${a}'] * function.minimum)})"))
        for name, function in FUNCTIONS.items()
        if name not in SERVER_ONLY | {"regex"}
    }
    raised = evaluator.evaluate(
        """async (calls) => {
            const { evaluate } = await import("/logic.js?alone");
            const context = { here: { answers: {}, repeats: {} }, names: {}, now: "" };
            return Object.keys(calls).filter((name) => {
                try {
                    evaluate(calls[name], context);
                } catch (error) {
                    return true;
                }
            });
        }""",
        calls,
    )
    assert set(raised) == MORE - SERVER_ONLY - {"regex"}


def _as_python(answer: object) -> object:
    """Whole numbers come back as integers."""
    return float(answer) if isinstance(answer, int) and not isinstance(answer, bool) else answer

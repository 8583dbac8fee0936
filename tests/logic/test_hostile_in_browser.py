"""What would cost too much, and names of JavaScript's own: Chromium gives what Python gives."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.chromium import needs_chromium
from tests.logic.compare import differences
from tests.logic.in_chromium import run

pytestmark = needs_chromium

ANSWERS = {"a": "a" * 20_000, "r": [{"x": n} for n in range(500)]}
MANY = {"r": [{"x": str(n), "y": n} for n in range(1_000)]}
BUILT_IN = {
    "__proto__": "a", "constructor": 3, "toString": ["b", "c"],
    "hasOwnProperty": [{"valueOf": "d"}, {"length": 2}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("count(${r}[count(${x}[. = current()]) >= 0])", ANSWERS),
        ("count(${x}[${x}[. > 1]])", ANSWERS),
        ("count(${r}[${x}[1] = 0])", ANSWERS),
        ("+".join(["sum(${x})"] * 900), ANSWERS),
        ("regex(${a}, '(a?){600}')", ANSWERS),
        ("regex(${a}, '(a+)+b')", ANSWERS),
        ("string-length(translate(${a}, ${a}, 'bc'))", ANSWERS),
        (f"concat({','.join(['${a}'] * 1_500)})", ANSWERS),
        ("join(${a}, 1, 2, 3)", ANSWERS),
        ("${x} = ${y}", MANY),
        ("${x} != ${y}", MANY),
        ("sum(${y}) + count(${r}) + count-non-empty(${r}/*)", MANY),
        ("${__proto__}", BUILT_IN),
        ("concat(${constructor}, ${toString}, ${valueOf}, ${length})", BUILT_IN),
        ("count(${hasOwnProperty}[valueOf = 'd'])", BUILT_IN),
        ("count(../*) + count(../constructor) + count(../isPrototypeOf)", BUILT_IN),
        ("indexed-repeat(${length}, ${hasOwnProperty}, 9999999999)", BUILT_IN),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_as_in_python(evaluator: Page, text: str, answers: dict[str, object]) -> None:
    assert differences(evaluator, [(text, {"answers": answers})]) == (1, [])


def test_a_number_that_is_none_after_many_digits(evaluator: Page) -> None:
    answers = {"a": "9" * 100_000 + "x"}
    assert run(evaluator, [(["string", ["number", ["$", "a"]]], {"answers": answers})]) == ["NaN"]

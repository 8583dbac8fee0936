"""Plain XPath 1.0: our evaluator beside Chromium's own (`document.evaluate`) and elementpath's.

Wherever their answer to a vector is not ours it is listed in ``plain_differences.json`` under the
reason why; of what is generated nothing may differ in Chromium.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import elementpath
import pytest
from playwright.sync_api import Page

from encuestas.logic import Value
from tests.chromium import needs_chromium
from tests.logic.compare import words
from tests.oracles.plain_cases import PlainCase, generated, vectors
from tests.vectors.reading import is_as_expected

DIFFERENCES: dict[str, dict[str, list[str]]] = json.loads(
    Path(__file__).with_name("plain_differences.json").read_text("utf-8")
)
_IN_CHROMIUM = """(cases) => JSON.parse(cases).map(([xml, at, expression, type]) => {
    const form = new DOMParser().parseFromString(xml, "text/xml");
    try {
        const node = form.evaluate(at, form, null, 9).singleNodeValue;
        const kind = { number: 1, string: 2, boolean: 3 }[type];
        const found = form.evaluate(expression, node, null, kind);
        return found[`${type}Value`];
    } catch (error) {
        return { error: String(error) };
    }
})"""


@needs_chromium
def test_chromium_answers_vectors_alike_but_for_what_is_listed(evaluator: Page) -> None:
    assert set(differing_in_chromium(evaluator, vectors())) == _listed("chromium")


@needs_chromium
def test_chromium_answers_alike_what_is_generated(evaluator: Page) -> None:
    cases = generated()
    assert len(cases) > 300
    assert differing_in_chromium(evaluator, cases, reference="string({})") == []


def test_elementpath_answers_vectors_alike_but_for_what_is_listed() -> None:
    differing = {case.text for case in vectors() if not _alike(case.ours, _in_elementpath(case))}
    assert differing == _listed("elementpath")


def test_elementpath_answers_alike_what_is_generated() -> None:
    """But for comparisons and ``mod``, which it does in ways of its own (listed)."""
    own = {"=", "!=", "<", "<=", ">", ">=", "mod", "~"}
    cases = [case for case in generated() if not words(case.tree) & own]
    differing = [
        case.text
        for case in cases
        if not _alike(case.ours, _in_elementpath(case, reference="string({})"))
        and not re.search(r"\d[eE]|\+\d|[^ -~]", f"{case.text}{case.given}")
    ]
    assert len(cases) > 300
    assert differing == []


@pytest.mark.parametrize("evaluator_name", ["chromium", "elementpath"])
def test_nothing_is_listed_twice(evaluator_name: str) -> None:
    listed = [text for rule in DIFFERENCES.values() for text in rule.get(evaluator_name, ())]
    assert len(listed) == len(set(listed))


def differing_in_chromium(
    page: Page, cases: Sequence[PlainCase], *, reference: str = "{}"
) -> list[str]:
    """The expressions to which Chromium's own XPath gives another value."""
    asked = [
        (case.form.xml, case.form.node, case.written(reference=reference), _kind(case.ours))
        for case in cases
    ]
    answers = page.evaluate(_IN_CHROMIUM, json.dumps(asked))
    pairs = zip(cases, answers, strict=True)
    return [case.text for case, theirs in pairs if not _alike(case.ours, theirs)]


def _in_elementpath(case: PlainCase, *, reference: str = "{}") -> object:
    """Its value, made one of the type of ours; its own exceptions are an answer too."""
    root = ElementTree.fromstring(case.form.xml)  # noqa: S314 - written by this test
    node = root.find("." + case.form.node.removeprefix("/data"))
    expression = case.written(number="number('{}')", reference=reference)
    wrapped = f"{_kind(case.ours)}({expression})"
    try:
        found = elementpath.select(root, wrapped, parser=elementpath.XPath1Parser, item=node)
    except (elementpath.ElementPathError, ValueError, TypeError, ArithmeticError) as error:
        return error
    return found


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"


def _alike(ours: Value, theirs: Any) -> bool:
    if isinstance(ours, bool | str):
        return is_as_expected(ours, theirs) if isinstance(theirs, bool | str) else False
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return False
    return is_as_expected(ours, float(theirs)) or is_as_expected(ours, {"near": float(theirs)})


def _listed(evaluator_name: str) -> set[str]:
    return {text for rule in DIFFERENCES.values() for text in rule.get(evaluator_name, ())}

"""Our evaluator beside ODK's two: what ODK Web Forms and Enketo answered to our vectors.

``odk/results.json`` is recorded by `make oracles`. Wherever their answer is not ours the vector is
listed in ``odk/differences.json`` under the reason why, and nothing else may differ.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from encuestas.logic import evaluate
from tests.vectors.reading import VECTORS, context_of, is_as_expected, tree_of

FOLDER = Path(__file__).parent / "odk"
RECORDED: list[list[Any]] = json.loads((FOLDER / "results.json").read_text("utf-8"))["answers"]
DIFFERENCES: dict[str, dict[str, list[str]]] = json.loads(
    (FOLDER / "differences.json").read_text("utf-8")
)


@pytest.mark.parametrize("evaluator", ["web-forms", "enketo"])
def test_odk_answers_alike_but_for_what_is_listed(evaluator: str) -> None:
    listed = [text for rule in DIFFERENCES.values() for text in rule.get(evaluator, ())]
    differing = {
        text for text, given, answers in RECORDED if not _alike(text, given, answers[evaluator])
    }
    assert len(listed) == len(set(listed))
    assert differing == set(listed)


def test_nearly_every_vector_was_asked() -> None:
    asked = {json.dumps([text, given]) for text, given, _ in RECORDED}
    missing = [vector[0] for vector in VECTORS if json.dumps(vector[:2]) not in asked]
    assert len(missing) < 0.05 * len(VECTORS), "run `make oracles`"


def _alike(text: str, given: dict[str, Any], theirs: object) -> bool:
    ours = evaluate(tree_of([text, given]), context_of(given))
    if isinstance(theirs, dict) and "error" in theirs:
        return False
    if isinstance(ours, float) and not isinstance(theirs, dict):
        return is_as_expected(ours, {"near": theirs}) or is_as_expected(ours, theirs)
    return is_as_expected(ours, theirs)

"""The table of expressions that every evaluator of ours must agree with, in any language."""

import json
import math
import re

from encuestas.logic import evaluate, expression, names, portable
from encuestas.logic.functions import FUNCTIONS
from encuestas.logic.portable import MORE, SERVER_ONLY, functions
from tests.vectors.reading import VECTORS, context_of, is_as_expected, tree_of


def test_every_vector() -> None:
    wrong = []
    for vector in VECTORS:
        text, context, expected = vector
        got = evaluate(tree_of(vector), context_of(context))
        if not is_as_expected(got, expected):
            wrong.append((text, context, expected, got))
    assert wrong == []


def test_there_are_enough_and_no_two_are_alike() -> None:
    assert len(VECTORS) >= 1000
    assert len({json.dumps(vector) for vector in VECTORS}) == len(VECTORS)


def test_every_function_and_operator_has_vectors() -> None:
    texts = " ".join(vector[0] for vector in VECTORS)
    assert [name for name in FUNCTIONS if f"{name}(" not in texts] == []
    operators = ["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "|"]
    assert [sign for sign in operators if f" {sign} " not in texts] == []


def test_every_tree_can_be_written_as_json() -> None:
    for vector in VECTORS:
        written = json.dumps(portable(tree_of(vector)), allow_nan=False)
        assert json.loads(written) == portable(tree_of(vector))


def test_what_the_browser_has_is_a_function() -> None:
    assert set(FUNCTIONS) >= MORE | SERVER_ONLY
    assert functions(expression("if(true(), now(), digest('a', 'MD5'))").tree) == {
        "if",
        "true",
        "now",
        "digest",
    }


def test_everything_that_is_written_in_a_vector_is_named() -> None:
    for vector in VECTORS:
        written = set(
            re.findall(r"\$\{ ?([A-Za-z_][A-Za-z0-9_.-]*) ?\}", _without_texts(vector[0]))
        )
        assert written <= names(tree_of(vector))


def test_what_is_not_expected_fails() -> None:
    assert not is_as_expected(1.0, True)
    assert not is_as_expected("1", 1)
    assert not is_as_expected(math.nan, 0)
    assert not is_as_expected(1.0000001, {"near": 1})
    assert is_as_expected(1 + 1e-15, {"near": 1})


def _without_texts(text: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"", "''", text)

"""What is wrong with an expression, and where; and nothing makes the parser or evaluator fall."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas import ErrorCode, ExpressionError
from encuestas.logic import Context, current_nodes, evaluate, expression, parse, references
from encuestas.logic.parser import MAX_LENGTH, MAX_NESTING

E = ErrorCode
NOW = datetime(2026, 1, 15)

FAULTS = [
    ("", E.EXPRESSION_EMPTY, 1),
    ("   ", E.EXPRESSION_EMPTY, 1),
    ("1 +", E.EXPRESSION_END, 4),
    ("not(", E.EXPRESSION_END, 5),
    ("-", E.EXPRESSION_END, 2),
    ("1 + * 2", E.EXPRESSION_UNEXPECTED, 5),
    ("1 2", E.EXPRESSION_UNEXPECTED, 3),
    ("1 == 2", E.EXPRESSION_UNEXPECTED, 4),
    ("and 1", E.EXPRESSION_UNEXPECTED, 1),
    ("x = 1", E.BARE_NAME, 1),
    ("1e3", E.EXPRESSION_UNEXPECTED, 2),
    ("...", E.EXPRESSION_UNEXPECTED, 3),
    (")", E.EXPRESSION_UNEXPECTED, 1),
    ("(1))", E.EXPRESSION_UNEXPECTED, 4),
    ("()", E.EXPRESSION_UNEXPECTED, 2),
    ("if(1,,2)", E.EXPRESSION_UNEXPECTED, 6),
    ("selected(1 2)", E.EXPRESSION_UNEXPECTED, 12),
    ("(1 + 2", E.EXPRESSION_OPEN_BRACKET, 1),
    ("1 + not(1", E.EXPRESSION_OPEN_BRACKET, 8),
    ("'a", E.EXPRESSION_OPEN_STRING, 1),
    ("1 = \"a'", E.EXPRESSION_OPEN_STRING, 5),
    ("1 & 2", E.EXPRESSION_CHARACTER, 3),
    ("1 ! 2", E.EXPRESSION_CHARACTER, 3),
    ("${}", E.EXPRESSION_CHARACTER, 1),
    ("${a b}", E.EXPRESSION_CHARACTER, 1),
    ("$a", E.EXPRESSION_UNSUPPORTED, 1),
    ("‘a’", E.EXPRESSION_CHARACTER, 1),
    ("1 < 2 && 3", E.EXPRESSION_CHARACTER, 7),
    ("nope()", E.UNKNOWN_FUNCTION, 1),
    ("1 + Not(1)", E.UNKNOWN_FUNCTION, 5),
    ("or(1)", E.UNKNOWN_FUNCTION, 1),
    ("not()", E.WRONG_ARITY, 1),
    ("true(1)", E.WRONG_ARITY, 1),
    ("if(1, 2)", E.WRONG_ARITY, 1),
    ("1 = selected('a')", E.WRONG_ARITY, 5),
    ("1" * (MAX_LENGTH + 1), E.EXPRESSION_TOO_LONG, MAX_LENGTH + 1),
    (
        "(" * (MAX_NESTING + 1) + "1" + ")" * (MAX_NESTING + 1),
        E.EXPRESSION_TOO_NESTED,
        MAX_NESTING + 2,
    ),
    ("(" * 9999, E.EXPRESSION_TOO_NESTED, MAX_NESTING + 2),
    ("-" * 9999, E.EXPRESSION_TOO_NESTED, MAX_NESTING + 2),
    ("not(" * 2000, E.EXPRESSION_TOO_NESTED, 4 * (MAX_NESTING + 1) + 1),
]


@pytest.mark.parametrize(
    ("text", "code", "position"),
    FAULTS,
    ids=[f"{i}-{case[0][:12]}" for i, case in enumerate(FAULTS)],
)
def test_fault(text: str, code: ErrorCode, position: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert {*caught.value.context, "expression", "position"} == code.context_keys


def test_the_deepest_that_is_allowed() -> None:
    text = "(" * MAX_NESTING + "1" + ")" * MAX_NESTING
    assert evaluate(parse(text), Context.of({}, NOW)) == 1
    assert (
        evaluate(parse("not(" * MAX_NESTING + "1" + ")" * MAX_NESTING), Context.of({}, NOW)) is True
    )


def test_brackets_on_the_left_do_not_hide_depth() -> None:
    text = "1"
    for _ in range(90):
        text = f"({text} * 1 + 1 < 1 = 1 and 1 or 1)"
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.code is E.EXPRESSION_TOO_NESTED


def test_a_chain_of_operators_is_one_level() -> None:
    text = " or ".join(["0 = 1"] * 1000)
    assert evaluate(parse(text), Context.of({}, NOW)) is False


def test_what_a_tree_refers_to() -> None:
    tree = parse("${a} > 1 and (selected(., ${b}) or -${a} = .)")
    assert [(r.name, r.position) for r in references(tree)] == [("a", 1), ("b", 27), ("a", 37)]
    assert [node.position for node in current_nodes(tree)] == [24, 44]


def test_only_one_branch_is_looked_at() -> None:
    class Answers(dict):
        def get(self, name, default=None):
            assert name != "other"
            return default

    assert evaluate(parse("if(1, 2, ${other})"), Context.of(Answers(), NOW)) == 2


def test_text_around_an_expression_does_not_matter() -> None:
    assert expression("  1 = 1\n") == expression("1 = 1")


TOKENS = [
    "1",
    "0.5",
    "'a'",
    "''",
    "'2026-01-15'",
    "${x}",
    "${y}",
    ".",
    "(",
    ")",
    ",",
    "+",
    "-",
    "*",
    "div",
    "mod",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
    "not(",
    "selected(",
    "if(",
    "count-selected(",
    "string-length(",
    "today()",
    "true()",
    "string(",
    "number(",
    "€",
]
ANSWERS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats()
    | st.text()
    | st.lists(st.text())
)


def tree_or_error(text: str):
    try:
        return parse(text)
    except ExpressionError as error:
        return error


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(TOKENS), max_size=30), ANSWERS, ANSWERS)
def test_any_tokens_give_a_value_or_an_error(tokens: list[str], x: object, y: object) -> None:
    text = " ".join(tokens)
    outcome = tree_or_error(text)
    if isinstance(outcome, ExpressionError):
        assert 1 <= outcome.position <= len(text) + 1
    else:
        value = evaluate(outcome, Context.of({"x": x, "y": y}, NOW, x))
        assert isinstance(value, bool | float | str)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_any_text_gives_a_tree_or_an_error(text: str) -> None:
    outcome = tree_or_error(text)
    if isinstance(outcome, ExpressionError):
        assert 1 <= outcome.position <= len(text) + 1

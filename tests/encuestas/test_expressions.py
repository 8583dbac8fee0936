"""What is wrong with an expression, and where; and nothing makes the parser or evaluator fall."""

import json
import math
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encuestas import ErrorCode, ExpressionError
from encuestas.logic import (
    Context,
    bare_names,
    current_nodes,
    evaluate,
    expression,
    instances,
    names,
    parse,
    portable,
    references,
)
from encuestas.logic.functions import FUNCTIONS
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
    ("indexed-repeat(${x}, ${r})", E.WRONG_ARITY, 1),
    ("indexed-repeat(${x}, ${r}, 1, ${s})", E.WRONG_ARITY, 1),
    ("weighted-checklist(1, 2, 3)", E.WRONG_ARITY, 1),
    ("indexed-repeat(1, ${r}, 1)", E.REFERENCE_NEEDED, 16),
    ("indexed-repeat(${x}, ${r}/s, 1)", E.REFERENCE_NEEDED, 26),
    ("x", E.BARE_NAME, 1),
    ("1 + edad", E.BARE_NAME, 5),
    ("${a}[x = 1] + y", E.BARE_NAME, 15),
    ("jr:x", E.BARE_NAME, 1),
    ("/data/x", E.EXPRESSION_UNSUPPORTED, 1),
    ("//x", E.EXPRESSION_UNSUPPORTED, 1),
    ("${r}//x", E.EXPRESSION_UNSUPPORTED, 5),
    ("ancestor::x", E.EXPRESSION_UNSUPPORTED, 1),
    ("${r}/ancestor::x", E.EXPRESSION_UNSUPPORTED, 6),
    ("${r}/@x", E.EXPRESSION_UNSUPPORTED, 6),
    ("1 + $x", E.EXPRESSION_UNSUPPORTED, 5),
    ("${r}/", E.EXPRESSION_END, 6),
    ("${r}/1", E.EXPRESSION_UNEXPECTED, 6),
    ("${r}/count(x)", E.EXPRESSION_UNEXPECTED, 6),
    ("${r}[]", E.EXPRESSION_UNEXPECTED, 6),
    ("${r}[1", E.EXPRESSION_OPEN_BRACKET, 5),
    ("${r}[1)", E.EXPRESSION_UNEXPECTED, 7),
    ("${r}]", E.EXPRESSION_UNEXPECTED, 5),
    ("*", E.EXPRESSION_UNEXPECTED, 1),
    ("1[1]", E.EXPRESSION_UNEXPECTED, 2),
    ("'a'/b", E.EXPRESSION_UNEXPECTED, 4),
    ("${a}${b}", E.EXPRESSION_UNEXPECTED, 5),
    ("${a} |", E.EXPRESSION_END, 7),
    ("regex(., ${p})", E.REGEX_NOT_LITERAL, 10),
    ("regex(., '(')", E.REGEX_WRONG, 10),
    ("regex(., 'a)')", E.REGEX_WRONG, 10),
    ("regex(., '[a')", E.REGEX_WRONG, 10),
    ("regex(., '[]')", E.REGEX_WRONG, 10),
    ("regex(., '[z-a]')", E.REGEX_WRONG, 10),
    ("regex(., '*a')", E.REGEX_WRONG, 10),
    ("regex(., 'a**')", E.REGEX_WRONG, 10),
    ("regex(., 'a{2,1}')", E.REGEX_WRONG, 10),
    ("regex(., 'a{x}')", E.REGEX_WRONG, 10),
    ("regex(., 'a{')", E.REGEX_WRONG, 10),
    ("regex(., 'a\\')", E.REGEX_WRONG, 10),
    ("regex(., '\\xg0')", E.REGEX_WRONG, 10),
    ("regex(., '(a)\\1')", E.REGEX_UNSUPPORTED, 10),
    ("regex(., '(?=a)')", E.REGEX_UNSUPPORTED, 10),
    ("regex(., '(?i)a')", E.REGEX_UNSUPPORTED, 10),
    ("regex(., '(?<n>a)')", E.REGEX_UNSUPPORTED, 10),
    ("regex(., '\\p{L}')", E.REGEX_UNSUPPORTED, 10),
    ("regex(., 'a++')", E.REGEX_UNSUPPORTED, 10),
    ("regex(., '[a&&b]')", E.REGEX_UNSUPPORTED, 10),
    ("regex(., '[[a]')", E.REGEX_UNSUPPORTED, 10),
    ("regex(., 'a{2001}')", E.REGEX_TOO_LARGE, 10),
    ("regex(., 'a{9999999}')", E.REGEX_WRONG, 10),
    ("regex(., '((a{100}){100}){100}')", E.REGEX_TOO_LARGE, 10),
    ("regex(., '((){1000}){1000}')", E.REGEX_TOO_LARGE, 10),
    ("regex(., '" + "(" * 4000 + "')", E.REGEX_TOO_LARGE, 10),
    ("${r}[" * 3 + "1" + "]" * 3, E.EXPRESSION_TOO_NESTED, 15),
    ("${r}[" * 1000, E.EXPRESSION_TOO_NESTED, 15),
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


def test_names_that_a_value_may_depend_on() -> None:
    tree = parse("${a} + sum(${r}[x > current()/../b]/s/../z) + ../c + ${d}[. = ../e]")
    assert names(tree) == {"a", "r", "x", "b", "s", "z", "c", "d", "e"}


def test_a_dot_in_a_predicate_is_not_the_answer_being_checked() -> None:
    assert current_nodes(parse("count(${x}[. > 1])")) == ()
    assert [n.position for n in current_nodes(parse("./a + count(${x}[. = 1]) + .[. = 2]"))] == [
        1,
        28,
    ]


def test_columns_that_a_filter_takes() -> None:
    tree = parse("region = ${region} and ${r}[x]/y = tipo", item=True)
    assert [node.name for node in bare_names(tree)] == ["region", "tipo"]


def test_only_one_branch_is_looked_at() -> None:
    class Answers(dict):
        def get(self, name, default=None):
            assert name != "other"
            return default

    for text in ("if(1, 2, ${other})", "1 or ${other}", "0 and ${other}"):
        evaluate(parse(text), Context.of(Answers(), NOW))


def test_nested_separators_do_not_fill_the_memory() -> None:
    context = Context.of({"r": [{"z": "c"}] * 10}, NOW)
    text = "join(" * 16 + "'ab'" + ",${z})" * 16
    assert len(evaluate(parse(text), context)) <= 1_000_000


def test_an_integer_beyond_doubles_is_infinite() -> None:
    assert evaluate(parse("-${x}"), Context.of({"x": 10**400}, NOW)) == -math.inf
    assert evaluate(parse("-${x}"), Context.of({"x": -(10**400)}, NOW)) == math.inf


def test_an_unknown_function_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("count-select(${x})")
    assert caught.value.context["known"][0] == "count-selected"


def test_a_context_of_flat_answers_sees_them_change() -> None:
    answers = {"x": 1}
    context = Context.of(answers, NOW)
    answers["x"] = 2
    assert evaluate(parse("${x}"), context) == 2


def test_instances_know_where_they_stand() -> None:
    tree = instances({"r": [{"x": 1}, {"s": [{"y": 2}]}]}, {"y": ("r", "s"), "e": (), "z": ("e",)})
    assert tree.repeats["e"] == []
    inner = tree.repeats["r"][1].repeats["s"][0]
    assert (inner.repeat, inner.position, inner.answers) == ("s", 1, {"y": 2})
    assert inner.parent is tree.repeats["r"][1]
    assert (inner.parent.position, inner.parent.parent) == (2, tree)


@pytest.mark.parametrize("at", ["r[3]", "s[1]", "r", "r[1]/s[1]", "r[0]"])
def test_an_instance_that_is_not_there(at: str) -> None:
    with pytest.raises(KeyError):
        Context.of({"r": [{"x": 1}, {}]}, NOW, at=at)


PORTABLE = [
    ("1.5", 1.5),
    ("7", 7),
    ("'a'", "a"),
    ("9" * 400, ["div", 1, 0]),
    ("${x}", ["$", "x"]),
    (".", ["."]),
    ("..", [".."]),
    ("current()", ["current"]),
    ("-.", ["neg", ["."]]),
    ("1 + 2", ["+", 1, 2]),
    ("1 + 2 - 3", ["~", ["+", "-"], 1, 2, 3]),
    ("1 or 2 or 3", ["or", 1, 2, 3]),
    ("${x} | ${y}", ["|", ["$", "x"], ["$", "y"]]),
    ("${r}[1]/x[y = 2]/..", ["/", ["[", ["$", "r"], 1], ["x", ["=", ["@", "y"], 2]], [".."]]),
    ("if(1, 'a', 2)", ["if", 1, "a", 2]),
    (" random()", ["random", 2]),
    ("uuid(4)", ["uuid", 1, 4]),
    ("randomize(${x}, 3)", ["randomize", 1, ["$", "x"], 3]),
    (
        "regex(., 'a|[b-c]')",
        ["regex", ["."], [["s", 1, 3], ["c", 97, 97], ["j", 4], ["c", 98, 99], ["m"]]],
    ),
]


@pytest.mark.parametrize(("text", "tree"), PORTABLE, ids=[case[0][:20] for case in PORTABLE])
def test_what_a_tree_is_in_json(text: str, tree: object) -> None:
    assert portable(parse(text)) == tree


def test_text_around_an_expression_does_not_matter() -> None:
    assert expression("  1 = 1\n") == expression("1 = 1")


TOKENS = [
    "1",
    "0.5",
    "'a'",
    "''",
    "'2026-01-15'",
    "'10:30'",
    "'0 0;1 1'",
    "${x}",
    "${y}",
    "${r}",
    "${z}",
    ".",
    "..",
    "/",
    "[",
    "]",
    "x",
    "*",
    "|",
    "(",
    ")",
    ",",
    "+",
    "-",
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
    "€",
    *(f"{name}(" for name in FUNCTIONS),
]
ANSWERS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats()
    | st.text()
    | st.lists(st.text())
    | st.sampled_from(["2026-01-15", "24:00", "9999-12-31", "1 div 0", "%Y", "\U0010ffff", "-1"])
)
REPEATS = st.lists(
    st.dictionaries(st.sampled_from(["z", "w"]), ANSWERS)
    | st.fixed_dictionaries(
        {"s": st.lists(st.dictionaries(st.just("v"), ANSWERS), min_size=1, max_size=2)}
    ),
    max_size=3,
)


def tree_or_error(text: str):
    try:
        return parse(text)
    except ExpressionError as error:
        return error


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(TOKENS), max_size=30))
def test_any_tokens_give_a_tree_or_an_error(tokens: list[str]) -> None:
    text = " ".join(tokens)
    outcome = tree_or_error(text)
    if isinstance(outcome, ExpressionError):
        assert 1 <= outcome.position <= len(text) + 1


def _call(drawn: tuple[str, list[str]]) -> str:
    name, arguments = drawn
    function = FUNCTIONS[name]
    wanted = max(function.minimum, min(len(arguments), function.maximum))
    wanted -= (wanted - function.minimum) % function.step
    given_ = (arguments * (wanted + 1))[:wanted]
    if name == "regex":
        given_[1] = "'[^a]*(b|\\w)?'"
    if name == "indexed-repeat":
        given_ = [
            ("${z}" if at == 0 else "${r}") if at in (0, *range(1, 11, 2)) else one
            for at, one in enumerate(given_)
        ]
    return f"{name}({', '.join(given_)})"


LEAVES = st.sampled_from(
    [
        "0",
        "1",
        "-1",
        "2.5",
        "1000000",
        "''",
        "'a b'",
        "'2026-01-15T10:30'",
        "'%Y %b'",
        "'0 0;1 1;2 2'",
        ".",
        "..",
        "${x}",
        "${y}",
        "${r}",
        "${z}",
        "${v}",
        "${s}",
        "${r}/z",
        "${r}[1]/s/v",
        "${r}[z = .]/*",
        "../x",
        "1 div 0",
        "${v}/../..",
    ]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(st.sampled_from(sorted(FUNCTIONS)), st.lists(inner, min_size=1, max_size=4)).map(
            _call
        )
        | st.tuples(
            inner,
            st.sampled_from(["+", "-", "*", "div", "mod", "=", "!=", "<", ">=", "and", "or", "|"]),
            inner,
        ).map(lambda three: f"(({three[0]}) {three[1]} ({three[2]}))")
        | inner.map("-({})".format)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TREES, ANSWERS, ANSWERS, REPEATS, st.text(max_size=3))
def test_whatever_can_be_parsed_has_a_value(
    text: str, x: object, y: object, r: list[object], seed: str
) -> None:
    context = Context.of({"x": x, "y": y, "r": r}, NOW, x, seed=seed, owner="x")
    tree = parse(text)
    value = evaluate(tree, context)
    assert isinstance(value, bool | float | str)
    again = evaluate(tree, context)
    assert again == value or again != again  # the same, or NaN
    json.dumps(portable(tree), allow_nan=False)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_any_text_gives_a_tree_or_an_error(text: str) -> None:
    outcome = tree_or_error(text)
    if isinstance(outcome, ExpressionError):
        assert 1 <= outcome.position <= len(text) + 1

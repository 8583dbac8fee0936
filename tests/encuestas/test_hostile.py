"""Whatever is thrown at a definition, an expression or a validator: a result or a clear error.

Nothing here is timed. What had no bound would not come back from these tests, or fill the memory.
"""

from __future__ import annotations

import json
import math

import pytest

from benchmarks.fuzz import fuzz
from benchmarks.fuzz_targets import TARGETS
from encuestas import (
    DefinitionErrors,
    ErrorCode,
    ExpressionError,
    Source,
    Survey,
    Validated,
    read_survey,
    validate,
)
from encuestas.logic import Context, Value, evaluate, parse
from encuestas.logic.portable import portable

from . import definitions
from .definitions import NOW

HEAD = "id: a\nversion: 1\ntitle: {es: x}\n"


def code_of(text: str) -> ErrorCode:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    return caught.value.code


def value(text: str, answers: dict[str, object] | None = None) -> Value:
    tree = parse(text)
    json.dumps(portable(tree), allow_nan=False)
    return evaluate(tree, Context.of(answers or {}, NOW))


def survey(questions: list[dict[str, object]], **head: object) -> Survey:
    asked = [{"label": {"es": "x"}, **question} for question in questions]
    whole = {"id": "a", "version": 1, "title": {"es": "x"}, **head}
    return read_survey(json.dumps({**whole, "pages": [{"id": "p", "questions": asked}]}))


def answered(of: Survey, raw: object, source: Source = Source.FORM) -> Validated:
    found = validate(of, raw, source=source, now=NOW)
    json.dumps(found.answers, allow_nan=False)
    return found


def codes(found: Validated) -> set[ErrorCode]:
    return {fault.code for fault in found.faults}


# Expressions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 10_000 + "1" + ")" * 10_000, ErrorCode.EXPRESSION_TOO_LONG),
        ("(" * 4_999 + "1" + ")" * 4_999, ErrorCode.EXPRESSION_TOO_NESTED),
        ("-" * 9_000 + "1", ErrorCode.EXPRESSION_TOO_NESTED),
        ("not(" * 2_000, ErrorCode.EXPRESSION_TOO_NESTED),
        ("1+" * 500_000 + "1", ErrorCode.EXPRESSION_TOO_LONG),
        ("${a}" + "[${a}" * 1_500, ErrorCode.EXPRESSION_TOO_NESTED),
        ("\u202e1", ErrorCode.EXPRESSION_CHARACTER),
        ("1\u200b", ErrorCode.EXPRESSION_CHARACTER),
        ("regex(., '((a{30}){30}){30}')", ErrorCode.REGEX_TOO_LARGE),
        ("regex(., '" + "(" * 4_000 + "')", ErrorCode.REGEX_TOO_LARGE),
        (" or ".join(["regex(., 'a{900}')"] * 3), ErrorCode.REGEX_TOO_LARGE),
    ],
)
def test_too_much_of_an_expression_is_an_error(text: str, code: ErrorCode) -> None:
    assert code_of(text) is code


@pytest.mark.parametrize("pattern", ["(a+)+b", "((a*)*)*b", "(a|aa)+b", "(a|a?)+b", "(.*)*b"])
def test_no_pattern_hangs(pattern: str) -> None:
    assert value(f"regex(${{a}}, '{pattern}')", {"a": "a" * 5_000 + "c"}) is False


@pytest.mark.parametrize(
    "text",
    [
        "count(${r}[${x}])",
        "count(${r}[count(${x}[. = current()]) >= 0])",
        "count(${x}[${x}[. > 1]])",
        "+".join(["sum(${x})"] * 900),
        "regex(${a}, '(a?){600}')",
        f"concat({','.join(['${a}'] * 1_500)})",
        f"count(${{r}}[{' or '.join(['translate(${a}, ${a}, ${a}) = 1'] * 200)}])",
    ],
)
def test_what_would_cost_too_much_is_given_up(text: str) -> None:
    assert value(text, {"a": "a" * 50_000, "r": [{"x": n} for n in range(1_000)]}) == ""


@pytest.mark.parametrize("index", ["1 div 0", "-1 div 0", "0 div 0", "'x'", "9" * 300, "-5", "0.5"])
def test_absurd_indexes(index: str) -> None:
    answers = {"r": [{"x": "1"}, {"x": "2"}]}
    assert value(f"indexed-repeat(${{x}}, ${{r}}, {index})", answers) in ("", "1")
    assert value(f"selected-at('a b', {index})") in ("", "a")
    assert value(f"count(randomize(${{x}}, {index}))", answers) == 2
    assert isinstance(value(f"round(1.5, {index})"), float)
    assert isinstance(value(f"substr('abc', {index}, {index})"), str)


@pytest.mark.parametrize("day", ["0000-01-01", "10000-01-01", "-0001-01-01", "2026-02-30"])
def test_days_outside_the_calendar(day: str) -> None:
    assert value(f"format-date('{day}', '%Y')") == ""
    assert math.isnan(float(value(f"number('{day}')")))


# Definitions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &a [x, x]\nb: [*a, *a]\n", ErrorCode.ANCHOR_REFUSED),
        ("[" * 100_000, ErrorCode.SOURCE_TOO_DEEP),
        ('{"a":' * 100_000, ErrorCode.SOURCE_TOO_DEEP),
        ("{a: " * 100_000, ErrorCode.SOURCE_TOO_DEEP),
        ("x" * 4_000_000, ErrorCode.SOURCE_TOO_LARGE),
        ("[" + "1," * 400_000 + "]", ErrorCode.SOURCE_TOO_MANY),
        (
            HEAD + "pages:\n - id: p\n   questions:\n" + "    - {a: b}\n" * 10_001,
            ErrorCode.TOO_MANY_QUESTIONS,
        ),
    ],
)
def test_bombs(text: str, code: ErrorCode) -> None:
    with pytest.raises(DefinitionErrors) as caught:
        read_survey(text)
    assert [fault.code for fault in caught.value.faults] == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a,a\n1,2\n", ErrorCode.DUPLICATE_NAME),
        ('a,b\n"1,2\n', ErrorCode.FILE_SYNTAX),
        ("a,b\n" + "x" * 200_000 + ",2\n", ErrorCode.FILE_SYNTAX),
        ("a,b\n1\n", ErrorCode.FILE_ROW),
        ("a,b\n\0,2\n", ErrorCode.CONTROL_CHARACTER),
        (",".join(f"c{n}" for n in range(501)) + "\n", ErrorCode.TOO_BIG),
        ("a\n" + "1\n" * 50_001, ErrorCode.TOO_BIG),
        ("a\n" + "x" * 2_100_000, ErrorCode.FILES_TOO_LARGE),
        ("", ErrorCode.EMPTY),
    ],
)
def test_files_that_are_no_tables(text: str, code: ErrorCode) -> None:
    with pytest.raises(DefinitionErrors) as caught:
        survey([{"name": "q", "type": "text"}], files={"c.csv": text})
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_file_with_a_million_cells() -> None:
    rows = ",".join(f"c{n}" for n in range(500)) + "\n" + (",".join("1" * 500) + "\n") * 1_990
    read = survey([{"name": "q", "type": "text"}], files={"c.csv": "\ufeff" + rows})
    assert len(read.files["c.csv"].rows) == 1_990


# Answers ---------------------------------------------------------------------------------------


def test_a_text_that_doubles_forty_times() -> None:
    links = [{"name": "c0", "type": "calculate", "calculation": "'x'"}]
    for n in range(1, 41):
        both = f"concat(${{c{n - 1}}}, ${{c{n - 1}}})"
        links.append({"name": f"c{n}", "type": "calculate", "calculation": both})
    found = answered(survey(links), {})
    assert max(len(str(answer)) for answer in found.answers.values()) <= 50_000


def test_a_filter_of_many_choices_in_each_of_many_instances() -> None:
    rows = "name,label\n" + "".join(f"c{n},L\n" for n in range(5_000))
    chosen = {
        "name": "c", "type": "select_one_from_file", "file": "c.csv", "label": {"es": "x"},
        "choice_filter": "name != 'c3'",
    }  # fmt: skip
    of = survey([{"name": "r", "type": "repeat", "questions": [chosen]}], files={"c.csv": rows})
    assert codes(answered(of, {"r[]": ["1000"]})) == {ErrorCode.TOO_MANY_VALUES}
    assert codes(answered(of, {"r[]": ["2"], "r[1]/c": ["c9"]})) == set()


def test_repeats_without_end() -> None:
    inner: list[dict[str, object]] = [{"name": "x", "type": "text", "label": {"es": "x"}}]
    for n in range(9, 0, -1):
        inner = [{"name": f"r{n}", "type": "repeat", "label": {"es": "x"}, "questions": inner}]
    of = survey(inner)
    path = "/".join(f"r{n}[999999]" for n in range(1, 10)) + "/x"
    assert ErrorCode.TOO_MANY_INSTANCES in codes(answered(of, {path: ["x"]}))
    assert answered(of, {"r1[1000000]/r2[1]/x": ["x"]}).unknown
    assert codes(answered(of, {"r1": [{"r2": [{}] * 1_000}] * 1_000}, Source.JSON)) == {
        ErrorCode.TOO_MANY_VALUES
    }
    told = {f"r1[{n}]/r2[]": ["999999999"] for n in range(1, 1_001)}
    assert ErrorCode.TOO_MANY_VALUES in codes(answered(of, told))


def test_a_hundred_thousand_fields() -> None:
    of = definitions.survey("repeats")
    assert len(answered(of, {f"f{n}": ["x"] for n in range(100_000)}).unknown) == 100_000
    many = {f"f{n}": ["x"] for n in range(100_001)}
    assert codes(answered(of, many)) == {ErrorCode.TOO_MANY_VALUES}


PLANES = "".join(chr(0x10000 * plane + at) for plane in range(17) for at in (0x41, 0x3042, 0xFFFD))


@pytest.mark.parametrize(
    "text",
    [
        PLANES,
        "\u202eabc\u200b\u200f",
        "e\u0301" * 500,
        "\ud800",
        "\0",
        "9" * 5_000,
        ";" * 5_000,
        "1.000" + ".000" * 1_000,
        " " * 5_000 + "x",
        "\n" * 5_000 + "x",
        "1 1;" * 5_000,
    ],
)
@pytest.mark.parametrize("source", list(Source))
def test_any_text_for_any_type(text: str, source: Source) -> None:
    of = definitions.survey("every-type")
    spelled: object = [text] if source is Source.FORM else text
    found = answered(of, {question.name: spelled for question in of.questions}, source)
    assert codes(answered(of, found.answers, Source.JSON)) <= {ErrorCode.REQUIRED}


# Fuzzing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "inputs"), [("source", 60), ("expression", 400), ("answers", 150)]
)
def test_a_short_run_of_the_fuzzer(name: str, inputs: int) -> None:
    tally = fuzz(TARGETS[name], seed=3, minutes=5, most=inputs)
    assert tally.findings == {}
    assert len(tally.codes) > 5

"""Text -> data: every scalar as text, places known, and nothing that a YAML bomb could use."""

import json

import pytest

from encuestas import DefinitionErrors, ErrorCode, read_source
from encuestas.source import MAX_BYTES, MAX_DEPTH, MAX_NODES


def faults_of(text: str) -> tuple:
    with pytest.raises(DefinitionErrors) as caught:
        read_source(text)
    return caught.value.faults


def test_yaml_scalars_stay_as_written() -> None:
    data, _ = read_source("a: no\nb: 05402\nc: 1.10\nd: ~\ne: 2026-01-15\nf:\ng: 'x'\n")
    assert data == {
        "a": "no",
        "b": "05402",
        "c": "1.10",
        "d": "~",
        "e": "2026-01-15",
        "f": "",
        "g": "x",
    }


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_is_read_as_json(indent: int | str | None) -> None:
    value = {
        "n": [1, -2.50, 1e30],
        "b": [True, False, None],
        "s": 'ñ "\\/\t😀',
        "": {"empty": {}, "l": []},
    }
    data, _ = read_source(json.dumps(value, indent=indent))
    assert data == {
        "n": ["1", "-2.5", "1e+30"],
        "b": ["true", "false", ""],
        "s": value["s"],
        "": {"empty": {}, "l": []},
    }


def test_a_flow_mapping_that_is_not_json_is_yaml() -> None:
    assert read_source("{id: x, n: [1, no]}")[0] == {"id": "x", "n": ["1", "no"]}


@pytest.mark.parametrize(
    "text",
    [
        "pages:\n  - id: a\n    q: [x, y]\n  - id: b\n",
        '{"pages":\n  [{"id": "a",\n    "q": ["x", "y"]},\n   {"id": "b"}]}',
    ],
    ids=["yaml", "json"],
)
def test_marks(text: str) -> None:
    lines = text.splitlines()
    _, marks = read_source(text)
    for path, word in (
        (("pages",), "pages"),
        (("pages", 0, "q"), "q"),
        (("pages", 0, "q", 1), "y"),
        (("pages", 1, "id"), "id"),
    ):
        line, column = marks[path]
        assert lines[line - 1][column - 1 :].lstrip('"').startswith(word)


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", ErrorCode.DUPLICATE_KEY, 3, 1),
        ('{"a": 1,\n "a": 2}', ErrorCode.DUPLICATE_KEY, 2, 2),
        ("{a: 1, 'a': 2}", ErrorCode.DUPLICATE_KEY, 1, 8),
        ("a: &x 1\nb: *x\n", ErrorCode.ANCHOR_REFUSED, 1, 4),
        ("a: 1\nb: *x\n", ErrorCode.ALIAS_REFUSED, 2, 4),
        ("&x a: 1\n", ErrorCode.ANCHOR_REFUSED, 1, 1),
        ("a: !!int 1\n", ErrorCode.TAG_REFUSED, 1, 4),
        ("a: !!python/object:os.system {}\n", ErrorCode.TAG_REFUSED, 1, 4),
        ("<<: {a: 1}\n", ErrorCode.MERGE_REFUSED, 1, 1),
        ("? [a]\n: 1\n", ErrorCode.KEY_NOT_TEXT, 1, 3),
        ("a: 1\n---\nb: 1\n", ErrorCode.SOURCE_SEVERAL_DOCUMENTS, 2, 1),
        ("a: [1\nb: 2\n", ErrorCode.SOURCE_SYNTAX, 2, 2),
        ("a: \ud800", ErrorCode.SOURCE_SYNTAX, 1, 4),
        ("a: \x01", ErrorCode.SOURCE_SYNTAX, None, None),
        ("", ErrorCode.SOURCE_EMPTY, None, None),
        ("# nothing\n", ErrorCode.SOURCE_EMPTY, None, None),
        ("é" * (MAX_BYTES // 2 + 1), ErrorCode.SOURCE_TOO_LARGE, None, None),
        (f"[{'a,' * MAX_NODES}]", ErrorCode.SOURCE_TOO_MANY, 1, MAX_NODES * 2),
        (f'{{"a": [{"1," * MAX_NODES}1]}}', ErrorCode.SOURCE_TOO_MANY, 1, MAX_NODES * 2 + 2),
        ("[" * (MAX_DEPTH + 1), ErrorCode.SOURCE_TOO_DEEP, 1, MAX_DEPTH + 1),
        ('{"a":' * (MAX_DEPTH + 1), ErrorCode.SOURCE_TOO_DEEP, 1, MAX_DEPTH * 5 + 1),
        ("- " * (MAX_DEPTH + 1) + "a", ErrorCode.SOURCE_TOO_DEEP, 1, MAX_DEPTH * 2 + 1),
    ],
)
def test_refused(text: str, code: ErrorCode, line: int | None, column: int | None) -> None:
    (fault,) = faults_of(text)
    assert (fault.code, fault.line, fault.column) == (code, line, column)


def test_a_quoted_merge_key_is_only_a_key() -> None:
    assert read_source("'<<': x")[0] == {"<<": "x"}


def test_the_deepest_that_is_allowed() -> None:
    data, _ = read_source("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    depth = 0
    while data:
        data, depth = data[0], depth + 1
    assert depth == MAX_DEPTH - 1


@pytest.mark.parametrize("bomb", ["{", "[", "- ", "? ", "'", "%", "a: ", "&a ", "!", '{"', "x\n"])
def test_a_million_bytes_of_anything_end_at_once(bomb: str) -> None:
    text = bomb * (MAX_BYTES // len(bomb) - 1)
    if bomb == "x\n":
        assert isinstance(read_source(text)[0], str)
    else:
        assert len(faults_of(text)) == 1

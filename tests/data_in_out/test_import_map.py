"""The map of a file: what it says, and every fault in it at once."""

from __future__ import annotations

import pytest

from app.services.imports.faults import ImportCode, ImportRefused
from app.services.imports.mapping import read_map
from encuestas import DefinitionErrors


def test_everything_a_map_can_say() -> None:
    mapping = read_map(
        "columns: {P1: cooks}\n"
        "values: {cooks: {1: yes, 2: no}}\n"
        "ignore: [P9]\nseparator: tab\nencoding: latin-1\n"
    )
    assert mapping.columns == {"P1": "cooks"}
    assert mapping.values == {"cooks": {"1": "yes", "2": "no"}}
    assert mapping.ignore == {"P9"}
    assert (mapping.separator, mapping.encoding) == ("\t", "latin-1")


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("- a", ImportCode.MAP_SHAPE, 1),
        ("columns: x", ImportCode.MAP_SHAPE, 1),
        ("columns:\n  P1: [a]", ImportCode.MAP_SHAPE, 2),
        ("values:\n  cooks: x", ImportCode.MAP_SHAPE, 2),
        ("values:\n  cooks: {1: [a]}", ImportCode.MAP_SHAPE, 2),
        ("ignore: P1", ImportCode.MAP_SHAPE, 1),
        ("ignore: [[P1]]", ImportCode.MAP_SHAPE, 1),
        ("\ncolumn: {}", ImportCode.MAP_UNKNOWN_KEY, 2),
        ("separator: '.'", ImportCode.MAP_BAD_SEPARATOR, 1),
        ("separator: [',']", ImportCode.MAP_BAD_SEPARATOR, 1),
        ("encoding: klingon", ImportCode.MAP_BAD_ENCODING, 1),
        ("encoding: zip", ImportCode.MAP_BAD_ENCODING, 1),
        ("encoding: rot13", ImportCode.MAP_BAD_ENCODING, 1),
        ("encoding: {}", ImportCode.MAP_BAD_ENCODING, 1),
    ],
)
def test_a_fault_says_where(text: str, code: ImportCode, line: int) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_map(text)
    assert [(fault.code, fault.context["line"]) for fault in refused.value.faults] == [(code, line)]


def test_all_faults_at_once() -> None:
    with pytest.raises(ImportRefused) as refused:
        read_map("colums: {}\nseparator: x\nencoding: y\n")
    assert len(refused.value.faults) == 3


@pytest.mark.parametrize("text", ["", "a: 1\na: 2", "a: &x 1\nb: *x", "{"])
def test_no_tricks_of_yaml(text: str) -> None:
    with pytest.raises(DefinitionErrors):
        read_map(text)

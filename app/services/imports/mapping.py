"""The map that goes with a file: which column answers which question, and which value means what.

    columns: {P1: took_part, P2: overall}
    values: {took_part: {"1": "yes", "2": "no"}}
    ignore: [P3_OLD]
    separator: ";"
    encoding: latin-1

All of it is optional. A column that the map does not name answers the question of its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from app.services.imports.faults import ImportCode, ImportFault, ImportRefused
from app.services.imports.table import SEPARATORS, is_text_encoding
from encuestas import read_source
from encuestas.errors import shown

_TAB_NAMES = ("tab", "\\t")

Path: TypeAlias = tuple[str | int, ...]
Lines: TypeAlias = Mapping[Path, int]


@dataclass(frozen=True, slots=True)
class ImportMap:
    """How a file's columns and values are to be read. ``lines``: where each part stands."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    separator: str | None = None
    encoding: str | None = None
    lines: Lines = field(default_factory=dict)


def read_map(text: str) -> ImportMap:
    """The map in YAML or JSON text.

    Raises
    ------
    encuestas.DefinitionErrors
        It is no YAML, or has duplicate keys, aliases or tags.
    ImportRefused
        It says something that a map cannot say; every fault is listed.
    """
    data, marks = read_source(text)
    lines = {path: line for path, (line, _column) in marks.items()}
    faults = list(_faults(data, lines))
    if faults or not isinstance(data, dict):
        raise ImportRefused(faults)
    separator = data.get("separator")
    return ImportMap(
        columns=data.get("columns", {}),
        values=data.get("values", {}),
        ignore=frozenset(data.get("ignore", ())),
        separator="\t" if separator in _TAB_NAMES else separator,
        encoding=data.get("encoding"),
        lines=lines,
    )


def _faults(data: object, lines: Lines) -> Iterator[ImportFault]:
    if not isinstance(data, dict):
        yield _shape((), lines, "mapping")
        return
    for key, value in data.items():
        if key in _CHECKS:
            yield from _CHECKS[key](value, (key,), lines)
        else:
            context = {"line": lines.get((key,)), "key": key, "known": tuple(_CHECKS)}
            yield ImportFault(ImportCode.MAP_UNKNOWN_KEY, context)


def _texts(value: object, path: Path, lines: Lines) -> Iterator[ImportFault]:
    if not isinstance(value, dict):
        yield _shape(path, lines, "mapping")
        return
    for key, inner in value.items():
        if not isinstance(inner, str):
            yield _shape((*path, key), lines, "text")


def _texts_by_question(value: object, path: Path, lines: Lines) -> Iterator[ImportFault]:
    if not isinstance(value, dict):
        yield _shape(path, lines, "mapping")
        return
    for question, pairs in value.items():
        yield from _texts(pairs, (*path, question), lines)


def _list(value: object, path: Path, lines: Lines) -> Iterator[ImportFault]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        yield _shape(path, lines, "list")


def _separator(value: object, path: Path, lines: Lines) -> Iterator[ImportFault]:
    if value not in (*SEPARATORS, *_TAB_NAMES):
        context = {"line": lines.get(path), "value": shown(value)}
        yield ImportFault(ImportCode.MAP_BAD_SEPARATOR, context)


def _encoding(value: object, path: Path, lines: Lines) -> Iterator[ImportFault]:
    if not isinstance(value, str) or not is_text_encoding(value):
        context = {"line": lines.get(path), "value": shown(value)}
        yield ImportFault(ImportCode.MAP_BAD_ENCODING, context)


_CHECKS: Mapping[str, Callable[[object, Path, Lines], Iterator[ImportFault]]] = {
    "columns": _texts,
    "values": _texts_by_question,
    "ignore": _list,
    "separator": _separator,
    "encoding": _encoding,
}


def _shape(path: Path, lines: Lines, expected: str) -> ImportFault:
    key = ".".join(map(str, path))
    return ImportFault(
        ImportCode.MAP_SHAPE, {"line": lines.get(path), "key": key, "expected": expected}
    )

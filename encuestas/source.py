"""The text of a definition -> plain data with every scalar as text, and where each part stands.

Plain YAML turns ``no`` into False and ``05402`` into 2818; aliases and merge keys let a small file
grow without limit. So the parser's events are read directly: mappings, lists and texts, nothing
else. Stored definitions are JSON, which YAML 1.1 only almost contains (escaped surrogate pairs,
tabs), so text that is JSON is read as JSON, into the same texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeAlias

import yaml

from encuestas.errors import DefinitionErrors, DefinitionFault, ErrorCode, shown

MAX_BYTES = 3_000_000
"""Of the text with the files attached inside it; `files.MAX_FILES_BYTES` is for these alone."""
MAX_NODES = 300_000
"""Keys and values: what takes time and memory is not a long text but many small ones."""
MAX_DEPTH = 64

Path: TypeAlias = tuple[str | int, ...]
Marks: TypeAlias = Mapping[Path, tuple[int, int]]
"""Line and column, from 1, of the key or list item at each path."""

# The C parser is many times faster; both give the same events.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_source(text: str) -> tuple[object, Marks]:
    """The data and marks of YAML or JSON text; DefinitionErrors if it is neither, or too much."""
    _check_text(text)
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            return _Json(text).read()
        except _NotJsonError:
            pass  # YAML too may open with a brace; if this is neither, YAML's parser says why
    return _Yaml().read(text)


def _fail(
    code: ErrorCode, mark: tuple[int, int] | None, path: Path = (), **context: object
) -> NoReturn:
    line, column = mark or (None, None)
    raise DefinitionErrors([DefinitionFault(code, path, line, column, context)])


def _check_text(text: str) -> None:
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        mark = _mark_at(text, error.start)
        _fail(ErrorCode.SOURCE_SYNTAX, mark, problem="a lone surrogate is not a character")
    if size > MAX_BYTES:
        _fail(ErrorCode.SOURCE_TOO_LARGE, None, limit=MAX_BYTES)


def _mark_at(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


@dataclass(slots=True)
class _Frame:
    """A mapping or list being read; ``key`` is the key whose value comes next."""

    container: dict[str, object] | list[object]
    path: Path
    key: str | None = None


@dataclass(slots=True)
class _Yaml:
    """Builds data from events with its own stack: depth is a number, not a recursion."""

    marks: dict[Path, tuple[int, int]] = field(default_factory=dict)
    frames: list[_Frame] = field(default_factory=list)
    root: object = None
    documents: int = 0
    nodes: int = 0

    def read(self, text: str) -> tuple[object, Marks]:
        for event in _events(text):
            mark = (event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    _fail(ErrorCode.SOURCE_SEVERAL_DOCUMENTS, mark)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.frames.pop()
            elif isinstance(event, yaml.NodeEvent):
                self.nodes += 1
                if self.nodes > MAX_NODES:
                    _fail(ErrorCode.SOURCE_TOO_MANY, mark, limit=MAX_NODES)
                self._node(event, mark)
        if self.root is None or self.root == "":
            _fail(ErrorCode.SOURCE_EMPTY, None)
        return self.root, self.marks

    def _node(self, event: Any, mark: tuple[int, int]) -> None:
        if isinstance(event, yaml.AliasEvent):
            _fail(ErrorCode.ALIAS_REFUSED, mark, self._path(), name=shown(event.anchor))
        if event.anchor is not None:
            _fail(ErrorCode.ANCHOR_REFUSED, mark, self._path(), name=shown(event.anchor))
        if event.tag is not None:
            _fail(ErrorCode.TAG_REFUSED, mark, self._path(), tag=shown(event.tag))
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, mark)
        else:
            self._open({} if isinstance(event, yaml.MappingStartEvent) else [], mark)

    def _scalar(self, event: Any, mark: tuple[int, int]) -> None:
        frame = self.frames[-1] if self.frames else None
        if frame is None or isinstance(frame.container, list) or frame.key is not None:
            self._place(event.value, mark)
            return
        key: str = event.value
        if key == "<<" and event.style not in ("'", '"'):
            _fail(ErrorCode.MERGE_REFUSED, mark, frame.path)
        if key in frame.container:
            _fail(ErrorCode.DUPLICATE_KEY, mark, (*frame.path, key), key=shown(key))
        frame.key = key
        self.marks[(*frame.path, key)] = mark

    def _open(self, container: dict[str, object] | list[object], mark: tuple[int, int]) -> None:
        if len(self.frames) >= MAX_DEPTH:
            _fail(ErrorCode.SOURCE_TOO_DEEP, mark, self._path(), limit=MAX_DEPTH)
        frame = self.frames[-1] if self.frames else None
        if frame and isinstance(frame.container, dict) and frame.key is None:
            _fail(ErrorCode.KEY_NOT_TEXT, mark, frame.path)
        path = self._path()
        self._place(container, mark)
        self.frames.append(_Frame(container, path))

    def _place(self, value: object, mark: tuple[int, int]) -> None:
        path = self._path()
        self.marks.setdefault(path, mark)
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if isinstance(frame.container, list):
            frame.container.append(value)
        elif frame.key is not None:
            frame.container[frame.key] = value
            frame.key = None

    def _path(self) -> Path:
        """Where the next value goes."""
        if not self.frames:
            return ()
        frame = self.frames[-1]
        if isinstance(frame.container, list):
            return (*frame.path, len(frame.container))
        return frame.path if frame.key is None else (*frame.path, frame.key)


def _events(text: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        mark = (place.line + 1, place.column + 1) if place else None
        _fail(ErrorCode.SOURCE_SYNTAX, mark, problem=shown(error.problem or error.context or ""))
    except yaml.YAMLError as error:
        # A character that YAML does not allow; its place is only in the parser's sentence.
        _fail(ErrorCode.SOURCE_SYNTAX, None, problem=shown(str(error).splitlines()[0]))


class _NotJsonError(Exception):
    """The text is not JSON."""


_STRINGS = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")
_BARE = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class _Json:
    """A JSON reader that keeps marks and texts of numbers; recursion stops at MAX_DEPTH."""

    def __init__(self, text: str) -> None:
        self._text = text.removeprefix("\ufeff")
        self._marks: dict[Path, tuple[int, int]] = {}
        self._line_starts = [0, *(m.end() for m in re.finditer("\n", self._text))]
        self._line = 0
        self._nodes = 0

    def read(self) -> tuple[object, Marks]:
        value, end = self._value(self._skip(0), ())
        if self._skip(end) != len(self._text):
            raise _NotJsonError
        return value, self._marks

    def _value(self, at: int, path: Path) -> tuple[object, int]:
        self._marks.setdefault(path, self._mark(at))
        self._count(at)
        opening = self._text[at : at + 1]
        if opening in ("{", "["):
            if len(path) >= MAX_DEPTH:
                _fail(ErrorCode.SOURCE_TOO_DEEP, self._mark(at), path, limit=MAX_DEPTH)
            return self._mapping(at, path) if opening == "{" else self._list(at, path)
        if opening == '"':
            return self._string(at)
        bare = _BARE.match(self._text, at)
        if not bare:
            raise _NotJsonError
        return "" if bare[0] == "null" else bare[0], bare.end()

    def _count(self, at: int) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            _fail(ErrorCode.SOURCE_TOO_MANY, self._mark(at), limit=MAX_NODES)

    def _mapping(self, at: int, path: Path) -> tuple[dict[str, object], int]:
        found: dict[str, object] = {}
        at = self._skip(at + 1)
        while self._text[at : at + 1] != "}":
            start = at
            key, at = self._string(at)
            self._count(start)
            if key in found:
                mark = self._mark(start)
                _fail(ErrorCode.DUPLICATE_KEY, mark, (*path, key), key=shown(key))
            self._marks[(*path, key)] = self._mark(start)
            at = self._skip(self._expect(":", self._skip(at)))
            found[key], at = self._value(at, (*path, key))
            at = self._separator(at, "}")
        return found, at + 1

    def _list(self, at: int, path: Path) -> tuple[list[object], int]:
        found: list[object] = []
        at = self._skip(at + 1)
        while self._text[at : at + 1] != "]":
            value, at = self._value(at, (*path, len(found)))
            found.append(value)
            at = self._separator(at, "]")
        return found, at + 1

    def _separator(self, at: int, closing: str) -> int:
        """Where the next item starts, or where the closing bracket is."""
        at = self._skip(at)
        if self._text[at : at + 1] == closing:
            return at
        at = self._skip(self._expect(",", at))
        if self._text[at : at + 1] == closing:
            raise _NotJsonError
        return at

    def _string(self, at: int) -> tuple[str, int]:
        self._expect('"', at)
        try:
            value, end = _STRINGS.raw_decode(self._text, at)
        except ValueError as error:
            raise _NotJsonError from error
        return str(value), end

    def _expect(self, mark: str, at: int) -> int:
        if self._text[at : at + 1] != mark:
            raise _NotJsonError
        return at + 1

    def _skip(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return found.end() if found else at

    def _mark(self, at: int) -> tuple[int, int]:
        # Places are asked for in order, so the line is found by moving on, never by searching.
        while self._line + 1 < len(self._line_starts) and self._line_starts[self._line + 1] <= at:
            self._line += 1
        return self._line + 1, at - self._line_starts[self._line] + 1

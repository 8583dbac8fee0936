"""Patterns of ``regex()``: text -> automaton -> does a whole text match.

Python's and the browser's own engines differ in what they accept and backtrack without bound, so a
pattern is compiled here into a Thompson automaton that both sides step through, in time
proportional to text x states.

A program is a list of instructions, each a list that JSON can write: ``["c", low, high, ...]`` one
character in the ranges (code points), ``["n", low, high, ...]`` one that is in none,
``["s", a, b]`` go on at both, ``["j", a]`` go on there, ``["^"]`` ``["$"]`` at the beginning, at
the end, ``["b"]`` ``["B"]`` at a word boundary, at none, ``["m"]`` matched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from encuestas.errors import ErrorCode, ExpressionError

Instruction: TypeAlias = tuple[str | int, ...]
Program: TypeAlias = tuple[Instruction, ...]

MAX_STATES = 2_000
_MAX_GROUPS = 50
_LAST = 0x10FFFF

_DIGIT = (48, 57)
_WORD = (48, 57, 65, 90, 95, 95, 97, 122)
_BLANK = (9, 13, 32, 32)
_LINE_END = (10, 10, 13, 13, 0x85, 0x85, 0x2028, 0x2029)
_SETS = {"d": _DIGIT, "w": _WORD, "s": _BLANK}
_ESCAPES = {"t": 9, "n": 10, "f": 12, "r": 13}
_MARKS = frozenset("\\^$.|?*+()[]{}-/ '\"&~#@!%,:;<>=`_")

Part: TypeAlias = Callable[["_Code"], None]


def compiled(pattern: str, position: int) -> Program:
    """The program of a pattern that stands at that position; ExpressionError says what is wrong."""
    part = _Reader(pattern, position).whole()
    code = _Code(position)
    part(code)
    code.add("m")
    return tuple(tuple(instruction) for instruction in code.instructions)


def matches(program: Program, text: str) -> bool:
    """Whether the whole text matches."""
    points = [ord(character) for character in text]
    states = _closure(program, [0], points, 0)
    for at, point in enumerate(points):
        moved = [state + 1 for state in states if _takes(program[state], point)]
        if not moved:
            return False
        states = _closure(program, moved, points, at + 1)
    return any(program[state][0] == "m" for state in states)


def _takes(instruction: Instruction, point: int) -> bool:
    kind = instruction[0]
    if kind not in ("c", "n"):
        return False
    inside = any(
        low <= point <= high  # type: ignore[operator]  # after the kind all are numbers
        for low, high in zip(instruction[1::2], instruction[2::2], strict=True)
    )
    return inside == (kind == "c")


def _closure(
    program: Program, states: Sequence[int], points: Sequence[int], at: int
) -> dict[int, None]:
    """The states that can be reached without another character."""
    reached: dict[int, None] = {}
    waiting = list(reversed(states))
    while waiting:
        state = waiting.pop()
        if state in reached:
            continue
        reached[state] = None
        instruction = program[state]
        kind = instruction[0]
        if kind in ("s", "j"):
            waiting.extend(int(target) for target in reversed(instruction[1:]))
        elif kind in _ASSERTIONS and _ASSERTIONS[str(kind)](points, at):
            waiting.append(state + 1)
    return reached


def _at_boundary(points: Sequence[int], at: int) -> bool:
    before = at > 0 and _is_word(points[at - 1])
    after = at < len(points) and _is_word(points[at])
    return before != after


def _is_word(point: int) -> bool:
    return any(low <= point <= high for low, high in zip(_WORD[::2], _WORD[1::2], strict=True))


_ASSERTIONS: dict[str, Callable[[Sequence[int], int], bool]] = {
    "^": lambda _points, at: at == 0,
    "$": lambda points, at: at == len(points),
    "b": _at_boundary,
    "B": lambda points, at: not _at_boundary(points, at),
}


class _Code:
    """Instructions under way, which may not become too many."""

    def __init__(self, position: int) -> None:
        self.instructions: list[list[str | int]] = []
        self._position = position

    def add(self, *instruction: str | int) -> int:
        if len(self.instructions) >= MAX_STATES:
            raise ExpressionError(ErrorCode.REGEX_TOO_LARGE, self._position, {"limit": MAX_STATES})
        self.instructions.append(list(instruction))
        return len(self.instructions) - 1

    def here(self) -> int:
        return len(self.instructions)


def _sequence(parts: Sequence[Part]) -> Part:
    def write(code: _Code) -> None:
        for part in parts:
            part(code)

    return write


def _either(parts: Sequence[Part]) -> Part:
    def write(code: _Code) -> None:
        jumps = []
        for part in parts[:-1]:
            split = code.add("s", code.here() + 1)
            part(code)
            jumps.append(code.add("j"))
            code.instructions[split].append(code.here())
        parts[-1](code)
        for jump in jumps:
            code.instructions[jump].append(code.here())

    return write


def _repeated(part: Part, least: int, most: int | None) -> Part:
    def write(code: _Code) -> None:
        for _ in range(least):
            _written(part, code)
        if most is None:
            split = code.add("s", code.here() + 1)
            part(code)
            code.add("j", split)
            code.instructions[split].append(code.here())
            return
        splits = []
        for _ in range(most - least):
            splits.append(code.add("s", code.here() + 1))
            part(code)
        for split in splits:
            code.instructions[split].append(code.here())

    return write


def _written(part: Part, code: _Code) -> None:
    before = code.here()
    part(code)
    if code.here() == before:
        # An empty part repeated a million times would take that long and write nothing.
        code.add("j", before + 1)


@dataclass(slots=True)
class _Reader:
    """A pattern under way, by recursive descent."""

    pattern: str
    position: int
    at: int = 0
    depth: int = 0

    def whole(self) -> Part:
        part = self._alternatives()
        if self.at < len(self.pattern):
            raise self._wrong(self.pattern[self.at])
        return part

    def _alternatives(self) -> Part:
        self.depth += 1
        if self.depth > _MAX_GROUPS:
            raise ExpressionError(ErrorCode.REGEX_TOO_LARGE, self.position, {"limit": MAX_STATES})
        parts = [self._terms()]
        while self._take("|"):
            parts.append(self._terms())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else _either(parts)

    def _terms(self) -> Part:
        parts: list[Part] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            parts.append(self._quantified(self._atom()))
        return _sequence(parts)

    def _quantified(self, part: Part) -> Part:
        bounds = self._bounds()
        if bounds is None:
            return part
        if self._take("+"):
            raise self._unsupported("++")
        self._take("?")
        if self.at < len(self.pattern) and self.pattern[self.at] in "*+?{":
            raise self._wrong(self.pattern[self.at])
        return _repeated(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(mark):
                return bounds
        if not self._take("{"):
            return None
        end = self.pattern.find("}", self.at)
        inside = self.pattern[self.at : end] if end >= 0 else ""
        low, comma, high = inside.partition(",")
        if not _is_count(low) or (high and not _is_count(high)):
            raise self._wrong("{")
        self.at = end + 1
        least = int(low)
        most = (int(high) if high else None) if comma else least
        if most is not None and most < least:
            raise self._wrong("{" + inside + "}")
        if max(least, most or 0) > MAX_STATES:
            raise ExpressionError(ErrorCode.REGEX_TOO_LARGE, self.position, {"limit": MAX_STATES})
        return least, most

    def _atom(self) -> Part:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return _one(*self._class())
        if character == ".":
            return _one("n", _LINE_END)
        if character in "^$":
            return lambda code: _add(code, character)
        if character == "\\":
            return self._escaped()
        if character in "*+?{":
            raise self._wrong(character)
        return _one("c", (ord(character), ord(character)))

    def _group(self) -> Part:
        if self._take("?") and not self._take(":"):
            raise self._unsupported("(?" + self.pattern[self.at : self.at + 1])
        part = self._alternatives()
        if not self._take(")"):
            raise self._wrong("(")
        return part

    def _escaped(self) -> Part:
        letter = self.pattern[self.at : self.at + 1]
        if letter and letter in "bB":
            self.at += 1
            return lambda code: _add(code, letter)
        ranges = self._escape()
        return _one(*ranges)

    def _escape(self) -> tuple[str, tuple[int, ...]]:
        """What stands after a backslash: a set of characters and whether they are in or out."""
        letter = self._next()
        if letter.lower() in _SETS:
            return ("c" if letter.islower() else "n"), _SETS[letter.lower()]
        if letter in ("x", "u"):
            size = 2 if letter == "x" else 4
            digits = self.pattern[self.at : self.at + size]
            if len(digits) < size or not all(d in "0123456789abcdefABCDEF" for d in digits):
                raise self._wrong("\\" + letter)
            self.at += size
            return "c", (int(digits, 16), int(digits, 16))
        if letter in _ESCAPES:
            return "c", (_ESCAPES[letter], _ESCAPES[letter])
        if letter in _MARKS:
            return "c", (ord(letter), ord(letter))
        raise self._unsupported("\\" + letter)

    def _class(self) -> tuple[str, tuple[int, ...]]:
        negated = self._take("^")
        ranges: list[int] = []
        while not self._take("]"):
            if self.at >= len(self.pattern):
                raise self._wrong("[")
            if self.pattern.startswith("&&", self.at):
                raise self._unsupported("&&")
            low = self._class_member()
            if len(low) == 2 and low[0] == low[1] and self._is_range():
                self.at += 1
                high = self._class_member()
                if len(high) != 2 or high[0] != high[1] or high[0] < low[0]:
                    raise self._wrong("-")
                ranges += (low[0], high[0])
            else:
                ranges += low
        if not ranges:
            raise self._wrong("[]")
        return ("n" if negated else "c"), tuple(ranges)

    def _is_range(self) -> bool:
        return self.pattern[self.at : self.at + 1] == "-" and self.pattern[
            self.at + 1 : self.at + 2
        ] not in ("", "]")

    def _class_member(self) -> tuple[int, ...]:
        character = self._next()
        if character == "[":
            raise self._unsupported("[[")
        if character != "\\":
            return ord(character), ord(character)
        kind, ranges = self._escape()
        return ranges if kind == "c" else _outside(ranges)

    def _next(self) -> str:
        if self.at >= len(self.pattern):
            raise self._wrong(self.pattern[-1:])
        self.at += 1
        return self.pattern[self.at - 1]

    def _take(self, mark: str) -> bool:
        if not self.pattern.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def _wrong(self, found: str) -> ExpressionError:
        return ExpressionError(ErrorCode.REGEX_WRONG, self.position, {"found": found[:20]})

    def _unsupported(self, found: str) -> ExpressionError:
        return ExpressionError(ErrorCode.REGEX_UNSUPPORTED, self.position, {"found": found[:20]})


def _is_count(text: str) -> bool:
    return 0 < len(text) <= 6 and all(digit in "0123456789" for digit in text)


def _add(code: _Code, *instruction: str | int) -> None:
    code.add(*instruction)


def _one(kind: str, ranges: Sequence[int]) -> Part:
    return lambda code: _add(code, kind, *ranges)


def _outside(ranges: Sequence[int]) -> tuple[int, ...]:
    """Every code point that is not in the ranges, which are in order."""
    found: list[int] = []
    low = 0
    for start, end in zip(ranges[::2], ranges[1::2], strict=True):
        if start > low:
            found += (low, start - 1)
        low = end + 1
    return (*found, low, _LAST)

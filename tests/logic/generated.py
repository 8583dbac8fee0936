"""Expressions and answers out of nothing, to compare evaluators with: every operator and function,
and answers that nobody would think of. Weird on purpose, but with arguments of the kind that a
function wants more often than not, or all would be NaN.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from encuestas.errors import ExpressionError
from encuestas.logic import parse
from encuestas.logic.functions import FUNCTIONS

Case = tuple[str, dict[str, object]]
ALL = tuple(FUNCTIONS)

_MATERIAL: Mapping[str, Any] = json.loads(
    Path(__file__).with_name("material.json").read_text(encoding="utf-8")
)
_TEXTS, _MOMENTS, _PLACES, _NUMBERS, _SETS = (
    tuple(_MATERIAL[key]) for key in ("texts", "moments", "places", "numbers", "sets")
)
_CODES, _PATTERNS, _NOW = (tuple(_MATERIAL[key]) for key in ("codes", "patterns", "now"))
NAMES: Mapping[str, Sequence[str]] = _MATERIAL["names"]
_VALUES = (0, 1, 2, 3, -1, 7, 10, 100, 2**53 + 1, -(10**21), 0.0, -0.0, 0.1, 1.5, -2.5, 1e21)
_VALUES += (1e-7, 5e-324, 1.7976931348623157e308, 33.333333333333336, 20468.25, 2.675)
_OPERATORS = ("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "=", "+")

# What each function would like, a letter for each argument: n a number, s nodes, b anything, and
# the keys of _WORDS.
_WANTS: Mapping[str, str] = _MATERIAL["wants"]
_WORDS: Mapping[str, Sequence[str]] = {
    **_MATERIAL["words"],
    "d": _MOMENTS,
    "f": _MATERIAL["formats"],
    "p": _PLACES,
    "t": _TEXTS,
}


@dataclass(frozen=True, slots=True)
class _Maker:
    """Expressions from one source of chance."""

    random: Random
    functions: Sequence[str]

    def expression(self, depth: int, want: str = "b") -> str:
        if depth <= 0 or self.random.random() < 0.15:
            return self.leaf(want)
        kind = self.random.random()
        if kind < 0.55:
            return self.call(depth)
        if kind < 0.85:
            return self.chain(depth, want)
        if kind < 0.9:
            return f"-{self.wrapped(depth - 1, 'n')}"
        return f"({self.one(_SETS)})[{self.expression(depth - 1)}]"

    def leaf(self, want: str) -> str:
        if want in _WORDS and self.random.random() < 0.5:
            return quoted(self.one(_WORDS[want]))
        if want == "s" and self.random.random() < 0.8:
            return self.one(_SETS)
        if want == "n" and self.random.random() < 0.5:
            return self.one(("", "-")) + self.one(_NUMBERS)
        return self.random.choice(
            (
                lambda: "${" + self.one((*NAMES, "a", "b", "c", "nada")) + "}",
                lambda: ".",
                lambda: self.one(_NUMBERS),
                lambda: quoted(self.one(_TEXTS + _MOMENTS)),
                lambda: quoted(self.anything()),
                lambda: self.one(_SETS),
            )
        )()

    def call(self, depth: int) -> str:
        name = self.one(self.functions)
        function = FUNCTIONS[name]
        if name == "regex":
            return f"regex({self.expression(depth - 1, 't')}, {quoted(self.one(_PATTERNS))})"
        if name == "indexed-repeat":
            return self.indexed(depth)
        more = self.random.randint(0, max(0, min(function.maximum - function.minimum, 3)))
        count = function.minimum + more - more % function.step
        wants = _WANTS.get(name, "t" * count)
        arguments = (
            self.expression(depth - 1, wants[min(at, len(wants) - 1)]) for at in range(count)
        )
        return f"{name}({', '.join(arguments)})"

    def indexed(self, depth: int) -> str:
        target = self.one(("x", "z", "r", "w", "a", "s"))
        pairs = (
            f", ${{{repeat}}}, {self.expression(depth - 1, 'n')}"
            for repeat in self.one((("r",), ("r", "s"), ("s",), ("t",)))
        )
        return f"indexed-repeat(${{{target}}}{''.join(pairs)})"

    def chain(self, depth: int, want: str) -> str:
        text = self.wrapped(depth - 1, want)
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            text += f" {self.one(_OPERATORS)} {self.wrapped(depth - 1, want)}"
        return text

    def wrapped(self, depth: int, want: str) -> str:
        text = self.expression(depth, want)
        return text if self.random.random() < 0.3 else f"({text})"

    def one(self, options: Sequence[str]) -> str:
        return self.random.choice(options)

    def anything(self) -> str:
        """A few characters of all planes but the surrogates."""
        points = (
            self.random.choice((0x7F, 0x24F, 0xD7FF, 0x10FFFF))
            for _ in range(self.random.randint(0, 4))
        )
        found = (self.random.randint(1, most) for most in points)
        return "".join(
            chr(point) for point in found if not 0xD800 <= point <= 0xDFFF and point != 39
        )

    def answer(self) -> object:
        kind = self.random.randint(0, 6)
        if kind < 2:
            return self.random.choice(_TEXTS + _MOMENTS + _PLACES)
        if kind < 4:
            return self.random.choice(_VALUES)
        if kind == 4:
            return self.random.sample(_CODES, self.random.randint(1, 3))
        return self.anything() if kind == 5 else self.random.choice((True, False, "a", "si", "1"))

    def answers(self, names: str) -> dict[str, object]:
        return {name: self.answer() for name in names if self.random.random() < 0.75}

    def instances(self, names: str, most: int, *, inner: bool = False) -> list[dict[str, object]]:
        made = []
        for _ in range(self.random.randint(0, most)):
            one = self.answers(names)
            if inner and (inside := self.instances("z", 2)):
                one["s"] = inside
            made.append(one)
        return made

    def context(self) -> dict[str, object]:
        answers = self.answers("abc")
        for name, found in (
            ("r", self.instances("xy", 3, inner=True)),
            ("t", self.instances("w", 2)),
        ):
            if found:
                answers[name] = found
        return {
            "answers": answers,
            "at": self.one(_places(answers)),
            "now": self.one(_NOW),
            "current": self.answer(),
            "seed": self.one(("", "7", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "😀")),
            "owner": self.one(("", "a", "r[1]/x")),
            "language": self.one(("es", "en", "en-GB", "arn")),
            "names": NAMES,
            "files": _MATERIAL["files"],
            "choices": _MATERIAL["choices"],
        }


def _places(answers: Mapping[str, object]) -> list[str]:
    found = [""]
    repeat = answers.get("r", [])
    for i, one in enumerate(repeat if isinstance(repeat, list) else [], start=1):
        found.append(f"r[{i}]")
        found += [f"r[{i}]/s[{j}]" for j, _ in enumerate(one.get("s", []), start=1)]
    return found


def quoted(text: str) -> str:
    """The text as a literal; it must not hold both kinds of quotes."""
    return f'"{text}"' if "'" in text else f"'{text}'"


def collect(count: int, number: int, *, functions: Sequence[str] = ALL) -> list[Case]:
    """``count`` cases that parse, always the same for a ``number``."""
    chance = Random(number)  # noqa: S311 - the same each time is what is wanted
    found: list[Case] = []
    while len(found) < count:
        case = made(chance, functions=functions)
        if parses(case[0]):
            found.append(case)
    return found


def made(chance: Random, *, functions: Sequence[str] = ALL) -> Case:
    """A case that need not parse, from any source of chance."""
    maker = _Maker(chance, functions)
    return maker.expression(chance.choice((1, 1, 2, 2, 3))), maker.context()


def parses(text: str) -> bool:
    """Whether it is an expression at all: what is generated need not be one."""
    try:
        parse(text)
    except ExpressionError:
        return False
    return True

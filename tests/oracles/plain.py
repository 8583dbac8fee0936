"""Our trees as plain XPath 1.0, for evaluators that know nothing of ODK."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from encuestas.logic.convert import to_string

FUNCTIONS = frozenset(
    ("boolean", "ceiling", "concat", "contains", "count", "false", "floor", "last", "not", "number")
).union(
    ("normalize-space", "position", "round", "starts-with", "string", "string-length", "sum"),
    ("substring-after", "substring-before", "translate", "true"),
)
_LESS_THAN_OURS = {"round": (1, 1), "position": (0, 0), "concat": (2, 99), "string-length": (1, 1)}
_OPERATORS = frozenset(("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"))


class NotPlainError(Exception):
    """The expression uses what XPath 1.0 has not."""


def plain_xpath(tree: Any, path: Callable[[str], str], number: str = "{}") -> str:
    """XPath text with every bracket written; ``number`` is how a literal is wrapped."""
    return _Writer(path, number).text(tree)


@dataclass(frozen=True, slots=True)
class _Writer:
    path: Callable[[str], str]
    number: str

    def text(self, node: Any) -> str:
        if isinstance(node, str):
            return quoted(node)
        if not isinstance(node, list):
            return self.number.format(to_string(float(node)))
        op, *parts = node
        if op in ("or", "and", "|") or (op in _OPERATORS and len(parts) == 2):
            return "(" + f" {op} ".join(map(self.text, parts)) + ")"
        form = getattr(self, _FORMS.get(op, ""), None)
        return form(*parts) if form else self.call(op, parts)

    def reference(self, name: str) -> str:
        return self.path(name)

    def bare(self, name: str) -> str:
        return name

    def this(self) -> str:
        return "."

    def parent(self) -> str:
        return ".."

    def negative(self, operand: Any) -> str:
        return f"(- {self.text(operand)})"

    def chain(self, operators: list[str], first: Any, *others: Any) -> str:
        made = self.text(first)
        for operator, other in zip(operators, others, strict=True):
            made = f"({made} {operator} {self.text(other)})"
        return made

    def steps(self, base: Any, *steps: Any) -> str:
        return self.text(base) + "".join(f"/{name}{self.kept(rest)}" for name, *rest in steps)

    def filtered(self, base: Any, *predicates: Any) -> str:
        return f"({self.text(base)}){self.kept(predicates)}"

    def kept(self, predicates: Any) -> str:
        return "".join(f"[{self.text(predicate)}]" for predicate in predicates)

    def call(self, name: str, arguments: list[Any]) -> str:
        fewest, most = _LESS_THAN_OURS.get(name, (0, 99))
        if name not in FUNCTIONS or not fewest <= len(arguments) <= most:
            raise NotPlainError(name)
        return f"{name}({', '.join(map(self.text, arguments))})"


_FORMS = {
    "$": "reference",
    "@": "bare",
    ".": "this",
    "..": "parent",
    "neg": "negative",
    "~": "chain",
    "/": "steps",
    "[": "filtered",
}


def quoted(text: str) -> str:
    """A literal, which XPath can't write if it holds both kinds of quotes."""
    if "'" in text and '"' in text:
        raise NotPlainError(text)
    return f'"{text}"' if "'" in text else f"'{text}'"

"""Our trees as plain XPath 1.0, for evaluators that know nothing of ODK."""

from __future__ import annotations

from collections.abc import Callable

from encuestas.logic.convert import to_string

FUNCTIONS = frozenset(
    "boolean ceiling concat contains count false floor last normalize-space not number position"
    " round starts-with string string-length substring substring-after substring-before sum"
    " translate true".split()
)
_MORE_ARGUMENTS = {"round": 1, "position": 0, "sum": 1, "count": 1}
_OPERATORS = frozenset(("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"))


class NotPlain(Exception):
    """The expression uses what XPath 1.0 has not."""


def plain_xpath(tree: object, path: Callable[[str], str], number: str = "{}") -> str:
    """XPath text with every bracket written; ``number`` is how a literal is wrapped."""

    def text(node: object) -> str:
        if isinstance(node, str):
            return quoted(node)
        if not isinstance(node, list):
            return number.format(to_string(float(node)))  # type: ignore[arg-type] # JSON: a number
        return form(node)

    def form(node: list[object]) -> str:
        op, *rest = node
        if op == "$":
            return path(str(rest[0]))
        if op == "~":
            return chain(rest)
        if op in ("or", "and", "|") or (op in _OPERATORS and len(rest) == 2):
            return "(" + f" {op} ".join(map(text, rest)) + ")"
        if op == "neg":
            return f"(- {text(rest[0])})"
        if op in (".", ".."):
            return str(op)
        if op == "@":
            return str(rest[0])
        if op == "/":
            return text(rest[0]) + "".join("/" + step(one) for one in rest[1:])
        if op == "[":
            return f"({text(rest[0])})" + "".join(f"[{text(one)}]" for one in rest[1:])
        return call(str(op), rest)

    def chain(rest: list[object]) -> str:
        operators, first, *others = rest
        made = text(first)
        for operator, other in zip(operators, others, strict=True):  # type: ignore[call-overload] # JSON: a list
            made = f"({made} {operator} {text(other)})"
        return made

    def step(one: list[object]) -> str:
        return str(one[0]) + "".join(f"[{text(predicate)}]" for predicate in one[1:])

    def call(name: str, arguments: list[object]) -> str:
        if name not in FUNCTIONS or len(arguments) > _MORE_ARGUMENTS.get(name, len(arguments)):
            raise NotPlain(name)
        return f"{name}({', '.join(map(text, arguments))})"

    return text(tree)


def quoted(text: str) -> str:
    """A literal, which XPath can't write if it holds both kinds of quotes."""
    if "'" in text and '"' in text:
        raise NotPlain(text)
    return f'"{text}"' if "'" in text else f"'{text}'"

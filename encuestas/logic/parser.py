"""Expression text -> tree, by precedence climbing.

Written by hand because a generated parser knows what it can't accept but not what the author
meant: here each fault has its own code and position, nesting is counted as it happens, and
XPath's rule that ``div``, ``mod``, ``and`` and ``or`` are operators only after a value is one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from encuestas.errors import ErrorCode, ExpressionError
from encuestas.logic.calls import checked_call
from encuestas.logic.nodes import (
    Bare,
    Chain,
    Current,
    Expression,
    Filter,
    Negative,
    Node,
    Number,
    Origin,
    Parent,
    Path,
    Reference,
    Step,
    String,
    children,
)
from encuestas.logic.regex import MAX_STATES

MAX_LENGTH = 10_000
MAX_NESTING = 100
MAX_PREDICATES = 2
"""One predicate in another: each level may look at every node for every node."""

_LEVELS = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6, "|": 8,
}  # fmt: skip
_UNARY = 7
_WORDS = frozenset(word for word in _LEVELS if word.isalpha())

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
      | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
      | (?P<string>"[^"]*"|'[^']*')
      | (?P<reference>\$\{[ \t]*(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*\})
      | (?P<word>[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?)
      | (?P<mark><=|>=|!=|\.\.|//|::|[-+*=<>(),.|/\[\]])
      | (?P<unsupported>@|\$[A-Za-z_][A-Za-z0-9_.-]*)
      | (?P<quote>["'])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int

    def is_mark(self, text: str) -> bool:
        return self.kind == "mark" and self.text == text


def parse(text: str, *, item: bool = False) -> Node:
    """The tree of an expression; ExpressionError says what is wrong, and where.

    With ``item`` it is a ``choice_filter``, where bare names are columns of the choice.
    """
    return _Parser(text, item=item).whole()


def expression(text: str, *, item: bool = False) -> Expression:
    """An expression together with its text, as definitions keep it."""
    stripped = text.strip()
    return Expression(stripped, parse(stripped, item=item))


def _tokens(text: str) -> list[_Token]:
    if len(text) > MAX_LENGTH:
        raise ExpressionError(ErrorCode.EXPRESSION_TOO_LONG, MAX_LENGTH + 1, {"limit": MAX_LENGTH})
    tokens: list[_Token] = []
    start = 0
    while start < len(text):
        found = _TOKEN.match(text, start)
        if found is None:
            raise ExpressionError(
                ErrorCode.EXPRESSION_CHARACTER, start + 1, {"character": text[start]}
            )
        kind = found.lastgroup or ""
        if found["quote"]:
            raise ExpressionError(ErrorCode.EXPRESSION_OPEN_STRING, start + 1, {})
        if found["unsupported"]:
            raise _unsupported(_Token(kind, found[0], start + 1))
        if found["reference"]:
            tokens.append(_Token("reference", found["name"], start + 1))
        elif not found["blank"]:
            tokens.append(_Token(kind, found[0], start + 1))
        start = found.end()
    if not tokens:
        raise ExpressionError(ErrorCode.EXPRESSION_EMPTY, 1, {})
    tokens.append(_Token("end", "", len(text) + 1))
    return tokens


class _Parser:
    def __init__(self, text: str, *, item: bool) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0
        self._item = item
        self._predicated = 0
        self._states = 0

    def whole(self) -> Node:
        tree = self._expression(1)
        if self._peek().kind != "end":
            raise _unexpected(self._peek())
        _check_depth(tree)
        return tree

    def _expression(self, level: int) -> Node:
        """A value and the operators after it that bind at least as tightly as ``level``."""
        self._depth += 1
        if self._depth > MAX_NESTING + 1:
            raise _too_nested(self._peek().position)
        tree = self._path(self._operand())
        while (found := self._operator_level()) >= level:
            tree = self._chain(tree, found)
        self._depth -= 1
        return tree

    def _chain(self, first: Node, level: int) -> Chain:
        operands, operators = [first], []
        position = self._peek().position
        while self._operator_level() == level:
            operators.append(self._next().text)
            operands.append(self._expression(level + 1))
        return Chain(tuple(operands), tuple(operators), position)

    def _operator_level(self) -> int:
        token = self._peek()
        return _LEVELS.get(token.text, 0) if token.kind in ("mark", "word") else 0

    def _operand(self) -> Node:
        token = self._next()
        if token.kind == "number":
            return Number(float(token.text), token.position)
        if token.kind == "string":
            return String(token.text[1:-1], token.position)
        if token.kind == "reference":
            return Reference(token.text, token.position)
        if token.kind == "word":
            return self._word(token)
        if token.text == "(":
            tree = self._expression(1)
            self._close(token, ")")
            return tree
        if token.text == "-":
            return Negative(self._expression(_UNARY), token.position)
        if token.text == "." and token.kind == "mark":
            return Current(token.position)
        if token.text == ".." and token.kind == "mark":
            return Parent(token.position)
        if token.is_mark("*") and self._inside():
            return Bare("*", token.position)
        raise _unsupported(token) if token.text in ("/", "//") else _unexpected(token)

    def _word(self, token: _Token) -> Node:
        if self._peek().is_mark("("):
            return self._call(token)
        if self._peek().is_mark("::"):
            raise _unsupported(_Token("mark", token.text + "::", token.position))
        if self._inside() and ":" not in token.text:
            return Bare(token.text, token.position)
        if token.text in _WORDS:
            raise _unexpected(token)
        context = {"name": token.text[:40]}
        raise ExpressionError(ErrorCode.BARE_NAME, token.position, context)

    def _path(self, base: Node) -> Node:
        """What may follow a value: predicates, then steps."""
        position = self._peek().position
        if isinstance(base, Number | String | Negative):
            return base
        if predicates := self._predicates():
            base = Filter(base, predicates, position)
        position = self._peek().position
        steps = []
        while self._peek().is_mark("/"):
            self._next()
            steps.append(self._step())
        if self._peek().is_mark("//"):
            raise _unsupported(self._peek())
        return Path(base, tuple(steps), position) if steps else base

    def _step(self) -> Step:
        token = self._next()
        if self._peek().is_mark("::"):
            raise _unsupported(_Token("mark", token.text + "::", token.position))
        named = token.kind == "word" and ":" not in token.text and not self._peek().is_mark("(")
        if not named and token.kind != "reference" and token.text not in (".", "..", "*"):
            raise _unexpected(token)
        return Step(token.text, self._predicates(), token.position)

    def _predicates(self) -> tuple[Node, ...]:
        found = []
        while self._peek().is_mark("["):
            opening = self._next()
            self._predicated += 1
            if self._predicated > MAX_PREDICATES:
                raise _too_nested(opening.position, MAX_PREDICATES)
            found.append(self._expression(1))
            self._predicated -= 1
            self._close(opening, "]")
        return tuple(found)

    def _call(self, name: _Token) -> Node:
        opening = self._next()
        arguments: list[Node] = []
        if not self._peek().is_mark(")"):
            arguments.append(self._expression(1))
            while self._peek().is_mark(","):
                self._next()
                arguments.append(self._expression(1))
        self._close(opening, ")")
        call = checked_call(name.text, tuple(arguments), name.position)
        self._states += len(call.program or ())
        if self._states > MAX_STATES:
            raise ExpressionError(ErrorCode.REGEX_TOO_LARGE, name.position, {"limit": MAX_STATES})
        return Origin(name.position) if call.function == "current" else call

    def _close(self, opening: _Token, mark: str) -> None:
        token = self._peek()
        if token.kind == "end":
            raise ExpressionError(ErrorCode.EXPRESSION_OPEN_BRACKET, opening.position, {})
        if not token.is_mark(mark):
            raise _unexpected(token)
        self._next()

    def _inside(self) -> bool:
        """Whether a bare name means something: it is one of a node that is looked at."""
        return self._item or self._predicated > 0

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token


def _unexpected(token: _Token) -> ExpressionError:
    if token.kind == "end":
        return ExpressionError(ErrorCode.EXPRESSION_END, token.position, {})
    context = {"found": token.text[:40]}
    return ExpressionError(ErrorCode.EXPRESSION_UNEXPECTED, token.position, context)


def _unsupported(token: _Token) -> ExpressionError:
    context = {"found": token.text[:40]}
    return ExpressionError(ErrorCode.EXPRESSION_UNSUPPORTED, token.position, context)


def _too_nested(position: int, limit: int = MAX_NESTING) -> ExpressionError:
    return ExpressionError(ErrorCode.EXPRESSION_TOO_NESTED, position, {"limit": limit})


def _check_depth(tree: Node) -> None:
    """Brackets on the left of operators deepen the tree faster than they deepen the parser."""
    level = [tree]
    for _ in range(MAX_NESTING + 1):
        level = [child for node in level for child in children(node)]
    if level:
        raise _too_nested(level[0].position)

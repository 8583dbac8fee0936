"""What is wrong with a call can be told before any answer: its name, its number of arguments."""

from __future__ import annotations

import difflib

from encuestas.errors import ErrorCode, ExpressionError
from encuestas.logic.functions import FUNCTIONS
from encuestas.logic.nodes import Call, Node, Reference, String
from encuestas.logic.regex import compiled


def checked_call(name: str, arguments: tuple[Node, ...], position: int) -> Call:
    """A call that can be evaluated; ExpressionError if it can't."""
    function = FUNCTIONS.get(name)
    if function is None:
        known = difflib.get_close_matches(name.lower()[:40], FUNCTIONS, n=3) or sorted(FUNCTIONS)
        context: dict[str, object] = {"name": name[:40], "known": known}
        raise ExpressionError(ErrorCode.UNKNOWN_FUNCTION, position, context)
    given = len(arguments)
    if (
        not function.minimum <= given <= function.maximum
        or (given - function.minimum) % function.step
    ):
        context = {
            "name": name,
            "minimum": function.minimum,
            "maximum": function.maximum,
            "given": given,
        }
        raise ExpressionError(ErrorCode.WRONG_ARITY, position, context)
    if name == "regex":
        pattern = arguments[1]
        if not isinstance(pattern, String):
            raise ExpressionError(ErrorCode.REGEX_NOT_LITERAL, pattern.position, {})
        return Call(name, arguments, position, compiled(pattern.value, pattern.position))
    if name == "indexed-repeat":
        for argument in (arguments[0], *arguments[1::2]):
            if not isinstance(argument, Reference):
                context = {"name": name}
                raise ExpressionError(ErrorCode.REFERENCE_NEEDED, argument.position, context)
    return Call(name, arguments, position)

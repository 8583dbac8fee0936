"""Vectors and generated expressions that are plain XPath 1.0, in the words of other evaluators."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from encuestas.logic import Value, evaluate, parse
from encuestas.logic.convert import from_answer, to_string
from encuestas.logic.moments import days
from encuestas.logic.portable import portable
from tests.logic.compare import words
from tests.logic.generated import collect
from tests.oracles.cases import Form, form_of
from tests.oracles.plain import FUNCTIONS, NotPlainError, plain_xpath
from tests.vectors.reading import VECTORS, context_of

GENERATED = 2_500
_LONGEST = 500
"""Longer vectors are about bounds; elementpath recurses once for each bracket."""
_ARITHMETIC = frozenset(("+", "-", "*", "div", "mod", "neg", "~"))
_OF_TEXTS = frozenset(
    ("concat", "contains", "normalize-space", "starts-with", "string", "string-length")
).union(("substring-after", "substring-before", "translate"))
_OF_NODES = frozenset(("count", "last", "position", "sum"))
_SCALARS = frozenset("abc")


@dataclass(frozen=True, slots=True)
class PlainCase:
    """An expression of ours, its tree, the form where it stands, and our value."""

    text: str
    given: Mapping[str, Any]
    tree: Any
    form: Form
    ours: Value

    def written(self, number: str = "{}", reference: str = "{}") -> str:
        """The expression as plain XPath; ``reference`` is how a path to an answer is wrapped."""
        return plain_xpath(self.tree, lambda name: reference.format(self.form.path(name)), number)


@cache
def vectors() -> tuple[PlainCase, ...]:
    """The vectors that are plain XPath."""
    return tuple(_vectors())


@cache
def generated() -> tuple[PlainCase, ...]:
    """Expressions of texts and numbers alone, where XPath knows nothing else than we do.

    All answers are texts, none a date; and numbers that were calculated are not made texts, which
    each evaluator writes with as many digits as it likes.
    """
    return tuple(_generated())


def _vectors() -> Iterator[PlainCase]:
    for text, given, _ in VECTORS:
        if "item" not in given and (case := _case(text, given)) is not None:
            yield case


def _generated() -> Iterator[PlainCase]:
    for text, given in collect(GENERATED, 77, functions=sorted(FUNCTIONS - _OF_NODES)):
        answers = given["answers"]
        assert isinstance(answers, dict)
        texts = {name: to_string(from_answer(answers.get(name))) for name in _SCALARS}
        case = _case(text, {"answers": texts}) if _is_scalar(portable(parse(text))) else None
        if case is not None and all(map(_is_plain_text, texts.values())):
            yield case


def _case(text: str, given: Mapping[str, Any]) -> PlainCase | None:
    tree, form = parse(text), form_of(text, given)
    if form is None or len(text) > _LONGEST:
        return None
    case = PlainCase(text, given, portable(tree), form, evaluate(tree, context_of(given)))
    try:
        case.written()
    except NotPlainError:
        return None
    return case


def _is_scalar(tree: Any) -> bool:
    used = words(tree)
    if used & _OF_TEXTS and used & _ARITHMETIC:
        return False
    return _all(tree, _is_plain_text, _is_scalar_form)


def _all(tree: Any, text: Callable[[str], bool], form: Callable[[list[Any]], bool]) -> bool:
    if isinstance(tree, str):
        return text(tree)
    if not isinstance(tree, list):
        return len(to_string(float(tree))) < len("1234567")
    if tree[0] == "$":
        return tree[1] in _SCALARS
    return form(tree) and all(_all(part, text, form) for part in tree[1:] if part is not tree[0])


def _is_plain_text(text: str) -> bool:
    return not _is_date(text) and all(ord(character) < 0x10000 for character in text)


def _is_date(text: str) -> bool:
    return not math.isnan(days(text))


def _is_scalar_form(tree: list[Any]) -> bool:
    return tree[0] not in ("/", "[", ".", "..", "@", "|", "current")

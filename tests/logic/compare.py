"""Python's answer and Chromium's to the same expressions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum

from playwright.sync_api import Page

from encuestas.logic import evaluate, parse
from encuestas.logic.portable import SERVER_ONLY, portable
from tests.logic.generated import Case
from tests.logic.in_chromium import run
from tests.vectors.reading import context_of

INEXACT = frozenset(
    ("acos", "asin", "atan", "atan2", "cos", "sin", "tan", "exp", "exp10", "log", "log10", "pow")
).union(("area", "distance"))
"""Functions whose last digit the C library and the browser may choose differently."""


def differences(page: Page, cases: Iterable[Case]) -> tuple[int, list[str]]:
    """How many were compared, and what differs: expression, context, both values."""
    asked = []
    for text, given in cases:
        tree = parse(text)
        written = portable(tree)
        if not words(written) & SERVER_ONLY:
            asked.append((text, given, tree, written))
    answers = run(page, ((written, given) for _, given, _, written in asked))
    found = []
    for (text, given, tree, written), theirs in zip(asked, answers, strict=True):
        ours = evaluate(tree, context_of(given))
        if not alike(ours, theirs, exactness(written)):
            found.append(f"{text}\n   in {given}\n   Python {ours!r}, JavaScript {theirs!r}")
    return len(asked), sorted(found, key=len)


def words(tree: object) -> frozenset[str]:
    """The operators and functions of a portable tree."""
    if not isinstance(tree, list) or not tree:
        return frozenset()
    own = {tree[0]} if isinstance(tree[0], str) else words(tree[0])
    return frozenset(own).union(*(words(part) for part in tree[1:]))


class Exactness(Enum):
    """What can be asked of two evaluators where a last digit may differ."""

    SAME = "every bit"
    NEAR = "all but the last digits"
    ANY = "a value: what was made of the last digit may be anything"


def exactness(tree: object) -> Exactness:
    """ANY where more was done with an inexact number, NEAR where it is the result."""
    if not words(tree) & INEXACT:
        return Exactness.SAME
    inner = tree[1:] if isinstance(tree, list) and tree[0] in INEXACT else tree
    return Exactness.ANY if words(["", inner]) & INEXACT else Exactness.NEAR


def alike(ours: object, theirs: object, exact: Exactness) -> bool:
    """The same value of the same kind, as exactly as can be asked."""
    if isinstance(theirs, dict) or theirs is None:  # it raised
        return False
    if exact is Exactness.ANY:
        return True
    if isinstance(ours, bool | str):
        return type(ours) is type(theirs) and ours == theirs
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return False
    assert isinstance(ours, float)
    theirs = float(theirs)  # a whole number comes as an integer: the digits that JavaScript writes
    if exact is Exactness.NEAR:
        return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-6) or _both_nan(ours, theirs)
    same_sign = math.copysign(1, ours) == math.copysign(1, theirs)
    return (ours == theirs and same_sign) or _both_nan(ours, theirs)


def _both_nan(one: float, other: float) -> bool:
    return math.isnan(one) and math.isnan(other)

"""Python's answer and Chromium's to the same expressions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from playwright.sync_api import Page

from encuestas.definition import Choice, Table
from encuestas.logic import Context, evaluate, parse
from encuestas.logic.portable import SERVER_ONLY, portable
from tests.logic.generated import Case
from tests.logic.in_chromium import DEFAULT_NOW, run

INEXACT = frozenset(
    "acos asin atan atan2 cos sin tan exp exp10 log log10 pow area distance geofence".split()
)
"""Functions whose last digit the C library and the browser may choose differently."""


class Tables:
    """The lists of a vector: ``choices`` and ``files`` of its context."""

    def __init__(self, context: Mapping[str, object]) -> None:
        self._choices: Mapping[str, list[list[str]]] = context.get("choices", {})  # type: ignore[assignment] # JSON
        self._files: Mapping[str, list[list[str]]] = context.get("files", {})  # type: ignore[assignment] # JSON

    def choices(self, question: str) -> Sequence[Choice]:
        return [Choice(value, {"es": label}) for value, label in self._choices.get(question, [])]

    def table(self, name: str) -> Table | None:
        if name not in self._files:
            return None
        header, *rows = self._files[name]
        return Table(tuple(header), tuple(map(tuple, rows)))


def context_of(given: Mapping[str, object]) -> Context:
    """A vector's context, as Python has it."""
    more = {key: given[key] for key in ("at", "names", "seed", "owner", "language", "item") if key in given}
    now = datetime.fromisoformat(str(given.get("now", DEFAULT_NOW)))
    answers = given.get("answers", {})
    return Context.of(answers, now, given.get("current"), lists=Tables(given), **more)  # type: ignore[arg-type] # JSON


def differences(page: Page, cases: Iterable[Case]) -> tuple[int, list[str]]:
    """How many were compared, and what differs: expression, context, both values."""
    asked = []
    for text, given in cases:
        tree = parse(text) if "item" not in given else parse(text, item=True)
        written = portable(tree)
        if not words(written) & SERVER_ONLY:
            asked.append((text, given, tree, written))
    answers = run(page, ((written, given) for _, given, _, written in asked))
    found = []
    for (text, given, tree, written), theirs in zip(asked, answers, strict=True):
        ours = evaluate(tree, context_of(given))
        if not alike(ours, theirs, exact=not words(written) & INEXACT):
            found.append(f"{text}\n   in {given}\n   Python {ours!r}, JavaScript {theirs!r}")
    return len(asked), sorted(found, key=len)


def words(tree: object) -> frozenset[str]:
    """The operators and functions of a portable tree."""
    if not isinstance(tree, list) or not tree:
        return frozenset()
    below = (words(part) for part in tree[1:])
    own = {tree[0]} if isinstance(tree[0], str) else words(tree[0])
    return frozenset(own).union(*below)


def alike(ours: object, theirs: object, *, exact: bool) -> bool:
    """The same value of the same kind; without ``exact`` only about so."""
    if not exact:
        return not isinstance(theirs, dict) and type(theirs) is not type(None)
    if isinstance(ours, bool) or isinstance(ours, str):
        return type(ours) is type(theirs) and ours == theirs
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return False
    return ours == theirs or (math.isnan(ours) and math.isnan(theirs))  # type: ignore[arg-type] # a number

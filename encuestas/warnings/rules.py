"""What has no effect, or another one than its author probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from encuestas.definition import Group, Page, Question, Survey
from encuestas.logic import Expression, references
from encuestas.logic.nodes import Call, Node, String, children
from encuestas.piping import piped
from encuestas.source import Path
from encuestas.types import type_of
from encuestas.warnings.codes import DefinitionWarning, WarningCode
from encuestas.warnings.places import Place

MOST_QUESTIONS = 15

_COMPUTED = frozenset({
    "calculate", "hidden", "start", "end", "today", "deviceid", "username",
})  # fmt: skip
_COLUMNS = re.compile(r"columns(-[1-9]|-10|-pack)?|w[1-9][0-9]?")
_CHOOSING = frozenset({"minimal", "autocomplete", "likert", "columns", "quick", "horizontal"})
_GROUP_WORDS = frozenset({"field-list", "table-list"})
_KNOWN: Mapping[str, frozenset[str]] = {
    "text": frozenset({"multiline", "numbers"}),
    "integer": frozenset({"thousands-sep"}),
    "decimal": frozenset({"thousands-sep"}),
    "select_one": _CHOOSING,
    "select_multiple": _CHOOSING,
    "select_one_from_file": _CHOOSING,
    "select_multiple_from_file": _CHOOSING,
    "scale": frozenset({"likert"}),
    "nps": frozenset({"likert"}),
    "range": frozenset({"likert"}),
    "group": _GROUP_WORDS,
    "repeat": _GROUP_WORDS,
    "matrix": _GROUP_WORDS,
}
"""Words of ``appearance`` by type. XLSForm has more of them, which change nothing here."""

_EARLIER = ("relevant", "choice_filter", "default", "repeat_count")
_WORDS = ("title", "label", "hint")
_SAME_PAGE = ("required", "constraint")


def of_survey(survey: Survey, found: Sequence[Place]) -> Iterator[DefinitionWarning]:
    """Lists and files that nobody uses."""
    used = {question.choice_list for question in survey.questions}
    used |= {str(getattr(question.settings, "file", "")) for question in survey.questions}
    looked_up = set(_looked_up(found))
    for name in survey.choices:
        if name not in used and name not in looked_up:
            context = {"name": name}
            yield DefinitionWarning(WarningCode.UNUSED_LIST, ("choices", name), context)
    for name in survey.files:
        if name not in used and name.removesuffix(".csv") not in looked_up:
            context = {"name": name}
            yield DefinitionWarning(WarningCode.UNUSED_FILE, ("files", name), context)


def _looked_up(found: Iterable[Place]) -> Iterator[str]:
    """The lists and files that expressions look things up in."""
    for place in found:
        for _, rule in _expressions(place.item, (*_EARLIER, *_SAME_PAGE, "calculation", "seed")):
            for node in _below(rule.tree):
                if isinstance(node, Call) and node.function in ("instance", "pulldata"):
                    first = node.arguments[0]
                    if isinstance(first, String):
                        yield first.value.removesuffix(".csv")


def of_places(survey: Survey, found: Sequence[Place]) -> Iterator[DefinitionWarning]:
    """The warnings about single pages, groups and questions."""
    order = _Order(survey, found)
    for position, place in enumerate(found):
        yield from order.asked_later(place, position)
        if isinstance(place.item, Page):
            yield from _page(place, found)
        else:
            yield from _appearance(place.item, place)
        if isinstance(place.item, Question) and place.is_first_row:
            yield from _question(place.item, place)


def _page(place: Place, found: Iterable[Place]) -> Iterator[DefinitionWarning]:
    asked = sum(
        isinstance(other.item, Question) and _is_asked(other.item)
        for other in found
        if other.around and other.around[0] is place.item
    )
    if asked > MOST_QUESTIONS:
        context = {"questions": asked, "limit": MOST_QUESTIONS}
        yield DefinitionWarning(WarningCode.LONG_PAGE, place.path, context)


def _question(question: Question, place: Place) -> Iterator[DefinitionWarning]:
    if question.required is not False:
        context = {"type": question.type}
        path = (*place.shared, "required")
        if not _is_asked(question) or question.read_only:
            yield DefinitionWarning(WarningCode.NOTHING_TO_REQUIRE, path, context)
    if question.constraint is not None and not question.constraint_message:
        path = (*place.path, "constraint")
        yield DefinitionWarning(WarningCode.NO_CONSTRAINT_MESSAGE, path, {})
    if question.type == "scale":
        low, high = question.settings.range  # type: ignore[attr-defined]  # the settings of a scale
        anchors = question.settings.anchors  # type: ignore[attr-defined]  # the settings of a scale
        if missing := [mark for mark in (low, high) if mark not in anchors]:
            code = WarningCode.SCALE_WITHOUT_ANCHORS
            yield DefinitionWarning(code, place.shared, {"marks": missing})


def _appearance(item: Group | Question, place: Place) -> Iterator[DefinitionWarning]:
    if place.matrix is not None:
        return
    kind = item.type if isinstance(item, Question) else str(item.kind)
    known = _KNOWN.get(kind, frozenset())
    for word in item.appearance.split():
        if word not in known and not ("columns" in known and _COLUMNS.fullmatch(word)):
            context = {"word": word, "type": kind, "known": sorted(known)}
            path = (*place.path, "appearance")
            yield DefinitionWarning(WarningCode.UNKNOWN_APPEARANCE, path, context)


def _is_asked(question: Question) -> bool:
    return type_of(question).has_answer and question.type not in _COMPUTED


class _Order:
    """When each answer is known: where it is asked, or where the last is that it comes from."""

    def __init__(self, survey: Survey, found: Sequence[Place]) -> None:
        self._survey = survey
        self._at: dict[str, int] = {}
        self._next_page: dict[int, int] = {}
        for position, place in enumerate(found):
            if isinstance(place.item, Page):
                self._next_page[len(self._next_page) - 1] = position
            elif isinstance(place.item, Group) or _is_asked(place.item):
                self._at[place.item.name] = position
        for question in survey.questions:
            if question.name not in self._at:
                self._trace(question)

    def asked_later(self, place: Place, position: int) -> Iterator[DefinitionWarning]:
        """Rules of this place that look at what is asked further on.

        Whether to ask depends on what came before. A rule about an answer may look around its own
        page too.
        """
        end_of_page = self._next_page.get(int(place.path[1]), len(self._at) * 2)
        for key, rule in _expressions(place.item, (*_EARLIER, *_SAME_PAGE)):
            if key == "required" and not place.is_first_row:
                continue
            limit = position if key in _EARLIER else end_of_page
            path = place.shared if key == "required" else place.path
            for name in dict.fromkeys(reference.name for reference in references(rule.tree)):
                yield from self._is_later(name, limit, (*path, key))
        for key in _WORDS:
            texts: Mapping[str, str] = getattr(place.item, key, {})
            for name in dict.fromkeys(name for words in texts.values() for name in piped(words)):
                yield from self._is_later(name, position, (*place.path, key))

    def _is_later(self, name: str, limit: int, path: Path) -> Iterator[DefinitionWarning]:
        if self._at.get(name, -1) >= limit:
            yield DefinitionWarning(WarningCode.ASKED_LATER, path, {"name": name})

    def _trace(self, question: Question) -> None:
        """Where the last answer is asked that something computed is worked out from.

        With a stack of its own: calculations may hang on each other thousands deep.
        """
        waiting = [question]
        while waiting:
            one = waiting[-1]
            names = self._sources(one)
            untold = [name for name in names if name not in self._at and name != one.name]
            self._at.setdefault(one.name, -1)
            if untold:
                waiting += [self._survey.question(name) for name in untold]
            else:
                self._at[one.name] = max((self._at[name] for name in names), default=-1)
                waiting.pop()

    def _sources(self, question: Question) -> list[str]:
        rules = _expressions(question, ("calculation", "default"))
        named = {reference.name for _, rule in rules for reference in references(rule.tree)}
        return [name for name in named if name in self._at or self._survey.has(name)]


def _expressions(
    item: Page | Group | Question, keys: Iterable[str]
) -> Iterator[tuple[str, Expression]]:
    for key in keys:
        rule = getattr(item, key, None)
        if isinstance(rule, Expression):
            yield key, rule


def _below(tree: Node) -> Iterator[Node]:
    yield tree
    for child in children(tree):
        yield from _below(child)

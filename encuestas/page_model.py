"""What the script of one page of questions must know to do at once what the server does later.

The model is JSON-ready and no larger than the page needs: what depends on nothing that can change
on the page is settled already, so it is no part of it. None means that there is nothing to do.

``items``, in the order in which they are evaluated (`graph`), each a question or a repeat:

* ``n`` its name, ``k`` "r" of a repeat, ``in`` the repeat around if it is an item;
* ``rel`` (with the conditions of the groups and the page around), ``calc``, ``def``, ``filter``,
  ``count``: trees (`logic.portable`), only those that an answer of this page can change;
* ``trig`` the names whose change makes ``calc`` run, ``ro`` 1 where nobody can type;
* ``req`` true or a tree, ``con`` a tree: looked at before sending;
* ``num`` 1 if the answer is a number, ``whole`` 1 if without decimals, ``low``, ``high`` and
  ``step`` its limits; ``many`` 1 if it is a list; ``t`` the type where its fields need more;
* ``sp`` special answers;
* ``w`` words for its own faults, which the application adds.

``names`` {name: repeats around it}; ``counts`` {path of a repeat: instances}; ``values`` {path:
answer} of what stands on other pages; ``fresh`` paths that nobody touched, which ``def`` and
``calc`` may fill; ``off`` paths that stay irrelevant whatever is answered here; ``choices`` {name:
[{name, column: text}]} where a filter looks at them; ``now``, ``lang``, ``seed`` for the functions
that want them; ``more`` 1 if ``logic-more.js`` is wanted.

What looks things up in attached tables is left to the server, with all that hangs on it: nobody
should download a table to answer a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from encuestas.definition import Group, GroupKind, Page, Question, Survey, Text
from encuestas.graph import page_key
from encuestas.logic import Expression, holds
from encuestas.logic.nodes import names as names_in
from encuestas.logic.portable import MORE, SERVER_ONLY, functions, portable
from encuestas.paths import around, below, instance, name_of
from encuestas.piping import piped
from encuestas.plan import UNSEEN, Step, plan_of
from encuestas.state import State
from encuestas.types import type_of
from encuestas.types.range import RangeSettings

# What the browser leaves to the server: it has neither the tables nor all the words.
LEFT = SERVER_ONLY | {"instance", "pulldata", "jr:choice-name", "jr:itext"}
_SEEDED = frozenset({"random", "uuid", "randomize"})
_TYPED_NUMBERS = frozenset({"integer", "decimal", "range"})
_NUMBERS = _TYPED_NUMBERS | {"scale", "nps"}
_WHOLE = frozenset({"integer", "scale", "nps"})
_LISTS = frozenset({"select_multiple", "select_multiple_from_file", "rank"})
_OWN_FIELDS = frozenset({"calculate", "rank", "geopoint", "time", "dateTime", "acknowledge"})
_FORMULAS = ("rel", "calc", "def", "filter", "count")
_RULES = ("req", "con")
_WORK = frozenset({*_FORMULAS, *_RULES, "typed"})

Item = dict[str, Any]
"""One of ``items``; its keys are above."""


@dataclass(frozen=True, slots=True)
class Static:
    """The part of a page's model that is the same for everybody.

    ``elsewhere``: questions whose answers are not on the page. ``repeats``: those whose instances
    matter, outermost first. ``filled``: questions that formulas may fill. ``settled``: what items
    depend on besides and no answer here changes, by name: conditions, and whether it is a filter.
    """

    items: tuple[Item, ...]
    names: Mapping[str, tuple[str, ...]]
    elsewhere: tuple[str, ...]
    repeats: tuple[str, ...]
    filled: tuple[str, ...]
    settled: Mapping[str, tuple[tuple[Expression, bool], ...]]
    choices: Mapping[str, Any]
    timed: bool
    seeded: bool
    more: bool


def page_model(
    survey: Survey, page_id: str, state: State, *, language: str
) -> dict[str, Any] | None:
    """The model of a page. KeyError if the survey has no such page."""
    static = _static(survey, page_id)
    if not static.items:
        return None
    names, context = plan_of(survey).names, state.context("")
    inside = _instances(state, static.repeats, names)
    live = frozenset(item["n"] for item in static.items)

    def paths(wanted: Iterable[str]) -> list[str]:
        return [below(at, name) for name in wanted for at in inside[names[name]]]

    model: dict[str, Any] = {
        "items": static.items,
        "lang": language,
        "now": context.now.isoformat(timespec="milliseconds") if static.timed else "",
        "seed": context.seed if static.seeded else "",
        "names": static.names,
        "counts": {path: state.counts.get(path, 0) for path in paths(static.repeats)},
        "values": {
            path: answer
            for path in paths(static.elsewhere)
            if (answer := _kept(state, path, live=live)) is not None
        },
        "fresh": [path for path in paths(static.filled) if not _touched(state, path)],
        "off": [path for path in paths(static.settled) if _is_off(static, state, path)],
        "choices": static.choices,
        "more": int(static.more),
    }
    return {key: value for key, value in model.items() if value}


def _kept(state: State, path: str, *, live: frozenset[str]) -> object:
    """The answer that counts; of what can become relevant here, else the one that then would."""
    counted = state.value(path)
    if name_of(path) not in live:
        return counted
    if counted is None and not _touched(state, path):
        return state.default(path)
    return counted if counted is not None else state.places[around(path)].given[name_of(path)]


def _touched(state: State, path: str) -> bool:
    return name_of(path) in state.places[around(path)].given


def _is_off(static: Static, state: State, path: str) -> bool:
    context = state.context(path)
    return not all(
        state.offered(path) if is_filter else holds(rule.tree, context)
        for rule, is_filter in static.settled[name_of(path)]
    )


def _instances(
    state: State, repeats: Iterable[str], names: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, ...], list[str]]:
    """The paths of all instances, by the repeats that they are in."""
    found: dict[tuple[str, ...], list[str]] = {(): [""]}
    for name in repeats:
        found[(*names[name], name)] = [
            instance(path, position)
            for at in found[names[name]]
            for path in (below(at, name),)
            for position in range(1, state.counts.get(path, 0) + 1)
        ]
    return found


def _static(survey: Survey, page_id: str) -> Static:
    key = f"page_model/{page_id}"
    static = survey.cache.get(key)
    if not isinstance(static, Static):
        static = survey.cache[key] = Builder(survey, survey.page(page_id)).build()
    return static


class Builder:
    """Finds what of a survey one page's script must know.

    ``live``: names whose value or relevance an answer of the page can change, and the script can
    follow. ``left``: those that only the server can follow. ``work``: what an item is kept for.
    """

    work = _WORK

    def __init__(self, survey: Survey, page: Page) -> None:
        self.survey, self.plan = survey, plan_of(survey)
        self.page = page
        self.own_key = page_key(page.id)
        self.here = {key: self.plan.steps[key] for key in _keys(page.questions)}
        self.live = {key for key, step in self.here.items() if _is_asked(step.question)}
        self.left: set[str] = set()
        self.settled: dict[str, tuple[tuple[Expression, bool], ...]] = {}
        for key in self.plan.graph.order:
            self._place(self.plan.steps[key])

    def _place(self, step: Step) -> None:
        if step.key in self.live:
            return
        changing = [e for key, e in _own(step).items() if self._changes(e, step, key)]
        holders = {step.inside or "", step.scope}
        if not all(map(self._follows, changing)) or holders & self.left:
            self.left.add(step.key)
        elif changing or holders & self.live:
            self.live.add(step.key)

    def _changes(self, expression: Expression, step: Step, key: str) -> bool:
        triggers = step.question.trigger if key == "calc" and step.question else ()
        # Elsewhere nothing is sent yet, so the server works it out anew whatever has changed.
        alone = triggers and self._stands(step.key)
        names = triggers if alone else (*triggers, *_mentions(expression))
        return not (self.live | self.left).isdisjoint(names)

    def _follows(self, expression: Expression) -> bool:
        return not functions(expression.tree) & LEFT and not _mentions(expression) & self.left

    def build(self) -> Static:
        items, known = self._items()
        names = {key: self.plan.names[key] for key in (*items, *known)}
        repeats = {name for found in names.values() for name in found}
        repeats |= {key for key in names if self.plan.steps[key].repeat}
        trees = [
            item[key] for item in items.values() for key in (*_FORMULAS, *_RULES) if key in item
        ]
        called = {word for tree in trees for word in _words(tree)}
        return Static(
            items=tuple(items[s.key] for s in self.plan.order if s.key in items),
            names={key: found for key, found in names.items() if found},
            elsewhere=tuple(
                key
                for key in names
                if self.plan.steps[key].question and (key not in items or not self._stands(key))
            ),
            repeats=tuple(sorted(repeats, key=lambda name: (len(self.plan.names[name]), name))),
            filled=tuple(key for key in items if items[key].keys() & {"calc", "def"}),
            settled={key: found for key, found in self.settled.items() if found and key in items},
            choices={key: self._rows(key, item) for key, item in items.items() if "filter" in item},
            timed=any(isinstance(tree, list) for tree in trees),
            seeded=bool(called & _SEEDED),
            more=bool(called & MORE),
        )

    def _stands(self, key: str) -> bool:
        """Whether its answer stands on the page, in fields."""
        return key in self.here and _is_asked(self.here[key].question)

    def _items(self) -> tuple[dict[str, Item], list[str]]:
        """The items by name, and the names that they mention and that don't change here."""
        mentioned = {name for item in (self.page, *self._seen()) for name in _told(item)}
        mentioned &= self.plan.names.keys()
        waiting = [*mentioned, *(item.name for item in self._seen())]
        items: dict[str, Item] = {}
        while waiting:
            key = waiting.pop()
            if key in items or key not in self.live or _is_heading(self.plan.steps[key]):
                continue
            items[key], wanted = self._item(self.plan.steps[key])
            mentioned |= wanted
            waiting += wanted
        idle = [
            key
            for key in items.keys() - mentioned
            if not (items[key].keys() & self.work or items[key].keys() >= {"many", "sp"})
            and self.plan.steps[key].scope not in items
        ]
        for key in idle:
            del items[key]
        for key, item in items.items():
            if key not in mentioned:
                _slim(item)
            if self.plan.steps[key].scope in items:
                item["in"] = self.plan.steps[key].scope
        return items, sorted(mentioned - items.keys())

    def _seen(self) -> Iterator[Question | Group]:
        """What there is something of on the page."""
        for step in self.here.values():
            item = step.item
            if isinstance(item, Group) or (
                isinstance(item, Question) and (item.type not in UNSEEN or item.label)
            ):
                yield item

    def _item(self, step: Step) -> tuple[Item, set[str]]:
        """An item, and the names that it mentions."""
        own = {k: e for k, e in _own(step).items() if self._changes(e, step, k)}
        own.pop("rel", None)
        conditions = list(self._conditions(step))
        used = [e for e in own.values() if self._follows(e)]
        used += [e for e in conditions if self._changes(e, step, "rel") and self._follows(e)]
        settled = [(e, False) for e in conditions if e not in used]
        if step.question and (rule := step.question.choice_filter) and rule not in used:
            settled.append((rule, True))
        self.settled[step.key] = tuple(settled)
        item: Item = {"n": step.key}
        trees = [portable(e.tree) for e in conditions if e in used]
        if trees:
            item["rel"] = trees[0] if len(trees) == 1 else ["and", *trees]
        item |= {key: portable(e.tree) for key, e in own.items() if e in used}
        mentioned = {name for e in used for name in _mentions(e)}
        if step.question is None:
            item["k"] = "r"
        else:
            mentioned |= self._add_question(item, step.question)
        return item, (mentioned | {step.scope}) & self.plan.names.keys()

    def _conditions(self, step: Step) -> Iterator[Expression]:
        """What must hold for a step: its own condition, those of its groups, that of its page."""
        key: str | None = step.key
        while key is not None and key != self.own_key:
            at = self.plan.steps[key]
            if at.item.relevant is not None:
                yield at.item.relevant
            key = at.inside

    def _add_question(self, item: Item, question: Question) -> set[str]:
        if question.type in _OWN_FIELDS:
            item["t"] = question.type
        for key, types in (("many", _LISTS), ("num", _NUMBERS), ("whole", _WHOLE)):
            if question.type in types:
                item[key] = 1
        if question.special:
            item["sp"] = question.special
        if question.read_only or question.type in UNSEEN:
            item["ro"] = 1
        mentioned = set[str]()
        if "calc" in item and question.trigger:
            item["trig"] = question.trigger
            mentioned.update(question.trigger)
        if self._stands(question.name):
            mentioned |= self._add_rules(item, question)
        return mentioned

    def _add_rules(self, item: Item, question: Question) -> set[str]:
        mentioned: set[str] = set()
        if question.type in _TYPED_NUMBERS:
            limits = zip(("typed", "low", "high", "step"), (1, *_limits(question)), strict=True)
            item |= {key: limit for key, limit in limits if limit is not None}
        for key, rule in zip(_RULES, (question.required, question.constraint), strict=True):
            if rule is True:
                item[key] = True
            elif isinstance(rule, Expression) and self._follows(rule):
                item[key] = portable(rule.tree)
                mentioned |= _mentions(rule)
        return mentioned

    def _rows(self, key: str, item: Item) -> list[dict[str, str]]:
        wanted = _words(item["filter"]) | {"name"}
        return [{k: v for k, v in row.items() if k in wanted} for row in self.plan.steps[key].rows]


def _keys(items: Iterable[Question | Group]) -> Iterator[str]:
    for item in items:
        yield item.name
        if isinstance(item, Group):
            yield from _keys(item.questions)


def _is_asked(question: Question | None) -> bool:
    """Whether somebody can answer it in fields of a page."""
    return (
        question is not None
        and type_of(question).has_answer
        and question.type not in UNSEEN
        and not question.read_only
    )


def _is_heading(step: Step) -> bool:
    """Whether it is a group without a value of its own: its condition goes to what is inside."""
    return isinstance(step.item, Group) and step.item.kind is not GroupKind.REPEAT


def _told(item: Page | Group | Question) -> Iterator[str]:
    """The names whose answers stand in the words of an item."""
    texts: list[Text] = [item.title if isinstance(item, Page) else item.label]
    if isinstance(item, Group | Question):
        texts.append(item.hint)
    if isinstance(item, Question):
        texts += [item.guidance, *(choice.label for choice in item.choices)]
    for text in texts:
        for words in text.values():
            if "${" in words:
                yield from piped(words)


def _own(step: Step) -> dict[str, Expression]:
    """What decides a step's relevance and value, by its key in an item."""
    item = step.item
    found: dict[str, object] = {"rel": item.relevant}
    if isinstance(item, Group):
        found["count"] = item.repeat_count
    elif isinstance(item, Question):
        found |= {"calc": item.calculation, "filter": item.choice_filter}
        if item.calculation is None:
            found["def"] = item.default
    return {key: e for key, e in found.items() if isinstance(e, Expression)}


def _slim(item: Item) -> None:
    """Take out what is for answers that something looks at."""
    if not item.keys() & {"typed", "con", "calc", "def"}:
        for key in ("num", "whole", "t"):
            item.pop(key, None)
        if "many" not in item:
            item.pop("sp", None)


def _limits(question: Question) -> tuple[float | None, float | None, float | None]:
    settings = question.settings
    if isinstance(settings, RangeSettings):
        return *settings.range, float(settings.step)
    return getattr(settings, "minimum", None), getattr(settings, "maximum", None), None


def _mentions(expression: Expression) -> frozenset[str]:
    return names_in(expression.tree)


def _words(tree: object) -> set[str]:
    """Every text in a portable tree: functions, operators, names and literals alike."""
    if isinstance(tree, list | tuple):
        return {word for part in tree for word in _words(part)}
    return {tree} if isinstance(tree, str) else set()

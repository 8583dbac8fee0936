"""What waits for what in a survey: the order in which its parts are evaluated, and its cycles.

A page, group or repeat waits for what its condition mentions, a question also for what its
calculation, default and filter mention and for what it stands in. Names stand for all their
instances, so nothing here depends on answers. Constraints and ``required`` are looked at once
everything is known: they may mention anything.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from encuestas.definition import Group, Page, Question, Survey
from encuestas.logic import Expression, Node
from encuestas.logic.nodes import Bare, Call, Filter, Path, Reference, children

_PAGE = "/"


@dataclass(frozen=True, slots=True)
class Graph:
    """``order``: pages (by `page_key`), groups and questions, each after what it waits for.

    ``needs``: what each waits for. ``cycles``: the way around, beginning and ending at the same.
    """

    order: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]
    cycles: tuple[tuple[str, ...], ...]
    in_order: bool

    def behind(self, key: str) -> tuple[str, ...]:
        """All that it waits for, directly or through others; of pages by `page_key`."""
        found = dict.fromkeys(self.needs[key])
        waiting = list(found)
        while waiting:
            for other in self.needs[waiting.pop()]:
                if other not in found:
                    found[other] = None
                    waiting.append(other)
        return tuple(found)


def page_key(page_id: str) -> str:
    """What a page is called among names, none of which has that character."""
    return _PAGE + page_id


def graph_of(survey: Survey) -> Graph:
    """The graph of a survey. Use `plan_of`, which keeps it, unless it is needed once."""
    needs, weak = _needs(survey)
    place = {key: at for at, key in enumerate(needs)}
    in_order = all(place[other] < at for key, at in place.items() for other in needs[key])
    if in_order:
        return Graph(tuple(needs), needs, (), True)
    needs = _without_weak_cycles(needs, weak)
    order = _sorted(needs, place)
    left = needs.keys() - set(order)
    around = tuple(_cycles({key: needs[key] for key in needs if key in left}))
    return Graph((*order, *(key for key in needs if key in left)), needs, around, False)


def cycles(survey: Survey) -> tuple[tuple[str, ...], ...]:
    """Every set of things that wait for each other, as one way around it: ``(a, b, a)``.

    The first is a question or group where there is one; a page goes by its id.
    """
    return tuple(
        tuple(key.removeprefix(_PAGE) for key in around) for around in graph_of(survey).cycles
    )


def _needs(survey: Survey) -> tuple[dict[str, tuple[str, ...]], dict[str, set[str]]]:
    """What each waits for, in document order; and which of that is only a calculation's trigger.

    A triggered calculation runs when the trigger changes, not whenever it could: two questions may
    fill each other that way, kilos and pounds.
    """
    needs: dict[str, tuple[str, ...]] = {}
    weak: dict[str, set[str]] = {}
    for page in survey.pages:
        needs[page_key(page.id)] = tuple(_mentioned(page))
        for item, holder in _items(page.questions, page_key(page.id)):
            strong = dict.fromkeys((holder, *_mentioned(item)))
            if isinstance(item, Question) and item.trigger and item.calculation:
                loose = dict.fromkeys((*_names(item.calculation.tree), *item.trigger))
                weak[item.name] = loose.keys() - strong.keys()
                strong |= loose
            needs[item.name] = tuple(strong)
    known = needs.keys()
    if any(not known >= set(found) for found in needs.values()):
        needs = {key: tuple(n for n in found if n in known) for key, found in needs.items()}
    return needs, weak


def _items(
    items: Iterable[Question | Group], holder: str
) -> Iterator[tuple[Question | Group, str]]:
    for item in items:
        yield item, holder
        if isinstance(item, Group):
            yield from _items(item.questions, item.name)


def _mentioned(item: Page | Group | Question) -> Iterator[str]:
    if item.relevant is not None:
        yield from _names(item.relevant.tree)
    if isinstance(item, Group) and item.repeat_count is not None:
        yield from _names(item.repeat_count.tree)
    if isinstance(item, Question):
        if item.calculation is not None and not item.trigger:
            yield from _names(item.calculation.tree)
        if isinstance(item.default, Expression):
            yield from _names(item.default.tree)
        if item.choice_filter is not None:
            yield from _names(item.choice_filter.tree, columns=True)


def _names(tree: Node, *, columns: bool = False) -> Iterator[str]:
    """Questions and repeats that a value may depend on.

    ``columns``: a bare word is a column of a table or a choice, whatever a question is called. So
    it is below ``instance(...)``, where a step is one too.
    """
    if isinstance(tree, Path | Filter):
        table = _is_table(tree.base)
        yield from _names(tree.base, columns=columns)
        inner: Iterable[Node] = tree.predicates if isinstance(tree, Filter) else ()
        if isinstance(tree, Path):
            yield from () if table else (step.name for step in tree.steps)
            inner = (predicate for step in tree.steps for predicate in step.predicates)
        for predicate in inner:
            yield from _names(predicate, columns=table)
    elif isinstance(tree, Reference) or (isinstance(tree, Bare) and not columns):
        yield tree.name
    else:
        for child in children(tree):
            yield from _names(child, columns=columns)


def _is_table(base: Node) -> bool:
    while isinstance(base, Path | Filter):
        base = base.base
    return isinstance(base, Call) and base.function == "instance"


def _without_weak_cycles(
    needs: dict[str, tuple[str, ...]], weak: Mapping[str, set[str]]
) -> dict[str, tuple[str, ...]]:
    if not weak:
        return needs
    member = {key: at for at, part in enumerate(_components(needs)) for key in part}
    loose = {
        key: {other for other in others if member[key] == member.get(other)}
        for key, others in weak.items()
    }
    return {
        key: tuple(other for other in found if other not in loose.get(key, ()))
        for key, found in needs.items()
    }


def _sorted(needs: Mapping[str, Sequence[str]], place: Mapping[str, int]) -> list[str]:
    """Each after its needs, else in document order; what is or hangs on a cycle is left out."""
    keys = list(place)
    waiting = {key: len(found) for key, found in needs.items()}
    waited: dict[str, list[str]] = {key: [] for key in needs}
    for key, found in needs.items():
        for other in found:
            waited[other].append(key)
    ready = [place[key] for key, count in waiting.items() if not count]
    order: list[str] = []
    while ready:
        key = keys[heapq.heappop(ready)]
        order.append(key)
        for other in waited[key]:
            waiting[other] -= 1
            if not waiting[other]:
                heapq.heappush(ready, place[other])
    return order


def _cycles(needs: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    document = list(needs)
    for part in _components(needs):
        members = set(part)
        if len(members) == 1 and part[0] not in needs[part[0]]:
            continue
        inside = [key for key in document if key in members]
        start = next((key for key in inside if not key.startswith(_PAGE)), inside[0])
        yield _shortest_way_round(start, needs, members)


def _shortest_way_round(
    start: str, needs: Mapping[str, Sequence[str]], members: set[str]
) -> tuple[str, ...]:
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while start not in came_from:
        key = waiting.popleft()
        for other in needs[key]:
            if other in members and other not in came_from:
                came_from[other] = key
                waiting.append(other)
    way = [start, came_from[start]]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))


def _components(needs: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Tarjan's strongly connected components, without recursion: a chain may be any length."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in needs:
        work = [] if root in index else [(root, iter(needs[root]))]
        while work:
            key, others = work[-1]
            if key not in index:
                index[key] = low[key] = len(index)
                stack.append(key)
                on_stack.add(key)
            for other in others:
                if other in needs and other not in index:
                    work.append((other, iter(needs[other])))
                    break
                if other in on_stack:
                    low[key] = min(low[key], low[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == index[key]:
                    part = [stack.pop()]
                    while part[-1] != key:
                        part.append(stack.pop())
                    on_stack.difference_update(part)
                    yield part

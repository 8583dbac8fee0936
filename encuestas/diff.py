"""What changed between two texts of a survey, and what that does to comparing their answers.

Questions are paired by name, since columns join by name. `diff_questions` knows what a question
may change in; here is the survey around: pages, groups, order, lists, measures.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from encuestas.changes import Change, ChangeCode, Effect, plain, rule_change, words_changes
from encuestas.definition import Group, GroupKind, Measure, Page, Question, Survey
from encuestas.diff_questions import (
    choice_changes,
    compatible,
    question_changes,
    same_register,
)
from encuestas.types import type_of

__all__ = ["Change", "ChangeCode", "Effect", "compatible", "diff"]

_TEXTS = ("title", "purpose", "asked_by")
_LEGAL = ("controller", "retention", "contact", "notice")


def diff(old: Survey, new: Survey) -> tuple[Change, ...]:
    """Every change from one text to the other, the survey's first, then in the new one's order."""
    return tuple(_Diff(old, new).changes())


class _Diff:
    """Two surveys and what both have."""

    def __init__(self, old: Survey, new: Survey) -> None:
        self.old, self.new = old, new
        self.old_page, self.new_page = _pages(old), _pages(new)
        self.old_groups, self.new_groups = _groups(old), _groups(new)
        self.renamed = dict(_renamed(old, new))
        self.common = [q.name for q in new.questions if old.has(q.name) and not q.origin]
        self.page_alias = self._page_aliases()

    def changes(self) -> Iterator[Change]:
        yield from self._survey()
        yield from self._questions_gone()
        yield from self._around()
        yield from self._lists()
        for question in self.new.questions:
            yield from self._question(question)
        yield from self._order()
        yield from self._measures()

    def _survey(self) -> Iterator[Change]:
        old, new = self.old, self.new
        for key in _TEXTS:
            yield from words_changes("", key, getattr(old, key), getattr(new, key), ())
        for key in _LEGAL:
            one, other = getattr(old.legal, key, {}), getattr(new.legal, key, {})
            yield from words_changes("", key, one, other, ())
        if added := [code for code in new.languages if code not in old.languages]:
            yield Change(ChangeCode.LANGUAGES_ADDED, Effect.NONE, "", {"languages": added})
        if removed := [code for code in old.languages if code not in new.languages]:
            # Whoever reads only that language can't answer any more.
            yield Change(ChangeCode.LANGUAGES_REMOVED, Effect.LIMITS, "", {"languages": removed})
        if old.respondent != new.respondent:
            context = {"old": str(old.respondent), "new": str(new.respondent)}
            names = tuple(self.common)
            yield Change(ChangeCode.RESPONDENT_CHANGED, Effect.BREAKS, "", context, names)
        for name in sorted(old.files.keys() & new.files.keys()):
            if old.files[name] != new.files[name]:
                yield Change(ChangeCode.FILE_CHANGED, Effect.LIMITS, name, {})

    def _questions_gone(self) -> Iterator[Change]:
        for question in self.old.questions:
            if self.new.has(question.name) or question.origin:
                continue
            if new_name := self.renamed.get(question.name):
                context = {"old": question.name, "new": new_name}
                names = (question.name, new_name)
                yield Change(ChangeCode.RENAMED, Effect.BREAKS, new_name, context, names, False)
            else:
                yield _come_or_gone(ChangeCode.QUESTION_REMOVED, question)

    def _question(self, question: Question) -> Iterator[Change]:
        name = question.name
        if question.origin:
            return
        if not self.old.has(name):
            if name not in self.renamed.values():
                yield _come_or_gone(ChangeCode.QUESTION_ADDED, question)
            return
        before, after = self.old.repeats(name), self.new.repeats(name)
        if before != after:
            context = {"old": "/".join(before), "new": "/".join(after)}
            yield Change(ChangeCode.REPEAT_CHANGED, Effect.BREAKS, name, context, (name,), False)
        one, other = self.old_page[name], self.new_page[name]
        if self.page_alias.get(one.id) != other.id:
            context = {"old": one.id, "new": other.id}
            yield Change(ChangeCode.PAGE_CHANGED, Effect.NONE, name, context, (name,))
        yield from self._condition_around(name)
        yield from question_changes(self.old.question(name), question)
        if not self._list_is_shared(name):
            yield from choice_changes(self.old.question(name), question, name, (name,))

    def _condition_around(self, name: str) -> Iterator[Change]:
        """A question among other groups or on another page stands under other conditions."""
        ways = [
            [page.id, *(group.name for group in survey.groups(name))]
            for survey, page in (
                (self.old, self.old_page[name]),
                (self.new, self.new_page[name]),
            )
        ]
        ways[0][0] = self.page_alias.get(ways[0][0], ways[0][0])
        if ways[0] == ways[1]:
            return  # changes on the way are told once, where they stand
        yield from rule_change(
            name, "relevant", _conditions(self.old, name, self.old_page[name]),
            _conditions(self.new, name, self.new_page[name]), (name,),
        )  # fmt: skip

    def _page_aliases(self) -> dict[str, str]:
        """The new id of each old page: its own, or that of a page with the same questions."""
        inside: dict[frozenset[str], str] = {}
        for page in self.new.pages:
            inside[frozenset(n for n, p in self.new_page.items() if p.id == page.id)] = page.id
        ids = {page.id for page in self.new.pages}
        found = {}
        for page in self.old.pages:
            names = frozenset(n for n, p in self.old_page.items() if p.id == page.id)
            alias = page.id if page.id in ids else inside.get(names)
            if alias is not None:
                found[page.id] = alias
        return found

    def _around(self) -> Iterator[Change]:
        """Pages and groups: their words, and the conditions that decide about all in them."""
        new_pages = {page.id: page for page in self.new.pages}
        for page in self.old.pages:
            if page.id in self.page_alias:
                other = new_pages[self.page_alias[page.id]]
                names = tuple(name for name in self.common if self.new_page[name] is other)
                yield from words_changes(other.id, "title", page.title, other.title, names)
                yield from rule_change(other.id, "relevant", page.relevant, other.relevant, names)
        for name, group in self.old_groups.items():
            if name in self.new_groups:
                yield from self._group(group, self.new_groups[name])

    def _group(self, one: Group, other: Group) -> Iterator[Change]:
        inside = [n for n in self.common if other in self.new.groups(n)]
        names = tuple(inside)
        for key in ("label", "hint"):
            yield from words_changes(one.name, key, getattr(one, key), getattr(other, key), names)
        for key in ("relevant", "repeat_count", "appearance"):
            yield from rule_change(one.name, key, getattr(one, key), getattr(other, key), names)
        if (one.minimum, one.maximum) != (other.minimum, other.maximum):
            old, new = _limits(one), _limits(other)
            yield from rule_change(one.name, "repeat_limits", old, new, names)
        if one.kind != other.kind and GroupKind.REPEAT not in (one.kind, other.kind):
            context = {"old": str(one.kind), "new": str(other.kind)}
            yield Change(ChangeCode.GROUP_KIND_CHANGED, Effect.WORDING, one.name, context, names)

    def _lists(self) -> Iterator[Change]:
        """A list that many questions use changes once."""
        shared: dict[tuple[str, bool], list[str]] = {}
        for name in self.common:
            if self._list_is_shared(name):
                question = self.new.question(name)
                key = (question.choice_list or "", question.type == "rank")
                shared.setdefault(key, []).append(name)
        for (list_name, _), names in shared.items():
            one, other = self.old.question(names[0]), self.new.question(names[0])
            if not same_register(self.old, self.new, list_name):
                yield from choice_changes(one, other, list_name, tuple(names))

    def _list_is_shared(self, name: str) -> bool:
        one, other = self.old.question(name), self.new.question(name)
        return one.choice_list is not None and (one.choice_list, one.type) == (
            other.choice_list,
            other.type,
        )

    def _order(self) -> Iterator[Change]:
        position = {question.name: at for at, question in enumerate(self.old.questions)}
        moved = _out_of_order(self.common, position)
        if moved:
            context = {"questions": moved}
            yield Change(ChangeCode.ORDER_CHANGED, Effect.WORDING, "", context, tuple(moved))

    def _measures(self) -> Iterator[Change]:
        old = {measure.name: measure for measure in self.old.measures}
        new = {measure.name: measure for measure in self.new.measures}
        for name, measure in {**old, **new}.items():
            names = (measure.question,)
            if name not in new:
                yield Change(ChangeCode.MEASURE_REMOVED, Effect.LIMITS, name, {}, names)
            elif name not in old:
                yield Change(ChangeCode.MEASURE_ADDED, Effect.LIMITS, name, {}, names)
            else:
                yield from _measure(old[name], measure)


def _measure(one: Measure, other: Measure) -> Iterator[Change]:
    names = (other.question,)
    for key in ("question", "kind", "satisfied", "dissatisfied"):
        before, after = plain(getattr(one, key)), plain(getattr(other, key))
        if before != after:
            context = {"key": key, "old": before, "new": after}
            yield Change(ChangeCode.MEASURE_CHANGED, Effect.BREAKS, one.name, context, names)
    if one.indicator != other.indicator:
        before, after = plain(one.indicator), plain(other.indicator)
        context = {"key": "indicator", "old": before, "new": after}
        yield Change(ChangeCode.MEASURE_CHANGED, Effect.NONE, one.name, context, names)
    for change in words_changes(one.name, "label", one.label, other.label, names):
        # Nobody who answers reads the name of a figure.
        yield Change(change.code, Effect.NONE, change.where, change.context, names)


def _come_or_gone(code: ChangeCode, question: Question) -> Change:
    asked = type_of(question).has_answer
    effect = Effect.LIMITS if asked else Effect.WORDING
    context = {"type": question.type}
    return Change(code, effect, question.name, context, (question.name,), joins_by_name=False)


def _pages(survey: Survey) -> dict[str, Page]:
    """The page of each question."""
    found: dict[str, Page] = {}
    for page in survey.pages:
        items: list[Question | Group] = list(page.questions)
        while items:
            item = items.pop()
            if isinstance(item, Group):
                items.extend(item.questions)
            else:
                found[item.name] = page
    return found


def _groups(survey: Survey) -> dict[str, Group]:
    return {group.name: group for q in survey.questions for group in survey.groups(q.name)}


def _conditions(survey: Survey, name: str, page: Page) -> str:
    """All that must hold around a question for it to be asked."""
    around = [page.relevant, *(group.relevant for group in survey.groups(name))]
    return " and ".join(f"({plain(rule)})" for rule in around if rule is not None)


def _limits(group: Group) -> str:
    return f"{group.minimum}–{'' if group.maximum is None else group.maximum}"


def _renamed(old: Survey, new: Survey) -> Iterator[tuple[str, str]]:
    """Questions that lost their name: the same words and type, each found once on both sides."""
    gone = _by_words([q for q in old.questions if not new.has(q.name)], old.languages[0])
    come = _by_words([q for q in new.questions if not old.has(q.name)], old.languages[0])
    for words, questions in gone.items():
        if len(questions) == 1 and len(come.get(words, ())) == 1:
            yield questions[0].name, come[words][0].name


def _by_words(questions: Sequence[Question], language: str) -> Mapping[object, list[Question]]:
    found: dict[object, list[Question]] = {}
    for question in questions:
        words = question.label.get(language)
        if words and type_of(question).has_answer and not question.origin:
            found.setdefault((words.casefold(), question.type), []).append(question)
    return found


def _out_of_order(names: Sequence[str], position: Mapping[str, int]) -> list[str]:
    """The fewest names that would have to move for the rest to keep their order."""
    ends: list[int] = []
    reached: list[int] = []
    for name in names:
        at = bisect_left(ends, position[name])
        ends[at : at + 1] = [position[name]]
        reached.append(at)
    wanted, moved = len(ends) - 1, []
    for name, at in zip(reversed(names), reversed(reached), strict=True):
        if at == wanted:
            wanted -= 1
        else:
            moved.append(name)
    return moved[::-1]

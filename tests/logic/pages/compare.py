"""What a page shows beside what the server would make of the same answers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import Browser

from app.forms import instances
from app.forms.dynamic import COUNT
from app.respond.questions import Look, QuestionView, View, views
from app.services.drafts import drafts
from app.services.drafts.drafts import Walk
from app.words.messages import answer_fault_text
from encuestas import ErrorCode, Survey
from encuestas.page_model import page_model
from encuestas.paths import around, name_of
from tests.logic.pages.surveys import surveys
from tests.logic.pages.visits import Desk, Person, Visited, desk, person

LEFT = {
    **dict.fromkeys(
        (ErrorCode.RANK_TIE, ErrorCode.RANK_GAP, ErrorCode.RANK_INCOMPLETE, ErrorCode.NOT_A_STEP),
        "the server alone has words for wrong ranks and steps",
    ),
    ErrorCode.TOO_MANY_INSTANCES: "the server alone counts instances",
}
"""Faults that the script leaves to the server, and why. What the server takes it never blames."""

NEW_INSTANCES = "the server draws new instances"
PLAIN = frozenset({"date", "rank"})
TOLD_PLAINLY = "the script tells dates and ranks as they are stored"
UNKNOWN_LIST = "the script knows no list of another page"
TYPED_BY_NOBODY = "the script judges what can be typed"
MOMENT = "a post does not tell at which moment a trigger ran"
AGAIN = "a post does not tell that somebody chose just what had been computed"

VISITS = 4
STEPS = 8
Raw = dict[str, list[str]]


@dataclass(slots=True)
class Tally:
    """Counts of what was looked at, and what differed. ``meant``: differences by their reason."""

    surveys: int = 0
    pages: int = 0
    edits: int = 0
    compared: int = 0
    found: list[str] = field(default_factory=list)
    meant: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        meant = ", ".join(f"{count} because {reason}" for reason, count in self.meant.items())
        return (
            f"{self.surveys} surveys, {self.pages} pages, {self.edits} edits, "
            f"{self.compared} comparisons, {len(self.found)} differences; meant: {meant or 'none'}"
        )


def compare_some(
    app: Flask, browser: Browser, *, seed: int, count: int | None = None
) -> Iterator[Tally]:
    """The tally after each survey; for ever without a ``count``."""
    tally = Tally()
    with desk(app, browser) as at:
        for number, survey in surveys(seed):
            compare_survey(at, survey, number, tally)
            yield tally
            if tally.surveys == count:
                return


def compare_survey(
    at: Desk,
    survey: Survey,
    number: int,
    tally: Tally,
    *,
    visits: int = VISITS,
    steps: int = STEPS,
) -> None:
    """Answer some pages of a survey, forwards and backwards."""
    tally.surveys += 1
    chance = random.Random(number)  # noqa: S311 a seed gives the same again
    someone = person(at.app, survey, number)
    page_id: str | None = None
    for _ in range(visits):
        shown = someone.walked(someone.draft.answers).page_ids()
        if not shown:
            return
        page = survey.page(page_id if page_id in shown else shown[0])
        visited = at.visit(someone, page, seed=chance.getrandbits(31), steps=steps)
        judge = _Judge(someone, visited, tally, f"{number} {page.id}")
        judge.all()
        for complaint in at.complaints:
            judge.differ("error", "", complaint, "")
        at.complaints.clear()
        grown = _growth(chance, visited.snapshots[-1]) if chance.random() < 0.5 else None
        fields = [*visited.snapshots[-1]["fields"], grown or ["next", "1"]]
        someone.draft.answers = someone.posted(page, fields)
        if grown is None:
            page_id = chance.choice(someone.walked(someone.draft.answers).page_ids() or (page.id,))
        else:
            page_id = page.id


def _growth(chance: random.Random, snapshot: Mapping[str, Any]) -> list[str] | None:
    counters = [n for n, _ in snapshot["fields"] if n.endswith(COUNT)]
    return ["add", chance.choice(counters).removesuffix(COUNT)] if counters else None


class _Judge:
    """Holds one visited page against the server.

    ``touched``: paths that the person answered here, whose answers nothing computed may replace.
    ``fired``: those that a trigger runs again; what came of it then stands as if it was typed.
    """

    def __init__(self, someone: Person, visited: Visited, tally: Tally, where: str) -> None:
        self.person, self.visited, self.tally, self.where = someone, visited, tally, where
        self.survey, self.page = visited.survey, visited.page
        self.kept: Raw = dict(visited.kept)
        self.touched: set[str] = set()
        self.fired: set[str] = set()
        self.step = 0
        self.drawn = someone.walked(visited.kept)
        language = someone.language
        self.model = page_model(self.survey, self.page.id, self.drawn.state, language=language)
        self.last: Mapping[str, Any] = {}

    def all(self) -> None:
        self.tally.pages += 1
        for step, snapshot in enumerate(self.visited.snapshots):
            self.step = step
            if snapshot["edited"]:
                self.tally.edits += 1
                self._touch(snapshot["edited"], snapshot)
            self._look(snapshot)
            if "sent" in snapshot:
                self._sent(snapshot)
            self.last = snapshot

    def differ(self, kind: str, path: str, browser: object, server: object) -> None:
        found = f"{kind} of {path}: page {browser!r}, server {server!r}"
        self.tally.found.append(f"survey {self.where} step {self.step}: {found}")

    def same(self, kind: str, path: str, browser: object, server: object) -> None:
        self.tally.compared += 1
        if browser != server:
            self.differ(kind, path, browser, server)

    def _mean(self, reason: str) -> None:
        self.tally.meant[reason] = self.tally.meant.get(reason, 0) + 1

    # What was typed, as the server should have it

    def _touch(self, path: str, snapshot: Mapping[str, Any]) -> None:
        before = self.last["questions"].get(path, {}).get("values")
        self.touched.add(path)
        if before == snapshot["questions"].get(path, {}).get("values"):
            return
        self.kept = {k: v for k, v in self.kept.items() if not self._runs(k, path)}
        self.fired |= {other for other in self.visited.drawn if self._runs(other, path)}
        self.fired.discard(path)

    def _is_computed(self, path: str) -> bool:
        name = name_of(path)
        return self.survey.has(name) and self.survey.question(name).calculation is not None

    def _runs(self, path: str, trigger: str) -> bool:
        """Whether an answer to ``trigger`` makes the calculation at ``path`` run again."""
        name, here, there = name_of(path), around(path), around(trigger)
        triggers = self.survey.question(name).trigger if self.survey.has(name) else ()
        near = here.startswith(there) or there.startswith(here)
        return near and name_of(trigger) in triggers

    def _raw(self, snapshot: Mapping[str, Any]) -> Raw:
        raw = dict(self.kept)
        for path, shown in snapshot["questions"].items():
            triggered = self.step and self.survey.question(name_of(path)).trigger
            if path in self.fired:
                self.fired.discard(path)
            elif triggered or path in self.touched or path in raw or not self._begins(path):
                raw[path] = shown["values"]
        for name, value in snapshot["fields"]:
            if name.endswith(COUNT):
                raw[name] = [value]
        begin = {q.name for q in self.survey.questions if self._begins(q.name)}
        return drafts.filled(instances.without_spare(raw), emptied=begin)

    def _begins(self, path: str) -> bool:
        question = self.survey.question(name_of(path))
        return question.default is not None or question.calculation is not None

    # What the page shows

    def _look(self, snapshot: Mapping[str, Any]) -> None:
        raw = self._raw(snapshot)
        path = self.person.walked(raw)
        drawn = self.drawn.state.counts
        if any(count > drawn.get(at, 0) for at, count in path.state.counts.items()):
            self._mean(NEW_INSTANCES)
            return
        expected = {view.path: view for view in self._views(path, raw)}
        shown = snapshot["questions"]
        for name in sorted(expected.keys() | shown.keys()):
            self.same("shown", name, name in shown, name in expected)
        for name in expected.keys() & shown.keys():
            self._question(expected[name], shown[name])
        self._spans(snapshot, path, raw)
        self._posted(snapshot, path)

    def _views(self, path: Walk, raw: Raw) -> list[QuestionView]:
        with self.person.asking(self.page):
            live = (
                frozenset(item["n"] for item in self.model["items"]) if self.model else frozenset()
            )
            look = Look(path=path, language=self.person.language, values=raw, live=live)
            return list(questions_in(views(self.page.questions, look)))

    def _question(self, view: QuestionView, shown: Mapping[str, Any]) -> None:
        if view.type == "note":
            return
        if shown["told"] is not None:
            self.same("told", view.path, shown["told"], view.said or "…")
            return
        hidden = {choice.value for choice in view.choices if choice.away}
        values = sorted(value for value in view.values if value and value not in hidden)
        self.same("values", view.path, sorted(shown["values"]), values)
        if view.type in {"select_one", "select_multiple"}:
            offered = {choice.value for choice in view.choices if not choice.away}
            offered |= {choice.value for choice in view.special}
            self.same("offered", view.path, sorted(set(shown["offered"])), sorted(offered))

    def _spans(self, snapshot: Mapping[str, Any], path: Walk, raw: Raw) -> None:
        with self.person.asking(self.page):
            look = Look(path=path, language=self.person.language, values=raw)
            for name, words in snapshot["spans"]:
                expected = look.answered(name_of(name), around(name)) or "…"
                kind = self.survey.question(name_of(name)).type
                if words != expected and kind in PLAIN:
                    self._mean(TOLD_PLAINLY)
                elif words != expected and "select" in kind and name not in self.visited.drawn:
                    self._mean(UNKNOWN_LIST)
                else:
                    self.same("words", name, words, expected)

    def _posted(self, snapshot: Mapping[str, Any], path: Walk) -> None:
        """Sent now, the page says the same as what was answered on it."""
        after = self.person.posted(self.page, [*snapshot["fields"], ["back", "1"]])
        answers = self.person.walked(after).answers
        if answers != path.answers and any(question.trigger for question in self.survey.questions):
            self._mean(MOMENT)
        elif answers != path.answers and any(map(self._is_computed, self.touched)):
            self._mean(AGAIN)
        else:
            self.same("posted answers", "", answers, path.answers)

    # What it blames

    def _sent(self, snapshot: Mapping[str, Any]) -> None:
        again = dict(snapshot["again"])
        plain = {key: snapshot[key] for key in again}
        self.same("the page after sending", "", again, plain)
        blamed = (snapshot["sent"] or {"faults": {}})["faults"]
        path = self.person.walked(self._raw(snapshot))
        with self.person.asking(self.page):
            expected = {
                fault.question: answer_fault_text(
                    fault, self.survey.question(fault.name), self.person.language
                )
                for fault in path.faults_of(self.page.id)
                if self.survey.has(fault.name)
            }
        left = {fault.question: LEFT[fault.code] for fault in path.faults if fault.code in LEFT}
        shown = snapshot["questions"]
        for name in blamed.keys() | expected.keys():
            if name in blamed:
                self.same("fault", name, blamed[name], expected.get(name))
            elif self.survey.question(name_of(name)).read_only:
                self._mean(TYPED_BY_NOBODY)
            elif name in left:
                self._mean(left[name])
            elif name not in shown and name not in self.visited.drawn:
                self._mean(NEW_INSTANCES)
            else:
                self.same("fault", name, None, expected[name])


def questions_in(items: list[View]) -> Iterator[QuestionView]:
    for view in items:
        if view.away:
            continue
        if isinstance(view, QuestionView):
            yield view
        else:
            yield from questions_in(list(view.questions))

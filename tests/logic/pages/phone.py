"""A whole survey answered on a phone's document beside what the server makes of the same values."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Route
from playwright.sync_api import Page as BrowserPage

from app.models import Collection, Draft, Mode
from app.respond import visit as at
from app.respond.phone import Asked, document
from app.respond.questions import Look, QuestionView, views
from app.services.drafts.drafts import Walk, walk
from app.words.messages import answer_fault_text
from encuestas import Survey
from encuestas.paths import flatten
from encuestas.plan import plan_of
from encuestas.survey_model import runs_alone
from tests.chromium import TIMEOUT
from tests.logic.pages.compare import Tally, questions_in
from tests.logic.pages.surveys import surveys
from tests.logic.pages.visits import ADDRESS, NOW, POOLS, SLUG

ZONE = "America/Santiago"
STEPS = 25


@dataclass
class Phone:
    """A tab of Chromium with no network, which has a document and what it loads."""

    app: Flask
    tab: BrowserPage
    complaints: list[str] = field(default_factory=list)
    _html: bytes = b""
    _files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tab.clock.set_fixed_time(NOW)
        self.tab.route("**/*", self._serve)
        self.tab.on(
            "pageerror",
            lambda error: self.complaints.append(str(error)),
        )

    def answer(self, survey: Survey, language: str, *, seed: int, steps: int) -> list[Any]:
        """Open a survey's document and answer it; what stood there after each step."""
        self._html = self._document(survey, language)
        self.tab.goto("about:blank")
        self.tab.goto(f"{ADDRESS}/e/{SLUG}/phone#new")
        self.tab.wait_for_selector("main h1:visible")
        pools = POOLS | {q.name: POOLS[q.type] for q in survey.questions if q.type in POOLS}
        script = "async (given) => (await import('/play_phone.js')).play(...given)"
        found: list[Any] = self.tab.evaluate(script, [seed, steps, pools])
        return found

    def _document(self, survey: Survey, language: str) -> bytes:
        collection = Collection(
            id="c",
            slug=SLUG,
            languages=["es", "en"],
            texts={},
            simulated=False,
            mode="confidential",
        )
        asked = Asked(collection, survey, "v", "1", 0, invited=False)
        with self.app.test_request_context(f"/e/{SLUG}/phone"):
            return document(asked, language).bodies["identity"]

    def _serve(self, route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS).partition("?")[0]
        if name.startswith("/e/"):
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        elif name.startswith(("/static/", "/play")):
            kind = "text/css" if name.endswith(".css") else "text/javascript"
            route.fulfill(body=self._file(name), content_type=kind)
        else:
            route.abort()

    def _file(self, name: str) -> bytes:
        if name not in self._files:
            own = Path(__file__).parent / name.removeprefix("/")
            static = Path(self.app.root_path) / "static" / name.rpartition("/")[2]
            self._files[name] = (static if name.startswith("/static/") else own).read_bytes()
        return self._files[name]


@contextmanager
def phone(app: Flask, browser: Browser) -> Iterator[Phone]:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, timezone_id=ZONE, service_workers="block"
    )
    context.set_default_timeout(TIMEOUT)
    yield Phone(app, context.new_page())
    context.close()


def compare_documents(
    app: Flask, browser: Browser, *, seed: int, count: int | None = None
) -> Iterator[Tally]:
    """The tally after each generated survey; for ever without a ``count``."""
    tally = Tally()
    with phone(app, browser) as held:
        for number, survey in surveys(seed):
            compare_document(held, survey, number, tally)
            yield tally
            if tally.surveys == count:
                return


def compare_document(
    held: Phone, survey: Survey, number: int, tally: Tally, *, steps: int = STEPS
) -> None:
    """Answer a survey on its document, and hold every step against the server."""
    if not runs_alone(survey):
        return
    tally.surveys += 1
    chance = random.Random(number)  # noqa: S311 a seed gives the same again
    language = chance.choice(survey.languages)
    snapshots = held.answer(survey, language, seed=chance.getrandbits(31), steps=steps)
    for complaint in held.complaints:
        tally.found.append(f"survey {number}: {complaint}")
    held.complaints.clear()
    for step, snapshot in enumerate(snapshots):
        before = len(tally.found)
        _Judge(held.app, survey, language, snapshot, tally, f"{number} step {step}").all()
        if len(tally.found) > before:
            done = [each["done"] for each in snapshots[: step + 1]]
            tally.found[-1] += f" after {done}, {snapshot['draft']['raw']}"
            return


@dataclass(frozen=True, slots=True)
class _Judge:
    """One moment of an answered survey."""

    app: Flask
    survey: Survey
    language: str
    snapshot: Mapping[str, Any]
    tally: Tally
    where: str

    def all(self) -> None:
        path = self._walked()
        self.tally.edits += 1
        with self.app.test_request_context(f"/e/{SLUG}"):
            at.speak(self.language)
            self._pages(path)
            self._questions(path)
            self._answers(path)
            if self.snapshot["done"] == "next":
                self._faults(path)

    def same(self, kind: str, path: str, phone: object, server: object) -> None:
        self.tally.compared += 1
        if phone != server:
            told = f"{kind} of {path}: phone {phone!r}, server {server!r}"
            self.tally.found.append(f"survey {self.where}: {told}")

    def _walked(self) -> Walk:
        kept = self.snapshot["draft"]
        draft = Draft(
            instance_id=kept["instance"],
            language=self.language,
            mode=Mode.CONFIDENTIAL,
            started_at=datetime.fromisoformat(kept["started_at"]),
        )
        return walk(self.survey, kept["raw"], now=NOW, draft=draft)

    def _pages(self, path: Walk) -> None:
        ids = path.page_ids()
        page = self.snapshot["page"]
        if page is None:
            return
        self.tally.pages += 1
        self.same("page is there", page, True, page in ids)
        if page in ids:
            numbers = [int(word) for word in self.snapshot["at"].split() if word.isdigit()]
            # The progress is that of when the page was opened
            if self.snapshot["done"] in {"next", "back", "begin"} and not self.snapshot["faults"]:
                self.same("progress", page, numbers, [ids.index(page) + 1, len(ids)])

    def _questions(self, path: Walk) -> None:
        expected: dict[str, QuestionView] = {}
        for page in self.survey.pages:
            look = Look(
                path=path,
                language=self.language,
                values=self.snapshot["draft"]["raw"],
                live=frozenset(plan_of(self.survey).names),
            )
            expected |= {v.path: v for v in questions_in(views(page.questions, look))}
        shown = self.snapshot["questions"]
        for name in sorted(expected.keys() | shown.keys()):
            self.same("shown", name, name in shown, name in expected)
        for name in expected.keys() & shown.keys():
            self._question(expected[name], shown[name])
        for name, words in self.snapshot["spans"]:
            look = Look(path=path, language=self.language, values={})
            told = look.answered(name.rpartition("/")[2], name.rpartition("/")[0]) or "…"
            kind = self.survey.question(name.rpartition("/")[2]).type
            if kind not in {"date", "rank"}:
                self.same("words", name, words, told)

    def _answers(self, path: Walk) -> None:
        """What expressions see."""
        clean = dict(flatten(path.answers))
        for name, answer in self.snapshot["answers"].items():
            self.same("answer", name, answer, clean.get(name))

    def _question(self, view: QuestionView, shown: Mapping[str, Any]) -> None:
        if view.type == "note":
            return
        if shown["told"] is not None:
            self.same("told", view.path, shown["told"], view.said or "…")
            return
        offered = [c.value for c in (*view.choices, *view.special) if not c.away]
        hidden = {choice.value for choice in view.choices if choice.away}
        values = sorted(value for value in view.values if value and value not in hidden)
        self.same("values", view.path, sorted(shown["values"]), values)
        if view.type in {"select_one", "select_multiple"}:
            told = list(dict.fromkeys(shown["offered"]))
            self.same("offered", view.path, told, offered)

    def _faults(self, path: Walk) -> None:
        blamed: Mapping[str, str] = self.snapshot["faults"]
        if not blamed:
            return
        page = self.snapshot["page"]
        expected = {
            fault.question: answer_fault_text(
                fault, self.survey.question(fault.name), self.language
            )
            for fault in path.faults_of(page)
            if self.survey.has(fault.name)
        }
        for name in blamed.keys() | expected.keys():
            self.same("fault", name, blamed.get(name), expected.get(name))

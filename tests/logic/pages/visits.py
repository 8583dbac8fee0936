"""Pages of a survey drawn by the application and answered in Chromium, without any network."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Route
from playwright.sync_api import Page as BrowserPage

from app.models import Collection, Draft, Mode
from app.respond import pages
from app.respond import visit as at
from app.respond.turning import turn
from app.respond.visit import Visit
from app.services.drafts.drafts import Walk, walk
from app.services.receiving.rule import ZONE
from encuestas import Page, Survey
from encuestas.definition import walk as questions_of
from tests.chromium import TIMEOUT

ADDRESS = "http://127.0.0.1"
SLUG = "prueba"
NOW = datetime(2026, 1, 15, 12, tzinfo=ZONE)
READY = "main [role=status].hidden"
POOLS = {
    "": ("", "a", "hola", "  dos  ", "x,y", "Año", "3", "b"),
    "integer": ("", "0", "1", "2", "3", "5", "12", "-3", " 7 ", "1 000", "1.234", "3,5", "abc"),
    "decimal": ("", "0", "1", "2,5", "0.25", "-1", "4", "1.234", "12.345,6", "x"),
    "range": ("", "0", "1", "2", "3,5", "6", "10", "11", "0.3", "x"),
    "date": ("", "2026-01-15", "2025-12-31"),
}


@dataclass(frozen=True, slots=True)
class Visited:
    """What a page of somebody's survey did: ``kept`` is the draft as it was drawn from."""

    survey: Survey
    page: Page
    kept: Mapping[str, list[str]]
    drawn: frozenset[str]
    snapshots: Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class Person:
    """Somebody who answers a survey, whose draft is in no database."""

    app: Flask
    survey: Survey
    number: int
    language: str
    collection: Collection = field(init=False)
    draft: Draft = field(init=False)

    def __post_init__(self) -> None:
        self.collection = Collection(
            id="c", slug=SLUG, languages=["es", "en"], texts={}, simulated=False
        )
        self.draft = Draft(
            **{"id": "d", "collection_id": "c", "version_id": "v", "correction": 0, "page": ""},
            **{"mode": Mode.CONFIDENTIAL, "preview": False, "counter": 0, "answers": {}},
            instance_id=str(uuid.UUID(int=self.number, version=4)),
            language=self.language,
        )

    @contextmanager
    def asking(self, page: Page, form: Sequence[tuple[str, str]] = ()) -> Iterator[Visit]:
        """One request for a page, or with a form."""
        path = f"/e/{SLUG}/p/{page.id}"
        data: dict[str, list[str]] = {}
        for name, value in form:
            data.setdefault(name, []).append(value)
        method = "POST" if form else "GET"
        with self.app.test_request_context(path, method=method, data=data or None):
            at.speak(self.language)
            yield Visit(self.collection, SLUG, "secret", NOW)

    def walked(self, raw: Mapping[str, list[str]]) -> Walk:
        return walk(self.survey, raw, now=NOW, draft=self.draft)

    def html(self, page: Page, secret: str) -> str:
        with self.asking(page):
            frame = at.frame(self.collection, self.survey, self.language)
            path = self.walked(self.draft.answers)
            return pages.page_html(
                frame | {"code": None, "inside": None},
                path,
                page,
                self.draft.answers,
                secret=secret,
                language=self.language,
                media={},
                files={},
            )

    def posted(self, page: Page, form: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
        """What the draft becomes by a post; the draft itself stays as it is."""
        before = self.draft.answers
        with self.asking(page, form) as visit:
            turn(visit, self.draft, self.survey, page, closed=None)
        after, self.draft.answers = self.draft.answers, before
        return dict(after)


@dataclass
class Desk:
    """A tab of Chromium in which one page after the other is answered."""

    app: Flask
    tab: BrowserPage
    complaints: list[str] = field(default_factory=list)
    _html: str = ""
    _files: dict[str, bytes] = field(default_factory=dict)
    _visits: int = 0

    def __post_init__(self) -> None:
        self.tab.route("**/*", self._serve)
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))

    def visit(self, person: Person, page: Page, *, seed: int, steps: int) -> Visited:
        """Answer a page some times."""
        self._visits += 1
        kept = dict(person.draft.answers)
        self._html = person.html(page, f"secret{self._visits}")  # nothing is remembered of others
        self.tab.goto(f"{ADDRESS}/e/{SLUG}/p/{page.id}")
        self.tab.wait_for_selector(READY, state="attached")
        script = "async (given) => (await import('/play.js')).play(...given)"
        played = self.tab.evaluate(script, [seed, steps, _pools(page, person.walked(kept))])
        return Visited(person.survey, page, kept, frozenset(played["drawn"]), played["all"])

    def _serve(self, route: Route) -> None:
        name = route.request.url.removeprefix(ADDRESS).partition("?")[0]
        if name.startswith("/e/"):
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
            return
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        route.fulfill(body=self._file(name), content_type=kind)

    def _file(self, name: str) -> bytes:
        if name not in self._files:
            own = Path(__file__).with_name("play.js")
            static = Path(self.app.root_path) / "static" / name.rpartition("/")[2]
            self._files[name] = (own if name == "/play.js" else static).read_bytes()
        return self._files[name]


@contextmanager
def desk(app: Flask, browser: Browser) -> Iterator[Desk]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(TIMEOUT)
    yield Desk(app, context.new_page())
    context.close()


def _pools(page: Page, path: Walk) -> dict[str, Sequence[str]]:
    """What may be typed, by path."""
    types = {question.name: question.type for question, _ in questions_of(page.questions)}
    known = (*path.state.places, "")
    names = {name: POOLS[kind] for name, kind in types.items() if kind in POOLS}
    found = {
        f"{place}/{name}" if place else name: pool
        for place in known
        for name, pool in names.items()
    }
    return {"": POOLS[""], **found}


def person(app: Flask, survey: Survey, number: int) -> Person:
    language = random.Random(number).choice(("es", "en"))  # noqa: S311 a seed gives the same again
    return Person(app, survey, number, language)

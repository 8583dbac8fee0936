"""Runs trees in Chromium: `app/static/logic.js` with all of its functions, many in one call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).parents[2]
ADDRESS = "http://127.0.0.1"
DEFAULT_NOW = "2026-01-15T12:00:00"
_FILES = {
    "/": (b"<!doctype html><title>logic</title>", "text/html"),
    "/logic.js": ((ROOT / "app" / "static" / "logic.js"), "text/javascript"),
    "/logic-more.js": ((ROOT / "app" / "static" / "logic-more.js"), "text/javascript"),
    "/case.js": ((Path(__file__).parent / "case.js"), "text/javascript"),
}
_RUN = """async (cases) => {
  const { answer } = await import("/case.js");
  return JSON.parse(cases).map(answer);
}"""


@contextmanager
def logic_page(browser: Browser) -> Iterator[Page]:
    """A page on which `run` works. Nothing is asked of any network: files are answered here."""
    context = browser.new_context(timezone_id="Asia/Kathmandu")  # must not matter
    page = context.new_page()
    page.route("**/*", _serve)
    page.goto(f"{ADDRESS}/")
    yield page
    context.close()


def run(page: Page, cases: Iterable[tuple[object, Mapping[str, object]]]) -> list[object]:
    """What each ``(tree, context)`` gives, or ``{"error": text}`` where it raised."""
    written = json.dumps([[tree, {**given, "now": _moment(given)}] for tree, given in cases])
    return page.evaluate(_RUN, written)


def _moment(given: Mapping[str, object]) -> str:
    """The moment as the page's model writes it."""
    now = datetime.fromisoformat(str(given.get("now", DEFAULT_NOW)))
    return now.isoformat(timespec="milliseconds")


def _serve(route: Route) -> None:
    found = _FILES.get(route.request.url.removeprefix(ADDRESS).partition("?")[0])
    if found is None:
        route.fulfill(status=404)
        return
    content, kind = found
    body = content if isinstance(content, bytes) else content.read_bytes()
    route.fulfill(body=body, content_type=kind)

"""One way of starting Chromium, for tests, pictures and benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.install_chromium import find_chromium

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing beyond this machine
]
TIMEOUT = 40_000
"""Milliseconds that anything may take: long, for a busy machine says nothing about the page."""
needs_chromium = pytest.mark.skipif(
    find_chromium() is None, reason="there is no Chromium here: install it, or set CHROMIUM"
)


# A phone that lets pages keep nothing: there surveys are asked by the server, page by page.
KEEPS_NOTHING = """Object.defineProperty(self, "indexedDB", { get() {
  throw new DOMException("refused", "SecurityError");
} })"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that ends with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        expect.set_options(timeout=TIMEOUT)
        try:
            yield browser
        finally:
            browser.close()


def wait_for(page: Page, came: Callable[[], object]) -> None:
    """Until something outside of the page has come, for as long as anything may take here."""
    for _ in range(TIMEOUT // 200):
        if came():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come")

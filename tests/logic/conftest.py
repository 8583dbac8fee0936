"""One page in Chromium for all tests of the browser's evaluator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.logic.in_chromium import logic_page


@pytest.fixture(scope="session")
def evaluator(browser: Browser) -> Iterator[Page]:
    with logic_page(browser) as page:
        yield page

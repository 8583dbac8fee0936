"""The pages of field work as axe sees them, on the smallest phone too; and typing by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.chromium import TIMEOUT, needs_chromium
from tests.field.conftest import SLUG, Service

pytestmark = needs_chromium


def look(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert not found.violations_count, f"{page.url}: {found.generate_report()}"
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
    page.set_viewport_size(size)


@pytest.fixture
def desk(browser: Browser, service: Service) -> Iterator[Page]:
    """Whoever runs the work, signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(TIMEOUT)
    page = context.new_page()
    page.goto(f"{service.address}/login?next=/collections")
    page.fill("#email", service.manager[0])
    page.fill("#password", service.manager[1])
    page.click("main form button")
    page.wait_for_url("**/collections")
    yield page
    context.close()


def test_pages_of_those_who_run_the_work(desk: Page, service: Service) -> None:
    at = f"{service.address}/collections/{SLUG}"
    addresses = ("/entry", "/fieldwork", "/quotas?by=territory&by=gender&lang=en", "/entry?lang=en")
    for address in addresses:
        desk.goto(at + address)
        look(desk)
    desk.goto(f"{service.address}/field")
    look(desk)


def test_pages_of_the_interviewer(ready: Callable[[], Page]) -> None:
    page = ready()
    look(page)
    page.click("#begin")
    look(page)
    page.click("text=No hubo entrevista")
    look(page)
    page.click("#without button:has-text('Cancelar')")
    page.click("#lock")
    look(page)


def test_a_code_chooses_and_goes_on(desk: Page, service: Service) -> None:
    """No member, so two questions are passed over; a mark; Enter over what may stay blank."""
    desk.goto(f"{service.address}/collections/barrio/entry")
    desk.wait_for_selector("#folio:focus")
    desk.keyboard.type("12")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")

    def here() -> str | None:
        return desk.evaluate("document.activeElement.closest('[data-name]')?.dataset.name")

    assert here() == "member"
    desk.keyboard.type("9")
    assert here() == "member"
    assert "No es un código" in desk.inner_text("[data-name=member]")
    desk.keyboard.press("Backspace")
    desk.keyboard.type("2")
    assert here() == "overall"
    desk.keyboard.press("ArrowUp")
    assert here() == "member"
    desk.keyboard.press("ArrowDown")
    desk.keyboard.type("6")
    while desk.evaluate("document.activeElement.name") != "save":
        desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=guardado y contado")

"""Every page for staff, of the demonstration, as axe sees it: also those that are added later."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app import create_app
from app.models import RoleName
from app.permissions import Permission
from tests.browser.conftest import Service
from tests.chromium import TIMEOUT, needs_chromium
from tests.conftest import test_settings

pytestmark = needs_chromium
GIVEN = {"slug": "satisfaccion", "word": "organisations", "name": "overall"}
# Not pages to be read: what they give is a file, a picture, or the start of something else.
FILES = (
    ".json",
    ".pdf",
    ".zip",
    ".csv",
    ".png",
    ".svg",
    ".xlsx",
    ".vl.json",
    "/poster",
    "/download",
)
PROGRAMS = ("/api/", "/odata/")


def _pages() -> list[str]:
    """Addresses that need a log-in and nothing but what the demonstration has."""
    folder = Path(tempfile.gettempdir())
    app = create_app(test_settings(f"sqlite:///{folder / 'nobody-asks.sqlite3'}", folder))
    found = []
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", Permission.PUBLIC)
        closed = permission is not Permission.PUBLIC
        if closed and "GET" in rule.methods and rule.arguments <= GIVEN.keys():
            address = rule.rule
            for name, value in GIVEN.items():
                address = address.replace(f"<{name}>", value)
            if not address.endswith(FILES) and not address.startswith(PROGRAMS):
                found.append(address)
    return sorted(found)


@pytest.fixture(scope="module")
def staff(browser: Browser, service: Service) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(TIMEOUT)
    page = context.new_page()
    email, password = service.logins[RoleName.ADMINISTRATOR]
    page.goto(f"{service.address}/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("p.buttons button")
    page.wait_for_url(lambda url: "/login" not in url)
    yield page
    context.close()


@pytest.mark.parametrize("path", _pages())
def test_axe_finds_nothing(staff: Page, service: Service, path: str) -> None:
    answer = staff.goto(service.address + path)
    assert answer is not None
    assert answer.status == 200, path
    assert answer.headers["content-type"].startswith("text/html"), "give its ending to FILES"
    assert staff.locator("h1").count() == 1
    found = Axe().run(staff, options={"resultTypes": ["violations"]})
    assert not found.violations_count, found.generate_report()


def test_filters_wait_on_a_phone_and_stand_open_where_there_is_room(
    staff: Page, service: Service
) -> None:
    address = f"{service.address}/collections/satisfaccion/responses"
    form, words = staff.locator(".narrowing form"), staff.locator(".narrowing > summary")
    menu = staff.locator(".menu nav")
    try:
        staff.set_viewport_size({"width": 360, "height": 740})
        staff.goto(f"{address}?state=submitted&flag=same")
        assert not form.is_visible()
        assert not menu.is_visible()
        assert "2" in words.inner_text()
        assert staff.evaluate("document.documentElement.scrollWidth") <= 360
        words.focus()
        staff.keyboard.press("Enter")
        assert form.is_visible()
        assert not Axe().run(staff, options={"resultTypes": ["violations"]}).violations_count
        staff.locator(".menu > summary").press("Enter")
        assert menu.is_visible()
        staff.set_viewport_size({"width": 1280, "height": 800})
        staff.goto(address)
        assert form.is_visible()
        assert menu.is_visible()
        assert not words.is_visible()
    finally:
        staff.set_viewport_size({"width": 1280, "height": 800})

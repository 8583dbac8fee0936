"""A page whose names mean something to JavaScript works like any other."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Service
from tests.chromium import KEEPS_NOTHING, TIMEOUT, needs_chromium

pytestmark = needs_chromium


def test_built_in_names_are_names(browser: Browser, service: Service) -> None:
    context = browser.new_context()
    context.add_init_script(KEEPS_NOTHING)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{service.address}/e/nombres")
    page.click("main form button")
    page.wait_for_selector("main [role=status].hidden", state="attached")
    page.fill("[name=__proto__]", "si")
    expect(page.locator("[data-q=constructor]:not(template)")).to_be_visible()
    expect(page.locator("[name=toString][value=__proto__]")).to_be_visible()
    expect(page.locator("[name=toString][value=valueOf]")).to_have_count(0)
    assert wrong == []
    context.close()

"""A survey opened once and answered with the network cut, all on one document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Service
from tests.chromium import TIMEOUT, needs_chromium

pytestmark = needs_chromium
HEADING = "main h1:visible"


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(TIMEOUT)
    yield context
    context.close()


@pytest.fixture
def begin(phone: BrowserContext, service: Service) -> Iterator[Callable[..., Page]]:
    complaints: list[str] = []

    def open_document(slug: str = "viva", *, query: str = "") -> Page:
        page = phone.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{service.address}/e/{slug}/phone{query}#new")
        page.wait_for_selector(HEADING)
        phone.set_offline(True)
        return page

    yield open_document
    assert complaints == []


def press(page: Page, name: str) -> None:
    page.click(f"button[name={name}]:not(.hidden):visible")


def at(page: Page) -> tuple[str, str]:
    """What the address and the heading say."""
    return page.url.partition("#")[2], page.inner_text(HEADING)


def raw(page: Page, slug: str = "viva") -> dict[str, Any]:
    """What the phone holds of what was typed."""
    page.wait_for_timeout(400)
    found = page.evaluate("slug => cabildo.open(slug)", slug)
    kept: dict[str, Any] = (found["drafts"] or found["waiting"])[0]
    return kept["raw"] if "raw" in kept else kept["item"]["answers"]


def to_members(page: Page) -> None:
    page.check("[name=water][value=si]")
    press(page, "next")
    page.fill("[name=adults]", "2")
    press(page, "next")


def test_the_whole_way_without_network(begin: Callable[..., Page]) -> None:
    page = begin()
    assert at(page) == ("p-home", "La casa")
    assert page.evaluate("document.activeElement.localName") == "h1"
    expect(page.locator("#at")).to_have_text("· Página 1 de 3")
    to_members(page)
    assert at(page) == ("p-members", "Quienes viven")
    page.fill("[name='member[1]/age']", "40")
    press(page, "next")
    assert at(page) == ("review", "Revise sus respuestas")
    assert "Camas para 3 personas" in page.inner_text(".answers")
    press(page, "send")
    expect(page.locator("#thanks h1")).to_be_visible()
    assert raw(page) == {
        **{"water": ["si"], "adults": ["2"], "children": ["1"], "beds": ["3"]},
        **{"member[]": ["1"], "member[1]/age": ["40"]},
    }


def test_what_is_missing_is_told_before_the_page_is_turned(begin: Callable[..., Page]) -> None:
    page = begin()
    press(page, "next")
    expect(page.locator(".summary")).to_be_focused()
    page.click(".summary a")
    assert page.evaluate("document.activeElement.name") == "water"
    assert at(page)[0] == "p-home"
    page.check("[name=water][value=no]")
    press(page, "next")
    assert page.inner_text(".summary a").startswith("Escriba")


def test_the_browsers_own_buttons_turn_pages(begin: Callable[..., Page]) -> None:
    page = begin()
    to_members(page)
    page.go_back()
    assert at(page)[0] == "p-people"
    page.go_back()
    assert at(page)[0] == "p-home"
    page.go_forward()
    assert page.input_value("[name=adults]") == "2"
    press(page, "back")
    assert at(page)[0] == "p-home"


def test_instances_come_go_and_come_back(begin: Callable[..., Page]) -> None:
    page = begin()
    to_members(page)
    page.fill("[name='member[1]/age']", "10")
    press(page, "add")
    assert page.evaluate("document.activeElement.textContent") == "Persona 2 de 2"
    page.fill("[name='member[2]/age']", "40")
    assert page.inner_text("output[data-value=ages]") == "50"
    page.click("[name=remove][value='member[1]']")
    assert page.input_value("[name='member[1]/age']") == "40"
    assert raw(page)["member[]"] == ["1"]
    press(page, "restore")
    assert page.input_value("[name='member[2]/age']") == "10"
    expect(page.locator("[name='member[2]/school']")).to_be_visible()
    assert page.inner_text("output[data-value=ages]") == "50"


def test_it_goes_on_where_it_was_left(begin: Callable[..., Page], phone: BrowserContext) -> None:
    page = begin()
    to_members(page)
    page.fill("[name='member[1]/age']", "10")
    press(page, "add")
    page.fill("[name='member[2]/age']", "40")
    before = raw(page)
    phone.set_offline(False)
    page.reload()
    page.wait_for_selector(HEADING)
    assert at(page)[0] == "p-members"
    assert page.input_value("[name='member[2]/age']") == "40"
    assert raw(page) == before
    page.click("header nav a")
    page.wait_for_selector("h1:has-text('Who lives here')")
    assert page.input_value("[name='member[2]/age']") == "40"


def test_answers_are_changed_from_the_review(begin: Callable[..., Page]) -> None:
    page = begin()
    to_members(page)
    page.fill("[name='member[1]/age']", "40")
    press(page, "next")
    page.click(".answers a >> nth=0")
    assert at(page)[0] == "p-home"
    assert page.evaluate("document.activeElement.name") == "water"
    page.check("[name=water][value=no]")
    page.go_back()
    press(page, "send")
    expect(page.locator(".summary h2")).to_have_text("Falta algo antes de enviar")


def test_nothing_that_axe_finds(begin: Callable[..., Page]) -> None:
    page = begin()
    found = []
    press(page, "next")
    found.append(Axe().run(page, options={"resultTypes": ["violations"]}))
    to_members(page)
    press(page, "add")
    found.append(Axe().run(page, options={"resultTypes": ["violations"]}))
    page.fill("[name='member[1]/age']", "40")
    page.fill("[name='member[2]/age']", "4")
    press(page, "next")
    found.append(Axe().run(page, options={"resultTypes": ["violations"]}))
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for each in found:
        assert not each.violations_count, each.generate_report()

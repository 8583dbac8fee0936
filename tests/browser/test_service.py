"""The real service in a real browser: every page, with and without JavaScript, and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from app.models import RoleName
from tests.browser.conftest import Service
from tests.chromium import KEEPS_NOTHING, TIMEOUT, needs_chromium

pytestmark = needs_chromium
NARROWEST = 320
# The first choice of each list and something in each text.
FILL = """() => {
  const seen = new Set();
  for (const box of document.querySelectorAll('main form input, main form textarea')) {
    if (box.type === 'hidden' || seen.has(box.name)) continue;
    seen.add(box.name);
    if (['radio', 'checkbox'].includes(box.type)) box.checked = true;
    else box.value = box.type === 'date' ? '2026-05-04' : box.inputMode ? '2000' : 'Nada';
  }
  for (const list of document.querySelectorAll('main form select')) list.selectedIndex = 1;
}"""
NEXT = "main form button >> nth=0"


@dataclass
class Visitor:
    """Somebody who looks hard at each page that opens."""

    page: Page
    address: str
    lang: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(TIMEOUT)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        # The browser notes the status of a page that tells of a problem; that one is meant.
        own = message.location["url"] == self.page.url
        if message.type == "error" and not (own and message.text.startswith("Failed to load")):
            self.complaints.append(f"{self.page.url}: console: {message.text}")

    def open(self, path: str, name: str) -> None:
        joined = f"{path}{'&' if '?' in path else '?'}lang={self.lang}"
        self.page.goto(self.address + joined)
        self.look(name)

    def press(self, name: str, button: str = NEXT) -> None:
        self.page.click(button)
        self.look(name)

    def look(self, name: str) -> None:
        """Fit for the smallest phone, no fault that axe finds, in the language asked for."""
        page, where = self.page, f"{name} ({self.page.url})"
        if page.get_attribute("html", "lang") != self.lang:
            self.complaints.append(f"{where}: not in {self.lang}")
        size = page.viewport_size
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROWEST:
            self.complaints.append(f"{where}: {width} px wide on a phone of {NARROWEST}")
        page.set_viewport_size(size)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        if found.violations_count:
            self.complaints.append(f"{where}: {found.generate_report()}")

    def answer(self) -> set[str]:
        """From the start to the receipt, with the faults of each page that has any; the pages."""
        self.press("first page")
        pages = set()
        while (place := urlsplit(self.page.url).path).rpartition("/")[2] != "review":
            pages.add(place)
            self.press("left empty")
            if urlsplit(self.page.url).path == place:
                self.page.evaluate(FILL)
                self.press("filled in")
        self.press("receipt")
        return pages

    def sign_in(self, service: Service, role: RoleName) -> None:
        email, password = service.logins[role]
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("main form button")


@pytest.fixture(
    params=[("es", 360, 740), ("en", 1280, 800)], ids=lambda each: f"{each[0]}-{each[1]}"
)
def visitor(
    browser: Browser, service: Service, request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """Spanish on a phone and English on a wide screen: each page in both languages and widths."""
    lang, width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_init_script(KEEPS_NOTHING)
    yield Visitor(context.new_page(), service.address, lang)
    context.close()


@pytest.mark.parametrize(
    ("slug", "pages"), [("satisfaccion", 8), ("calidad-pdt", 6), ("barrio", 4)]
)
def test_answering(visitor: Visitor, slug: str, pages: int) -> None:
    visitor.open(f"/e/{slug}", "start")
    assert len(visitor.answer()) == pages
    assert visitor.page.url.endswith("/thanks")
    visitor.open(f"/e/{slug}", "start, received")
    assert visitor.complaints == []


def test_what_goes_wrong(visitor: Visitor) -> None:
    visitor.open("/", "home")
    visitor.open("/e/nada", "unknown")
    visitor.open("/e/futura", "not yet open")
    visitor.open("/e/pasada", "closed")
    visitor.open("/e/anes-1996", "staff only")
    visitor.open("/nada", "no such page")
    visitor.open("/e/barrio/p/marks", "nothing begun")
    visitor.press("first page")
    visitor.open("/e/barrio", "start, to go on")
    visitor.press("first page", ":is(main form button, main a.button):visible")
    visitor.page.evaluate("document.querySelector('[name=draft]').value = 'gone'")
    visitor.page.check("input[type=radio] >> nth=1")
    visitor.press("expired")
    assert len(visitor.page.query_selector_all("main dl.answers dd")) == 1
    assert visitor.complaints == []


def test_pages_for_staff(visitor: Visitor, service: Service) -> None:
    visitor.open("/analysis", "log-in")
    visitor.sign_in(service, RoleName.INTERVIEWER)
    visitor.look("not allowed")
    visitor.open("/login", "home")
    visitor.page.context.clear_cookies()
    visitor.open("/login", "log-in")
    visitor.press("log-in with a fault")
    visitor.sign_in(service, RoleName.EVALUATOR)
    visitor.look("analysis")
    visitor.open("/analysis/satisfaccion", "a sample")
    visitor.open("/analysis/satisfaccion?by=gender&measure=satisfied", "one measure by group")
    visitor.open("/analysis/calidad-pdt?by=territory", "a known list by territory")
    visitor.open("/analysis/barrio", "an open link")
    visitor.open("/analysis/anes-1996", "nobody answered yet")
    visitor.open("/analysis/nada", "no such analysis")
    visitor.open("/preview/futura", "preview")
    visitor.press("preview: first page")
    assert visitor.complaints == []


def test_a_careless_page_is_complained_of(visitor: Visitor) -> None:
    visitor.open("/", "home")
    visitor.page.evaluate("""() => {
        document.documentElement.lang = 'fr';
        document.querySelector('main').innerHTML = '<input><img src="https://example.org/x.png">';
        document.querySelector('main input').style.width = '999px';
    }""")
    visitor.look("spoilt")
    said = " ".join(visitor.complaints)
    for complaint in (
        "not in",
        "px wide",
        "Content Security Policy",
        "does not have an explicit <label>",
    ):
        assert complaint in said


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A phone whose JavaScript is off."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.set_default_timeout(TIMEOUT)
    yield context
    context.close()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_without_javascript(plain: BrowserContext, service: Service) -> None:
    page = plain.new_page()
    page.goto(f"{service.address}/e/barrio")
    press(page, "Comenzar")
    press(page, "Siguiente")
    assert page.locator(".summary a").get_attribute("href") == "#q-member"
    page.locator(".summary a").click()
    assert page.locator("#q-member").evaluate("box => box === document.activeElement")
    page.check("[name=member][value=no]")
    press(page, "Siguiente")
    page.get_by_label("¿Qué edad tiene?").fill("40")
    press(page, "English")
    assert page.get_by_label("¿Qué edad tiene?").input_value() == "40"
    page.check("[name=overall][value='3']")
    press(page, "Next")
    assert heading(page).startswith("What went wrong?"), "a low mark asks why"
    press(page, "Back")
    page.check("[name=overall][value='7']")
    press(page, "Español")
    press(page, "Siguiente")
    press(page, "Siguiente")
    assert heading(page) == "Revise sus respuestas"
    assert "¿Qué salió mal?" not in page.inner_text("main")
    review = page.url
    press(page, "Enviar mis respuestas")
    assert heading(page) == "Gracias"
    code = page.inner_text(".receipt strong")
    page.reload()
    assert page.inner_text(".receipt strong") == code
    page.goto(review)
    assert page.inner_text(".receipt strong") == code


def test_a_second_press_sends_nothing_twice(plain: BrowserContext, service: Service) -> None:
    page, again = plain.new_page(), plain.new_page()
    page.goto(f"{service.address}/e/barrio")
    press(page, "Comenzar")
    page.check("[name=member][value=no]")
    press(page, "Siguiente")
    page.check("[name=overall][value='7']")
    press(page, "Siguiente")
    press(page, "Siguiente")
    again.goto(page.url)
    codes = []
    for tab in (page, again):
        press(tab, "Enviar mis respuestas")
        codes.append(tab.inner_text(".receipt strong"))
    assert codes[0] == codes[1]


def tab_to(page: Page, selector: str) -> None:
    """Move on with the Tab key until the cursor is there, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"the Tab key does not reach {selector} on {page.url}")


def test_by_keyboard_alone(browser: Browser, service: Service) -> None:
    page = browser.new_page()
    page.add_init_script(KEEPS_NOTHING)
    page.set_default_timeout(TIMEOUT)
    page.goto(f"{service.address}/e/barrio")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main", "the skip link leads nowhere"
    tab_to(page, "form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/member")
    tab_to(page, "[name=member]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/marks")
    tab_to(page, "[name=overall]")
    page.keyboard.press("Space")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    tab_to(page, "[name=age]")
    page.keyboard.type("40")
    tab_to(page, "[name=uses]")
    page.keyboard.press("Space")
    tab_to(page, "button[name=next]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/end")
    tab_to(page, "button[name=next]")
    page.keyboard.press("Space")
    page.wait_for_url("**/review")
    said = page.inner_text("main")
    assert all(re.search(rf"\b{words}\b", said) for words in ("No", "6", "40", "La plaza"))
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks")
    page.close()

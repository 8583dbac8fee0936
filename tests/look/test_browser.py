"""What only a browser knows: nothing overflows a small phone, targets are big, axe is content."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.chromium import needs_chromium
from tests.look.pages import PAGES
from tests.look.render import served

pytestmark = needs_chromium

TOO_SMALL = """() => [...document.querySelectorAll(
  'main button, main .button, .field, .option label, summary, nav a, nav button')]
  .map(e => [e.textContent.trim() || e.id, e.getBoundingClientRect()])
  .filter(([, box]) => box.height && box.height < 47.5)
  .map(([name, box]) => `${name}: ${box.height}`)"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


@pytest.fixture(scope="module", params=["light", "dark"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """As small as phones come."""
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=request.param)
    yield page
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_page(phone: Page, address: str, name: str) -> None:
    phone.goto(address + name)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width == 320, "the page scrolls sideways"
    assert phone.evaluate(TOO_SMALL) == []
    found = Axe().run(phone, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("width", "least"), [(320, 41), (360, 48)])
def test_seven_marks_stand_in_one_row(
    browser: Browser, address: str, width: int, least: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 640})
    page.goto(address + "scale")
    boxes = [label.bounding_box() for label in page.locator(".scale label").all()]
    page.close()
    assert len(boxes) == 7
    assert len({box["y"] for box in boxes}) == 1
    assert min(box["width"] for box in boxes) >= least


def test_the_link_of_a_fault_puts_the_cursor_there(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(address + "faults")
    for name in ("overall", "activities", "who", "age"):
        page.locator(f'.summary a[href="#q-{name}"]').click()
        assert page.evaluate("document.activeElement.name") == name
        page.goto(address + "faults")
    page.close()


def test_the_keyboard_chooses_a_mark(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address + "scale")
    page.locator("#q-overall\\:6").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector(':checked').value") == "7"
    page.close()

"""What somebody does with a survey on a phone, step by step."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.chromium import TIMEOUT
from tests.offline.conftest import Service

KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("cabildo /"));
  const doors = await (await caches.open("cabildo")).keys();
  return names.length > 1 && doors.length > 1;
}"""
RECEIPT = "#received strong"
# A page of an old release that hears nothing has the database, with the stores of its time
HELD = """(name) => new Promise((done) => {
  const asked = indexedDB.open(name, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("meta");
  asked.onsuccess = () => { self.base = asked.result; done(); };
})"""


def until(page: Page, script: str, argument: object = None) -> None:
    """What `wait_for_function` does, which the pages' policy forbids."""
    for _ in range(TIMEOUT // 100):
        if page.evaluate(script, argument):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"it never came true: {script}")


def open_door(page: Page, service: Service) -> None:
    page.goto(f"{service.address}/e/barrio")
    page.wait_for_selector("#phone[data-known]", state="attached")


def begin(page: Page, service: Service) -> None:
    """To the first question, and until the phone has all that it needs without signal."""
    open_door(page, service)
    page.click("main form button")
    page.wait_for_selector("[name=member]")
    until(page, KEPT)


def answer(page: Page, mark: int = 7) -> None:
    page.check("[name=member][value='no']")
    page.click(".buttons [name=next]")
    page.check(f"[name=overall][value='{mark}']")
    page.click(".buttons [name=next]")
    page.click(".buttons [name=next]")


def finish(page: Page) -> None:
    page.click("[name=send]")
    expect(page.locator("#thanks h1")).to_be_visible()


def received(page: Page) -> str:
    expect(page.locator(RECEIPT)).not_to_be_empty()
    return page.inner_text(RECEIPT)


def is_kept(page: Page, member: str) -> None:
    """The page says so, and it is so."""
    until(
        page,
        """(value) => cabildo.open().then(({ drafts }) =>
          drafts.some(({ raw }) => raw.member && raw.member[0] === value))""",
        member,
    )
    expect(page.locator("#kept")).to_have_text("Guardado en este teléfono")


def clean(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert not found.violations_count, found.generate_report()

"""The browser wakes the worker, and what was kept is sent though no page is open any more."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from app.models import Response
from tests.chromium import TIMEOUT, needs_chromium
from tests.offline import walk
from tests.offline.conftest import Service

pytestmark = needs_chromium
TAG = "cabildo"
REGISTERED = """async () => (await (await navigator.serviceWorker.ready).sync.getTags())"""


def registration(session: CDPSession, page: Page, origin: str) -> str:
    """The browser's own number for the worker of that address."""
    found: list[str] = []

    def hear(event: dict) -> None:
        found.extend(
            each["registrationId"]
            for each in event["registrations"]
            if each["scopeURL"] == f"{origin}/" and not each["isDeleted"]
        )

    session.on("ServiceWorker.workerRegistrationUpdated", hear)
    session.send("ServiceWorker.enable")
    for _ in range(TIMEOUT // 100):
        if found:
            return found[-1]
        page.wait_for_timeout(100)
    raise AssertionError("the browser knows no worker")


def test_what_was_kept_is_sent_with_the_page_closed(
    phone: BrowserContext, page: Page, service: Service, stored: Callable[[type], list]
) -> None:
    before = {row.instance_id for row in stored(Response)}
    walk.begin(page, service)
    walk.answer(page)
    service.kill()
    walk.finish(page)
    expect(page.locator("#sent")).to_contain_text("Guardado en este teléfono")
    walk.until(page, f"async () => (await ({REGISTERED})()).includes('{TAG}')")
    instance = page.evaluate(
        "cabildo.open('barrio').then((all) => all.waiting[0].item.instance_id)"
    )
    page.close()
    nothing = phone.new_page()  # no page of the service is open
    session = phone.new_cdp_session(nothing)
    worker = registration(session, nothing, service.address)
    service.start()
    assert {row.instance_id for row in stored(Response)} == before
    event = {"origin": service.address, "registrationId": worker, "tag": TAG, "lastChance": False}
    session.send("ServiceWorker.dispatchSyncEvent", event)
    for _ in range(TIMEOUT // 100):
        if {row.instance_id for row in stored(Response)} - before:
            break
        nothing.wait_for_timeout(100)
    assert {row.instance_id for row in stored(Response)} - before == {instance}
    assert [each.url for each in phone.pages] == ["about:blank"]
    again = phone.new_page()
    again.goto(f"{service.address}/e/barrio/mine")
    expect(again.locator("main")).to_contain_text("Su código de comprobante es")

"""What a phone keeps: every change, in all tabs, whatever closes under it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.chromium import TIMEOUT, needs_chromium
from tests.offline.conftest import Service
from tests.offline.walk import HELD, until

pytestmark = needs_chromium
Keeper = Callable[[], Page]
DRAFT = """(window.draft = {
  instance: "11111111-1111-4111-8111-111111111111", slug: "barrio", title: "Mi barrio",
  doc: "/e/barrio/phone?v=1&c=0&lang=es&r=0", version: "1", correction: 0, language: "es",
  page: "", raw: {}, counter: 0, started_at: "2026-05-04T10:00:00-04:00", zone: "America/Santiago",
})"""
INSTANCE = "11111111-1111-4111-8111-111111111111"


def begin(page: Page) -> None:
    page.evaluate(DRAFT)


def save(page: Page, **raw: str) -> dict:
    given = {name: [value] for name, value in raw.items()}
    return page.evaluate("raw => (draft.raw = raw, cabildo.save(draft))", given)


def kept(page: Page) -> dict:
    return page.evaluate("instance => cabildo.draft(instance)", INSTANCE)


def test_a_new_phone_can_keep(keeper: Keeper) -> None:
    assert keeper().evaluate("cabildo.usable()") is True


def test_every_change_is_kept(keeper: Keeper) -> None:
    page = keeper()
    begin(page)
    page.evaluate("cabildo.save(draft)")
    assert save(page, why="Se cortó") == {"where": "phone", "others": []}
    page.close()
    row = kept(keeper())
    assert (row["raw"], row["counter"]) == ({"why": ["Se cortó"]}, 2)


def test_changes_in_one_breath_keep_their_order(keeper: Keeper) -> None:
    page = keeper()
    begin(page)
    page.evaluate("""Promise.all([1, 2, 3, 4, 5].map((n) => {
      draft.raw = { n: [`${n}`] };
      return cabildo.save(draft);
    }))""")
    assert (kept(page)["raw"], kept(page)["counter"]) == ({"n": ["5"]}, 5)


def test_two_tabs_that_part_are_both_kept(keeper: Keeper) -> None:
    one, two = keeper(), keeper()
    begin(one)
    save(one, why="Antes")
    two.evaluate(
        "instance => cabildo.draft(instance).then((row) => { window.draft = row; })", INSTANCE
    )
    save(one, why="Primera")
    saved = save(two, why="Segunda")
    assert saved["where"] == "phone"
    copies = [kept(two), *kept(two)["others"]]
    assert {copy["raw"]["why"][0] for copy in copies} == {"Primera", "Segunda"}
    save(two, why="Segunda y más")
    assert kept(two)["raw"] == {"why": ["Segunda y más"]}, "more changes lead"
    stamp = next(c["stamp"] for c in kept(two)["others"])
    two.evaluate("([i, stamp]) => cabildo.choose(i, stamp)", [INSTANCE, stamp])
    assert (kept(one)["raw"], kept(one)["others"]) == ({"why": ["Primera"]}, [])


def test_a_draft_has_one_tab_at_a_time(keeper: Keeper) -> None:
    one, two = keeper(), keeper()
    claim = "instance => cabildo.claim(instance, () => { window.lost = true; })"
    assert one.evaluate(claim, INSTANCE) is True
    assert two.evaluate(claim, INSTANCE) is False
    assert two.evaluate("instance => cabildo.claim(instance, () => 0, true)", INSTANCE) is True
    one.wait_for_function("window.lost")
    two.close()
    assert one.evaluate(claim, INSTANCE) is True


def test_tabs_take_turns_where_the_browser_has_no_locks(
    keeper: Keeper, phone: BrowserContext
) -> None:
    """By a lease in the database, which is renewed, taken over, and ends by itself."""
    phone.add_init_script('Object.defineProperty(navigator, "locks", { value: undefined })')
    one, two = keeper(), keeper()
    claim = "instance => cabildo.claim(instance, () => { window.lost = true; })"
    assert one.evaluate("navigator.locks") is None
    assert one.evaluate(claim, INSTANCE) is True
    assert two.evaluate(claim, INSTANCE) is False
    assert two.evaluate("instance => cabildo.claim(instance, () => 0, true)", INSTANCE) is True
    until(one, "window.lost")
    assert one.evaluate(claim, INSTANCE) is False
    posts: list[str] = []
    phone.on("request", lambda request: posts.append(request.method) if _sends(request) else None)
    begin(one)
    one.evaluate("cabildo.save(draft).then(() => cabildo.finish(draft))")
    for page in (one, two):
        page.evaluate("void cabildo.send()")
    for page in (one, two):
        until(page, "cabildo.open().then(({ receipts }) => receipts.length === 1)")
    assert posts == ["POST"]


def _sends(request: Request) -> bool:
    return request.url.endswith("/api/v1/responses")


def test_a_database_that_the_phone_closes_is_opened_again(keeper: Keeper) -> None:
    page = keeper()
    # As a phone does that needs memory: the connection is gone, and the page is not told.
    page.evaluate("""() => {
      const open = IDBFactory.prototype.open;
      IDBFactory.prototype.open = function (...given) {
        const asked = open.apply(this, given);
        asked.addEventListener("success", () => { window.connection = asked.result; });
        return asked;
      };
    }""")
    begin(page)
    save(page, why="Antes")
    page.evaluate("connection.close()")
    assert save(page, why="Después")["where"] == "phone"
    assert kept(page)["raw"] == {"why": ["Después"]}


def test_a_newer_release_in_another_tab(keeper: Keeper) -> None:
    """It gets its stores at once, and the older page goes on writing."""
    old, new = keeper(), keeper()
    begin(old)
    save(old, why="Antes")
    stores = new.evaluate("""new Promise((done, fail) => {
      const asked = indexedDB.open("cabildo", 99);
      asked.onupgradeneeded = () => asked.result.createObjectStore("later");
      asked.onerror = () => fail(asked.error);
      asked.onsuccess = () => { asked.result.close(); done([...asked.result.objectStoreNames]); };
    })""")
    assert {"drafts", "outbox", "receipts", "files", "meta", "later"} == set(stores)
    assert save(old, why="Después")["where"] == "phone"
    assert kept(old)["raw"] == {"why": ["Después"]}


def test_an_older_tab_that_holds_the_database(browser: Browser, service: Service) -> None:
    """The newer page says so for as long as it lasts, and goes on by itself when it is over."""
    phone = browser.new_context(service_workers="block")  # or the worker may be held up instead
    phone.set_default_timeout(TIMEOUT)
    old, new = phone.new_page(), phone.new_page()
    old.goto(f"{service.address}/healthz")
    old.evaluate(HELD, "cabildo")
    new.goto(f"{service.address}/e/barrio/phone#new")
    expect(new.locator("#kept")).to_contain_text("Cierre las otras pestañas")
    old.close()
    expect(new.locator("main h1:visible")).to_be_visible()
    expect(new.locator("#kept")).to_have_text("Guardado en este teléfono")
    phone.close()


def limit(phone: BrowserContext, service: Service, page: Page, size: int) -> None:
    """Chromium looks at the limit when an origin first writes, and then seldom."""
    session = phone.new_cdp_session(page)
    origin = {"origin": service.address, "quotaSize": size}
    session.send("Storage.overrideQuotaForOrigin", origin)


def test_a_phone_without_room(keeper: Keeper, phone: BrowserContext, service: Service) -> None:
    page = keeper()
    limit(phone, service, page, 1)
    assert page.evaluate("cabildo.usable()") is False


def test_a_phone_that_fills_up(keeper: Keeper, phone: BrowserContext, service: Service) -> None:
    page = keeper()
    limit(phone, service, page, 500_000)
    assert page.evaluate("cabildo.usable()") is True
    begin(page)
    save(page, why="Antes")
    saved = save(page, why="x" * 2_000_000)
    assert (saved["where"], saved["full"]) == ("nowhere", True), "nothing is said to be kept"
    assert kept(page)["raw"] == {"why": ["Antes"]}
    assert save(page, why="Más corto")["where"] == "phone"


def test_a_phone_that_refuses(keeper: Keeper) -> None:
    page = keeper()
    page.evaluate("""Object.defineProperty(self, "indexedDB", { get() {
      throw new DOMException("The user denied permission", "SecurityError");
    } })""")
    assert page.evaluate("cabildo.usable()") is False
    begin(page)
    assert save(page, why="Nada")["where"] == "nowhere"

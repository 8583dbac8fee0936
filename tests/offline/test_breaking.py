"""A phone, a browser or a service that fails in the middle of a survey."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.servers import PROJECT
from tests.chromium import ARGUMENTS, KEEPS_NOTHING, needs_chromium
from tests.install_chromium import find_chromium
from tests.offline.conftest import Service
from tests.offline.walk import answer, begin, clean, finish, is_kept, open_door, received, until

pytestmark = needs_chromium
SETTLED = """() => navigator.serviceWorker.getRegistration().then(
  ({ active, waiting, installing }) => active && !waiting && !installing)"""
FILL_UP = """async () => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("cabildo");
    asked.onsuccess = () => done(asked.result);
  });
  const put = (size) => new Promise((done) => {
    const writing = base.transaction("meta", "readwrite");
    writing.objectStore("meta").put("x".repeat(size), `junk ${Math.random()}`);
    writing.oncomplete = () => done(true);
    writing.onabort = () => done(false);
  });
  for (const size of [200000, 20000, 2000, 200]) while (await put(size));
  base.close();
}"""


def test_a_phone_that_refuses_says_so_first(phone: BrowserContext, service: Service) -> None:
    phone.add_init_script(KEEPS_NOTHING)
    page = phone.new_page()
    open_door(page, service)
    expect(page.locator("main")).to_contain_text(
        "cada página que complete se guarda en el servidor"
    )
    clean(page)
    page.click("main form button")
    page.wait_for_url("**/p/member")


def test_a_phone_that_fills_up_in_mid_survey(
    page: Page, phone: BrowserContext, service: Service
) -> None:
    page.goto(f"{service.address}/healthz")
    origin = {"origin": service.address, "quotaSize": 1_500_000}
    phone.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", origin)
    begin(page, service)
    page.evaluate(FILL_UP)
    page.check("[name=member][value='no']")
    told = (
        "Este teléfono está lleno y no puede guardar más. Lo que escribe se guarda en el servidor"
    )
    expect(page.locator("#keeping")).to_contain_text(told)
    expect(page.locator("#kept")).to_have_text("Guardado en el servidor")
    phone.set_offline(True)
    page.check("[name=member][value='si']")
    expect(page.locator("#kept")).to_contain_text("No se pudo guardar")
    clean(page)


def test_a_clock_that_is_wrong(page: Page, phone: BrowserContext, service: Service) -> None:
    page.clock.install(time="2031-01-01T12:00:00")
    before = service.responses()
    begin(page, service)
    answer(page)
    page.click("[name=send]")
    assert received(page)
    assert len(service.responses()) + service.quarantined() > len(before)
    page.goto(f"{service.address}/e/barrio/mine")
    expect(page.get_by_text("El reloj de este teléfono está adelantado")).to_be_visible()
    clean(page)


def test_a_browser_that_is_killed(browser: Browser, service: Service, tmp_path: Path) -> None:
    """Without a word, like a phone that falls into water and is dried."""
    before = service.responses()

    def launch() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path / "profile", executable_path=find_chromium(), args=ARGUMENTS
        )

    context = launch()
    page = context.new_page()
    begin(page, service)
    context.set_offline(True)
    answer(page)
    finish(page)
    open_door(page, service)
    page.click("main form button")
    page.check("[name=member][value='si']")
    is_kept(page, "si")
    kill_browser(tmp_path / "profile")
    context = launch()
    page = context.new_page()
    open_door(page, service)
    page.click("text=Continuar donde quedé")
    expect(page.locator("[name=member][value='si']")).to_be_checked()
    until(page, "cabildo.open().then(({ receipts }) => receipts.length)")
    context.close()
    assert len(service.responses()) == len(before) + 1


def kill_browser(profile: Path) -> None:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}" in command and not any("--type=" in one for one in command):
            os.kill(int(folder.name), signal.SIGKILL)


def test_a_service_that_dies_and_comes_back_as_another_release(
    page: Page, phone: BrowserContext, service: Service, tmp_path: Path
) -> None:
    before = service.responses()
    begin(page, service)
    answer(page)
    begun = phone.new_page()
    begin(begun, service)
    begun.check("[name=member][value='si']")
    is_kept(begun, "si")
    loaded = begun.evaluate("performance.timeOrigin")
    service.kill()
    finish(page)
    until(page, "cabildo.open().then(({ waiting }) => waiting[0].tries > 0)")
    service.home = another_release(tmp_path)
    try:
        service.start()
        other = phone.new_page()
        begin(other, service)
        assert other.url.partition("#")[0] != begun.url.partition("#")[0]
        assert received(page), "whatever page is open sends what waits"
        other.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
        until(other, SETTLED)
        assert begun.evaluate("performance.timeOrigin") == loaded, "no page was loaded again"
        phone.set_offline(True)
        begun.reload()
        expect(begun.locator("[name=member][value='si']")).to_be_checked()
        answer(begun)
        finish(begun)
        phone.set_offline(False)
        assert received(begun)
        assert len(service.responses()) == len(before) + 2
    finally:
        service.kill()
        service.home = PROJECT


def another_release(folder: Path) -> Path:
    """The software with one script changed."""
    kept = ("app", "encuestas", "analisis", "migrations", "wsgi.py", "benchmarks")
    for name in kept:
        source = PROJECT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    for name in ("keep.js", "worker.js"):
        with (folder / "app" / "static" / name).open("a") as script:
            script.write("self.anotherRelease = true;\n")
    return folder

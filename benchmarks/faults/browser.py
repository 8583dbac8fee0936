"""A phone in Chromium that answers again and again while everything around it fails.

Signal goes and comes, pages are loaded again, crash or are closed, the browser is killed, the
network does what `proxy` does, and the server is killed. Each answer has an age of its own, by
which it is found again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Thread

import psutil
from playwright.sync_api import BrowserContext, BrowserType, Error, Page, sync_playwright

from benchmarks.faults.proxy import Proxy
from benchmarks.faults.service import BROWSER_SLUG, Server
from tests.chromium import ARGUMENTS
from tests.install_chromium import find_chromium

TIMEOUT = 10_000
TRIES = 60
FIRST_AGE = 14
# What happens before a step, out of a hundred.
FATES = {
    "nothing": 62,
    "signal gone": 10,
    "signal back": 10,
    "page loaded again": 6,
    "page crashed": 3,
    "page closed": 3,
    "server killed": 4,
    "browser killed": 2,
}
INSTALLED = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("cabildo /"));
  const doors = await (await caches.open("cabildo")).keys();
  return names.length > 1 && doors.length > 1;
}"""
# Read past the pages' own script, which is not on every page.
KEPT = """() => new Promise((done) => {
  const found = { drafts: [], waiting: [], receipts: [] };
  const asked = indexedDB.open("cabildo");
  asked.onerror = () => done(found);
  asked.onsuccess = () => {
    const base = asked.result;
    const names = ["drafts", "outbox", "receipts"];
    if (!names.every((name) => base.objectStoreNames.contains(name))) {
      base.close();
      return done(found);
    }
    const all = base.transaction(names);
    const [drafts, outbox, receipts] = names.map((name) => all.objectStore(name).getAll());
    all.oncomplete = () => {
      base.close();
      const begun = drafts.result.filter(({ raw }) => Object.keys(raw).length);
      found.drafts = begun.map(({ instance }) => instance);
      found.waiting = outbox.result.map(({ item }) => item.instance_id);
      found.receipts = receipts.result.map(({ instance }) => instance);
      done(found);
    };
  };
})"""


@dataclass
class Phone:
    """One browser with what it keeps in ``profile``; ``sent`` are the ids of finished answers."""

    playing: BrowserType
    profile: Path
    address: str
    server: Server
    chance: Random
    counts: Counter[str] = field(default_factory=Counter)
    sent: list[str] = field(default_factory=list)
    begun: str = ""

    def __post_init__(self) -> None:
        self._launch()

    def install(self) -> None:
        """The first visit, with signal: from here on the phone has all that it needs."""
        self.page.goto(f"{self.address}/e/{BROWSER_SLUG}")
        self.page.click("main form button")
        self.page.wait_for_selector("[name=member]")
        self._until(lambda: bool(self.page.evaluate(INSTALLED)))

    def answer(self, age: int) -> None:
        """Until it is finished; what was begun is gone on with after whatever happens."""
        self.begun = ""
        for _ in range(TRIES):
            try:
                self._open()
                kept = self._kept()
                if self.begun in kept["waiting"] + kept["receipts"]:
                    self.sent.append(self.begun)
                    return
                if self.begun and self.begun not in kept["drafts"]:
                    raise RuntimeError(f"{self.begun} was begun and is nowhere: {kept}")
                self._enter(going_on=bool(kept["drafts"]))
                self._fill(age)
            except Error:
                self.counts["interrupted"] += 1
                self._new_page()
        raise RuntimeError(f"the answer of age {age} does not get finished")

    def deliver(self, patience: float) -> None:
        """With signal and without faults, until nothing waits."""
        self.context.set_offline(False)
        self._new_page()
        self._open()
        self._until(self._delivered, patience)

    def receipts(self) -> list[str]:
        return [*self._kept()["receipts"]]

    def close(self) -> None:
        self.context.close()

    def _delivered(self) -> bool:
        with suppress(Error):
            self.page.evaluate("self.cabildo && cabildo.send()")
            return not self._kept()["waiting"]
        return False

    def _fill(self, age: int) -> None:
        page = self.page
        page.wait_for_selector("main form [name=next], main form [name=send]", state="visible")
        for _ in range(12):
            self._happen()
            self.begun = next(iter(self._kept()["drafts"]), self.begun)
            if page.locator("#thanks h1").is_visible():
                return
            self._step(age)

    def _step(self, age: int) -> None:
        page = self.page
        for selector, fill in {
            "[name=member][value='no']": None,
            "[name=overall][value='7']": None,
            "[name=age]": str(age),
        }.items():
            place = page.locator(selector)
            if place.is_visible():
                place.check() if fill is None else place.fill(fill)
        send = page.locator("[name=send]")
        (send if send.is_visible() else page.locator(".buttons [name=next]")).click()
        page.wait_for_timeout(150)

    def _happen(self) -> None:
        fate = self.chance.choices([*FATES], [*FATES.values()])[0]
        self.counts[fate] += 1
        match fate:
            case "signal gone" | "signal back":
                self.context.set_offline(fate == "signal gone")
            case "page loaded again":
                self.page.reload()
                raise Error("loaded again")
            case "page crashed":
                self.page.goto("chrome://crash")
            case "page closed":
                self.page.close()
            case "server killed":
                self.server.kill()
                Thread(target=self._revive, args=(self.chance.uniform(0, 2),), daemon=True).start()
            case "browser killed":
                self._kill()
                self._launch()
                raise Error("killed")

    def _revive(self, pause: float) -> None:
        time.sleep(pause)
        self.server.start()

    def _open(self) -> None:
        self.page.goto(f"{self.address}/e/{BROWSER_SLUG}")
        self.page.wait_for_selector("#phone[data-known]", state="attached")

    def _enter(self, *, going_on: bool) -> None:
        if going_on:
            self.page.click("text=Continuar donde quedé")
        else:
            self.page.click("main form button")

    def _kept(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.page.evaluate(KEPT)
        return found

    def _launch(self) -> None:
        self.context: BrowserContext = self.playing.launch_persistent_context(
            self.profile, executable_path=find_chromium(), args=ARGUMENTS
        )
        self.context.set_default_timeout(TIMEOUT)
        self.page: Page = self.context.new_page()

    def _new_page(self) -> None:
        with suppress(Error):
            self.page.close()
        self.page = self.context.new_page()

    def _kill(self) -> None:
        mark = f"--user-data-dir={self.profile}"
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                line = process.cmdline()
                if mark in line and not any(part.startswith("--type=") for part in line):
                    process.kill()
                    process.wait(10)
        with suppress(Error):
            self.context.close()

    def _until(self, true: Callable[[], bool], patience: float = 60) -> None:
        end = time.monotonic() + patience
        while not true():
            if time.monotonic() > end:
                raise RuntimeError(f"nothing changed within {patience} seconds: {self._kept()}")
            self.page.wait_for_timeout(200)


def answer_all(server: Server, proxy: Proxy, profile: Path, *, answers: int, seed: int) -> Phone:
    """Answer so many times; gives the phone's counts and what it says it sent, with receipts."""
    with sync_playwright() as playing:
        phone = Phone(
            playing=playing.chromium,
            profile=profile,
            address=f"http://127.0.0.1:{proxy.port}",
            server=server,
            chance=Random(seed),  # noqa: S311 chance for faults, nothing to guess
        )
        proxy.calm = True
        phone.install()
        proxy.calm = False
        for number in range(answers):
            phone.answer(FIRST_AGE + number)
        proxy.calm = True
        server.start()
        phone.deliver(patience=120)
        phone.counts["receipts on the phone"] = len(phone.receipts())
        phone.close()
    return phone

"""What a phone downloads to answer a survey: bytes and requests, against the budgets of DESIGN.md.

Run with ``python -m benchmarks.page_weight``: it makes an app with the demonstration in a temporary
folder, serves it with the real server, and walks through the survey in Chromium, twice: on a phone
that keeps nothing, page by page, and on one that asks alone, from one document, with its worker and
all that this keeps. With ``--url`` it walks through a service that already runs on this machine,
and stops before sending anything.

Chromium talks to a relay on loopback that counts what passes, since browsers keep some requests
(the icon) out of what they report. Ends with 1 when something is over its budget.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from benchmarks.servers import PROJECT, SERVERS, serving
from tests.chromium import KEEPS_NOTHING, chromium
from tests.install_chromium import find_chromium

FIRST_PAGE_BYTES, FIRST_PAGE_REQUESTS = 14 * 1024, 2
SURVEY_BYTES = 40 * 1024
MOST_PAGES = 60
TIMEOUT = 20
LOCAL = {"127.0.0.1", "localhost", "::1"}
HOP = {"connection", "transfer-encoding"}
# One answer on each page: the first choice of each list, and something in each text.
FILL = """() => {
  const seen = new Set();
  for (const box of document.querySelectorAll('main input, main textarea')) {
    if (['hidden', 'submit'].includes(box.type) || seen.has(box.name)) continue;
    seen.add(box.name);
    if (['radio', 'checkbox'].includes(box.type)) box.checked = true;
    else box.value = box.inputMode ? '30' : 'Nada más.';
  }
}"""


# The same on the page that a phone shows, which hears of each answer.
FILL_PAGE = """() => {
  const seen = new Set();
  const boxes = document.querySelectorAll('section:not([hidden]) :is(input, textarea)[name]');
  for (const box of boxes) {
    if (box.type === 'hidden' || seen.has(box.name)) continue;
    seen.add(box.name);
    if (['radio', 'checkbox'].includes(box.type)) box.checked = true;
    else box.value = box.inputMode ? '30' : 'Nada más.';
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }
}"""


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of one response: headers, and the body uncompressed and as sent in each coding."""

    path: str
    head: int
    raw: int
    br: int
    gzip: int

    @property
    def most(self) -> int:
        """What a phone gets at worst: browsers ask for br over TLS and on localhost alone."""
        return self.head + max(self.br, self.gzip)


@dataclass(frozen=True, slots=True)
class Step:
    """What one page of the walk cost, everything that it made the browser ask for included."""

    name: str
    answers: Sequence[Answer]

    def sum(self, attribute: str) -> int:
        return sum(getattr(answer, attribute) for answer in self.answers)


@dataclass(slots=True)
class Relay:
    """Passes requests on to the service and notes what comes back."""

    host: str
    port: int
    answers: list[Answer] = field(default_factory=list)

    def step(self, name: str) -> Step:
        step = Step(name, tuple(self.answers))
        self.answers.clear()
        return step

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        answer, sent = self._fetch(handler, "br", body)
        head, sizes = _head(answer), dict.fromkeys(("raw", "gzip"), len(sent))
        if handler.command == "GET" and sent:  # asking again for the same changes nothing
            sizes = {
                name: len(self._fetch(handler, encoding, body)[1])
                for name, encoding in (("raw", "identity"), ("gzip", "gzip"))
            }
        self.answers.append(Answer(path=handler.path, head=len(head), br=len(sent), **sizes))
        handler.wfile.write(head + sent)
        handler.close_connection = True

    def _fetch(
        self, handler: BaseHTTPRequestHandler, encoding: str, body: bytes
    ) -> tuple[HTTPResponse, bytes]:
        headers = {name: value for name, value in handler.headers.items() if name != "Connection"}
        headers["Accept-Encoding"] = encoding
        connection = HTTPConnection(self.host, self.port, timeout=TIMEOUT)
        try:
            connection.request(handler.command, handler.path, body, headers)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()


def _head(answer: HTTPResponse) -> bytes:
    """The headers as they came, but the body ends where the connection does."""
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
    kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP]
    lines += [f"{name}: {value}" for name, value in kept]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode("latin-1")


@contextmanager
def relayed(host: str, port: int) -> Iterator[tuple[Relay, str]]:
    """The relay and the address under which the service is reached through it."""
    relay = Relay(host, port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            relay.handle(self)

        do_POST = do_HEAD = do_GET  # noqa: N815 the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield relay, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(TIMEOUT)
        server.server_close()


@contextmanager
def own_service() -> Iterator[str]:
    """The address of an app with the demonstration, made for this run."""
    with tempfile.TemporaryDirectory(prefix="cabildo-weight-") as folder:
        environment = os.environ | {"CABILDO_DATA": folder, "CABILDO_URL": "", "DATABASE_URL": ""}
        prepare = [sys.executable, "-c", "from app.cli import main; main()", "setup"]
        subprocess.run(prepare, cwd=PROJECT, env=environment, check=True, timeout=300)
        with serving(SERVERS["granian"], environment) as address:
            yield address


def walk(browser: Browser, relay: Relay, address: str, slug: str, *, send: bool) -> list[Step]:
    """From the address on a poster to the receipt, or to the last page before sending."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.add_init_script(KEEPS_NOTHING)
    page.set_default_timeout(TIMEOUT * 1000)
    steps = [_open(page, relay, f"{address}/e/{slug}")]
    for _ in range(MOST_PAGES):
        path = urlsplit(page.url).path
        if path.endswith("/thanks"):
            return steps
        if path.endswith("/review") and not send:
            return steps
        steps.append(_press(page, relay))
    raise RuntimeError(f"no end after {MOST_PAGES} pages: the walk is stuck at {page.url}")


def walk_alone(
    browser: Browser, relay: Relay, address: str, slug: str, *, send: bool
) -> list[Step]:
    """The same on a phone that asks alone: with its document there, it asks for nothing more."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.set_default_timeout(TIMEOUT * 1000)
    steps = [_open(page, relay, f"{address}/e/{slug}")]
    page.click("main form button >> nth=0")
    page.wait_for_selector("main h1:visible")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(3000)  # the worker keeps what it needs
    steps.append(relay.step("/phone and its worker"))
    for _ in range(MOST_PAGES):
        if page.url.endswith("#review"):
            break
        page.evaluate(FILL_PAGE)
        page.click("main .buttons [name=next]:visible")
    else:
        raise RuntimeError(f"no end after {MOST_PAGES} pages: the walk is stuck at {page.url}")
    steps.append(relay.step("all pages"))
    if send:
        page.click("[name=send]")
        page.wait_for_selector("#received:not([hidden])")
        steps.append(relay.step("sending"))
    return steps


def _open(page: Page, relay: Relay, url: str) -> Step:
    page.goto(url, wait_until="networkidle")
    return relay.step(urlsplit(url).path)


def _press(page: Page, relay: Relay) -> Step:
    page.evaluate(FILL)
    with page.expect_navigation(wait_until="networkidle"):
        page.click("main form button >> nth=0")
    return relay.step(urlsplit(page.url).path)


def over_budget(steps: Sequence[Step], measure: str = "most") -> list[str]:
    """In words, what is heavier than DESIGN.md allows."""
    first, total = steps[0], sum(step.sum(measure) for step in steps)
    found = []
    if first.sum("most") > FIRST_PAGE_BYTES:
        found.append(f"the first page takes {first.sum('most')} bytes of {FIRST_PAGE_BYTES}")
    if len(first.answers) > FIRST_PAGE_REQUESTS:
        asked = ", ".join(answer.path for answer in first.answers)
        found.append(f"the first page takes {len(first.answers)} requests: {asked}")
    if total > SURVEY_BYTES:
        found.append(f"the whole survey takes {total} bytes of {SURVEY_BYTES}")
    return found


def print_table(steps: Sequence[Step]) -> None:
    print("| page | requests | raw | br | gzip | headers and the larger of both |")
    print("|---|---|---|---|---|---|")
    total = Step("**all**", [answer for step in steps for answer in step.answers])
    for step in [*steps, total]:
        sizes = [step.sum(name) for name in ("raw", "br", "gzip", "most")]
        cells = [step.name, len(step.answers), *(f"{size:,}" for size in sizes)]
        print("| " + " | ".join(map(str, cells)) + " |")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--url", help="a service running on this machine, http://127.0.0.1:8000")
    parser.add_argument("--slug", default="satisfaccion", help="the collection: /e/SLUG")
    asked = parser.parse_args(arguments)
    if find_chromium() is None:
        parser.error("no Chromium here: install it, or set CHROMIUM to its path")
    with ExitStack() as stack:
        service = urlsplit(asked.url or stack.enter_context(own_service()))
        if service.hostname not in LOCAL or service.scheme != "http":
            parser.error("--url must be http on this machine (127.0.0.1 or localhost)")
        relay, address = stack.enter_context(relayed(service.hostname, service.port or 80))
        browser = stack.enter_context(chromium())
        send = asked.url is None
        steps = walk(browser, relay, address, asked.slug, send=send)
        alone = walk_alone(browser, relay, address, asked.slug, send=send)
    print_table(steps)
    print("\nAsked by the phone alone, which keeps a document for each language. Its worker needs")
    print("TLS, where browsers take br: that column is held to the budget.\n")
    print_table(alone)
    found = over_budget(steps) + over_budget(alone, "br")
    print("\n" + "\n".join(found or ["Within the budgets."]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

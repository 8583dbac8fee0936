"""Photographs and papers on a phone without signal: kept, sent after the answers, never lost."""

from __future__ import annotations

import struct
from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from app.models import Attachment, Response
from tests.chromium import needs_chromium, wait_for
from tests.offline.conftest import Service
from tests.pictures import png

pytestmark = needs_chromium
HEADING = "main h1:visible"
Stored = Callable[[type], list]


def choose(page: Page, question: str, content: bytes, name: str, kind: str) -> None:
    field = f"[name='{question}@']"
    page.set_input_files(field, {"name": name, "mimeType": kind, "buffer": content})
    expect(page.locator(f"{field}[aria-busy]")).to_have_count(0)
    page.wait_for_timeout(50)


def press(page: Page, name: str) -> None:
    page.click(f"button[name={name}]:not(.hidden):visible")


def open_document(phone: BrowserContext, service: Service, *, hash_: str = "#new") -> Page:
    page = phone.new_page()
    page.goto(f"{service.address}/e/archivos/phone{hash_}")
    page.wait_for_selector(HEADING)
    return page


def waiting(page: Page) -> list[dict]:
    return page.evaluate("""cabildo.files.all().then((rows) =>
        rows.map(({ name, size, refused }) => ({ name, size, refused })))""")


def finish(page: Page) -> None:
    for _ in range(3):
        press(page, "next")
    press(page, "send")
    expect(page.locator("#thanks h1")).to_be_visible()


def test_a_photograph_without_signal(
    phone: BrowserContext, service: Service, stored: Stored
) -> None:
    before = len(stored(Attachment))
    page = open_document(phone, service)
    ready = """caches.match("/e/archivos/phone").then((kept) =>
        !!kept && !!navigator.serviceWorker.controller)"""
    wait_for(page, lambda: page.evaluate(ready))
    phone.set_offline(True)
    assert "De hasta 1 MB: JPEG" in page.inner_text("main")
    press(page, "next")
    expect(page.locator(".summary")).to_contain_text("Adjunte una foto")
    page.fill("[name=street]", "Serrano")
    choose(page, "photo", png(2048, 1024), "mi calle.png", "image/png")
    held = page.inner_text(".held .name")
    assert held.startswith("mi calle.png (")
    expect(page.locator(".wrong")).to_have_count(0)
    page.wait_for_timeout(400)
    page.reload()  # from what the phone keeps
    page.wait_for_selector(HEADING)
    assert page.inner_text(".held .name") == held
    press(page, "next")
    choose(page, "minutes", b"Asistieron doce vecinas.\n", "acta.txt", "text/plain")
    press(page, "next")
    press(page, "next")
    assert held in page.inner_text("#review")
    assert "acta.txt (1 KB)" in page.inner_text("#review")
    press(page, "send")
    expect(page.locator("#sent")).to_contain_text("Guardado en este teléfono")
    assert len(waiting(page)) == 2
    assert len(stored(Attachment)) == before
    phone.set_offline(False)
    page.evaluate("cabildo.send()")
    expect(page.locator("#received")).to_be_visible()
    wait_for(page, lambda: waiting(page) == [])
    wait_for(page, lambda: sum(row.arrived for row in stored(Attachment)) >= 2)
    [response] = [row for row in stored(Response) if row.answers.get("street") == "Serrano"]
    files = {row.name: row for row in stored(Attachment) if row.instance_id == response.instance_id}
    assert {response.answers["photo"], response.answers["minutes"]} == files.keys()
    photo = files[response.answers["photo"]]
    assert (photo.original, photo.kind) == ("mi calle.png", "image/png")
    content = (service.data / "files" / photo.key).read_bytes()
    assert struct.unpack(">II", content[16:24]) == (1024, 512), "max_pixels says so"
    expect(page.locator("#files")).to_have_text("")


def test_it_goes_on_where_the_signal_and_the_service_broke_off(
    browser: Browser, service: Service, stored: Stored
) -> None:
    phone = browser.new_context(service_workers="block")  # or the worker sends it
    page = open_document(phone, service)
    page.fill("[name=street]", "Prat")
    choose(page, "photo", png(), "a.png", "image/png")
    press(page, "next")
    large = b"%PDF-1.7\n" + bytes(range(256)) * 3600  # two pieces
    choose(page, "minutes", large, "acta.pdf", "application/pdf")
    pieces: list[str] = []

    def broken(route: Route) -> None:
        pieces.append(route.request.headers["upload-offset"])
        if len(pieces) == 3:
            return route.abort()
        return route.continue_()

    page.route("**/e/archivos/files/*", broken)
    page.evaluate("cabildo.files.left = () => Promise.resolve(0)")  # no other try by itself
    press(page, "next")
    press(page, "next")
    press(page, "send")
    expect(page.locator("#received")).to_be_visible()
    wait_for(page, lambda: len(pieces) == 3)
    expect(page.locator("#files")).to_contain_text("Falta enviar 1 archivo (922 KB).")
    service.kill()
    assert page.evaluate("cabildo.send().then(() => cabildo.files.all()).then((all) => all.length)")
    service.start()
    page.evaluate("cabildo.send()")
    wait_for(page, lambda: waiting(page) == [])
    assert pieces == ["0", "0", "524288", "524288"], "what had arrived is not sent again"
    [response] = [row for row in stored(Response) if row.answers.get("street") == "Prat"]
    [paper] = [row for row in stored(Attachment) if row.name == response.answers["minutes"]]
    assert (service.data / "files" / paper.key).read_bytes() == large
    phone.close()


def test_what_cannot_be_taken_is_told_and_stays(phone: BrowserContext, service: Service) -> None:
    page = open_document(phone, service)
    choose(page, "photo", png() + bytes(1024 * 1024), "grande.png", "image/png")
    expect(page.locator(".fault")).to_contain_text("puede tener hasta 1 MB")
    assert page.locator(".held").count() == 0
    choose(page, "photo", b"<svg onload='alert(1)'/>", "a.svg", "image/svg+xml")
    expect(page.locator(".fault")).to_contain_text("Ese archivo no se puede recibir aquí")
    choose(page, "photo", b"<html>", "a.png", "image/png")  # the phone believes its name
    expect(page.locator(".fault")).to_have_count(0)
    finish(page)
    expect(page.locator("#files")).to_contain_text("«a.png»: El archivo no se puede recibir.")
    assert waiting(page)[0]["refused"]["code"] == "upload_refused"


def test_it_is_changed_and_taken_away(phone: BrowserContext, service: Service) -> None:
    page = open_document(phone, service)
    phone.set_offline(True)
    choose(page, "photo", png(), "una.png", "image/png")
    choose(page, "photo", png(red=99), "otra.png", "image/png")
    assert page.inner_text(".held .name").startswith("otra.png")
    page.click("button[name=drop]")
    assert page.locator(".held").count() == 0
    press(page, "next")
    expect(page.locator(".summary")).to_contain_text("Adjunte una foto")
    choose(page, "photo", png(red=50), "al fin.png", "image/png")
    finish(page)
    assert len(waiting(page)) == 1, "those that are no answer are gone"


def test_the_server_pages_say_at_once_what_is_too_large(
    phone: BrowserContext, service: Service
) -> None:
    page = phone.new_page()
    page.add_init_script(
        "indexedDB.open = () => { throw new Error(); }"
    )  # a phone that keeps nothing
    page.goto(f"{service.address}/e/archivos")
    page.click("main form button")
    page.wait_for_url("**/p/photos")
    page.wait_for_selector("[role=status].hidden", state="attached")
    choose(page, "photo", png() + bytes(1024 * 1024), "grande.png", "image/png")
    expect(page.locator(".fault")).to_contain_text("puede tener hasta 1 MB")
    choose(page, "photo", png(), "bien.png", "image/png")
    page.click("button[name=next]:visible")
    page.wait_for_url("**/p/papers")
    page.go_back()
    expect(page.locator(".held")).to_contain_text("bien.png (1 KB)")


def test_where_nothing_keeps_files_that_is_said_and_stops_nobody(
    phone: BrowserContext, service: Service
) -> None:
    """As in a page around it, of an older release, that keeps interviews without their files."""
    phone.route("**/keep-files.js*", lambda route: route.abort())
    page = open_document(phone, service)
    assert "Aquí todavía no se guardan archivos" in page.inner_text("[data-q=photo]")
    assert page.locator("[name='photo@']").count() == 0
    finish(page)

"""Photographs in interviews: without signal, under the PIN, sealed, and sent in pieces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Route, expect

from app import create_app
from app.extensions import db
from app.models import RoleName
from app.services import accounts, collections, surveys
from app.services.collections import Fielding
from benchmarks.servers import SERVERS, serving
from tests.chromium import needs_chromium, wait_for
from tests.conftest import test_settings
from tests.field.conftest import PIN, Service
from tests.field.test_interviewing import kept
from tests.pictures import png

pytestmark = needs_chromium
DEFINITION = Path(__file__).parents[1] / "definitions" / "files.yaml"
CALLED = "el-perro-de-ana.png"
MARK = "SOLO-EN-LA-FOTO"
# Every value in every database of the page, what is in files too, bytes as text
DUMP = """async () => {
  const latin = (data) => new TextDecoder("latin1").decode(data);
  const all = [];
  const read = async (value) => {
    if (value instanceof Blob) all.push(latin(await value.arrayBuffer()));
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) all.push(latin(value));
    else if (value instanceof CryptoKey) all.push(value.extractable ? "a readable key" : "");
    else if (value && typeof value === "object")
      for (const key of Object.keys(value)) {
        all.push(key);
        await read(value[key]);
      }
    else all.push(`${value}`);
  };
  for (const { name } of await indexedDB.databases()) {
    const asked = indexedDB.open(name);
    await new Promise((done) => (asked.onsuccess = done));
    const base = asked.result;
    for (const store of base.objectStoreNames) {
      const objects = base.transaction(store).objectStore(store);
      const [rows, keys] = [objects.getAll(), objects.getAllKeys()];
      await new Promise((done) => (keys.onsuccess = done));
      await read(rows.result);
      await read(keys.result);
    }
    base.close();
  }
  await read({ ...localStorage });
  await read({ ...sessionStorage });
  return all.join("\\n");
}"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    from flask_migrate import upgrade

    data = tmp_path_factory.mktemp("field-files")
    database = f"sqlite:///{data / 'cabildo.sqlite3'}"
    app = create_app(test_settings(database, data))
    with app.app_context():
        upgrade()
        accounts.ensure_roles()
        word = accounts.add_user("terreno@example.org", RoleName.INTERVIEWER)
        word2 = accounts.add_user("direccion@example.org", RoleName.MANAGER)
        version = surveys.save_definition(DEFINITION.read_text())
        surveys.publish(version.survey_id)
        collections.open_collection(
            version.survey_id, "archivos", Fielding(public=False, territories=[])
        )
        db.session.remove()
        db.engine.dispose()
    settings = {"CABILDO_DATA": str(data), "CABILDO_URL": "", "DATABASE_URL": "", "PORT": ""}
    with serving(SERVERS["granian"], os.environ | settings) as address:
        interviewer, manager = ("terreno@example.org", word), ("direccion@example.org", word2)
        yield Service(address, database, data, interviewer, manager)


def begin(page: Page) -> Frame:
    page.click("#begin")
    page.click("text=Comenzar entrevista")
    return framed(page)


def framed(page: Page) -> Frame:
    page.wait_for_selector("#frame iframe")
    frame = page.frames[-1]
    frame.wait_for_selector("form:visible")
    return frame


def choose(frame: Frame, question: str, content: bytes, name: str, kind: str) -> None:
    field = f"[name='{question}@']"
    frame.set_input_files(field, {"name": name, "mimeType": kind, "buffer": content})
    expect(frame.locator(f"{field}[aria-busy]")).to_have_count(0)


def press(frame: Frame, name: str) -> None:
    frame.click(f"button[name={name}]:not(.hidden):visible")


def photograph() -> bytes:
    """With something in it that is found again wherever it is readable."""
    return png(red=77) + MARK.encode()


def finish(page: Page, frame: Frame) -> None:
    for _ in range(3):
        press(frame, "next")
    press(frame, "send")
    frame.wait_for_selector("#thanks:visible")


def unlock(page: Page) -> None:
    page.fill("#pin-0", PIN)
    page.click("text=Abrir")
    page.wait_for_selector("#home:visible")


def unreadable(page: Page, *texts: str) -> None:
    dump = page.evaluate(DUMP)
    for text in (MARK, CALLED, "IHDR", *texts):
        assert text not in dump, f"{text} can be read on the phone"


def files(service: Service, street: str) -> list[tuple]:
    """What each was called, whether it arrived, and its key: of the interview in that street."""
    rows = kept(
        service,
        "select a.original, a.arrived, a.id, r.answers from attachments a"
        " join responses r on r.instance_id = a.instance_id order by a.question",
    )
    return [row[:3] for row in rows if street in row[3]]


def content(service: Service, key: str) -> bytes:
    return (service.data / "files" / "responses" / key[:2] / key).read_bytes()


def test_an_interview_with_photographs_without_signal(
    ready: Callable[[], Page],
    phone: BrowserContext,
    browser: Browser,
    service: Service,
    tmp_path: Path,
) -> None:
    page = ready()
    phone.set_offline(True)
    frame = begin(page)
    assert "De hasta 1 MB: JPEG" in frame.inner_text("main")
    frame.fill("[name=street]", "Los Aromos")
    choose(frame, "photo", photograph(), CALLED, "image/png")
    held = frame.inner_text(".held .name")
    assert held.startswith(f"{CALLED} (")
    unreadable(page)
    page.wait_for_timeout(500)  # what is chosen is kept a third of a second later
    page.reload()  # the phone died, and there is no signal
    unlock(page)
    page.click("#drafts button:has-text('Continuar')")
    frame = framed(page)
    assert frame.inner_text(".held .name") == held
    press(frame, "next")
    choose(frame, "minutes", b"Asistieron doce vecinas.\n", "acta.txt", "text/plain")
    press(frame, "next")
    press(frame, "next")
    assert held in frame.inner_text("#review")
    press(frame, "send")
    frame.wait_for_selector("#thanks:visible")
    expect(frame.locator("#files")).to_contain_text("Falta enviar 2 archivos")
    page.click("#leave")
    page.wait_for_selector("#waiting li")
    unreadable(page, "Los Aromos", "Asistieron", "acta.txt", "photo", "minutes")
    with page.expect_download() as saved:
        page.click("#file")
    saved.value.save_as(tmp_path / "entrevistas.zip")
    held = (tmp_path / "entrevistas.zip").read_bytes()
    assert MARK.encode() not in held
    assert b"Los Aromos" not in held
    manager = sign_in(browser, service)
    for words in ("2 archivos adjuntos guardados.", "2 archivos adjuntos ya estaban."):
        manager.goto(f"{service.address}/collections/archivos/fieldwork")
        manager.set_input_files("#file", tmp_path / "entrevistas.zip")
        manager.click("text=Cargar entrevistas")
        expect(manager.get_by_text("Recibidos: 2.")).to_be_visible()
        expect(manager.get_by_text(words)).to_be_visible()
    phone.clear_cookies()
    phone.set_offline(False)
    page.click("#send")
    page.wait_for_selector("#sent li")
    wait_for(page, lambda: [row[1] for row in files(service, "Aromos")] == [1, 1])
    minutes, photo = files(service, "Aromos")
    assert (minutes[0], photo[0]) == ("acta.txt", CALLED)
    assert content(service, minutes[2]) == b"Asistieron doce vecinas.\n"
    assert content(service, photo[2]).startswith(b"\x89PNG")
    expect(page.locator("#news")).to_have_text("Todo lo terminado fue recibido.")
    expect(page.locator("#sent")).not_to_contain_text("Falta enviar")
    [response] = kept(service, "select id from responses where answers like '%Aromos%'")
    manager.goto(f"{service.address}/collections/archivos/responses/{response[0]}")
    expect(manager.locator("main")).to_contain_text(CALLED)
    expect(manager.locator("main")).not_to_contain_text("El archivo no ha llegado")
    manager.context.close()


def sign_in(browser: Browser, service: Service) -> Page:
    """Who runs the work, at a computer with signal."""
    page = browser.new_context().new_page()
    page.goto(f"{service.address}/login")
    page.fill("#email", service.manager[0])
    page.fill("#password", service.manager[1])
    page.click("p.buttons button")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def test_the_network_breaks_in_the_middle_and_the_page_is_killed(
    ready: Callable[[], Page], phone: BrowserContext, service: Service
) -> None:
    page = ready()
    pieces: list[str] = []

    def broken(route: Route) -> None:
        pieces.append(route.request.headers["upload-offset"])
        return route.abort() if len(pieces) == 2 else route.continue_()

    phone.route("**/e/archivos/files/*", broken)
    frame = begin(page)
    frame.fill("[name=street]", "Prat")
    choose(frame, "photo", photograph(), CALLED, "image/png")
    press(frame, "next")
    large = b"%PDF-1.7\n" + bytes(range(256)) * 3600  # two pieces
    choose(frame, "minutes", large, "acta.pdf", "application/pdf")
    press(frame, "next")
    press(frame, "next")
    press(frame, "send")
    wait_for(page, lambda: len(pieces) == 2)
    expect(frame.locator("#received")).to_be_visible()
    expect(frame.locator("#files")).to_contain_text("Falta enviar")
    page.close()  # killed
    page = phone.new_page()
    page.goto(f"{service.address}/e/_field")
    page.wait_for_selector("#unlock:visible")  # it takes no PIN to go on
    wait_for(page, lambda: [row[1] for row in files(service, "Prat")] == [1, 1])
    assert content(service, files(service, "Prat")[0][2]) == large
    assert len(pieces) == 4, "what had arrived is not sent again"


def test_after_the_phone_goes_on_photographs_are_sealed_and_still_go(
    ready: Callable[[], Page], phone: BrowserContext, service: Service
) -> None:
    page = ready()
    phone.set_offline(True)
    frame = begin(page)
    frame.fill("[name=street]", "Esmeralda")
    choose(frame, "photo", photograph(), CALLED, "image/png")
    finish(page, frame)
    page.click("#leave")
    frame = begin(page)
    frame.fill("[name=street]", "Sin terminar")
    choose(frame, "photo", photograph(), CALLED, "image/png")
    page.click("#leave")
    page.wait_for_selector("#drafts li")
    page.click("#hand")
    page.wait_for_selector("#setup:visible")
    unreadable(page, "Esmeralda", "Sin terminar", "photo", "archivos")
    rows = """async () => {
      const asked = indexedDB.open("cabildo-field");
      await new Promise((done) => (asked.onsuccess = done));
      const base = asked.result;
      const all = ["files", "contents", "queue"].map((name) =>
        base.transaction(name).objectStore(name).count());
      await new Promise((done) => (all[2].onsuccess = done));
      base.close();
      return all.map(({ result }) => result);
    }"""
    assert page.evaluate(rows) == [1, 1, 2], "the draft's file went with it"
    phone.set_offline(False)
    page.reload()
    wait_for(page, lambda: page.evaluate(rows) == [0, 0, 0])
    [row] = files(service, "Esmeralda")
    assert row[:2] == (CALLED, 1)


def test_what_the_service_refuses_stays_and_is_told(
    ready: Callable[[], Page], phone: BrowserContext, service: Service
) -> None:
    page = ready()
    frame = begin(page)
    frame.fill("[name=street]", "Lira")
    choose(frame, "photo", png() + bytes(1 << 20), "grande.png", "image/png")
    expect(frame.locator(".fault")).to_contain_text("puede tener hasta 1 MB")
    choose(frame, "photo", b"<html>", "falsa.png", "image/png")  # the phone believes its name
    expect(frame.locator(".held .name")).to_contain_text("falsa.png")
    choose(frame, "photo", b"<html>", "otra.png", "image/png")
    finish(page, frame)
    expect(frame.locator("#files")).to_contain_text("«otra.png»: El archivo no se puede recibir.")
    page.click("#leave")
    expect(page.locator("#sent")).to_contain_text("«otra.png»: El archivo no se puede recibir.")
    assert [row[1] for row in files(service, "Lira")] == [0]

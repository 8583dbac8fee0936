"""The interviewer's page on a phone: without signal, under a PIN, and after the phone went on."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Frame, Page, expect
from sqlalchemy import create_engine, text

from tests.chromium import needs_chromium
from tests.field.conftest import PIN, Service
from tests.offline.walk import HELD

pytestmark = needs_chromium
SECRET = "opinion-que-nadie-debe-leer"
# Every value in every database of the page, bytes as text, so that nothing can hide in them
DUMP = """async () => {
  const shown = (value) => JSON.stringify(value, (_, v) =>
    v instanceof ArrayBuffer || ArrayBuffer.isView(v) ? new TextDecoder("latin1").decode(v) : v);
  const all = [];
  for (const { name } of await indexedDB.databases()) {
    const asked = indexedDB.open(name);
    await new Promise((done) => (asked.onsuccess = done));
    const base = asked.result;
    for (const store of base.objectStoreNames) {
      const rows = base.transaction(store).objectStore(store).getAll();
      await new Promise((done) => (rows.onsuccess = done));
      all.push(shown(rows.result));
    }
    base.close();
  }
  return [...all, shown({ ...localStorage }), shown({ ...sessionStorage })].join("\\n");
}"""


def begin(
    page: Page, *, territory: str = "Norte", address: str = "", consent: bool = False
) -> Frame:
    page.select_option("#c", label="Visita a las casas")
    page.select_option("#t", label=territory)
    page.click("#begin")
    if address:
        page.fill("#address", address)
    if consent:
        page.check("#consent")
    page.click("text=Comenzar entrevista")
    page.wait_for_selector("#frame iframe")
    frame = page.frames[-1]
    frame.wait_for_selector("form:visible")
    return frame


def answer(frame: Frame, *, gender: str = "Mujer", opinion: str = SECRET) -> None:
    frame.click("p.buttons button[name=next]:visible")  # the territory is chosen already
    frame.click(f"label:has-text('{gender}')")
    frame.click("p.buttons button[name=next]:visible")
    frame.fill("[name=opinion]", opinion)
    frame.wait_for_selector("#kept:has-text('Guardado en este teléfono')")


def finish(page: Page, frame: Frame) -> None:
    frame.click("p.buttons button[name=next]:visible")
    frame.click("text=Enviar mis respuestas")
    frame.wait_for_selector("#thanks:visible")
    page.click("#leave")
    page.wait_for_selector("#home:visible")


def kept(service: Service, query: str) -> list[tuple]:
    engine = create_engine(service.database)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


def test_a_day_without_signal(
    ready: Callable[[], Page], phone: BrowserContext, service: Service
) -> None:
    page = ready()
    phone.set_offline(True)
    page.reload()
    page.fill("#pin-0", PIN)
    page.click("text=Abrir")
    page.wait_for_selector("#home:visible")
    frame = begin(page, address="Los Aromos 12", consent=True)
    answer(frame)
    assert SECRET not in page.evaluate(DUMP), "a draft is readable"
    finish(page, frame)
    frame = begin(page)
    answer(frame, opinion="otra")
    finish(page, frame)
    # One woman was wanted in Norte: the second is kept, and the page said so
    assert "(completa)" in page.inner_text("#quotas")
    page.click("#begin")
    page.fill("#address", "Los Aromos 14")
    page.click("text=No hubo entrevista")
    page.select_option("#result", "absent")
    page.click("text=Anotar visita")
    page.wait_for_selector("#again li")
    assert page.locator("#waiting li").count() == 2
    assert SECRET not in page.evaluate(DUMP), "a finished interview is readable"
    before = len(kept(service, "select id from responses"))
    phone.clear_cookies()  # the session is over: the phone's own secret is the authority
    phone.set_offline(False)
    page.click("#send")
    page.wait_for_selector("#sent li >> nth=1")
    rows = kept(service, "select channel, answers, over_quota from responses order by over_quota")
    assert len(rows) == before + 2
    assert [row[0] for row in rows[-2:]] == ["interview", "interview"]
    assert {row[2] for row in rows} == {0, 1}
    results = kept(service, "select result, address, place from field_contacts order by address")
    assert {row[0] for row in results} == {"interview", "absent"}
    placed = next(row for row in results if row[1] == "Los Aromos 12")
    assert "-33.45" in placed[2]
    assert [row for row in results if row[1] == "" and row[2]] == []


def test_a_draft_goes_on_after_the_phone_was_off(ready: Callable[[], Page]) -> None:
    page = ready()
    frame = begin(page, address="Pasaje 3")
    answer(frame, opinion="a medias")
    page.wait_for_timeout(900)  # what is typed is kept a third of a second later
    page.reload()
    page.fill("#pin-0", "111222")
    page.click("text=Abrir")
    page.wait_for_selector("#news:has-text('Ese no es el PIN')")
    page.fill("#pin-0", PIN)
    page.click("text=Abrir")
    page.click("#drafts button:has-text('Continuar')")
    page.wait_for_selector("#frame iframe")
    frame = page.frames[-1]
    frame.wait_for_selector("[name=opinion]:visible")
    assert frame.input_value("[name=opinion]") == "a medias"
    page.click("#leave")
    page.wait_for_selector("#drafts li")


def test_guessing_the_pin_takes_longer_and_longer(ready: Callable[[], Page]) -> None:
    page = ready()
    page.click("#lock")
    for guess in ("000111", "222333", "444555", "666777"):
        page.fill("#pin-0", guess)
        page.click("text=Abrir")
        page.wait_for_selector("#news:has-text('PIN')")
        page.wait_for_selector("#unlock-form button:enabled")
    page.fill("#pin-0", PIN)
    page.click("text=Abrir")
    page.wait_for_selector("#news:has-text('segundos')")
    assert page.is_visible("#unlock")


def test_who_forgets_the_pin_loses_drafts_and_no_interview(
    ready: Callable[[], Page], phone: BrowserContext, service: Service
) -> None:
    page = ready()
    phone.set_offline(True)
    frame = begin(page, address="Camino 1")
    answer(frame)
    finish(page, frame)
    answer(begin(page, address="Camino 2"), opinion="borrador")
    page.click("#leave")
    page.wait_for_selector("#drafts li")
    page.click("#lock")
    page.click("text=Olvidé mi PIN")
    page.fill("#pin-1", "975310")
    page.fill("#pin-2", "975310")
    page.click("text=Guardar PIN")
    page.wait_for_selector("#home:visible")
    assert page.locator("#drafts li").count() == 0
    assert page.inner_text("#waiting").startswith("Entrevista cerrada")
    before = len(kept(service, "select id from responses"))
    phone.set_offline(False)
    page.click("#send")
    page.wait_for_selector("#sent li")
    assert len(kept(service, "select id from responses")) == before + 1


def test_after_the_phone_goes_on_nothing_can_be_read_and_nothing_is_lost(
    ready: Callable[[], Page], phone: BrowserContext, service: Service
) -> None:
    page = ready()
    before = len(kept(service, "select id from responses"))
    phone.set_offline(True)
    frame = begin(page, address="Calle Secreta 5")
    answer(frame)
    finish(page, frame)
    answer(begin(page, address="Calle Secreta 6"))
    page.click("#leave")
    page.click("#hand")
    page.wait_for_selector("#setup:visible")
    left = page.evaluate(DUMP)
    assert SECRET not in left
    assert "Calle Secreta" not in left
    assert "Calle Secreta" not in page.content()
    phone.set_offline(False)
    page.reload()
    page.wait_for_selector("#setup:visible")
    page.wait_for_function(
        """async () => {
          const asked = indexedDB.open("cabildo-field");
          await new Promise((done) => (asked.onsuccess = done));
          const base = asked.result;
          const rows = base.transaction("queue").objectStore("queue").getAll();
          await new Promise((done) => (rows.onsuccess = done));
          base.close();
          return rows.result.length === 0;
        }"""
    )
    assert len(kept(service, "select id from responses")) == before + 1


def test_an_older_page_goes_on_beside_a_newer_one_and_says_so(
    ready: Callable[[], Page], phone: BrowserContext, service: Service
) -> None:
    page = ready()
    frame = begin(page, address="Pasaje 9")
    answer(frame)
    newer = phone.new_page()
    newer.goto(f"{service.address}/healthz")
    newer.evaluate("""new Promise((done) => {
      const asked = indexedDB.open("cabildo-field", 99);
      asked.onupgradeneeded = () => asked.result.createObjectStore("later");
      asked.onsuccess = () => { asked.result.close(); done(); };
    })""")
    expect(page.locator("#newer")).to_contain_text("ábrala otra vez con señal")
    before = len(kept(service, "select id from responses"))
    finish(page, frame)
    page.wait_for_selector("#sent li")
    assert len(kept(service, "select id from responses")) == before + 1
    page.reload()
    page.fill("#pin-0", PIN)
    page.click("text=Abrir")
    page.wait_for_selector("#sent li")
    expect(page.locator("#newer")).to_be_visible()


def test_a_newer_page_says_that_an_older_one_keeps_it_waiting(
    phone: BrowserContext, service: Service
) -> None:
    old, page = phone.new_page(), phone.new_page()
    old.goto(f"{service.address}/healthz")
    old.evaluate(HELD, "cabildo-field")
    page.goto(f"{service.address}/e/_field")
    expect(page.locator("#blocked")).to_contain_text("Cierre las otras pestañas")
    old.close()
    page.wait_for_selector("#setup:visible")
    expect(page.locator("#blocked")).to_be_hidden()

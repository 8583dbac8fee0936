"""A survey on a phone: what becomes of it without signal, on its way, and in other places."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from app.extensions import db
from app.models import Invitation
from app.services import collections
from app.services.invitations import inviting, links
from app.services.invitations.inviting import Invitee
from tests.chromium import KEEPS_NOTHING, needs_chromium
from tests.offline.conftest import Service
from tests.offline.walk import (
    KEPT,
    answer,
    begin,
    clean,
    finish,
    is_kept,
    open_door,
    received,
    until,
)

pytestmark = needs_chromium
API = "**/api/v1/responses"


def test_the_whole_way_without_signal(page: Page, phone: BrowserContext, service: Service) -> None:
    before = service.responses()
    begin(page, service)
    phone.set_offline(True)
    open_door(page, service)
    page.click("main form button")
    answer(page)
    expect(page.locator("#kept")).to_have_text("Guardado en este teléfono")
    finish(page)
    expect(page.locator("#sent")).to_contain_text("teléfono")
    assert service.responses() == before
    phone.set_offline(False)
    assert received(page)
    assert len(service.responses()) == len(before) + 1


def test_the_door_opens_without_signal_in_the_language_of_who_answers(
    page: Page, phone: BrowserContext, service: Service
) -> None:
    page.goto(f"{service.address}/e/barrio?lang=en")
    page.wait_for_selector("#phone[data-known]", state="attached")
    page.click("main form button")
    page.wait_for_selector("[name=member]")
    until(page, KEPT)
    phone.set_offline(True)
    open_door(page, service)
    expect(page.locator("h1")).to_have_text("Your neighbourhood")
    page.click("main form button")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{service.address}/e/barrio/mine")  # two were begun, and nothing is answered
    expect(page.locator("#mine")).to_have_text("There are no kept or sent answers on this phone.")


def test_a_page_that_is_killed_goes_on(page: Page, phone: BrowserContext, service: Service) -> None:
    begin(page, service)
    page.check("[name=member][value='no']")
    is_kept(page, "no")
    page.click(".buttons [name=next]")
    page.check("[name=overall][value='6']")
    page.wait_for_timeout(500)
    phone.set_offline(True)
    page.close()
    again = phone.new_page()
    open_door(again, service)
    again.click("text=Continuar donde quedé")
    expect(again.locator("[name=overall][value='6']")).to_be_checked()
    assert again.locator("[name=overall]").first.is_visible(), "on the page where it was left"


def waiting(page: Page) -> list[str]:
    rows = page.evaluate("cabildo.open().then(({ waiting }) => waiting)")
    return [row["state"] for row in rows]


NOT_RECEIVED = {
    "another page": {"content_type": "text/html", "body": "<h1>Bienvenido al wifi</h1>"},
    "other data": {"json": {"ok": True}},
    "another's verdict": {"json": [{"instance_id": "x", "status": "stored", "receipt": "K7"}]},
    "nothing": {"body": ""},
    "cut short": {"content_type": "application/json", "body": '[{"instance_id": "'},
    "a failure": {"status": 500, "body": "Internal Server Error"},
    "nobody there": {"status": 502, "body": "Bad Gateway"},
    "a login page": {"status": 302, "headers": {"Location": "/login"}},
}


def test_what_is_no_receipt(page: Page, phone: BrowserContext, service: Service) -> None:
    """An answer is received when the service says so of this very answer, and not before."""
    before = service.responses()
    begin(page, service)
    faults = iter(NOT_RECEIVED.values())
    phone.route(API, lambda route: route.fulfill(**next(faults, {"status": 503})))
    answer(page)
    finish(page)
    for _ in NOT_RECEIVED:
        page.evaluate("cabildo.send()")
        assert waiting(page) == ["waiting"]
    phone.unroute_all(behavior="wait")
    page.evaluate("cabildo.send()")
    assert received(page)
    assert len(service.responses()) == len(before) + 1


def test_a_receipt_that_is_lost_on_the_way(
    page: Page, phone: BrowserContext, service: Service
) -> None:
    before = service.responses()
    begin(page, service)
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().text())
        route.abort()

    phone.route(API, lose, times=1)
    answer(page)
    finish(page)
    code = received(page)
    [verdict, *_] = json.loads(lost[0])
    assert (verdict["status"], verdict["receipt"]) == ("stored", code)
    assert len(service.responses()) == len(before) + 1


def test_they_leave_in_the_order_finished(
    page: Page, phone: BrowserContext, service: Service
) -> None:
    before = service.responses()
    begin(page, service)
    phone.set_offline(True)
    sent: list[list[str]] = []
    phone.on("request", lambda request: note(request.post_data_json, sent))
    for mark in (5, 6, 7):
        open_door(page, service)
        page.click("main form button")
        answer(page, mark)
        finish(page)
    sent.clear()
    phone.set_offline(False)
    assert received(page)
    assert {tuple(each) for each in sent} == {("5", "6", "7")}, "in one list"
    assert len(service.responses()) == len(before) + 3


def note(items: list[dict] | None, sent: list[list[str]]) -> None:
    if isinstance(items, list):
        sent.append([item["answers"]["overall"][0] for item in items])


def test_one_that_is_refused_keeps_none_back(page: Page, service: Service) -> None:
    begin(page, service)
    page.evaluate("""() => cabildo.finish({ instance: "22222222-2222-4222-8222-222222222222",
      slug: "nunca", title: "Otra", version: "1", correction: 0, language: "es", raw: {},
      zone: "America/Santiago", started_at: new Date().toISOString() })""")
    answer(page)
    finish(page)
    assert received(page)
    assert waiting(page) == ["refused"]
    page.goto(f"{service.address}/e/barrio/mine")
    expect(page.get_by_text("No encontramos esta encuesta")).to_be_visible()
    with page.expect_download() as saved:
        page.click("text=Guardar en un archivo")
    [item] = json.loads(Path(saved.value.path()).read_text())["responses"]
    assert item["collection"] == "nunca"


def test_a_collection_that_closed_meanwhile(
    page: Page, phone: BrowserContext, service: Service
) -> None:
    page.goto(f"{service.address}/e/cierra")
    page.wait_for_selector("#phone[data-known]", state="attached")
    page.click("main form button")
    page.wait_for_selector("[name=member]")
    until(page, KEPT)
    phone.set_offline(True)
    page.check("[name=member][value='no']")
    is_kept(page, "no")
    with service.within():
        collections.close_collection("cierra")
    phone.set_offline(False)
    for _ in range(8):  # a second may pass, and a slow service is not waited for
        page.goto(f"{service.address}/e/cierra")
        if page.get_by_text("Ver lo guardado en este teléfono").count():
            break
        page.wait_for_timeout(1100)
    page.click("text=Ver lo guardado en este teléfono")
    page.click("text=Continuar donde quedé")
    answer(page)
    finish(page)
    assert received(page)
    page.goto(f"{service.address}/e/cierra/mine")
    expect(page.get_by_text("El equipo la revisará antes de contarla.")).to_be_visible()


def test_one_draft_in_two_tabs(page: Page, phone: BrowserContext, service: Service) -> None:
    begin(page, service)
    page.check("[name=member][value='no']")
    is_kept(page, "no")
    second = phone.new_page()
    open_door(second, service)
    second.click("text=Continuar donde quedé")
    told = "Estas respuestas están abiertas en otra pestaña. Siga allá, o acá."
    expect(second.locator("#keeping")).to_contain_text(told)
    assert second.locator("[name=member]").first.is_disabled()
    clean(second)
    second.click("text=Seguir aquí")
    expect(page.locator("#keeping")).to_contain_text(told)
    assert page.locator("[name=member]").first.is_disabled(), "the first is told too"
    second.check("[name=member][value='si']")
    is_kept(second, "si")
    page.click("text=Seguir aquí")
    expect(page.locator("[name=member][value='si']")).to_be_checked()


def test_the_code_opens_a_phones_draft_elsewhere(
    page: Page, browser: Browser, service: Service
) -> None:
    begin(page, service)
    page.check("[name=member][value='no']")
    page.click(".buttons [name=next]")
    expect(page.locator("#code b")).not_to_be_empty()
    code = page.inner_text("#code b")
    context = browser.new_context()
    context.add_init_script(KEEPS_NOTHING)
    other = context.new_page()
    other.goto(f"{service.address}/e/barrio/resume")
    other.fill("#q-code", code)
    other.click("main form button")
    other.wait_for_url("**/p/marks")
    other.check("[name=overall][value='7']")
    other.click("form [name=next]:not(.hidden)")
    other.wait_for_url("**/p/end")
    context.close()
    page.check("[name=overall][value='2']")
    expect(page.locator("#keeping")).to_contain_text("Hay dos copias distintas")
    with page.expect_navigation():
        page.click("#keeping button >> nth=1")
    page.wait_for_selector("#keeping:empty", state="attached")
    [row] = page.evaluate("cabildo.open('barrio').then(({ drafts }) => drafts)")
    assert row["others"] == []
    assert row["synced"] >= 2


def test_a_personal_link(page: Page, phone: BrowserContext, service: Service) -> None:
    with service.within():
        invitation = inviting.invite("barrio", Invitee(name="Rosa"))
        key, token = invitation.id, links.token_of(invitation)
    page.goto(f"{service.address}/i/{token}")
    page.wait_for_selector("#phone[data-known]", state="attached")
    page.click("main form button")
    page.wait_for_selector("[name=member]")
    until(page, KEPT)
    page.check("[name=member][value='no']")
    is_kept(page, "no")
    phone.set_offline(True)
    page.goto(f"{service.address}/i/{token}")
    page.click("text=Continuar donde quedé")
    answer(page)
    finish(page)
    phone.set_offline(False)
    assert received(page)
    with service.within():
        response = links.counted_response(db.session.get_one(Invitation, key))
        assert response.answers == {"member": "no", "overall": 7}


def test_copies_that_diverged(page: Page, service: Service) -> None:
    begin(page, service)
    page.check("[name=member][value='no']")
    is_kept(page, "no")
    # As another phone's copy comes in, or a tab that was asleep
    page.evaluate("""async () => {
      const [row] = (await cabildo.open("barrio")).drafts;
      const base = await new Promise((done) => {
        const asked = indexedDB.open("cabildo");
        asked.onsuccess = () => done(asked.result);
      });
      const other = { ...row, raw: { member: ["si"] }, stamp: "other", tab: "other" };
      base.transaction("drafts", "readwrite").objectStore("drafts").put(other);
      base.close();
    }""")
    page.click(".buttons [name=next]")
    expect(page.locator("#keeping")).to_contain_text("Hay dos copias distintas")
    assert page.locator("#keeping button").count() == 2
    clean(page)
    page.click("#keeping button >> nth=1")
    page.wait_for_selector("#keeping:empty", state="attached")
    copies = page.evaluate("cabildo.open('barrio').then(({ drafts }) => drafts)")
    assert [len(copy["others"]) for copy in copies] == [0]

"""What a phone could not send goes to staff as a file, and is received once however it comes."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.models import RoleName
from app.services import accounts
from tests.chromium import TIMEOUT, needs_chromium
from tests.offline.conftest import Service
from tests.offline.walk import answer, begin, finish

pytestmark = needs_chromium
STAFF = "carga@example.org"


def test_staff_load_what_a_phone_saved(
    phone: BrowserContext, browser: Browser, service: Service, tmp_path: Path
) -> None:
    page = phone.new_page()
    begin(page, service)
    answer(page)
    phone.set_offline(True)
    before = service.responses()
    finish(page)
    expect(page.locator("#sent")).to_contain_text("teléfono")
    page.goto(f"{service.address}/e/barrio/mine")
    with page.expect_download() as saved:
        page.click("text=Guardar en un archivo")
    file = tmp_path / "respuestas.json"
    saved.value.save_as(file)
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT)
    staff = context.new_page()
    _sign_in(staff, service)
    assert _load(staff, service, file) == "1 guardada"
    assert len(service.responses()) == len(before) + 1
    assert _load(staff, service, file) == "1 ya estaba"
    context.close()
    phone.set_offline(False)
    page.goto(f"{service.address}/e/barrio/mine")
    expect(page.get_by_text("Comprobante").first).to_be_visible()
    assert len(service.responses()) == len(before) + 1


def _sign_in(staff: Page, service: Service) -> None:
    with service.within():
        accounts.ensure_roles()
        password = accounts.add_user(STAFF, RoleName.MANAGER)
    staff.goto(f"{service.address}/login")
    staff.fill("input[name=email]", STAFF)
    staff.fill("input[name=password]", password)
    staff.click("p.buttons button")
    staff.wait_for_url(lambda url: "/login" not in url)


def _load(staff: Page, service: Service, file: Path) -> str:
    staff.goto(f"{service.address}/collections/barrio/review")
    staff.set_input_files("input[type=file]", file)
    staff.click("form:has(input[type=file]) button")
    staff.wait_for_url("**/review/file")
    return " ".join(staff.inner_text("main li >> nth=0").split())

"""What a phone could not send goes to staff as a file, and is received once however it comes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.models import Attachment, Response, RoleName
from app.services import accounts
from tests.chromium import TIMEOUT, needs_chromium
from tests.offline import test_files as files
from tests.offline.conftest import Service
from tests.offline.walk import answer, begin, finish, until
from tests.pictures import png

pytestmark = needs_chromium
STAFF = "carga@example.org"


def test_staff_load_what_a_phone_saved(
    phone: BrowserContext,
    browser: Browser,
    service: Service,
    stored: Callable[[type], list],
    tmp_path: Path,
) -> None:
    """Answers alone, and with the photograph that they name, which the response then shows."""
    page = phone.new_page()
    page.goto(f"{service.address}/e/archivos/phone#new")
    until(page, 'async () => !!(await caches.match("/e/archivos/mine"))')
    begin(page, service)
    answer(page)
    phone.set_offline(True)
    finish(page)
    before, arrived = service.responses(), len(stored(Attachment))
    page.goto(f"{service.address}/e/barrio/mine")
    alone = json.loads(_save(page, tmp_path / "respuestas.json").read_text())
    assert [each["collection"] for each in alone["responses"]] == ["barrio"]
    page.goto(f"{service.address}/e/archivos/phone#new")
    page.wait_for_selector("main h1:visible")
    page.fill("[name=street]", "Sin señal")
    photo = {"name": "mi calle.png", "mimeType": "image/png", "buffer": png()}
    page.set_input_files("[name='photo@']", photo)
    page.wait_for_selector(".held .name")
    files.finish(page)
    page.goto(f"{service.address}/e/archivos/mine")
    file = _save(page, tmp_path / "respuestas.zip")
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT)
    staff = context.new_page()
    _sign_in(staff, service)
    assert _load(staff, service, file) == ["2 guardadas", "1 archivo adjunto guardado"]
    assert len(service.responses()) == len(before) + 2
    [response] = [row for row in stored(Response) if row.answers.get("street") == "Sin señal"]
    staff.goto(f"{service.address}/collections/archivos/responses/{response.id}")
    address = staff.get_attribute("a:has-text('mi calle.png')", "href") or ""
    assert staff.request.get(f"{service.address}{address}").body() == png()
    assert _load(staff, service, file) == ["2 ya estaban", "1 archivo adjunto ya estaba"]
    context.close()
    phone.set_offline(False)
    page.goto(f"{service.address}/e/archivos/mine")
    expect(page.get_by_text("Comprobante")).to_have_count(2)
    until(page, "cabildo.files.all().then((rows) => !rows.length)")
    assert len(service.responses()) == len(before) + 2
    assert len(stored(Attachment)) == arrived + 1


def _save(page: Page, target: Path) -> Path:
    with page.expect_download() as saved:
        page.click("text=Guardar en un archivo")
    assert saved.value.suggested_filename.endswith(target.suffix)
    saved.value.save_as(target)
    return target


def _sign_in(staff: Page, service: Service) -> None:
    with service.within():
        accounts.ensure_roles()
        password = accounts.add_user(STAFF, RoleName.MANAGER)
    staff.goto(f"{service.address}/login")
    staff.fill("input[name=email]", STAFF)
    staff.fill("input[name=password]", password)
    staff.click("p.buttons button")
    staff.wait_for_url(lambda url: "/login" not in url)


def _load(staff: Page, service: Service, file: Path) -> list[str]:
    staff.goto(f"{service.address}/collections/barrio/review")
    staff.set_input_files("input[type=file]", file)
    staff.click("form:has(input[type=file]) button")
    staff.wait_for_url("**/review/file")
    return [" ".join(line.split()) for line in staff.locator("main .said li").all_inner_texts()]

"""Pages of questions with their script: at once what the server does later, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.conftest import Service
from tests.chromium import KEEPS_NOTHING, TIMEOUT, needs_chromium

pytestmark = needs_chromium
READY = "main [role=status].hidden"
FOCUSED = "document.activeElement.id || document.activeElement.className"


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.set_default_timeout(TIMEOUT)
    context.add_init_script(KEEPS_NOTHING)
    yield context
    context.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def begin(
    phone: BrowserContext, service: Service, complaints: list[str]
) -> Iterator[Callable[[str], Page]]:
    """Opens a page of the survey, its script at work; nothing may go wrong with that."""

    def open_at(page_id: str = "home") -> Page:
        page = phone.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{service.address}/e/viva")
        page.click("main form button")
        page.wait_for_url("**/p/home**")
        if page_id != "home":
            page.goto(f"{service.address}/e/viva/p/{page_id}")
        alive(page)
        return page

    yield open_at
    assert complaints == []


def alive(page: Page) -> None:
    page.wait_for_selector(READY, state="attached")


def next_page(page: Page) -> None:
    page.click("form [name=next]:not(.hidden)")


def asked(page: Page, path: str) -> Locator:
    """The question where it can be seen, and not where it waits."""
    return page.locator(f"[data-q='{path}']:not(template)")


def shown(page: Page) -> list[str]:
    return page.eval_on_selector_all("[name=shown]", "all => all.map(one => one.value).sort()")


def options(page: Page, name: str) -> list[str]:
    script = "list => [...list.options].map(one => one.value).filter(Boolean)"
    return page.eval_on_selector(f"select[name={name}]", script)


def test_questions_come_and_go_at_once(begin: Callable[[str], Page]) -> None:
    page = begin("home")
    expect(asked(page, "why")).to_have_count(0)
    page.check("[name=water][value=no]")
    expect(page.get_by_role("heading", name="Sin agua")).to_be_visible()
    assert {"since", "why"} <= set(shown(page))
    page.fill("[name=why]", "Se cortó")
    page.check("[name=water][value=si]")
    expect(page.get_by_role("heading", name="Sin agua")).to_be_hidden()
    assert not {"since", "why"} & set(shown(page))
    page.check("[name=water][value=no]")
    assert page.input_value("[name=why]") == "Se cortó", "a typed answer survives being put away"
    next_page(page)
    page.wait_for_url("**/p/people**")
    page.go_back()
    assert page.input_value("[name=why]") == "Se cortó"


def test_what_appears_is_announced_once(begin: Callable[[str], Page]) -> None:
    page = begin("home")
    assert page.inner_text(READY) == ""
    page.check("[name=water][value=no]")
    expect(page.locator(READY)).to_have_text("Aparecieron 2 preguntas más.")
    assert page.evaluate("document.activeElement.name") == "water", "nothing moves the cursor"


def test_a_list_follows_another_answer(begin: Callable[[str], Page]) -> None:
    page = begin("home")
    expect(asked(page, "commune")).to_have_count(0)
    page.check("[name=region][value='05']")
    assert options(page, "commune") == ["05101", "05109"]
    assert page.locator("[name=sector]").count() == 2
    page.select_option("[name=commune]", "05109")
    page.check("[name=sector][value=cerro]")
    page.check("[name=region][value='13']")
    assert options(page, "commune") == ["13101"]
    assert page.input_value("[name=commune]") == "", "what is no longer offered is not chosen"
    page.check("[name=region][value='05']")
    assert page.input_value("[name=commune]") == "05109"
    assert page.is_checked("[name=sector][value=cerro]")
    page.fill("#q-commune-find", "vina")
    assert (
        page.eval_on_selector_all("[name=commune] option:not([hidden])", "all => all.length") == 2
    )


def test_figures_are_worked_out(begin: Callable[[str], Page]) -> None:
    page = begin("people")
    total = page.locator("output[data-value=persons]")
    assert page.input_value("[name=children]") == "1", "a default was there already"
    page.fill("[name=adults]", "2")
    assert total.inner_text() == "3"
    assert page.input_value("[name=beds]") == "3", "nobody touched it: it follows"
    assert "Camas para 3 personas" in page.inner_text("[data-q=beds]")
    page.fill("[name=beds]", "5")
    page.fill("[name=adults]", "4")
    assert (total.inner_text(), page.input_value("[name=beds]")) == ("5", "5")
    page.fill("[name=children]", "")
    assert total.inner_text() == "…"


def test_faults_are_told_before_sending(begin: Callable[[str], Page]) -> None:
    page = begin("people")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.method))
    page.fill("[name=adults]", "0")
    page.fill("[name=share]", "1.234")
    next_page(page)
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    assert posts == []
    links = summary.locator("a")
    assert links.first.inner_text().startswith("Debe haber una persona adulta.")
    assert "«1.234» se puede leer de dos maneras" in links.nth(1).inner_text()
    links.first.click()
    assert page.evaluate(FOCUSED) == "q-adults"
    field = page.locator("#q-adults")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("aria-describedby") == "q-adults-fault"
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert not found.violations_count, found.generate_report()
    field.fill("2")
    assert field.get_attribute("aria-invalid") is None
    assert page.locator("#q-adults-fault").count() == 0
    page.fill("[name=share]", "12,5")
    next_page(page)
    page.wait_for_url("**/p/members**")


def test_the_server_has_the_last_word(begin: Callable[[str], Page]) -> None:
    page = begin("home")
    next_page(page)
    mine = page.locator(".summary li").all_inner_texts()
    with page.expect_navigation():
        next_page(page)
    alive(page)
    assert page.locator(".summary li").all_inner_texts() == mine, "one and the same words"


def test_what_was_typed_outlives_the_page(begin: Callable[[str], Page]) -> None:
    page = begin("home")
    page.check("[name=water][value=no]")
    page.fill("[name=why]", "No sé")
    expect(page.locator(READY)).not_to_be_empty()
    page.reload()
    alive(page)
    assert page.input_value("[name=why]") == "No sé"
    expect(page.locator("p.note[role=status]")).to_be_visible()
    next_page(page)
    page.wait_for_url("**/p/people**")
    alive(page)
    kept = "Object.keys(localStorage).filter(key => key.startsWith('cabildo:'))"
    assert page.evaluate(kept) == [], "the server has it now"


def test_another_draft_is_told_nothing(begin: Callable[[str], Page]) -> None:
    page = begin("home")
    page.check("[name=water][value=no]")
    page.fill("[name=why]", "Un secreto")
    expect(page.locator(READY)).not_to_be_empty()
    page.context.clear_cookies()
    page.goto(page.url.replace("/p/home", ""))
    page.click("main form button")
    alive(page)
    assert page.locator("[name=why]").count() == 0
    assert not page.is_checked("[name=water][value=no]")


def test_instances_of_a_repeat(begin: Callable[[str], Page]) -> None:
    page = begin("members")
    page.fill("[name='member[1]/age']", "10")
    expect(asked(page, "member[1]/school")).to_be_visible()
    page.click("[name=add]")
    page.wait_for_selector("[name='member[2]/age']")
    alive(page)
    assert page.input_value("[name='member[1]/age']") == "10"
    page.fill("[name='member[2]/age']", "40")
    assert page.locator("output[data-value=ages]").inner_text() == "50"
    expect(asked(page, "member[2]/school")).to_have_count(0)
    page.click("[name=remove] >> nth=0")
    page.wait_for_selector("[name='member[2]/age']", state="detached")
    alive(page)
    assert page.input_value("[name='member[1]/age']") == "40"


def test_putting_in_order_by_keyboard(begin: Callable[[str], Page]) -> None:
    page = begin("people")
    up = page.get_by_role("button", name="Subir: Gas")
    up.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    places = page.eval_on_selector_all("[name=order]", "all => all.map(one => one.value)")
    assert places == ["agua=2", "luz=3", "gas=1"]
    expect(page.locator("[data-q=order] [role=status]")).to_have_text("Gas: lugar 1 de 3.")
    expect(page.get_by_text("Primero el gas.")).to_be_visible()
    expect(up).to_be_focused()


def test_the_phones_own_place(begin: Callable[[str], Page], phone: BrowserContext) -> None:
    page = begin("people")
    button = page.get_by_role("button", name="Usar mi ubicación")
    button.click()
    status = page.locator("[data-q=place] [role=status]")
    expect(status).to_have_text(
        "El teléfono no dio permiso. Escriba la ubicación, o siga sin ella."
    )
    phone.grant_permissions(["geolocation"])
    phone.set_geolocation({"latitude": -33.0458, "longitude": -71.6197, "accuracy": 12})
    button.click()
    expect(status).to_have_text("Listo, con una precisión de 12 metros.")
    fields = page.eval_on_selector_all("[name=place]", "all => all.map(one => one.value)")
    assert fields[:2] == ["-33.045800", "-71.619700"]


def test_thousands_stand_apart(begin: Callable[[str], Page]) -> None:
    page = begin("people")
    page.fill("[name=income]", "1250000")
    page.locator("[name=income]").blur()
    assert page.input_value("[name=income]") == "1\u202f250\u202f000"
    page.fill("[name=adults]", "1")
    next_page(page)
    page.wait_for_url("**/p/members**")


def test_a_second_press_waits(begin: Callable[[str], Page]) -> None:
    page = begin("members")
    page.fill("[name='member[1]/age']", "40")
    posts: list[str] = []

    def slow(route: Route) -> None:
        if route.request.method == "POST":
            posts.append(route.request.url)
            page.wait_for_timeout(300)
        route.continue_()

    page.route("**/p/members", slow)
    page.evaluate("""() => {
      const button = document.querySelector('.buttons [name=next]');
      button.click();
      button.click();
    }""")
    page.wait_for_url("**/review")
    assert len(posts) == 1


def test_a_hidden_question_hands_the_cursor_on(begin: Callable[[str], Page]) -> None:
    page = begin("home")
    page.check("[name=water][value=no]")
    page.focus("[name=why]")
    page.evaluate("""() => {
      const yes = document.querySelector('[name=water][value=si]');
      yes.checked = true;
      yes.dispatchEvent(new Event('input', { bubbles: true }));
    }""")
    assert page.evaluate("document.activeElement.name") == "region"


@pytest.mark.parametrize("missing", ["respond.js", "engine.js", "logic.js", "widgets.js"])
def test_a_script_that_does_not_come_takes_nothing_away(
    phone: BrowserContext, service: Service, missing: str
) -> None:
    phone.route(f"**/{missing}*", lambda route: route.abort())
    page = phone.new_page()
    page.goto(f"{service.address}/e/viva")
    page.click("main form button")
    page.check("[name=water][value=no]")
    next_page(page)
    page.wait_for_selector("[name=why]")
    page.fill("[name=why]", "Se cortó")
    next_page(page)
    page.wait_for_url("**/p/people**")


def test_a_script_that_breaks_takes_nothing_away(phone: BrowserContext, service: Service) -> None:
    broken = "export const register = () => {}; export const evaluate = () => { throw 1; };"
    body = f"{broken} export const holds = evaluate; export const number = evaluate;"
    phone.route("**/logic.js*", lambda r: r.fulfill(body=body, content_type="text/javascript"))
    page = phone.new_page()
    page.goto(f"{service.address}/e/viva")
    page.click("main form button")
    page.check("[name=water][value=si]")
    next_page(page)
    page.wait_for_url("**/p/people**")


@pytest.mark.parametrize("page_id", ["home", "people", "members"])
def test_nothing_that_axe_finds_with_everything_open(
    begin: Callable[[str], Page], page_id: str
) -> None:
    page = begin(page_id)
    if page_id == "home":
        page.check("[name=water][value=no]")
        page.check("[name=region][value='05']")
    if page_id == "members":
        page.fill("[name='member[1]/age']", "10")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert not found.violations_count, found.generate_report()

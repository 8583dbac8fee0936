"""Every type of question on the smallest phone and on a wide screen, as axe sees it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app import create_app
from app.extensions import db
from app.services import collections, surveys
from app.services.collections import Fielding
from app.services.setup import set_up
from benchmarks.servers import SERVERS, serving
from tests.chromium import KEEPS_NOTHING, needs_chromium
from tests.conftest import test_settings

pytestmark = needs_chromium
KITCHEN = Path(__file__).parents[1] / "respond" / "definitions" / "kitchen.yaml"
PAGES = ("chosen", "marks", "typed", "places", "family")
# The smallest picture that is one, in the colour of the programme.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763e08ac80200012700bb5ef3a6e30000000049454e44ae426082"
)
SIZES = ((320, 640), (360, 740), (1280, 800))


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that asks everything."""
    data = tmp_path_factory.mktemp("kitchen")
    app = create_app(test_settings(f"sqlite:///{data / 'cabildo.sqlite3'}", data))
    with app.app_context():
        set_up(data)
        version = surveys.save_definition(KITCHEN.read_text(), media={"agua.png": PIXEL})
        surveys.publish(version.survey_id)
        collections.open_collection(version.survey_id, "cocina", Fielding(territories=[]))
        db.session.remove()
        db.engine.dispose()
    settings = {"CABILDO_DATA": str(data), "CABILDO_URL": "", "DATABASE_URL": "", "PORT": ""}
    with serving(SERVERS["granian"], os.environ | settings) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def page(browser: Browser, kitchen: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_init_script(KEEPS_NOTHING)
    opened = context.new_page()
    if not request.param:  # axe is a script too, so the context can't do without
        opened.route("**/*.js*", lambda route: route.abort())
    opened.goto(f"{kitchen}/e/cocina")
    opened.click("main form button")
    yield opened
    context.close()


def complaints(page: Page) -> list[str]:
    found = []
    page.wait_for_load_state()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        needs = page.evaluate("document.documentElement.scrollWidth")
        if needs > width:
            found.append(f"{page.url}: {needs} px wide on a screen of {width}")
    axe = Axe().run(page, options={"resultTypes": ["violations"]})
    return found + ([axe.generate_report()] if axe.violations_count else [])


def test_every_type_fits_and_is_accessible(page: Page, kitchen: str) -> None:
    for name in PAGES:
        page.goto(f"{kitchen}/e/cocina/p/{name}")
        if name == "family":
            page.click("button[value='person']")
            page.click("button[value='person[1]/pet']")
        assert complaints(page) == []
        page.click(".buttons button >> nth=0")
        assert complaints(page) == []


def test_a_code_behind_the_address_is_in_the_field(page: Page, kitchen: str) -> None:
    code = page.inner_text("b.code")
    page.context.clear_cookies()
    page.goto(f"{kitchen}/e/cocina/resume#{code}")
    if page.input_value("#q-code"):
        assert "#" not in page.url
    else:  # without scripts it is typed
        page.fill("#q-code", code.lower())
    page.click("main form button")
    assert page.url == f"{kitchen}/e/cocina/p/chosen"

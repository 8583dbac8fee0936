"""DESIGN.md's budgets of bytes and requests, as far as they show without a browser.

`python -m benchmarks.page_weight` measures the same in Chromium, through the real server.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.etree import ElementTree

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.assets import asset
from app.extensions import db
from app.services import collections, surveys
from app.services.collections import Fielding
from app.services.register import places
from app.services.setup import LIBRARY
from tests.pages import Person, check_page

FIRST_PAGE_BYTES, FIRST_PAGE_REQUESTS = 14 * 1024, 2
SURVEY_BYTES = 40 * 1024
SCRIPT_BYTES = 9 * 1024
BUTTONS = ("Comenzar", "Siguiente", "Enviar mis respuestas")
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
# As static/worker.js finds what a document needs.
NEEDED = re.compile(r"/static/[^\"'\s<>\\]+")
# What the server in front writes itself: status line, date, its name.
SERVER_HEAD = 120


@pytest.fixture
def database(new_database: Callable[[str], str]) -> str:
    return new_database("sqlite")


@pytest.fixture
def address(app: Flask) -> str:
    """`satisfaction` fielded in four territories, of a length that names have."""
    with app.app_context():
        for number in range(4):
            places.new_territory(f"T-{number}", f"Población Cerro Azulillo {number}", [])
        db.session.commit()
        version = surveys.save_definition((LIBRARY / "satisfaction.yaml").read_text())
        surveys.publish(version.survey_id)
        collections.open_collection(version.survey_id, "satisfaccion", Fielding())
    return "/e/satisfaccion"


@dataclass
class Scales:
    """A client that asks for one coding and weighs every answer, headers included."""

    client: FlaskClient
    coding: str
    weights: list[tuple[str, int]] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)

    def get(self, url: str) -> TestResponse:
        return self._weigh(url, self.client.get(url, headers={"Accept-Encoding": self.coding}))

    def post(self, url: str, **more: object) -> TestResponse:
        return self._weigh(
            url, self.client.post(url, headers={"Accept-Encoding": self.coding}, **more)
        )

    def _weigh(self, url: str, response: TestResponse) -> TestResponse:
        head = sum(len(f"{name}: {value}\r\n") for name, value in response.headers)
        packed = response.get_data()
        response.close()
        self.weights.append((url, SERVER_HEAD + head + len(packed)))
        self.bodies.append(len(packed))
        if coding := response.headers.get("Content-Encoding"):
            response.set_data(UNPACK[coding](packed))
        return response

    @property
    def total(self) -> int:
        return sum(weight for _, weight in self.weights)


def linked(page: ElementTree.Element, url: str) -> list[str]:
    """What a browser asks for because of the page; without an icon it asks for /favicon.ico."""
    sources = [e.get("src") for e in page.iter() if e.tag in {"script", "img", "iframe", "source"}]
    sources += _modules(page)
    rels = {"stylesheet", "icon", "manifest", "preload", "modulepreload"}
    links = [e for e in page.iter("link") if rels & set(e.get("rel", "").split())]
    sources += [link.get("href") for link in links]
    if not any("icon" in link.get("rel", "").split() for link in links):
        sources.append("/favicon.ico")
    return [urljoin(url, source) for source in sources if source and not source.startswith("data:")]


def _modules(page: ElementTree.Element) -> list[str | None]:
    """What respond.js or phone.js goes on to load, which the page's model decides."""
    scripts = list(page.iter("script"))
    model = next((json.loads(s.text or "{}") for s in scripts if s.get("id") == "model"), {})
    wanted = {"data-logic": {"now", "timed"}, "data-more": {"more"}, "data-widgets": {"dressed"}}
    return [s.get(name) for s in scripts for name, keys in wanted.items() if keys & model.keys()]


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_the_first_page_fits_in_one_round_trip(app: Flask, address: str, coding: str) -> None:
    scales = Scales(app.test_client(), coding)
    page = check_page(scales.get(address).get_data(as_text=True))
    for url in linked(page.tree, address):
        assert scales.get(url).status_code == 200, url
    assert len(scales.weights) <= FIRST_PAGE_REQUESTS, scales.weights
    assert scales.total <= FIRST_PAGE_BYTES, scales.weights


def test_the_scripts_of_a_page_are_within_their_budget(app: Flask) -> None:
    with app.test_request_context():
        addresses = [asset(name) for name in ("respond.js", "engine.js", "logic.js")]
    sizes = []
    for address in addresses:
        answer = app.test_client().get(address, headers={"Accept-Encoding": "br"})
        assert answer.headers["Content-Encoding"] == "br"
        sizes.append(len(answer.get_data()))
    assert sum(sizes) <= SCRIPT_BYTES, sizes


def test_the_first_page_loads_no_script(app: Flask, address: str) -> None:
    """One stands in it, which its policy lets run by its hash."""
    answer = app.test_client().get(address)
    [script] = check_page(answer.get_data(as_text=True)).tree.iter("script")
    assert script.get("src") is None
    digest = base64.b64encode(hashlib.sha256((script.text or "").encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_the_whole_survey_is_within_its_budget(app: Flask, address: str, coding: str) -> None:
    scales = Scales(app.test_client(), coding)
    person = Person(scales)
    once = set(linked(person.open(address).tree, address))
    for _ in range(30):
        button = next(words for words in BUTTONS if words in _buttons(person))
        page = person.press(button, **dict(_answers(person.page.tree)))
        once |= set(linked(page.tree, person.url))
        if "Gracias" in page.h1:
            break
    else:
        pytest.fail(f"the walk does not end: it is at {person.url}")
    for url in once:
        scales.get(url)
    assert scales.total <= SURVEY_BYTES, scales.weights
    assert len(scales.weights) > 2 * 8, "the walk was cut short"


def test_the_whole_survey_on_a_phone_alone_is_within_its_budget(app: Flask, address: str) -> None:
    """In all its languages, with the worker and what it keeps (`app/static/worker.js`)."""
    scales = Scales(app.test_client(), "br")
    page = check_page(scales.get(address).get_data(as_text=True))
    document = page.element("phone").get("data-url", "")
    scales.get(address)  # the worker asks for it again, as somebody unknown
    waiting = [document, f"{address}/mine"]
    waiting += ["/sw.js", "/manifest.webmanifest", *linked(page.tree, address)]
    seen = {address}
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        answer = scales.get(url)
        assert answer.status_code == 200, url
        if url == document:
            told = re.search(r'"docs":({[^}]*})', answer.get_data(as_text=True))
            waiting += json.loads(told[1]).values() if told else []
        if not url.startswith("/static/"):
            waiting += NEEDED.findall(answer.get_data(as_text=True).replace("&amp;", "&"))
    assert sum(scales.bodies) <= SURVEY_BYTES, sorted(scales.weights)
    assert len(seen) > 14
    assert sum("lang=" in url for url in seen) == 2


def _buttons(person: Person) -> set[str]:
    return {words for form in person.page.forms for _, _, words in form.buttons}


def _answers(page: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """The first choice of each list, which takes the longest way through this survey."""
    seen = set()
    for control in page.iter():
        name = control.get("name", "")
        if control.tag == "input" and control.get("type") in {"radio", "checkbox"}:
            if name not in seen:
                yield name, control.get("value", "")
            seen.add(name)
        elif control.tag == "textarea":
            yield name, "Nada más."

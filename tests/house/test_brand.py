"""An organisation's name, logo, colours and texts: on pages and reports, or a word why not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from app.brand import TOKENS, contrast, load, tokens
from app.config import ConfigError
from app.services.publication import publishing
from app.services.publication.publishing import Choice
from tests.analytics.conftest import OPINION, answer, field, make_territories, people
from tests.asked_for import asked_for
from tests.house.test_page_weight import FIRST_PAGE_BYTES, FIRST_PAGE_REQUESTS, Scales, linked
from tests.pages import check_page
from tests.pictures import png

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
YAML = """
name: {es: Programa Barrio Vivo, en: Living Quarter Programme}
logo: logo.svg
colours:
  light: {primary: "#5B2A86", primary-strong: "#3f1c5e"}
  dark: {primary: "#c9a7e8", primary-strong: "#dcc6f2"}
texts:
  footer: Municipalidad de Ejemplo
  report: {es: Responde por este informe la oficina de estudios., en: The office of studies.}
"""


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "brand"
    made.mkdir()
    (made / "brand.yaml").write_text(YAML, encoding="utf-8")
    (made / "logo.svg").write_text(SVG, encoding="utf-8")
    return made


@pytest.fixture
def app(make_app: Callable[..., Flask], folder: Path) -> Flask:
    return make_app(brand=str(folder))


def test_respondents_see_it_within_their_budget(app: Flask) -> None:
    with app.app_context():
        make_territories()
        field("satisfaction", "marca")
    scales = Scales(app.test_client(), "br")
    page = check_page(scales.get("/e/marca").get_data(as_text=True))
    for url in linked(page.tree, "/e/marca"):
        assert scales.get(url).status_code == 200, url
    assert "Programa Barrio Vivo" in page.text
    assert "Municipalidad de Ejemplo" in page.text
    assert "data:image/svg+xml;base64," in scales.client.get("/e/marca").text
    assert len(scales.weights) <= FIRST_PAGE_REQUESTS
    assert scales.total <= FIRST_PAGE_BYTES, scales.weights


def test_published_results_carry_it(app: Flask, folder: Path) -> None:
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="open"), people(60))
        publishing.publish("opinion", Choice(measures=("satisfied",)))
    client = app.test_client()
    page = check_page(client.get("/r/opinion").text)
    assert "Programa Barrio Vivo" in page.text
    assert "Municipalidad de Ejemplo" in page.text
    assert "data:image/svg+xml;base64," in client.get("/r/opinion").text
    (sheet,) = [link.get("href", "") for link in page.tree.iter("link")
                if link.get("rel") == "stylesheet"]  # fmt: skip
    assert "--primary:#5b2a86;" in client.get(sheet).text


def test_published_results_fetch_a_logo_of_any_size(
    make_app: Callable[..., Flask], folder: Path
) -> None:
    (folder / "logo.svg").write_text(SVG.replace("/></svg>", f"/><!--{'x' * 3000}--></svg>"))
    app = make_app(brand=str(folder))
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="open"), people(60))
        publishing.publish("opinion", Choice(measures=("satisfied",)))
    client = app.test_client()
    page = check_page(client.get("/r/opinion").text)
    (logo,) = [
        image.get("src", "") for image in page.tree.iter("img") if "logo" in image.get("src", "")
    ]
    assert client.get(logo).mimetype == "image/svg+xml"


def test_its_colours_are_in_both_sheets_and_in_no_other_service(
    app: Flask, make_app: Callable[..., Flask]
) -> None:
    for sheet in ("respond.css", "staff.css"):
        css = app.test_client().get(f"/static/{sheet}").text
        light, dark = css.split("prefers-color-scheme: dark", 1)
        assert "--primary:#5b2a86;" in light
        assert "--primary:#c9a7e8" in dark
        assert "--accent:#a6431d;" in light
        assert "#5b2a86" not in make_app().test_client().get(f"/static/{sheet}").text


def test_staff_and_reports_carry_it(app: Flask, signed_in: Callable[..., object]) -> None:
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="probability"), people(12))
    client = signed_in("evaluator")
    page = client.get("/analysis?lang=en")
    check_page(page.text)
    assert "Living Quarter Programme" in page.text
    logo = client.get("/brand/logo")
    assert (logo.mimetype, logo.text) == ("image/svg+xml", SVG)
    assert "immutable" in logo.headers["Cache-Control"]
    report = asked_for(client, "/analysis/opinion/report", format="pdf", lang="es")
    first = PdfReader(io.BytesIO(report.data)).pages[0].extract_text()
    assert "Programa Barrio Vivo" in first
    assert "Responde por este informe" in " ".join(first.split())


def test_a_logo_may_be_a_png_and_a_large_one_stays_out_of_answers(
    folder: Path, make_app: Callable[..., Flask], signed_in: Callable[..., object]
) -> None:
    (folder / "logo.png").write_bytes(png() + b"\0" * 3000)
    (folder / "brand.yaml").write_text("logo: logo.png\n")
    app = make_app(brand=str(folder))
    assert load(str(folder)).logo.small == ""
    assert app.test_client().get("/brand/logo").mimetype == "image/png"
    assert "data:image" not in app.test_client().get("/").text


def test_without_one_there_is_no_logo(make_app: Callable[..., Flask]) -> None:
    client = make_app().test_client()
    assert client.get("/brand/logo").status_code == 404


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('colours: {light: {primary: "#7fd3a0"}}', "make primary darker"),
        ('colours: {dark: {accent: "#222222"}}', "make accent lighter"),
        ('colours: {light: {on-primary: "#0a5a6b"}}', "make on-primary lighter, or change primary"),
        ("colours: {light: {primary: }}", "in quotes"),
        ('colours: {light: {ink: "#000000"}}', "use primary, primary-strong, on-primary, accent"),
        ("names: X", "use name, logo, colours, texts"),
        ("name: {fr: Quartier}", "use es, en"),
        ("logo: ../secret.svg", "in the same folder"),
        ("logo: nothing.svg", "cannot be read"),
        ("logo: bad.svg", "is no SVG picture"),
        ("name: [a]", "must be written as"),
        ("a: {", "is not YAML"),
    ],
)
def test_what_cannot_be_used_stops_the_start_with_a_remedy(
    folder: Path, text: str, told: str
) -> None:
    (folder / "brand.yaml").write_text(text, encoding="utf-8")
    (folder / "bad.svg").write_text("hello")
    with pytest.raises(ConfigError, match="CABILDO_BRAND") as fault:
        load(str(folder))
    assert told in str(fault.value)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no readable brand\.yaml"):
        load(str(tmp_path / "nowhere"))


def test_cabildos_own_colours_pass() -> None:
    for scheme in ("light", "dark"):
        own = tokens()[scheme]
        assert set(TOKENS) <= set(own)
        assert contrast(own["primary"], own["paper"]) >= 4.5

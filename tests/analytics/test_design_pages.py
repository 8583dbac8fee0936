"""What page, picture and command say of a sample whose design was declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from app.cli.analyze import analyze
from app.services import collections
from app.services.analytics.analyse import analyse
from app.services.analytics.sampling import read_sampling
from tests.analytics.conftest import answer, make_territories
from tests.analytics.sample import CLUSTERS, STRATA, drawn, sampled
from tests.analytics.test_pages import page, tables

Client = Callable[[str], FlaskClient]
TOTALS = {**CLUSTERS, "totals": {"sex": {"f": "900", "m": "700"}}}


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


@pytest.fixture
def house(app: Flask) -> Flask:
    with app.app_context():
        make_territories()
        drawn(population=1600)
    return app


def fill(app: Flask, rows: list[dict[str, object]], design: Mapping[str, object]) -> None:
    with app.app_context():
        answer(collections.find("sample"), rows)
        collections.declare_design("sample", read_sampling(design))


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("design", "lang", "words"),
    [
        ({}, "es", "Muestra aleatoria simple. Las"),
        (STRATA, "es", "Muestra estratificada por territorio, ponderada. Las"),
        (
            CLUSTERS,
            "es",
            "Muestra estratificada por territorio, por conglomerados: «Manzana», ponderada. Las",
        ),
        (
            {"clusters": ["territory", "block"], "weights": "weight"},
            "es",
            "Muestra por conglomerados: territorio › «Manzana», ponderada. Las",
        ),
        ({"weights": "weight"}, "es", "Muestra al azar, ponderada. Las"),
        (TOTALS, "es", "ponderada, ajustada a la población por «Género». Las"),
        (CLUSTERS, "en", "Sample stratified by territory, in clusters: “Block”, weighted. The"),
    ],
)
def test_the_page_says_how_people_were_drawn(
    house: Flask, signed_in: Client, design: dict, lang: str, words: str
) -> None:
    fill(house, sampled(), design)
    seen = page(signed_in("evaluator"), f"/analysis/sample?measure=satisfied&lang={lang}")
    assert words in plain(seen.text)
    assert "muestra aleatoria simple" not in plain(seen.text).replace(words, "")
    assert ("Wilson" in seen.text) is True


@pytest.mark.parametrize("page_of", ["overview", "explore", "compare?question=mark&by=territory"])
def test_every_page_of_an_analysis_says_the_same(
    house: Flask, signed_in: Client, page_of: str
) -> None:
    fill(house, sampled(), STRATA)
    text = plain(page(signed_in("evaluator"), f"/analysis/sample/{page_of}").text)
    assert "Muestra estratificada por territorio, ponderada." in text


def test_the_figures_of_the_page_are_those_of_the_design(house: Flask, signed_in: Client) -> None:
    fill(house, sampled(), CLUSTERS)
    seen = page(signed_in("evaluator"), "/analysis/sample?measure=satisfied&by=sex")
    assert "Según la muestra (218 opiniones), el 29,9 % responden 6 o 7" in plain(seen.text)
    lines = {row[0]: row for table in tables(seen) for row in table}
    net = lines["Satisfacción neta"]
    assert plain(net[1]) == "-26,3 puntos"
    assert net[5] == "a partir de los de Wilson (MOVER)"
    assert plain(lines["Mujer"][2]) == "29,2 %"
    told = signed_in("manager").get("/analysis/sample.json?measure=satisfied").get_json()
    estimates = told["measures"][0]["estimates"]
    (satisfied,) = [one for one in estimates if one["statistic"] == "satisfied"]
    assert satisfied["df"] == 21
    assert satisfied["deff"] > 1
    assert satisfied["n_effective"] < satisfied["n"] == 218
    assert told["design"]["declared"]["clusters"] == ["block"]


@pytest.mark.parametrize(
    "address", ["/analysis/sample/satisfied.svg", "/analysis/sample/order.svg"]
)
def test_pictures_are_drawn(house: Flask, signed_in: Client, address: str) -> None:
    fill(house, sampled(), CLUSTERS)
    client = signed_in("evaluator")
    for query in ("", "?by=sex") if "satisfied" in address else ("",):
        response = client.get(address + query)
        assert response.status_code == 200


def test_responses_without_a_place_are_the_first_thing_said(
    house: Flask, signed_in: Client
) -> None:
    rows = sampled(243)
    for row in rows[:3]:
        del row["block"]
    del rows[0]["weight"]
    fill(house, rows, CLUSTERS)
    text = plain(page(signed_in("evaluator"), "/analysis/sample").text)
    words = "3 respuestas no entran en ninguna cifra"
    assert words in text
    assert "«Manzana» (3)" in text
    assert "weight (1)" in text
    assert text.index(words) < text.index("Muestra estratificada")
    english = plain(page(signed_in("manager"), "/analysis/sample?lang=en").text)
    assert "3 responses are in no figure" in english


def test_a_single_unit_leaves_the_page_without_margins(house: Flask, signed_in: Client) -> None:
    rows = [row for row in sampled() if row["territory"] != "T-2" or row["block"] == "b1"]
    fill(house, rows, CLUSTERS)
    client = signed_in("evaluator")
    for lang, words, title in (
        ("es", "una sola unidad en Territorio 2. Espere", "un margen que todavía no se conoce"),
        (
            "en",
            "a single unit was drawn in Territorio 2. Wait",
            "give or take a margin that is not known yet",
        ),
    ):
        seen = page(client, f"/analysis/sample?lang={lang}&measure=satisfied")
        assert words in seen.text
        assert title in seen.h1
    assert client.get("/analysis/sample/satisfied.svg").status_code == 200


@pytest.mark.parametrize(
    ("lang", "words"),
    [("es", "está en más de un estrato"), ("en", "is in more than one stratum")],
)
def test_what_the_responses_contradict_is_said_and_not_a_failure(
    house: Flask, signed_in: Client, lang: str, words: str
) -> None:
    fill(house, sampled(), {"strata": "territory", "clusters": "block"})
    client = signed_in("evaluator")
    response = client.get(f"/analysis/sample?lang={lang}")
    assert response.status_code == 409
    assert words in response.text
    assert "nest: true" in response.text
    told = client.get("/analysis/sample.json", headers={"Accept": "application/json"})
    assert (told.status_code, told.get_json()["code"]) == (409, "design_not_nested")


def test_nobody_of_a_stratum_is_said(house: Flask, signed_in: Client) -> None:
    fill(house, [row for row in sampled() if row["territory"] != "T-3"], STRATA)
    text = page(signed_in("evaluator"), "/analysis/sample").text
    assert "Nadie respondió en: Territorio 3." in text


def test_before_any_response_the_page_waits(house: Flask, signed_in: Client) -> None:
    fill(house, [], STRATA)
    assert "Todavía no hay respuestas" in page(signed_in("evaluator"), "/analysis/sample").text


def test_the_command_says_the_same(house: Flask) -> None:
    rows = sampled(243)
    del rows[0]["block"]
    fill(house, rows, CLUSTERS)
    with house.app_context():
        output = CliRunner().invoke(analyze, ["sample", "--by", "territory"]).stdout
        told = CliRunner().invoke(analyze, ["sample", "--json"]).stdout
        expected = analyse("sample").measures[0].to_dict()
    text = plain(output)
    assert "Muestra estratificada por territorio, por conglomerados: «Manzana»" in text
    assert "1 respuesta no entra en ninguna cifra" in text
    assert '"outside_design"' in told
    assert f'"deff": {expected["estimates"][0]["deff"]}' in told

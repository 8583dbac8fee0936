"""The pages an evaluator reads: complete, in words, and no dearer with many responses."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from scipy import stats

from app.extensions import db
from app.reports.words import percent
from app.services.register import places
from tests.analytics.conftest import (
    OPINION,
    answer,
    ballot,
    field,
    make_plan,
    make_territories,
    people,
    statements,
)
from tests.pages import Seen, check_page

Client = Callable[[str], FlaskClient]


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """SQLite alone: the figures are tested on both, and a page is the same page on both."""
    return new_database(request.param)


def page(client: FlaskClient, address: str) -> Seen:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return check_page(response.text)


def tables(seen: Seen) -> list[list[list[str]]]:
    return [
        [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")]
        for table in seen.tree.iter("table")
    ]


@pytest.fixture
def census(app: Flask) -> list[int]:
    """31 of 45 organisations answered and 20 of them are satisfied; gives their marks."""
    marks = [6] * 12 + [7] * 8 + [5] * 4 + [2] * 7
    with app.app_context():
        answer(make_plan(), [ballot(n, mark) for n, mark in enumerate(marks, start=1)])
    return marks


@pytest.fixture
def sample(app: Flask) -> list[dict[str, object]]:
    rows = people(80)
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="probability"), rows)
    return rows


def test_a_census_says_first_what_assumes_nothing(census: list[int], signed_in: Client) -> None:
    seen = page(signed_in("evaluator"), "/analysis/plan?measure=satisfied")
    assert "31 de 45 organizaciones respondieron" in seen.text
    said = ["De las 45 organizaciones de la lista, el 44,4 % responden 6 o 7"]
    said.append("entre 44,4 % y 75,6 %")  # bounds: 20 of 45, and 20 with the 14 silent
    said.append("entre 53,3 % y 73,3 %, vale solo si las que faltan opinan como")
    places = [seen.text.replace("\xa0", " ").index(each) for each in said]
    assert places == sorted(places)


def test_figures_stand_in_the_table_with_interval_base_and_method(
    sample: list[dict[str, object]], signed_in: Client
) -> None:
    seen = page(signed_in("manager"), "/analysis/opinion?measure=satisfied")
    marks = [row["mark"] for row in sample if isinstance(row["mark"], int)]
    top = sum(mark >= 6 for mark in marks)
    limits = stats.binomtest(top, len(marks)).proportion_ci(method="wilson")
    low, high = (percent(end, "es") for end in limits)
    figures = {line[0]: line[1:] for line in tables(seen)[1][1:]}
    value, interval, n, base, method, _flags = figures["Satisfechas (6 o 7)"]
    assert value == " ".join(percent(top / len(marks), "es").split())
    assert interval == " ".join(f"entre {low} y {high}".split())
    assert (n, base, method) == (str(len(marks)), str(len(sample)), "Wilson")
    assert ["No sé", str(len(sample) - len(marks))] in tables(seen)[0]


def test_an_open_link_says_why_there_is_no_interval(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        make_territories()
        answer(field(OPINION, "enlace", selection="open"), people(30))
    seen = page(signed_in("evaluator"), "/analysis/enlace?by=sex")
    assert seen.h1.startswith("De quienes quisieron responder")
    assert "por eso no hay intervalo" in seen.text
    assert not [line for table in tables(seen) for line in table if "entre" in " ".join(line)]


def test_nobody_yet_says_what_to_do(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        make_territories()
        field(OPINION, "nueva")
        field("anes-1996", "archivo", public=False)
    evaluator = signed_in("evaluator")
    assert "http://localhost/e/nueva" in page(evaluator, "/analysis/nueva?by=sex").text
    assert "cabildo responses import archivo" in page(evaluator, "/analysis/archivo").text


def test_groups_are_compared_and_no_difference_is_claimed(
    census: list[int], signed_in: Client
) -> None:
    seen = page(signed_in("evaluator"), "/analysis/plan?by=territory&measure=satisfied")
    lines = {line[0]: line for line in tables(seen)[-1][1:]}
    assert list(lines) == ["En conjunto", "Territorio 1", "Territorio 2", "Territorio 3"]
    assert [line[1] for line in lines.values()] == ["31 de 45", "20 de 20", "11 de 15", "0 de 10"]
    assert lines["Territorio 1"][3:5] == ["100,0 %", "sin margen"]
    assert "aquí no se ha puesto a prueba" in seen.text


def test_the_form_offers_what_can_be_asked(
    sample: list[dict[str, object]], signed_in: Client
) -> None:
    client = signed_in("evaluator")
    seen = page(client, "/analysis/opinion?by=sex")
    offered = [option.get("value") for option in seen.element("by").iter("option")]
    assert offered == ["", "territory", "sex", "mark", "took_part", "influence", "again"]
    (chosen,) = [o for o in seen.element("by").iter("option") if o.get("selected") is not None]
    assert chosen.get("value") == "sex"
    for choice in offered:
        page(client, f"/analysis/opinion?by={choice}&measure=")


@pytest.mark.parametrize("query", ["by=visits", "by=nothing", "measure=nothing"])
def test_what_cannot_be_asked_is_explained(
    sample: list[dict[str, object]], signed_in: Client, query: str
) -> None:
    client = signed_in("evaluator")
    response = client.get(f"/analysis/opinion?{query}")
    assert response.status_code == 400
    check_page(response.text)
    assert client.get(f"/analysis/opinion.json?{query}").status_code == 400
    assert client.get("/analysis/nothing").status_code == 404
    assert client.get("/analysis/opinion/nothing.svg").status_code == 400


def test_pictures_stand_alone_and_have_words_beside_them(
    sample: list[dict[str, object]], signed_in: Client
) -> None:
    client = signed_in("evaluator")
    seen = page(client, "/analysis/opinion?by=sex&measure=satisfied")
    images = list(seen.tree.iter("img"))
    assert len(images) == 3
    for image in images:
        assert image.get("alt")
        response = client.get(image.get("src", ""))
        assert response.mimetype == "image/svg+xml"
        drawn = ElementTree.fromstring(response.data)  # noqa: S314 drawn by us a moment ago
        assert drawn.tag.endswith("svg")


def test_simulated_is_said_on_page_picture_and_file(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        make_territories()
        how = {"selection": "probability", "simulated": True, "territories": ["T-1", "T-2"]}
        answer(field(OPINION, "demo", **how), people(20))
    client = signed_in("evaluator")
    assert "Simulado." in page(client, "/analysis/demo").text
    assert "simulado" in page(client, "/analysis").text
    assert "SIMULADO" in client.get("/analysis/demo/satisfied.svg").text
    assert client.get("/analysis/demo.json").get_json()["simulated"] is True
    for fmt in ("csv", "json"):
        sent = client.get(f"/analysis/demo/export.{fmt}").headers["Content-Disposition"]
        assert f"demo-simulado.{fmt}" in sent


def test_english_throughout(census: list[int], signed_in: Client) -> None:
    seen = page(signed_in("evaluator"), "/analysis/plan?lang=en&measure=satisfied")
    assert seen.lang == "en"
    assert "Satisfaction with the PDT" in seen.text
    assert "44.4%" in seen.text


@pytest.mark.parametrize("address", ["/analysis", "/analysis/opinion?by=territory"])
def test_as_many_queries_for_10_responses_as_for_500(
    app: Flask, signed_in: Client, address: str
) -> None:
    client = signed_in("evaluator")
    with app.app_context():
        make_territories()
        field(OPINION, "opinion", selection="probability")
    counts = []
    for first, last in ((0, 10), (10, 500)):
        with app.app_context():
            from app.services.collections import find

            answer(find("opinion"), people(last - first, seed=first))
        client.get(address)  # definitions are read once and kept
        with app.app_context(), statements() as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 26


def test_a_picture_can_be_downloaded_in_three_ways(
    sample: list[dict[str, object]], signed_in: Client
) -> None:
    client = signed_in("evaluator")
    address = "/analysis/opinion/satisfied"
    png = client.get(f"{address}.png?by=territory&kind=scale")
    assert (png.mimetype, png.data[:4]) == ("image/png", b"\x89PNG")
    assert "opinion-satisfied-territory-scale.png" in png.headers["Content-Disposition"]
    spec = client.get(f"{address}.vl.json?by=sex").get_json()
    shown = client.get("/analysis/opinion.json?by=sex&measure=satisfied").get_json()["measures"][0]
    kept = [one for one in shown["estimates"] if one["statistic"] == "satisfied"]
    assert spec["usermeta"]["figures"] == kept
    assert "vega-lite" in spec["$schema"]
    women = client.get(f"{address}.vl.json?f.sex=f").get_json()["usermeta"]["figures"]
    everybody = client.get(f"{address}.vl.json").get_json()["usermeta"]["figures"]
    asked = client.get("/analysis/opinion/explore.json?question=satisfied&f.sex=f").get_json()
    told = [one for one in asked["questions"][0]["estimates"] if one["statistic"] == "category"]
    assert told
    assert [one for one in women if one["statistic"] == "category"] == told
    assert everybody != women
    assert client.get(f"{address}.svg?f.sex=f").mimetype == "image/svg+xml"
    assert client.get(f"{address}.svg?f.nothing=f").status_code == 400
    for query in ("by=sex&kind=nothing", "by=sex&kind=map", "kind=map"):
        assert client.get(f"{address}.svg?{query}").status_code == 404
    assert client.get(f"{address}.svg?download=1").headers["Content-Disposition"].endswith('.svg"')


def test_another_confidence_is_that_of_the_page_its_file_and_its_pictures(
    sample: list[dict[str, object]], signed_in: Client
) -> None:
    client, query = signed_in("evaluator"), "by=sex&confidence=0.9"
    seen = page(client, f"/analysis/opinion?{query}")
    assert "90 de cada 100 intervalos" in seen.text
    drawn = [each.get("src", "") for each in seen.tree.iter("img")]
    assert drawn
    assert all("confidence=0.9" in each for each in drawn)
    spec = client.get(f"/analysis/opinion/satisfied.vl.json?{query}").get_json()
    told = client.get(f"/analysis/opinion.json?{query}").get_json()["measures"][0]["estimates"]
    for estimates in (spec["usermeta"]["figures"], told):
        assert {one["confidence"] for one in estimates if one["low"] is not None} == {0.9}
    for place in ("", ".json", "/satisfied.svg"):
        assert client.get(f"/analysis/opinion{place}?confidence=7").status_code == 400


def test_small_groups_are_protected_wherever_the_analysis_is_shown(
    app: Flask, signed_in: Client
) -> None:
    rows = [{"territory": f"T-{1 + n % 2}", "mark": 7 if n % 3 else 2} for n in range(60)]
    rows += [{"territory": "T-3", "mark": 7}, {"territory": "T-3", "mark": 1}]
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="probability"), rows)
    client = signed_in("evaluator")
    seen = page(client, "/analysis/opinion?by=territory&measure=satisfied")
    lines = {line[0]: line for table in tables(seen) for line in table}
    assert lines["Territorio 3"][2:6] == ["–"] * 4
    assert "protegido" in lines["Territorio 3"][-1]
    assert lines["En conjunto"][2] != "–"
    told = client.get("/analysis/opinion.json?by=territory").get_json()["measures"][0]["estimates"]
    hidden = {one["domain"]["territory"] for one in told if one["domain"] and one["value"] is None}
    assert "T-3" in hidden
    assert len(hidden) > 1, "the total less both others would tell the third"
    third = [one for one in told if one["domain"] == {"territory": "T-3"}]
    assert all(
        one["value"] is None and one["low"] is None
        for one in third
        if one["statistic"] in ("satisfied", "dissatisfied", "net", "mean", "strict", "category")
    )
    assert any("suppressed:small" in one["flags"] for one in third)
    assert all(one["value"] is not None for one in told if not one["domain"] and one["n"])
    assert "protegido" in client.get("/analysis/opinion/satisfied.svg?by=territory").text
    spec = client.get("/analysis/opinion/satisfied.vl.json?by=territory").get_json()
    drawn = [one for one in spec["usermeta"]["figures"] if one["domain"] == {"territory": "T-3"}]
    assert {one["value"] for one in drawn} == {None}


def test_the_least_count_is_the_one_that_was_set(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        make_territories()
        rows = [row | {"sex": "fm"[n % 2]} for n, row in enumerate(people(150))]
        answer(field(OPINION, "opinion", selection="open"), rows)
    client, address = signed_in("evaluator"), "/analysis/opinion.json?by=sex&measure=satisfied"

    def values() -> set[bool]:
        told = client.get(address).get_json()["measures"][0]["estimates"]
        of_groups = [one for one in told if one["domain"] and one["statistic"] == "satisfied"]
        return {one["value"] is None for one in of_groups}

    assert values() == {False}
    app.config["CABILDO_SMALLEST_CELL"] = 10_000
    assert values() == {True}


@pytest.mark.parametrize("place", ["", "/explore", "/crosstab", "/compare"])
def test_every_file_of_a_picture_is_there(
    sample: list[dict[str, object]], signed_in: Client, place: str
) -> None:
    client = signed_in("evaluator")
    query = "by=territory&question=mark&row=mark&col=territory&measure=satisfied"
    seen = page(client, f"/analysis/opinion{place}?{query}")
    files = [a.get("href", "") for span in seen.tree.iter("span")
             if "files" in span.get("class", "") for a in span.iter("a")]  # fmt: skip
    assert files
    for address in files[:8]:
        assert client.get(address).status_code == 200, address


def test_a_map_and_its_table(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        places.load_geography()
        make_territories()
        places.new_territory("T-4", "Cerro Alegre", ["05101", "05109"])
        db.session.commit()
        answer(field(OPINION, "opinion", selection="probability"), people(40))
    client = signed_in("evaluator")
    seen = page(client, "/analysis/opinion/satisfied.html?by=territory&kind=map")
    rows = [line[0] for line in tables(seen)[0][1:]]
    assert rows[0] == "Valparaíso · Cerro Alegre"
    assert rows[1:] == [f"Sin comuna conocida · Territorio {n}" for n in (1, 2, 3)]
    (image,) = seen.tree.iter("img")
    assert "Valparaíso" in client.get(image.get("src", "")).text
    assert client.get("/analysis/opinion/satisfied.html?by=sex&kind=scale").status_code == 200

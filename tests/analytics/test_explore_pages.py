"""Any question by anything: pages that can be sent to somebody, and say what was not understood."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.services import collections
from app.services.analytics.sampling import read_sampling
from tests.analytics.conftest import (
    OPINION,
    answer,
    ballot,
    field,
    make_plan,
    make_territories,
    statements,
)
from tests.analytics.sample import CLUSTERS, drawn, sampled
from tests.pages import check_page

Client = Callable[[str], FlaskClient]


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """SQLite alone: the figures are tested on both, and a page is the same page on both."""
    return new_database(request.param)


@pytest.fixture
def sample(app: Flask) -> None:
    with app.app_context():
        make_territories()
        answer(drawn(), sampled())
        collections.declare_design("sample", read_sampling(CLUSTERS))


ASKED = "by=sex&by=age:30,50&f.territory=T-1&f.territory=T-2&confidence=0.9&standard=cepal"


PLAN = "question=overall&by=territory"


@pytest.mark.usefixtures("sample")
def test_without_a_question_there_is_a_list_to_choose_from(signed_in: Client) -> None:
    evaluator = signed_in("evaluator")
    asked = "by=sex&f.territory=T-1"
    seen = check_page(evaluator.get(f"/analysis/sample/explore?{asked}").text)
    assert "Solo Territorio: Territorio 1 (" in seen.text
    every = [each["question"] for each in
             evaluator.get("/analysis/sample/explore.json").json["questions"]]  # fmt: skip
    links = [a.get("href", "") for lines in seen.tree.iter("ul") for a in lines.iter("a")
             if lines.get("class") == "questions"]  # fmt: skip
    assert [parse_qs(urlsplit(link).query)["question"] for link in links] == [[e] for e in every]
    for link in links:
        assert parse_qs(urlsplit(link).query).items() >= parse_qs(asked).items()
    assert not list(seen.tree.iter("img"))  # a list of many questions draws none of them
    one = check_page(evaluator.get(links[0]).text)
    assert one.h1 in seen.links()
    assert [a.get("rel") for a in one.tree.iter("a") if a.get("rel")] == ["next"]
    assert one.links()["Todas las preguntas"].endswith(f"?{asked}")
    together = seen.links()["Ver juntas las de esta parte: Preguntas"]
    assert len(evaluator.get(together).text) > len(evaluator.get(links[0]).text)
    # What may not be shown of few people is not shown in the list either.
    few = check_page(evaluator.get("/analysis/sample/explore?f.age=18..20&f.mark=1").text)
    assert "Hay muy pocas respuestas" in few.text


@pytest.mark.usefixtures("sample")
def test_a_view_is_a_page_a_picture_and_a_record(signed_in: Client) -> None:
    evaluator = signed_in("evaluator")
    seen = check_page(evaluator.get(f"/analysis/sample/explore?question=mark&{ASKED}").text)
    assert "Solo Territorio: Territorio 1, Territorio 2 (160 respuestas)" in seen.text
    assert "Mujer · 30 a 49" in seen.text
    assert "protegido" in seen.text
    record = evaluator.get(f"/analysis/sample/explore.json?{ASKED}").json
    assert record["inside"] == 160
    assert record["asked"]["by"] == ["sex", "age:30,50"]
    svg = evaluator.get(f"/analysis/sample/explore/picture.svg?question=mark&{ASKED}")
    assert svg.mimetype == "image/svg+xml"
    assert "Mujer" in svg.text


@pytest.mark.usefixtures("sample")
def test_the_main_page_and_its_record_keep_the_filters(signed_in: Client) -> None:
    evaluator, asked = signed_in("evaluator"), "by=sex&confidence=0.9&f.territory=T-1"
    followed = evaluator.get(f"/analysis/sample?{asked}&lang=en", follow_redirects=True)
    seen = check_page(followed.text)
    assert seen.lang == "en"
    assert "Territorio 1 (" in seen.text
    told = evaluator.get(f"/analysis/sample.json?{asked}", follow_redirects=True).json
    every = evaluator.get("/analysis/sample.json").json["measures"]
    assert [e["question"] for e in told["questions"]] == [e["question"] for e in every]
    assert {one["domain"]["territory"] for each in told["questions"] for one in each["estimates"]
            } == {"T-1"}  # fmt: skip
    one = evaluator.get(
        f"/analysis/sample.json?{asked}&measure={every[0]['name']}", follow_redirects=True
    ).json
    assert one["questions"] == [told["questions"][0]]
    assert evaluator.get("/analysis/sample?f.nothing=1", follow_redirects=True).status_code == 400


def test_a_filter_that_leaves_out_a_handful_tells_nothing_of_them(
    app: Flask, signed_in: Client
) -> None:
    """All but three, taken from all, would be those three."""
    with app.app_context():
        make_territories()
        rows = [{"territory": f"T-{3 if n < 3 else 1 + n % 2}", "mark": 1 + n % 7,
                 "sex": "fm"[n % 3 > 0], "took_part": "si", "again": ("si", "no")[n % 5 > 2]}
                for n in range(90)]  # fmt: skip
        answer(field(OPINION, "opinion", selection="probability"), rows)
    evaluator, address = signed_in("evaluator"), "/analysis/opinion/explore.json?question=mark"

    def shown(query: str) -> bool:
        (figures,) = evaluator.get(f"{address}{query}").json["questions"]
        crossed = evaluator.get(f"/analysis/opinion/crosstab.json?row=sex&col=again{query}")
        cells = [each["estimate"]["value"] for each in crossed.json["cells"]]
        found = [one["value"] for one in figures["estimates"]
                 if one["statistic"] in ("category", "satisfied", "mean")]  # fmt: skip
        assert all(value is None for value in cells) == all(value is None for value in found)
        return any(value is not None for value in found)

    assert shown("")
    assert shown("&f.territory=T-1")
    assert not shown("&f.territory=T-3")
    assert not shown("&f.territory=T-1&f.territory=T-2")
    assert shown("&f.territory=T-1&f.territory=T-2&f.territory=T-3")


@pytest.mark.usefixtures("sample")
def test_a_cross_and_a_comparison_say_what_may_be_said(signed_in: Client) -> None:
    evaluator = signed_in("evaluator")
    asked = "row=age:40&col=took_part&f.sex=f"
    for percent in ("row", "column", "total"):
        found = evaluator.get(f"/analysis/sample/crosstab?{asked}&percent={percent}")
        assert "No se puede afirmar que haya diferencia" in check_page(found.text).text
    svg = evaluator.get(f"/analysis/sample/crosstab/picture.svg?{asked}")
    assert svg.mimetype == "image/svg+xml"
    seen = check_page(evaluator.get("/analysis/sample/compare?question=mark&by=territory").text)
    assert "p corregido" in seen.text
    assert seen.h1.startswith(("No se puede afirmar", "Hay"))
    assert evaluator.get("/analysis/sample/compare.json?question=mark&by=sex").json["compared"] == 1
    for page in ("crosstab", "compare"):
        assert evaluator.get(f"/analysis/sample/{page}", follow_redirects=True).status_code == 200
        wrong = evaluator.get(f"/analysis/sample/{page}.json")
        assert wrong.status_code == 400
    assert evaluator.get("/analysis/sample/crosstab?row=sex&col=sex").status_code == 400
    assert (
        evaluator.get("/analysis/sample/compare?question=sex&by=sex&category=x").status_code == 400
    )


def test_a_census_keeps_what_assumes_nothing(app: Flask, signed_in: Client) -> None:
    with app.app_context():
        answer(make_plan(), [ballot(n, 3 + n % 5) for n in range(1, 32)])
    seen = check_page(signed_in("evaluator").get(f"/analysis/plan/explore?{PLAN}").text)
    assert "Tasa de respuesta" in seen.text
    assert "hipergeométrico" in seen.text


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "asked",
    [
        "question=nothing",
        "question=block",
        "by=nothing",
        "by=age",
        "by=many",
        "by=sex:3",
        "by=sex&by=sex:",
        "by=age:1,1",
        "by=age:1.0000000000000002,1.0000000000000001",
        "f.sex=x",
        "f.nothing=1",
        "f.age=30",
        "f.age=nan..nan",
        "confidence=2",
        "question=%00",
        "f.%00=%00",
        "by=territory&by=territory:1",
    ],
)
def test_what_is_not_understood_is_told(signed_in: Client, asked: str) -> None:
    found = signed_in("evaluator").get(f"/analysis/sample/explore?{asked}")
    assert 400 <= found.status_code < 500
    check_page(found.text)


@pytest.mark.usefixtures("sample")
def test_waves_are_a_page_also_where_there_is_one(signed_in: Client) -> None:
    evaluator = signed_in("evaluator")
    seen = check_page(evaluator.get("/analysis/sample/waves").text)
    assert "se ha hecho una sola vez" in seen.text
    with evaluator.application.app_context():
        answer(drawn("sample-2"), sampled(150))
    seen = check_page(evaluator.get("/analysis/sample/waves?question=mark&question=age").text)
    assert "es la base" in seen.text
    svg = evaluator.get("/analysis/sample/waves/picture.svg?question=mark")
    assert svg.mimetype == "image/svg+xml"
    assert len(evaluator.get("/analysis/sample/waves.json?question=mark").json["trends"]) == 1
    assert evaluator.get("/analysis/sample/waves?base=x").status_code == 400


@pytest.mark.usefixtures("sample")
def test_more_responses_cost_no_more_statements(app: Flask, signed_in: Client) -> None:
    evaluator = signed_in("evaluator")

    def counted(page: str) -> int:
        evaluator.get(page)  # what is remembered is remembered
        with app.app_context(), statements() as seen:
            assert evaluator.get(page).status_code == 200
        return len(seen)

    with app.app_context():
        answer(drawn("sample-2"), sampled(40))
    pages = [
        f"/analysis/sample/explore?{ASKED}",
        f"/analysis/sample/explore?question=mark&{ASKED}",
        "/analysis/sample/overview",
        "/analysis/sample/compare?question=mark&by=territory",
        "/analysis/sample/crosstab?row=sex&col=took_part",
        "/analysis/sample/waves?question=mark",
        "/analysis/sample?by=sex",
    ]
    before = [counted(page) for page in pages]
    with app.app_context():
        answer(collections.find("sample"), sampled(120))
        answer(collections.find("sample-2"), sampled(120))
    assert [counted(page) for page in pages] == before


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("explore?question=mark&by=sex&f.territory=T-1", 200),
        ("crosstab?row=sex&col=took_part&percent=total", 200),
        ("compare?question=mark&by=sex", 200),
        ("waves?question=mark", 200),
        ("overview", 200),
        ("explore?by=nothing", 409),
        ("crosstab?row=sex", 409),
        ("compare?question=mark", 409),
        ("waves?base=never", 409),
    ],
)
def test_programs_ask_the_same(signed_in: Client, address: str, status: int) -> None:
    found = signed_in("evaluator").get(f"/api/v1/collections/sample/analysis/{address}")
    assert found.status_code == status
    assert found.json.get("collection", "sample") == "sample"

"""The report: what it says, that it can be read by machines, and who gets it."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from app.extensions import db
from app.models import Territory
from app.reports.report import report
from app.services import collections
from app.services.exports import stream
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
from tests.asked_for import asked_for
from tests.pages import check_page


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


def pdf(client: FlaskClient, slug: str, **asked: str) -> tuple[PdfReader, str]:
    got = asked_for(client, f"/analysis/{slug}/report", format="pdf", **asked)
    assert (got.status_code, got.mimetype) == (200, "application/pdf")
    reader = PdfReader(io.BytesIO(got.data))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    return reader, text


@pytest.fixture
def answered(app: Flask) -> None:
    with app.app_context():
        make_territories()
        collection = field(OPINION, "opinion", selection="probability", population=900)
        answer(collection, people(40))


def test_the_pdf_says_what_may_be_said_and_what_not(
    app: Flask, answered: None, signed_in: Callable[[str], FlaskClient]
) -> None:
    _, text = pdf(signed_in("evaluator"), "opinion", by="territory")
    for words in ("Lo que se puede decir", "de cada 100", "Lo que no se puede decir", "Universo"):
        assert words in text
    assert "no se puede afirmar que haya diferencia" in text
    assert "mark" in text
    with app.app_context():
        lines = json.loads("".join(stream.export_stream("opinion", fmt="json")))["responses"]
    digest = hashlib.sha256()
    for row in lines:
        kept = [row["id"], row["version"], row["correction"], row["answers"]]
        line = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest.update(line.encode() + b"\n")
    assert digest.hexdigest() in text.replace(" ", "")


@pytest.mark.parametrize(("lang", "heading"), [("es", "Cifras"), ("en", "Figures")])
def test_it_is_tagged_with_bookmarks_a_title_and_a_language(
    answered: None, signed_in: Callable[[str], FlaskClient], lang: str, heading: str
) -> None:
    reader, _ = pdf(signed_in("evaluator"), "opinion", lang=lang)
    root = reader.root_object
    assert "/StructTreeRoot" in root
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == lang
    assert heading in [str(each.title) for each in reader.outline if not isinstance(each, list)]
    assert reader.metadata is not None
    assert reader.metadata.title in {"Opinión", "Opinion"}


def _tags(node: object, found: list[dict[str, object]]) -> list[dict[str, object]]:
    """Every element of a PDF's structure, in the order in which it is read."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            _tags(each, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append(node)
        _tags(node.get("/K", []), found)
    return found


def test_whoever_hears_it_gets_all_of_it(
    answered: None, signed_in: Callable[[str], FlaskClient]
) -> None:
    """PDF/UA-1: it says so, headings skip no level, pictures have words, tables have headers."""
    reader, text = pdf(signed_in("evaluator"), "opinion", by="territory")
    root = reader.root_object
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    tags = _tags(root["/StructTreeRoot"]["/K"], [])
    kinds = [str(each["/S"]) for each in tags]
    pictures = [each for each in tags if each["/S"] == "/Figure"]
    assert len(pictures) == 3 * 3  # the spread of each measure, and by group its points and scales
    assert all("/Alt" in each for each in pictures)
    assert "Territorio 1" in str(pictures[1]["/Alt"])
    assert kinds.count("/TH") > 20
    levels = [int(kind[2:]) for kind in kinds if kind[1] == "H" and kind[2:].isdigit()]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert "SIMULADO" not in text


def test_it_carries_questionnaire_and_dictionary(
    answered: None, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("evaluator")
    reader, text = pdf(client, "opinion")
    marks = [str(each.title) for each in reader.outline if not isinstance(each, list)]
    assert marks[-3:] == ["Cuestionario", "Diccionario de datos", "Datos y programa"]
    assert "5. Nota" in text
    assert "Si respondió «No», termine aquí." in text
    assert "f = Mujer; m = Hombre; no_responde" in text
    assert "±15,2 puntos al 95 %, con la corrección por universo finito" in text.replace(
        "\xa0", " "
    )
    page = client.get("/analysis/opinion/report").text
    for words in ("Diccionario de datos", "Si respondió «No», termine aquí.", "±15,2 puntos"):
        assert words in page


def test_groups_are_compared_with_what_may_be_said(
    app: Flask, answered: None, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        answer(collections.find("opinion"), people(200, seed=40))
    client = signed_in("evaluator")
    page = client.get("/analysis/opinion/report?by=territory")
    check_page(page.text)
    assert "No se puede afirmar que haya diferencia entre estos grupos." in page.text
    assert "p corregido" in page.text
    _, text = pdf(client, "opinion", by="territory")
    assert "Territorio 2 menos Territorio 1" in text
    assert "corregidos por cuántas diferencias se miraron (Holm)" in text


def test_small_groups_are_not_shown_nor_what_would_tell_them(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    rows = [{"territory": f"T-{1 + n % 2}", "mark": 7 if n % 3 else 2} for n in range(60)]
    rows += [{"territory": "T-3", "mark": 7}, {"territory": "T-3", "mark": 1}]
    with app.app_context(), app.test_request_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="probability"), rows)
        made = report("opinion", "es", by="territory").data["sections"][0]
        lines = {row[0]: row for row in made["groups"]}
        assert lines["Territorio 3"][2:6] == ("–",) * 4
        assert "protegido" in lines["Territorio 3"][-1]
        others = [lines[f"Territorio {n}"][2] for n in (1, 2)]
        assert "–" in others, "the total less both others would tell the third"
        assert lines["En conjunto"][2] != "–"
        assert any("protegido" in each["alt"] for each in made["comparison_pictures"])
    client = signed_in("evaluator")
    page = check_page(client.get("/analysis/opinion/report?by=territory").text)
    drawn = [each.get("src", "") for each in page.tree.iter("img")]
    address = next(each for each in drawn if "/satisfied.svg" in each and "by=" in each)
    assert "protegido" in client.get(address).text
    table = client.get(address.replace(".svg", ".html")).text
    assert "protegido" in table


def test_what_is_small_is_as_the_service_is_set(make_app: Callable[..., Flask]) -> None:
    app = make_app(smallest_cell=40)
    rows = [{"territory": f"T-{1 + n % 2}", "mark": 7 if n % 3 else 2} for n in range(60)]
    with app.app_context(), app.test_request_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="probability"), rows)
        made = report("opinion", "es", by="territory").data
        section = made["sections"][0]
        lines = {row[0]: row for row in section["groups"]}
        for name in ("Territorio 1", "Territorio 2"):  # of thirty answers each
            assert lines[name][2] == "–"
            assert "protegido" in lines[name][-1]
        assert "menos de 40 opiniones" in str(made["method"])
        db.engine.dispose()


def test_many_groups_are_drawn_in_parts_that_fit_a_page(app: Flask) -> None:
    with app.app_context(), app.test_request_context():
        db.session.add_all(
            Territory(code=f"T-{n}", name=f"Población Los Aromos y campamento Quebrada Honda {n}")
            for n in range(1, 41)
        )
        db.session.commit()
        answer(field(OPINION, "opinion", selection="probability"), people(30))
        made = report("opinion", "es", by="territory")
        pictures = made.data["sections"][0]["comparison_pictures"]
        assert len(pictures) == 2 * 4  # territories in no comuna have no map
        assert min(each["width"] for each in pictures) > 60
        assert made.pdf().startswith(b"%PDF")


def test_the_page_has_the_same_words(
    answered: None, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("evaluator")
    page = client.get("/analysis/opinion/report?by=territory")
    check_page(page.text)
    kept = client.get("/analysis/opinion/report.pdf?by=territory")
    assert kept.headers["Location"] == "/analysis/opinion/report?by=territory"
    assert "no se puede afirmar que haya diferencia" in page.text
    assert signed_in("interviewer").get("/analysis/opinion/report.pdf").status_code == 403


def test_the_page_in_a_file_needs_nothing_from_anywhere(
    answered: None, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("evaluator")
    client.application.config["WTF_CSRF_ENABLED"] = False
    got = asked_for(client, "/analysis/opinion/report", format="html", by="territory", lang="en")
    assert "filename=opinion-report.html" in got.headers["Content-Disposition"]
    page = check_page(got.text)
    assert page.tree.get("lang") == "en"
    assert "Living Quarter" not in got.text
    assert "What can be said" in got.text
    pictures = [each.get("src", "") for each in page.tree.iter("img")]
    assert len(pictures) == 3 * 3
    assert all(each.startswith("data:image/svg+xml,") for each in pictures)
    assert [each for each in page.tree.iter() if each.tag in {"a", "script"}] == []
    assert [each.get("href") for each in page.tree.iter("link")] == ["data:,"]
    assert client.post("/analysis/opinion/report", data={"format": "doc"}).status_code == 400
    sent = client.post("/analysis/opinion/report", data={"format": "pdf", "by": "nada"})
    assert sent.status_code == 400


def test_a_census_says_what_is_not_known_of_the_silent(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        answer(make_plan(), [ballot(n, 6) for n in range(1, 8)])
    _, text = pdf(signed_in("evaluator"), "plan")
    assert "De quienes no respondieron no se sabe nada" in text
    assert "No respondieron" in text


def test_nobody_answered_yet(app: Flask, signed_in: Callable[[str], FlaskClient]) -> None:
    with app.app_context():
        make_territories()
        field(OPINION, "opinion", selection="open")
    _, text = pdf(signed_in("evaluator"), "opinion")
    assert "Todavía no hay respuestas." in text
    assert "no hay margen de error que calcular" in text


def test_queries_do_not_grow_with_the_responses(
    app: Flask, answered: None, signed_in: Callable[[str], FlaskClient]
) -> None:
    client, counts = signed_in("evaluator"), []
    client.get("/analysis/opinion/report")  # it reads what there is once
    for more, seed in ((1, 40), (60, 41)):
        with app.app_context():
            answer(collections.find("opinion"), people(more, seed=seed))
        with app.app_context(), statements() as seen:
            client.get("/analysis/opinion/report")
        counts.append(len(seen))
    assert counts[0] == counts[1]

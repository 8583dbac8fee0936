"""Every statistic is explained in two sentences, and its method can be read from here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analisis import Flag, Statistic
from app.language import LANGUAGES
from app.results import help as pages
from app.results.markdown import html
from app.words.help import TERMS, help_on
from tests.analytics.conftest import OPINION, answer, field, make_territories
from tests.analytics.conftest import people as rows
from tests.pages import check_page

METHODS = sorted(path.stem for path in pages.FOLDER.glob("*.md"))
NOT_OF_PAGES = {"variance", "covariance", "coefficient", "contrast", "ratio", "total", "simulated"}


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """These pages read no database."""
    return new_database(request.param)


def test_every_method_page_can_be_read(app: Flask) -> None:
    client = app.test_client()
    check_page(client.get("/help").text)
    for method in METHODS:
        response = client.get(f"/help/{method}")
        seen = check_page(response.text)
        assert response.status_code == 200, method
        for words, target in seen.links().items():
            if target.startswith("/help/"):
                assert target.removeprefix("/help/").partition("?")[0] in METHODS, (method, words)
        assert "](" not in seen.text, method
    assert client.get("/help/no-such-method").status_code == 404
    assert client.get("/help/..%2f..%2fREADME").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_two_sentences_and_a_page(app: Flask, language: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        told = [help_on(term) for term in sorted(TERMS)]
    for one in told:
        assert one.method in METHODS, one.term
        assert 2 <= sum(one.text.count(mark) for mark in (". ", "? ")) + 1 <= 3, one.text
        assert one.text.endswith("."), one.text


def test_no_statistic_of_a_page_goes_unexplained(app: Flask) -> None:
    with app.test_request_context("/"):
        terms = {str(each) for each in (*Statistic, *Flag)} - NOT_OF_PAGES
        assert [term for term in terms if help_on(term) is None] == []


def test_the_analysis_explains_its_figures(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        make_territories()
        answer(field(OPINION, "opinion", selection="probability"), rows(30))
    seen = check_page(signed_in("evaluator").get("/analysis/opinion").text)
    assert "/help/coverage" in seen.links().values()
    assert "Los valores compatibles con lo respondido" in seen.text


def test_a_page_of_methods_cannot_carry_markup() -> None:
    text = (
        "# T\n\n<script>alert(1)</script> [x](javascript:alert(1)) `<b>` **<i>**\n\n"
        "| <u> | b |\n|---|---|\n| a | b |"
    )
    made = str(html(text, lambda _target: None))
    assert "<script" not in made
    assert "<u>" not in made
    assert "<i>" not in made
    assert "href" not in made


def test_the_folder_is_that_of_the_documents() -> None:
    assert Path("docs/methods/wilson.md").resolve() == (pages.FOLDER / "wilson.md").resolve()

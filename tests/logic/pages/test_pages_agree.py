"""Pages with their script and the server make the same of the same answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app import create_app
from app.extensions import db
from tests.chromium import needs_chromium
from tests.conftest import test_settings
from tests.logic.pages.compare import Tally, compare_some, compare_survey
from tests.logic.pages.surveys import survey_of
from tests.logic.pages.visits import desk

pytestmark = needs_chromium
# Surveys by their number that differed once, each for a reason of its own.
DIFFERED = {
    1: "a default that is no number was written as one",
    4000004: "a default that the filter hides was an answer",
    5000005: "what is computed on a later page was told as it had been",
    5000007: "an answer that only a trigger changes was not read when the page opened",
    5000010: "what is only told stayed empty when it appeared",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app that never reads its database: nothing is kept of who answers here."""
    folder = tmp_path_factory.mktemp("pages")
    app = create_app(test_settings(f"sqlite:///{folder / 'none.sqlite3'}", folder))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_generated_pages_agree(service: Flask, browser: Browser) -> None:
    *_, tally = compare_some(service, browser, seed=7, count=6)
    assert tally.found == []
    assert tally.edits > 100
    assert tally.compared > 1_000


def test_what_differed_once_agrees(service: Flask, browser: Browser) -> None:
    tally = Tally()
    with desk(service, browser) as at:
        for number in DIFFERED:
            survey = survey_of(number)
            assert survey is not None
            compare_survey(at, survey, number, tally, visits=2)
    assert tally.found == []

"""A survey on a phone's document and the server make the same of the same answers."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser

from encuestas import Choice, bind_choices, read_survey
from tests.chromium import needs_chromium
from tests.logic.pages.compare import Tally
from tests.logic.pages.phone import compare_document, compare_documents, phone

pytestmark = needs_chromium
ROOT = Path(__file__).parents[3]
LIBRARY, DEFINITIONS = ROOT / "encuestas" / "library", ROOT / "tests" / "definitions"
WRITTEN = (
    *(LIBRARY / f"{name}.yaml" for name in ("satisfaction", "leadership", "pdt-quality")),
    *(DEFINITIONS / f"{name}.yaml" for name in ("repeats", "cascade", "computed", "other-answer")),
    ROOT / "tests" / "browser" / "alive.yaml",
    Path(__file__).with_name("differed.yaml"),
)
TERRITORIES = {"territories": [Choice("1", {"es": "Norte"}), Choice("2", {"es": "Sur"})]}


def test_generated_surveys(service: Flask, browser: Browser) -> None:
    *_, tally = compare_documents(service, browser, seed=5, count=4)
    assert tally.found == []
    assert tally.edits > 60
    assert tally.compared > 500


def test_surveys_that_people_wrote(service: Flask, browser: Browser) -> None:
    tally = Tally()
    with phone(service, browser) as held:
        for number, path in enumerate(WRITTEN):
            survey = bind_choices(read_survey(path.read_text()), TERRITORIES)
            compare_document(held, survey, number, tally)
    assert tally.found == []
    assert tally.pages > 100

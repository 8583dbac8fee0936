"""Pages with their script and the server make the same of the same answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from encuestas import read_survey
from tests.chromium import needs_chromium
from tests.logic.pages.compare import Tally, compare_some, compare_survey
from tests.logic.pages.visits import desk

pytestmark = needs_chromium
DIFFERED = Path(__file__).with_name("differed.yaml")


def test_generated_pages_agree(service: Flask, browser: Browser) -> None:
    *_, tally = compare_some(service, browser, seed=7, count=4)
    assert tally.found == []
    assert tally.edits > 60
    assert tally.compared > 500


@pytest.mark.parametrize("number", range(2))
def test_what_differed_once_agrees(service: Flask, browser: Browser, number: int) -> None:
    tally, survey = Tally(), read_survey(DIFFERED.read_text())
    with desk(service, browser) as at:
        compare_survey(at, survey, number, tally, visits=3, steps=25)
    assert tally.found == []
    assert tally.edits > 40

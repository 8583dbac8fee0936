"""The pages from which collections are run: what is there for whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.models import Collection
from tests.analytics.conftest import OPINION, field, make_territories
from tests.pages import check_page


@pytest.fixture
def opinion(in_app: object) -> Collection:
    make_territories()
    return field(OPINION, "opinion", selection="probability")


def test_every_collection_leads_to_its_page(
    opinion: Collection, signed_in: Callable[[str], FlaskClient]
) -> None:
    client = signed_in("manager")
    listed = client.get("/collections")
    check_page(listed.text)
    assert 'href="/collections/opinion"' in listed.text
    hub = client.get("/collections/opinion")
    check_page(hub.text)
    assert 'href="/analysis/opinion"' in hub.text
    assert hub.headers["Cache-Control"] == "no-store"


def test_interviewers_are_not_led_where_they_may_not_go(
    opinion: Collection, signed_in: Callable[[str], FlaskClient]
) -> None:
    hub = signed_in("interviewer").get("/collections/opinion").text
    assert "/preview/opinion" in hub
    assert "/analysis/opinion" not in hub


def test_nothing_yet(in_app: object, signed_in: Callable[[str], FlaskClient]) -> None:
    page = signed_in("manager").get("/collections").text
    check_page(page)
    assert "cabildo collection open" in page

"""The short way in: the same answers as the view's, and to nobody whom the view would refuse."""

from __future__ import annotations

import pytest
from flask import Flask

from app.models import Response
from tests.api.conftest import item

ADDRESS = "/api/v1/responses"
_OF_THE_MOMENT = {"date", "vary"}


@pytest.fixture
def inside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Requests that the view got."""
    seen: list[str] = []
    app.before_request(lambda: seen.append("asked"))
    return seen


def test_the_view_would_have_answered_the_same(app: Flask, field, inside) -> None:
    field()
    sent = item(answers={"mark": 6})
    client = app.test_client()
    first, again = client.post(ADDRESS, json=sent), client.post(ADDRESS, json=sent)
    assert not inside
    unusual = {"Content-Type": "application/json; charset=utf-8"}
    viewed = client.post(ADDRESS, data=app.json.dumps(sent), headers=unusual)
    assert inside == ["asked"]
    assert (first.status, again.status) == ("201 CREATED", "200 OK")
    assert viewed.status == again.status
    assert viewed.data == again.data
    assert _headers(viewed) == _headers(again) == _headers(first)


def _headers(response) -> dict[str, str]:
    return {
        name.lower(): value
        for name, value in response.headers
        if name.lower() not in {*_OF_THE_MOMENT, "content-length"}
    }


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "null"}, 201),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_is_refused_is_refused(app: Flask, field, rows, headers, status) -> None:
    field()
    sent = {"Content-Type": "application/json"} | headers
    client = app.test_client()
    response = client.post(ADDRESS, data=app.json.dumps(item(answers={"mark": 6})), headers=sent)
    assert response.status_code == status
    assert len(rows(Response)) == (1 if status == 201 else 0)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_kept_is_told_in_the_readers_language(app: Flask, field, inside) -> None:
    field()
    client = app.test_client()
    english = {"Accept-Language": "en"}
    first = item(answers={"mark": 6})
    assert client.post(ADDRESS, json=first).status_code == 201
    clash = client.post(ADDRESS, json=first | {"answers": {"mark": 1}}, headers=english)
    held = client.post(ADDRESS, json=item(answers={}), headers=english)
    assert (clash.status_code, held.status_code) == (409, 202)
    assert held.json["faults"][0]["message"] == "Choose a mark from 1 to 7."
    assert not inside


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_read_is_told_by_the_view(app: Flask, field, inside) -> None:
    field()
    client = app.test_client()
    cut = client.post(ADDRESS, data=b'{"instance', content_type="application/json")
    assert (cut.status_code, cut.json["code"]) == (400, "not_json")
    refused = client.post(ADDRESS, json=item() | {"instance_id": "none"})
    assert (refused.status_code, refused.json["status"]) == (422, "refused")
    assert inside == ["asked", "asked"]

"""What programs read: surveys, collections and responses, each in the reader's limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from app.models import Mode, Response, ResponseState, Territory
from tests.api.conftest import NOW, item
from tests.pages import check_page

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TERRITORIAL = """
id: barrio
version: "1"
title: {es: El barrio}
respondent: person
choices: {territories: register}
pages:
  - id: one
    questions:
      - {name: territory, type: select_one, choices: territories, label: {es: ¿Dónde?}}
      - {name: mark, type: scale, range: [1, 7], required: true, label: {es: ¿Qué nota?}}
"""
ADDRESS = "/api/v1/collections/barrio/responses"


def walk(client, headers: dict[str, str], **asked: object) -> list[list[str]]:
    """Keys of all pages, following `next`."""
    pages, address = [], f"{ADDRESS}?{urlencode(asked, doseq=True)}"
    while address:
        body = client.get(address, headers=headers).json
        pages.append([each["id"] for each in body["items"]])
        address = body["next"]
    return pages


def test_surveys_and_their_definitions(app: Flask, field: Callable[..., None], key) -> None:
    field()
    client, headers = app.test_client(), key()
    survey = client.get("/api/v1/surveys", headers=headers).json["items"][0]
    assert (survey["id"], survey["title"]) == ("barrio", {"es": "El barrio"})
    assert [each["version"] for each in survey["versions"]] == ["1"]
    versions = client.get("/api/v1/surveys/barrio/versions", headers=headers).json
    assert versions["items"] == survey["versions"]
    told = client.get("/api/v1/surveys/barrio/versions/1", headers=headers).json
    assert told["definition"]["pages"][0]["questions"][0]["name"] == "mark"
    for missing in ("nada/versions", "barrio/versions/2", "barrio/versions/1?correction=7", "%00"):
        answer = client.get(f"/api/v1/surveys/{missing}", headers=headers)
        assert answer.status_code == 404, missing
        assert answer.content_type == "application/problem+json"


@sqlite
def test_collections_with_how_many_answered(app: Flask, field, send, key) -> None:
    field()
    send([item(), item(), item(answers={"mark": 9})])
    client, headers = app.test_client(), key()
    [line] = client.get("/api/v1/collections", headers=headers).json["items"]
    assert (line["slug"], line["responses"], line["mode"]) == ("barrio", 2, "confidential")
    assert client.get("/api/v1/collections/barrio", headers=headers).json == line
    assert client.get("/api/v1/collections/nada", headers=headers).status_code == 404


def test_pages_hold_every_response_once(app: Flask, field, send, key) -> None:
    field()
    send([item() for _ in range(7)])
    client, headers = app.test_client(), key()
    pages = walk(client, headers, limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    keys = [each for page in pages for each in page]
    assert len(set(keys)) == 7
    one = client.get(f"{ADDRESS}/{keys[0]}", headers=headers).json
    assert one["answers"] == {"mark": 6}
    assert one["submitted_at"].startswith(NOW.isoformat()[:19])
    assert client.get(f"{ADDRESS}/nada", headers=headers).status_code == 404


def test_what_changed_since(app: Flask, field, send, key) -> None:
    field()
    send([item(), item(), item()])
    with app.app_context():
        old, changed, _new = db.session.scalars(db.select(Response).order_by(Response.id))
        old.changed_on = changed.changed_on = date(2020, 1, 1)
        db.session.commit()
        changed.state = ResponseState.REJECTED  # as reviewing does: the day is noted by itself
        db.session.commit()
        moved, left = changed.id, old.id
    client, headers = app.test_client(), key()
    since = (NOW - timedelta(days=1)).isoformat()
    assert left not in walk(client, headers, changed_since=since)[0]
    every = walk(client, headers, changed_since=since, state=["submitted", "rejected"])[0]
    assert moved in every
    assert len(every) == 2
    assert walk(client, headers, changed_since="2019-12-31", state="rejected") == [[moved]]


@sqlite
@pytest.mark.parametrize(
    "asked",
    ["limit=0", "limit=x", "state=none", "changed_since=ayer", "changed_since=2026-05-04T10:00"],
)
def test_parameters_that_cannot_be_used_are_named(app: Flask, field, key, asked: str) -> None:
    field()
    answer = app.test_client().get(f"{ADDRESS}?{asked}&lang=en", headers=key())
    assert (answer.status_code, answer.json["code"]) == (422, "bad_parameters")
    assert asked.partition("=")[0] in answer.json["detail"]


def test_anonymous_responses_tell_no_id_and_no_time(app: Flask, field, send, key, change) -> None:
    field(mode=Mode.ANONYMOUS)
    send(item())
    client, headers = app.test_client(), key()
    early = client.get(ADDRESS, headers=headers)
    assert (early.status_code, early.json["code"]) == (403, "results_at_closing")
    change(closes_at=NOW - timedelta(minutes=1))
    [told] = client.get(ADDRESS, headers=headers).json["items"]
    assert set(told) & {"instance_id", "started_at", "submitted_at", "organisation"} == set()
    assert told["submitted_on"] == told["changed_on"]


@sqlite
def test_who_is_limited_to_a_territory_reads_that_alone(app: Flask, field, send, key) -> None:
    with app.app_context():
        db.session.add_all([Territory(code=code, name=code) for code in ("T-1", "T-2")])
        db.session.commit()
    field(TERRITORIAL)
    send([item(answers={"territory": code, "mark": 5}) for code in ("T-1", "T-2", "T-2")])
    client = app.test_client()
    every, limited = key(), key(territories=["T-1"])
    [mine] = client.get(ADDRESS, headers=limited).json["items"]
    assert mine["territory"] == "T-1"
    rows = client.get(ADDRESS, headers=every).json["items"]
    [other, _] = [each for each in rows if each["territory"] == "T-2"]
    assert client.get(f"{ADDRESS}/{other['id']}", headers=limited).status_code == 404
    assert client.get("/api/v1/collections/barrio", headers=limited).json["responses"] == 1
    assert client.get("/api/v1/collections", headers=every).json["items"][0]["responses"] == 3


@sqlite
def test_a_tag_spares_sending_the_same_again(app: Flask, field, send, key) -> None:
    field()
    client, headers = app.test_client(), key()
    first = client.get("/api/v1/collections", headers=headers)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = headers | {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/v1/collections", headers=again).status_code == 304
    send(item())
    assert client.get("/api/v1/collections", headers=again).status_code == 200
    assert client.get(ADDRESS, headers=headers).headers["Cache-Control"] == "no-store"


@sqlite
def test_reading_pages_takes_few_queries(app: Flask, field, send, key) -> None:
    field()
    client, headers = app.test_client(), key()
    client.get(ADDRESS, headers=headers)
    counts = []
    for _ in range(2):
        send([item() for _ in range(20)])
        with app.app_context(), counted() as statements:
            client.get(ADDRESS, headers=headers)
            client.get("/api/v1/collections", headers=headers)
        counts.append(len(statements))
    assert counts[0] == counts[1]


class counted:  # noqa: N801 a context manager
    def __enter__(self) -> list[str]:
        self.found: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)
        return self.found

    def _note(self, _connection, _cursor, statement: str, *_rest: object) -> None:
        self.found.append(statement)

    def __exit__(self, *_error: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._note)


@sqlite
def test_the_description_is_a_page_of_ours(app: Flask) -> None:
    page = app.test_client().get("/api/v1/docs").text
    check_page(page)
    assert "/api/v1/collections/{slug}/responses" in page
    assert re.search(r'(?:src|href)="(?:https?:)?//', page) is None

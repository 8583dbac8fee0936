"""Excel and Power BI read responses as OData: pages, counts, columns and some choosing."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Mode, Territory
from app.services.reading import feed
from tests.api.conftest import NOW, item

SURVEY = """
id: barrio
version: "1"
title: {es: El barrio}
respondent: person
choices:
  territories: register
  si_no: [{value: si, label: {es: Sí}}, {value: no, label: {es: No}}]
pages:
  - id: one
    questions:
      - {name: territory, type: select_one, choices: territories, label: {es: ¿Dónde?}}
      - {name: mark, type: scale, range: [1, 7], special: [no_sabe], label: {es: ¿Qué nota?}}
      - {name: day, type: date, label: {es: ¿Cuándo?}}
      - {name: why, type: select_multiple, choices: si_no, label: {es: ¿Por qué?}}
"""
ROOT = "/odata/barrio/"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def sent(app: Flask, field, send) -> None:
    with app.app_context():
        db.session.add_all([Territory(code=code, name=f"Zona {code}") for code in ("T-1", "T-2")])
        db.session.commit()
    field(SURVEY)
    days = "2026-05-04"
    send(
        [
            item(answers={"territory": "T-1", "mark": 6, "day": days, "why": ["si"]}),
            item(answers={"territory": "T-2", "mark": "no_sabe"}),
            item(answers={"territory": "T-2", "mark": 1}),
        ]
    )


@pytest.fixture
def client(app: Flask, sent, key) -> FlaskClient:
    """As those programs sign in: any user, and the key as password."""
    client = app.test_client()
    secret = key()["Authorization"].removeprefix("Bearer ")
    basic = b64encode(f"x:{secret}".encode()).decode()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Basic {basic}"
    return client


def properties(client: FlaskClient, entity: str) -> dict[str, str]:
    tree = ElementTree.fromstring(client.get(f"{ROOT}$metadata").data)  # noqa: S314 our own
    [found] = [each for each in tree.iter(f"{EDM}EntityType") if each.get("Name") == entity]
    return {each.get("Name"): each.get("Type") for each in found.iter(f"{EDM}Property")}


def test_the_feed_describes_itself(client: FlaskClient) -> None:
    service = client.get(ROOT)
    assert service.headers["OData-Version"] == "4.0"
    assert [each["name"] for each in service.json["value"]] == ["responses", "labelled"]
    columns = properties(client, "responses")
    assert columns["_id"] == "Edm.String"
    assert columns["_submitted_at"] == "Edm.DateTimeOffset"
    assert columns["mark"] == "Edm.Int64"
    assert columns["mark_special"] == "Edm.String"
    assert columns["day"] == "Edm.Date"
    assert columns["why_si"] == "Edm.Boolean"


def test_rows_have_what_the_description_says(client: FlaskClient) -> None:
    body = client.get(f"{ROOT}responses").json
    assert body["@odata.context"].endswith("/odata/barrio/$metadata#responses")
    assert {frozenset(row) for row in body["value"]} == {frozenset(properties(client, "responses"))}
    marks = {(row["mark"], row["mark_special"]) for row in body["value"]}
    assert marks == {(6, None), (None, "no_sabe"), (1, None)}
    one = next(row for row in body["value"] if row["mark"] == 6)
    assert (one["day"], one["why_si"], one["why_no"]) == ("2026-05-04", True, False)
    assert one["_submitted_at"].endswith("Z")
    assert client.get(f"{ROOT}responses('{one['_id']}')").json["mark"] == 6
    assert client.get(f"{ROOT}responses('x')").status_code == 404
    words = client.get(f"{ROOT}labelled").json["value"]
    assert {row["why_si"] for row in words} <= {True, False, None}
    assert "Zona T-1" in {row["territory"] for row in words} | {row["_territory"] for row in words}


def test_pages_follow_one_another(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PAGE", 1)
    address, seen = f"{ROOT}responses?$count=true", []
    while address:
        body = client.get(address).json
        assert body["@odata.count"] == 3
        seen += [row["_id"] for row in body["value"]]
        address = body.get("@odata.nextLink")
    assert len(seen) == len(set(seen)) == 3
    body = client.get(f"{ROOT}responses?$top=2&$skip=1").json
    assert [row["_id"] for row in body["value"]] == seen[1:2]
    rest = client.get(body["@odata.nextLink"]).json
    assert [row["_id"] for row in rest["value"]] == seen[2:]
    assert "@odata.nextLink" not in rest
    assert client.get(f"{ROOT}responses?$top=0").json["value"] == []


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("_territory eq 'T-2'", 2),
        ("_territory ne 'T-2' and _channel eq 'web'", 1),
        ("((_territory ne 'T-2') and ( _channel eq 'web' ))", 1),
        (f"_submitted_on ge {(NOW - timedelta(days=2)).date()}", 3),
        ("_submitted_on lt 2020-01-01", 0),
        ("_organisation eq null", 3),
        ("_territory eq 'it''s'", 0),
    ],
)
def test_rows_are_chosen(client: FlaskClient, asked: str, count: int) -> None:
    answer = client.get(f"{ROOT}responses/$count", query_string={"$filter": asked})
    assert answer.text == str(count)


def test_columns_are_chosen(client: FlaskClient) -> None:
    body = client.get(f"{ROOT}responses?$select=_id,mark").json
    assert body["@odata.context"].endswith("#responses(_id,mark)")
    assert set(body["value"][0]) == {"_id", "mark"}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("$orderby=mark", 501),
        ("$filter=mark eq 6", 501),
        ("$filter=contains(_id,'a')", 501),
        ("$filter=(_id eq 'a'", 501),
        ("$filter=_id eq 'a') and (_id eq 'a'", 501),
        ("$filter=(_id eq 'a') or (_id eq 'b')", 501),
        ("$filter=not (_id eq 'a')", 501),
        ("$filter=_id eq 6", 422),
        ("$filter=_submitted_on ge 'x'", 422),
        ("$top=-1", 422),
        ("$select=nada", 422),
        ("$skiptoken=x", 422),
        ("$format=atom", 501),
    ],
)
def test_what_it_does_not_do_is_said(client: FlaskClient, asked: str, status: int) -> None:
    answer = client.get(f"{ROOT}responses?{asked}")
    assert answer.status_code == status
    assert answer.json["error"]["message"]


def test_strangers_are_asked_for_a_key(app: Flask, sent, key) -> None:
    client = app.test_client()
    answer = client.get(ROOT)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert client.get(ROOT, headers=key(scopes=["read"])).status_code == 403
    mine = client.get(f"{ROOT}responses", headers=key(territories=["T-1"])).json["value"]
    assert [row["_territory"] for row in mine] == ["T-1"]


def test_an_anonymous_feed_tells_no_time(app: Flask, field, send, key, change) -> None:
    field(mode=Mode.ANONYMOUS)
    send(item())
    client, headers = app.test_client(), key()
    assert client.get(f"{ROOT}responses", headers=headers).status_code == 403
    change(closes_at=NOW - timedelta(minutes=1))
    [row] = client.get(f"{ROOT}responses", headers=headers).json["value"]
    assert "_submitted_at" not in row
    assert "_instance_id" not in row

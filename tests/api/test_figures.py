"""Figures, indicators and the register, as programs read them."""

from __future__ import annotations

import pytest
from flask import Flask

from app.extensions import db
from app.models import AuditEntry, Organisation, RoleName, Territory

SURVEY = """
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
measures:
  - {name: satisfied, question: mark, satisfied: [6, 7], dissatisfied: [1, 2, 3, 4], indicator: 7}
"""
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def places(app: Flask) -> None:
    with app.app_context():
        for code in ("T-1", "T-2"):
            territory = Territory(code=code, name=code)
            junta = Organisation(code=f"O-{code}", name="Junta", kind="jjvv", territory=territory)
            junta.phone = "+56912345678"
            db.session.add(junta)
        db.session.commit()


def test_figures_are_those_of_the_page_and_of_ones_territories(
    app: Flask, places, field, send, key
) -> None:
    from tests.api.conftest import item

    field(SURVEY)
    marks = (("T-1", 7), ("T-1", 6), ("T-2", 1))
    send([item(answers={"territory": code, "mark": mark}) for code, mark in marks])
    client, address = app.test_client(), "/api/v1/collections/barrio/analysis"
    told = client.get(f"{address}?by=territory&confidence=0.9", headers=key()).json
    assert told["responses"] == 3
    [measure] = told["measures"]
    assert {each["confidence"] for each in measure["estimates"]} <= {0.9, None}
    assert {each["domain"].get("territory") for each in measure["estimates"]} == {
        None,
        "T-1",
        "T-2",
    }
    few = [one for one in measure["estimates"] if one["domain"] and one["statistic"] == "satisfied"]
    assert {one["value"] for one in few} == {None}, "two answers of one territory, one of another"
    assert all("suppressed:small" in one["flags"] for one in few)
    mine = client.get(f"{address}?by=territory", headers=key(territories=["T-1"])).json
    assert mine["responses"] == 2
    assert "T-2" not in str(mine["measures"])
    # Of some of the answers, as exploring tells it.
    some = client.get(f"{address}?f.territory=T-1", headers=key(), follow_redirects=True).json
    assert (some["inside"], [e["question"] for e in some["questions"]]) == (2, ["mark"])
    for asked, status in (("by=nada", 409), ("confidence=7", 422), ("measure=nada", 409)):
        answer = client.get(f"{address}?{asked}", headers=key())
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_indicators_name_the_measures_that_give_them(app: Flask, field, key) -> None:
    field(SURVEY)
    items = app.test_client().get("/api/v1/indicators", headers=key()).json["items"]
    assert [each["number"] for each in items] == list(range(1, 26))
    [source] = items[6]["measures"]
    assert source["collections"] == ["barrio"]
    assert (source["survey"], source["measure"], source["question"]) == (
        "barrio",
        "satisfied",
        "mark",
    )


def test_contacts_are_for_those_who_keep_the_register(app: Flask, places, key) -> None:
    client, address = app.test_client(), "/api/v1/register/organisations"
    told = client.get(address, headers=key()).json["items"]
    assert [each["code"] for each in told] == ["O-T-1", "O-T-2"]
    assert "phone" not in told[0]
    narrow = key(role=RoleName.MANAGER, scopes=["read"])
    assert "phone" not in client.get(address, headers=narrow).json["items"][0]
    mine = key(role=RoleName.MANAGER, territories=["T-2"])
    [one] = client.get(address, headers=mine).json["items"]
    assert (one["code"], one["phone"]) == ("O-T-2", "+56912345678")
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(subject="register/organisations").count() == 1
    territories = client.get("/api/v1/register/territories", headers=mine).json["items"]
    assert [each["code"] for each in territories] == ["T-2"]
    assert client.get("/api/v1/register/plans", headers=mine).json == {"items": []}

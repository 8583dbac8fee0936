"""How a collection goes: rates by what is known, and what each rule finds, counted by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Collection, Response
from app.services.analytics.opened import opened
from app.services.analytics.overview import overview
from app.services.analytics.quality import Rule, keys
from app.services.scope import Scope
from tests.analytics.conftest import answer, ballot, make_plan, people
from tests.pages import check_page


def rows() -> list[Response]:
    return list(db.session.query(Response).order_by(Response.id))


def test_rates_over_days_and_territories(plan: Collection) -> None:
    answer(plan, [ballot(n, 6) for n in range(1, 32)])
    for n, row in enumerate(rows()):
        row.submitted_on = date(2026, 5, 4) + timedelta(days=n % 3)
    db.session.commit()
    found = overview("plan")
    assert found.total.value == 31 / 45
    assert [each.responses for each in found.periods] == [11, 10, 10]
    assert [each.until.n for each in found.periods] == [11, 21, 31]
    by = {variable.name: some for variable, some in found.groups}
    assert [one.value for one in by["territory"]] == [1.0, 11 / 15, 0.0]
    assert [(one.domain, one.n) for one in by["_channel"]] == [({"_channel": "import"}, 31)]
    first = Scope(frozenset({plan.territories[1].id}))
    limited = overview("plan", scope=first)
    assert (limited.total.n, limited.total.population) == (11, 15)
    assert len({v.name: some for v, some in limited.groups}["territory"]) == 1


def test_each_rule_counts_what_it_says(plan: Collection) -> None:
    marks = [6, 5, 5, 4, 5, 5]
    answer(plan, [ballot(n, mark) for n, mark in enumerate(marks * 4, start=1)])
    for n, row in enumerate(rows()):
        row.started_at = datetime.fromisoformat("2026-05-04T10:00:00+00:00")
        row.submitted_at = row.started_at + timedelta(seconds=60 if n < 3 else 600)
        if n in {5, 6}:
            row.started_at = None
    # Eight marks and the global one: only those whose mark is a 5 gave the same in all.
    db.session.commit()
    found = {each.rule: each for each in overview("plan").quality}
    fast, straight, same = (found[rule] for rule in (Rule.FAST, Rule.STRAIGHT, Rule.SAME))
    assert (fast.count, fast.of, fast.limit) == (3, 22, 200)
    assert set(keys(opened("plan"), "fast") or ()) == {row.id for row in rows()[:3]}
    assert straight.of == 24
    assert straight.count == (24 if "overall" not in straight.grid else 16)
    assert len(keys(opened("plan"), straight.name) or ()) == straight.count
    assert (same.count, same.of) == (0, 24)  # each is of another organisation


def test_the_same_answers_twice(opinion: Collection) -> None:
    given = [*people(20), *people(5)]
    answer(opinion, given)
    times = Counter(json.dumps(row, sort_keys=True) for row in given)
    twice = sum(count for count in times.values() if count > 1)
    (same,) = (each for each in overview("opinion").quality if each.rule is Rule.SAME)
    assert 10 <= twice == same.count == len(keys(opened("opinion"), "same") or ()) < 25
    (fast,) = (each for each in overview("opinion").quality if each.rule is Rule.FAST)
    assert fast.limit is None


@pytest.mark.parametrize("role", ["evaluator", "manager"])
def test_the_page(app: Flask, signed_in: Callable[[str], FlaskClient], role: str) -> None:
    with app.app_context():
        answer(make_plan(), [ballot(n, 6) for n in range(1, 32)])
    client = signed_in(role)
    seen = check_page(client.get("/analysis/plan/overview").text)
    assert seen.h1.replace("\xa0", " ") == "Han respondido 31 de 45: el 68,9 %"
    assert client.get("/analysis/plan/overview/territory.svg").mimetype == "image/svg+xml"
    assert client.get("/analysis/plan/overview/nothing.svg").status_code == 404
    assert client.get("/analysis/plan/overview.json").json["total"]["n"] == 31
    may_look = any(words.startswith("Ver estas respuestas") for words in seen.links())
    assert may_look == (role == "manager" and "Ver estas respuestas" in seen.text)

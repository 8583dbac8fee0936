"""What is computed: on pages, in drafts, and in what was sent by a client that computes itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.extensions import db
from app.models import Channel, Draft, Mode, Response
from app.services import collections
from app.services.receiving import rule
from app.services.receiving.rule import Submission, Verdict
from encuestas import Source
from tests.pages import Person

SUMS = """
id: sums
version: "1"
title: {es: Sumas}
pages:
  - id: numbers
    questions:
      - {name: a, type: integer, label: {es: Uno}}
      - {name: b, type: integer, label: {es: Dos}}
      - {name: total, type: calculate, calculation: "${a} + ${b}", label: {es: Suma}}
      - {name: from, type: start}
      - {name: until, type: end}
      - {name: on, type: today}
      - {name: phone, type: deviceid}
      - {name: user, type: username}
      - {name: kept, type: hidden, default: x}
  - id: results
    questions:
      - {name: guess, type: integer, calculation: "${a} * 2", label: {es: El doble}}
      - {name: once, type: integer, calculation: "${a} * 3", trigger: "${a}", label: {es: Triple}}
      - name: exact
        type: integer
        calculation: "${a} * 4"
        read_only: true
        label: {es: El cuádruple}
"""
NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)


@pytest.fixture
def summing(app: Flask, field: Callable[..., str]) -> Person:
    """Somebody at the second page with 5 and 2."""
    person = Person(app.test_client())
    person.open(field(SUMS, slug="sumas"))
    person.press("Comenzar")
    person.press("Siguiente", a=5, b=2)
    return person


def shown(person: Person) -> tuple[str, str]:
    fields = person.page.forms[0].fields
    return fields["guess"], fields["once"]


def change(person: Person, a: int) -> None:
    person.press("Volver")
    person.press("Siguiente", a=a)


def test_results_are_shown_and_follow(summing: Person) -> None:
    assert shown(summing) == ("10", "15")
    assert "El cuádruple 20" in summing.page.text
    change(summing, 7)
    assert shown(summing) == ("14", "21")
    assert "El cuádruple 28" in summing.page.text
    summing.open("/e/sumas/p/numbers")
    assert "Suma 9" in summing.page.text


def test_what_somebody_changed_stays_until_the_trigger_changes(summing: Person) -> None:
    summing.press("Siguiente", guess=11, once=16)
    summing.open("/e/sumas/p/results")
    assert shown(summing) == ("11", "16")
    change(summing, 5)
    assert shown(summing) == ("11", "16")
    change(summing, 6)
    assert shown(summing) == ("11", "18")


def test_a_result_that_was_emptied_stays_empty(summing: Person) -> None:
    summing.press("Siguiente", guess="")
    summing.open("/e/sumas/p/results")
    assert shown(summing)[0] == ""


def test_what_can_only_be_read_is_not_taken(summing: Person, rows: Callable[..., list]) -> None:
    summing.press("Siguiente", exact=1, total=1, kept="y")
    summing.press("Enviar mis respuestas")
    [response] = rows(Response)
    assert (response.answers["exact"], response.answers["total"]) == (20, 7)
    assert response.answers["kept"] == "x"
    assert response.sent_values is None


@pytest.mark.parametrize("mode", Mode)
def test_what_could_tell_who_answered_is_kept_only_where_it_may(
    app: Flask, field: Callable[..., str], rows: Callable[..., list], mode: Mode
) -> None:
    person = Person(app.test_client())
    person.open(field(SUMS, slug="sumas", mode=mode))
    person.press("Comenzar")
    posted = {"phone": "1234", "user": "ana", "from": "2026-01-01T00:00:00", "on": "1999-01-01"}
    person.press("Siguiente", a=1, b=1, **posted)
    person.press("Siguiente", **posted)
    person.press("Enviar mis respuestas")
    answers = rows(Response)[0].answers
    traces = {"from", "until", "phone", "user"} & answers.keys()
    assert traces == ({"from", "until"} if mode is Mode.CONFIDENTIAL else set())
    if traces:
        assert answers["from"] <= answers["until"]
        assert not answers["from"].startswith("2026-01-01T00:00:00")
    assert answers["on"] != "1999-01-01"
    assert "1234" not in str(answers)


def test_nothing_posted_for_what_is_not_asked_is_kept(
    summing: Person, rows: Callable[..., list]
) -> None:
    summing.press("Volver", phone="1234", total=9, kept="y")
    assert {"phone", "total", "kept"}.isdisjoint(rows(Draft)[0].answers)


def test_what_a_client_computed_otherwise_is_kept_beside(
    app: Flask, field: Callable[..., str], rows: Callable[..., list]
) -> None:
    field(SUMS, slug="sumas")
    with app.app_context():
        collection = collections.find("sumas")
        submission = Submission(
            collection=collection,
            survey=collections.fielded(collection),
            version_id=collection.version_id,
            correction=0,
            instance_id="1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b",
            answers={"a": 1, "b": 2, "total": 4, "exact": 4},
            source=Source.JSON,
            channel=Channel.API,
            language="es",
            finished_at=NOW,
        )
        assert rule.receive(submission).verdict is Verdict.STORED
        db.session.commit()
    [response] = rows(Response)
    assert response.answers["total"] == 3
    assert response.sent_values == {"total": 4}

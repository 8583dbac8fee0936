"""The copy of a phone's draft on the server: never one over another, and found by its secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Draft, Invitation, Mode
from app.services.invitations import inviting, links
from app.services.invitations.inviting import Invitee
from tests.pages import Person

INSTANCE = str(uuid4())


@pytest.fixture
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database("sqlite")


@pytest.fixture
def post(app: Flask, field: Callable[..., str]) -> Callable[..., TestResponse]:
    client = app.test_client()
    field()

    def send(**changes: Any) -> TestResponse:
        copy = {"instance": INSTANCE, "counter": 1, "base": 0, "version": "1", "language": "es"}
        copy |= {"page": "member", "raw": {"member": ["no"]}} | changes
        return client.post("/e/barrio/draft", json=copy, headers={"Accept": "application/json"})

    return send


def test_the_code_leads_to_what_the_phone_had(
    app: Flask, post: Callable[..., TestResponse]
) -> None:
    kept = post().json
    assert (
        post(secret=kept["secret"], base=1, counter=5, raw={"member": ["si"]}).json["counter"] == 5
    )
    other = Person(app.test_client())
    other.open("/e/barrio/resume")
    other.press("Seguir respondiendo con este código", code=kept["code"])
    assert other.url == "/e/barrio/p/member"
    assert other.page.forms[0].fields["member"] == "si"


def test_a_copy_that_parted_changes_nothing(
    post: Callable[..., TestResponse], rows: Callable[..., list]
) -> None:
    secret = post().json["secret"]
    post(secret=secret, base=1, counter=2, raw={"member": ["si"]})
    refused = post(secret=secret, base=1, counter=9, raw={"member": ["no"], "overall": ["3"]})
    assert refused.status_code == 409
    assert (refused.json["raw"], refused.json["counter"]) == ({"member": ["si"]}, 2)
    assert [draft.answers for draft in rows(Draft)] == [{"member": ["si"]}]
    assert post(secret=secret, base=2, counter=10, raw={"member": ["no"]}).status_code == 200


def test_an_answer_that_was_lost_is_given_again(
    post: Callable[..., TestResponse], rows: Callable[..., list]
) -> None:
    first, again = post().json, post(counter=2).json
    assert first["secret"] != again["secret"]
    assert post(secret=again["secret"], base=again["counter"], counter=3).status_code == 200
    assert len(rows(Draft)) == 1


@pytest.mark.parametrize("mode", [Mode.CONFIDENTIAL, Mode.ANONYMOUS])
def test_the_code_of_what_the_phone_sent_says_so_and_no_more(
    app: Flask, field: Callable[..., str], rows: Callable[..., list], mode: Mode
) -> None:
    field(mode=mode)
    client = app.test_client()
    copy = {"instance": INSTANCE, "version": "1", "raw": {"member": ["no"]}}
    kept = client.post("/e/barrio/draft", json=copy).json
    sent = {"instance": INSTANCE, "secret": kept["secret"], "sent": True}
    assert client.post("/e/barrio/draft", json=sent).status_code == 204
    [left] = rows(Draft)
    assert (left.answers, left.page, left.started_at) == ({}, "", None)
    assert left.instance_id != INSTANCE, "nothing ties it to the response"
    assert (
        _told(app, kept["code"]) == "Las respuestas de ese código ya se enviaron y están recibidas."
    )


def test_a_code_whose_phone_could_not_say_that_it_was_sent(
    app: Flask, post: Callable[..., TestResponse]
) -> None:
    kept = post().json
    now = datetime.now(UTC).isoformat()
    item = {"instance_id": INSTANCE, "collection": "barrio", "version": "1", "finished_at": now}
    answers = {"member": "no", "overall": 7}
    sent = app.test_client().post("/api/v1/responses", json=item | {"answers": answers})
    assert sent.status_code in {201, 202}
    assert "recibidas" in _told(app, kept["code"])


def _told(app: Flask, code: str) -> str:
    page = app.test_client().post("/e/barrio/resume", data={"code": code})
    [said] = set(re.findall(r"Las respuestas de ese código[^<.]*\.", page.text))
    return said


def test_an_anonymous_copy_is_known_by_its_secret_alone(
    app: Flask, field: Callable[..., str], rows: Callable[..., list]
) -> None:
    field(mode=Mode.ANONYMOUS)
    copy = {"instance": INSTANCE, "version": "1", "raw": {"member": ["no"]}}
    kept = app.test_client().post("/e/barrio/draft", json=copy).json
    [draft] = rows(Draft)
    assert draft.started_at is None
    assert draft.id not in kept.values()


@pytest.mark.parametrize(
    "changes",
    [
        {"instance": "1"},
        {"version": "9"},
        {"correction": 7},
        {"raw": {"member": "no"}},
        {"raw": []},
        {"counter": -1},
        {"secret": "x" * 99},
    ],
)
def test_what_is_no_draft(post: Callable[..., TestResponse], changes: dict[str, Any]) -> None:
    refused = post(**changes)
    assert (refused.status_code, refused.json["code"]) == (400, "malformed")


def test_only_what_the_survey_asks_is_kept(
    post: Callable[..., TestResponse], rows: Callable[..., list]
) -> None:
    post(raw={"member": ["s\0\ud800i"], "other": ["x"], "member[1]/age": ["3"], "\0": ["y"]})
    assert [draft.answers for draft in rows(Draft)] == [{"member": ["s?i"]}]


def test_another_site_keeps_nothing(app: Flask, field: Callable[..., str]) -> None:
    client: FlaskClient = app.test_client()
    answer = client.post(f"{field()}/draft", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.fixture
def link(app: Flask, post: Callable[..., TestResponse]) -> str:
    """The token of a personal link of the collection that `post` posts to."""
    with app.app_context():
        return links.token_of(inviting.invite("barrio", Invitee(name="Ana")))


def opened(app: Flask, token: str) -> Person:
    """Another phone, on which the link was opened."""
    other = Person(app.test_client())
    other.open(f"/i/{token}")
    return other


def test_a_personal_link_leads_to_what_the_phone_had(
    app: Flask, post: Callable[..., TestResponse], link: str, rows: Callable[..., list]
) -> None:
    kept = post(token=link).json
    assert kept["code"] is None, "the link is enough"
    assert post(token=link, base=1, counter=5, raw={"member": ["si"]}).json["counter"] == 5
    other = opened(app, link)
    assert 'data-begun="1"' in other.response.text
    other.press("Continuar donde quedé")
    assert other.url == "/e/barrio/p/member"
    assert other.page.forms[0].fields["member"] == "si"
    [draft] = rows(Draft)
    assert (draft.instance_id, draft.invitation_id is None) == (INSTANCE, False)


def test_copies_of_two_phones_with_one_link_are_told_of_each_other(
    post: Callable[..., TestResponse], link: str, rows: Callable[..., list]
) -> None:
    post(token=link, raw={"member": ["si"]})
    other = str(uuid4())
    refused = post(token=link, instance=other, counter=9, raw={"member": ["no"]})
    assert (refused.status_code, refused.json["raw"]) == (409, {"member": ["si"]})
    lost = post(token=link, counter=3, raw={"member": ["no"]})
    assert lost.status_code == 409, "who was never answered is told too"
    assert [draft.answers for draft in rows(Draft)] == [{"member": ["si"]}]
    chosen = {"token": link, "instance": other, "base": refused.json["counter"], "counter": 12}
    assert post(**chosen, raw={"member": ["no"]}).status_code == 200
    [draft] = rows(Draft)
    assert (draft.answers, draft.instance_id) == ({"member": ["no"]}, INSTANCE)


def test_a_link_that_was_answered_keeps_no_copy(
    app: Flask, post: Callable[..., TestResponse], link: str, rows: Callable[..., list]
) -> None:
    now = datetime.now(UTC).isoformat()
    item = {"instance_id": INSTANCE, "collection": "barrio", "version": "1", "finished_at": now}
    answers = {"member": "no", "overall": 7}
    item |= {"answers": answers, "token": link}
    sent = app.test_client().post("/api/v1/responses", json=item)
    assert sent.status_code == 201, sent.text
    late = post(token=link, instance=str(uuid4()))
    assert (late.status_code, late.json["receipt"]) == (410, sent.json["receipt"])
    assert rows(Draft) == []


def test_a_link_that_lets_nobody_in_keeps_no_copy(
    app: Flask, post: Callable[..., TestResponse], link: str, rows: Callable[..., list]
) -> None:
    assert post(token="x" * 24).json["code"] == "malformed"
    with app.app_context():
        db.session.scalars(db.select(Invitation)).one().revoked_at = datetime.now(UTC)
        db.session.commit()
    assert post(token=link).json["code"] == "invitation_revoked"
    assert rows(Draft) == []


def test_no_copy_ties_anonymous_answers_to_their_link(
    app: Flask, field: Callable[..., str], rows: Callable[..., list]
) -> None:
    field(mode=Mode.ANONYMOUS)
    with app.app_context():
        token = links.token_of(inviting.invite("barrio", Invitee(name="Ana")))
    copy = {"instance": INSTANCE, "version": "1", "raw": {"member": ["no"]}, "token": token}
    refused = app.test_client().post("/e/barrio/draft", json=copy)
    assert refused.status_code == 400
    assert rows(Draft) == []

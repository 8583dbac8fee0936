"""A key lets somebody's program do what it was made for, of what its owner may do, and no more."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.cli import cabildo
from app.extensions import db
from app.models import ApiToken, Role, RoleName, User
from app.models.columns import today
from app.services import throttle, tokens
from tests.api.conftest import item
from tests.pages import check_page

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SURVEYS, RESPONSES = "/api/v1/surveys", "/api/v1/collections/barrio/responses"


@sqlite
def test_without_a_key_nothing_is_told(app: Flask, field: Callable[..., None]) -> None:
    field()
    answer = app.test_client().get(SURVEYS)
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert (answer.json["code"], answer.json["status"]) == ("key_needed", 401)


@sqlite
def test_a_key_opens_what_it_is_for(app: Flask, field: Callable[..., None], key) -> None:
    field()
    reads, exports = key(scopes=["read"]), key(scopes=["export"])
    client = app.test_client()
    assert client.get(SURVEYS, headers=reads).json["items"][0]["id"] == "barrio"
    narrow = client.get(RESPONSES, headers=reads)
    assert (narrow.status_code, narrow.json["code"]) == (403, "key_too_narrow")
    assert client.get(RESPONSES, headers=exports).status_code == 200
    assert client.get(SURVEYS, headers=exports).status_code == 403


@sqlite
def test_a_key_never_gives_more_than_its_owner_has(app: Flask, field, key) -> None:
    field()
    headers = key(role=RoleName.INTERVIEWER, scopes=["read", "export", "manage", "submit"])
    client = app.test_client()
    assert client.get(SURVEYS, headers=headers).json["code"] == "not_allowed"
    sent = client.post("/api/v1/responses", json=item(channel="interview"), headers=headers)
    assert sent.status_code == 201
    sent = client.post("/api/v1/responses", json=item(channel="api"), headers=headers)
    assert (sent.status_code, sent.json["code"]) == (403, "channel_not_allowed")


@sqlite
def test_a_key_that_is_not_for_sending_sends_nothing(app: Flask, field, key) -> None:
    field()
    sent = app.test_client().post("/api/v1/responses", json=item(), headers=key(scopes=["read"]))
    assert (sent.status_code, sent.json["code"]) == (403, "key_too_narrow")


@sqlite
@pytest.mark.parametrize(
    "end",
    [
        lambda row: setattr(row, "revoked_on", today()),
        lambda row: setattr(row, "expires_on", today()),
        lambda row: setattr(row.user, "active", False),
    ],
    ids=["revoked", "expired", "left"],
)
def test_a_key_that_ended_opens_nothing(app: Flask, key, end: Callable) -> None:
    headers, client = key(), app.test_client()
    assert client.get(SURVEYS, headers=headers).status_code == 200
    with app.app_context():
        end(db.session.scalars(db.select(ApiToken)).one())
        db.session.commit()
    answer = client.get(SURVEYS, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (401, "key_refused")


@sqlite
def test_the_key_counts_whoever_signed_in_in_that_browser(
    app: Flask, key, signed_in: Callable[[str], FlaskClient]
) -> None:
    manager = signed_in("manager")
    assert manager.get(SURVEYS).status_code == 200
    headers = key(role=RoleName.INTERVIEWER)
    assert manager.get(SURVEYS, headers=headers).status_code == 403
    assert manager.get(SURVEYS, headers={"Authorization": "Bearer x"}).status_code == 401


def test_wrong_keys_are_counted_and_right_ones_still_open(
    app: Flask, key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "IN_ALL", 3)
    client, right = app.test_client(), key()
    codes = [
        client.get(SURVEYS, headers={"Authorization": f"Bearer cabildo_{number}"}).status_code
        for number in range(5)
    ]
    assert codes == [401, 401, 401, 429, 429]
    assert client.get(SURVEYS, headers=right).status_code == 200


@sqlite
def test_only_a_hash_and_the_day_of_use_are_kept(app: Flask, key) -> None:
    headers = key()
    secret = headers["Authorization"].removeprefix("Bearer ")
    app.test_client().get(SURVEYS, headers=headers)
    with app.app_context():
        row = db.session.scalars(db.select(ApiToken)).one()
        assert secret not in repr(vars(row))
        assert row.used_on == today()


@sqlite
def test_a_key_made_on_the_page_works_until_it_is_taken_back(
    app: Flask, signed_in: Callable[[str], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in("evaluator")
    check_page(client.get("/account/tokens").text)
    assert client.post("/account/tokens", data={"days": "90"}).status_code == 422
    typed = {"name": "Power BI", "scope": ["read", "export", "manage"], "days": "90"}
    page = client.post("/account/tokens", data=typed).text
    check_page(page)
    secret = re.search(r"cabildo_[\w-]{40,}", page)[0]
    assert secret not in client.get("/account/tokens").text
    headers = {"Authorization": f"Bearer {secret}"}
    assert app.test_client().get(SURVEYS, headers=headers).status_code == 200
    with app.app_context():
        row = db.session.scalars(db.select(ApiToken)).one()
        assert row.scopes == ["read", "export"]  # an evaluator manages nothing
        assert row.expires_on == today() + timedelta(days=90)
        address = f"/account/tokens/{row.id}/revoke"
    assert signed_in("manager").post(address).status_code == 404
    assert client.post(address).status_code == 303
    assert app.test_client().get(SURVEYS, headers=headers).status_code == 401


@sqlite
def test_the_command_makes_lists_and_takes_back(in_app: Flask) -> None:
    db.session.add(User(email="ana@example.org", roles=[Role(name=RoleName.INTERVIEWER)]))
    db.session.commit()
    run = in_app.test_cli_runner().invoke
    made = run(cabildo, ["token", "add", "ana@example.org", "--scope", "read", "--name", "R"])
    assert made.stdout.startswith(tokens.PREFIX)
    assert "no sirve para: read" in made.stderr
    listed = run(cabildo, ["token", "list", "ana@example.org"]).stdout.split("\t")
    assert listed[1:4] == ["ana@example.org", "R", "read"]
    run(cabildo, ["token", "revoke", listed[0]])
    assert db.session.get(ApiToken, listed[0]).revoked_on == today()

"""Answers that a phone or a program sends with the token of an invitation."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.models import Access, Invitation, Mode, Quarantined, Response
from tests.invitations.conftest import BOTH, MODES, SLUG

ANSWERS = {"member": "no", "overall": 6}
VOTE = {"mark": 5}


@pytest.fixture
def send(app: Flask) -> Callable[..., tuple[int, dict]]:
    def post(link: str = "", *, many: list[dict] | None = None, **values: object):
        usual = {
            "instance_id": str(uuid.uuid4()),
            "collection": SLUG,
            "version": "1",
            "correction": 0,
            "started_at": None,
            "finished_at": datetime.now(UTC).isoformat(),
            "zone": "America/Santiago",
            "channel": "web",
            "answers": ANSWERS,
        }
        if link:
            usual["token"] = link.removeprefix("/i/")
        body = (
            [usual | {"instance_id": str(uuid.uuid4())} | each for each in many]
            if many
            else usual | values
        )
        answer = app.test_client().post("/api/v1/responses", json=body)
        return answer.status_code, answer.json

    return post


@MODES
@BOTH
def test_one_answer_per_link(field, invite, send, rows, mode: Mode) -> None:
    field(mode=mode)
    link, instance = invite(), str(uuid.uuid4())
    status, first = send(link, instance_id=instance)
    assert (status, first["status"]) == (201, "stored")
    # The phone did not hear of it and sends again.
    status, again = send(link, instance_id=instance)
    assert (status, again["status"], again["receipt"]) == (200, "same", first["receipt"])
    # Another phone answered with the same link, offline.
    status, other = send(link, answers=ANSWERS | {"overall": 7})
    assert (status, other["status"]) == (409, "conflict")
    status, repeated = send(link, instance_id=instance)
    assert repeated["status"] == "same"
    kept = {response.state: response for response in rows(Response)}
    assert set(kept) == {"submitted", "conflict"}
    [invitation] = rows(Invitation)
    expected = None if mode == Mode.ANONYMOUS else invitation.id
    assert {response.invitation_id for response in kept.values()} == {expected}
    assert invitation.used == (mode == Mode.ANONYMOUS)


@MODES
@BOTH
def test_a_list_has_a_verdict_for_each(field, invite, send, rows, mode: Mode) -> None:
    field(mode=mode)
    one, two = (invite(name=name).removeprefix("/i/") for name in ("Ana", "Eva"))
    status, verdicts = send(
        many=[
            {"token": one},
            {"token": two},
            {"token": two, "answers": ANSWERS | {"overall": 7}},
            {},
            {"token": "A" * 24},
        ]
    )
    assert status == 207
    told = [verdict["status"] for verdict in verdicts]
    assert told[0] == "stored"
    assert set(told[1:3]) == {"stored", "conflict"}  # of two with one link, one counts
    assert told[3:] == ["quarantined", "quarantined"]
    assert [verdict["code"] for verdict in verdicts[3:]] == ["not_invited", "unknown_token"]


def test_what_comes_without_a_link_is_kept_for_review(field, send, rows) -> None:
    field()
    status, verdict = send()
    assert (status, verdict["code"]) == (202, "not_invited")
    assert len(rows(Quarantined)) == 1
    field("abierta", access=Access.BOTH)
    assert send(collection="abierta")[0] == 201


@pytest.mark.parametrize("ended", ["revoked", "expired", "other"])
def test_a_link_that_lets_nobody_in(field, invite, send, rows, change, ended: str) -> None:
    field()
    field("otra")
    link = invite("otra" if ended == "other" else SLUG)
    now = datetime.now(UTC)
    if ended != "other":
        change(**{"revoked_at" if ended == "revoked" else "expires_at": now - timedelta(1)})
    status, verdict = send(link)
    expected = "unknown_token" if ended == "other" else "invitation_ended"
    assert (status, verdict["code"]) == (202, expected)
    assert rows(Response) == []


def test_what_was_finished_before_the_expiry_counts(field, invite, send, change) -> None:
    field(opens_at=datetime.now(UTC) - timedelta(days=9))
    link = invite()
    change(expires_at=datetime.now(UTC) - timedelta(hours=1))
    before = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    assert send(link, finished_at=before)[0] == 201


@BOTH
def test_an_organisation_does_not_say_who_it_is(field_votes, invite, send, rows) -> None:
    field_votes()
    link = invite(organisation="O-1")
    forged = {"organisation": "O-2", "territory": "T-2", **VOTE}
    status, verdict = send(link, answers=forged)
    assert (status, verdict["status"]) == (201, "stored")
    [response] = rows(Response)
    assert response.answers == {"organisation": "O-1", **VOTE}
    [invitation] = rows(Invitation)
    assert response.organisation_id == invitation.organisation_id

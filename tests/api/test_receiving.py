"""What is sent to the API is kept once, and each item gets a verdict of its own."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from app.models import Quarantined, Receipt, Response, ResponseState, RoleName
from tests.api.conftest import NOW, item
from tests.house.test_permissions import sign_in

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_one_response_however_often_it_is_sent(field, send, rows) -> None:
    field()
    sent = item(answers={"mark": 6, "why": "Sí"})
    first = send(sent)
    assert first.status_code == 201
    assert first.json["status"] == "stored"
    again = send(sent)
    assert (again.status_code, again.json["status"]) == (200, "same")
    assert again.json["receipt"] == first.json["receipt"]
    [response] = rows(Response)
    assert response.answers == {"mark": 6, "why": "Sí"}
    assert response.channel == "web"
    assert response.submitted_at == NOW <= response.received_at
    [receipt] = rows(Receipt)
    assert receipt.response_id == response.id


def test_same_instance_with_other_answers_is_a_conflict_and_kept_once(field, send, rows) -> None:
    field()
    sent = item()
    first = send(sent)
    other = sent | {"answers": {"mark": 1}}
    answer, again = send(other), send(other)
    assert (answer.status_code, answer.json["status"]) == (409, "conflict")
    assert answer.json["code"] == "conflict"
    assert (again.status_code, again.json["status"]) == (200, "same")
    assert {each.json["receipt"] for each in (first, answer, again)} == {first.json["receipt"]}
    states = {response.answers["mark"]: response.state for response in rows(Response)}
    assert states == {6: ResponseState.SUBMITTED, 1: ResponseState.CONFLICT}


def test_what_fails_validation_is_kept_for_review_and_counted_nowhere(field, send, rows) -> None:
    field()
    bad = item(answers={"mark": 9, "why": "a\0b\ud800"})
    first = send(bad)
    assert (first.status_code, first.json["status"], first.json["code"]) == (
        202,
        "quarantined",
        "invalid",
    )
    assert {fault["question"] for fault in first.json["faults"]} == {"mark", "why"}
    assert "1 al 7" in first.json["faults"][0]["message"]
    assert send(bad).json == first.json
    assert rows(Response) == []
    [held] = rows(Quarantined)
    assert json.loads(held.item)["answers"] == {"mark": 9, "why": "a\0b\ud800"}


def test_form_values_as_a_phone_sends_them(field, send, rows) -> None:
    field()
    assert send(item(format="form", answers={"mark": ["6"], "why": [""]})).status_code == 201
    assert rows(Response)[0].answers == {"mark": 6}


def test_each_item_of_a_list_has_its_own_verdict(field, send, rows) -> None:
    field()
    twice = item()
    answer = send(
        [
            twice,
            item(answers={}),
            {"instance_id": "no uuid"},
            item(collection="ninguna"),
            item(channel="interview"),
            item(version="2"),
            item(correction=7),
            twice,
            twice | {"answers": {"mark": 2}},
            7,
        ]
    )
    assert answer.status_code == 207
    assert [(each["status"], each.get("code")) for each in answer.json] == [
        ("stored", None),
        ("quarantined", "invalid"),
        ("refused", "malformed_item"),
        ("refused", "unknown_collection"),
        ("refused", "not_signed_in"),
        ("quarantined", "unknown_version"),
        ("quarantined", "unknown_correction"),
        ("same", None),
        ("conflict", "conflict"),
        ("refused", "malformed_item"),
    ]
    assert len(rows(Response)) == 2
    assert len(rows(Quarantined)) == 3
    assert [each.get("receipt") is None for each in answer.json] == [
        each["status"] == "refused" for each in answer.json
    ]


@sqlite
def test_queries_do_not_grow_with_the_list(app: Flask, field, send) -> None:
    field()

    def count(size: int) -> int:
        seen: list[int] = []
        with app.app_context():
            engine = db.engine
        listener = lambda *_: seen.append(1)  # noqa: E731 it must be the same object to be removed
        event.listen(engine, "before_cursor_execute", listener)
        answer = send([item() for _ in range(size)])
        event.remove(engine, "before_cursor_execute", listener)
        assert answer.status_code == 200, answer.text
        assert len(answer.json) == size
        return len(seen)

    count(1)  # what is published is read once
    assert count(2) == count(100) <= 8


def test_closed_while_offline(field, send, rows, change) -> None:
    field()
    change(closes_at=NOW - timedelta(days=1))
    early = item(finished_at=(NOW - timedelta(days=2)).isoformat())
    assert send(early).json["status"] == "stored"
    late = send(item()).json
    assert (late["status"], late["code"]) == ("quarantined", "late")
    change(closes_at=NOW - timedelta(days=9))
    beyond = send(item(finished_at=(NOW - timedelta(days=10)).isoformat())).json
    assert (beyond["status"], beyond["code"]) == ("quarantined", "late")


def test_an_anonymous_one_keeps_no_time_and_waits_when_it_comes_after_closing(
    field, send, rows, change
) -> None:
    field(mode="anonymous")
    sent = item()
    first = send(sent)
    assert first.json["status"] == "stored"
    assert send(sent).json["receipt"] == first.json["receipt"]
    [response] = rows(Response)
    assert (response.started_at, response.submitted_at, response.received_at) == (None,) * 3
    [receipt] = rows(Receipt)
    assert receipt.response_id is None
    change(closes_at=NOW - timedelta(hours=1))
    early = item(finished_at=(NOW - timedelta(days=2)).isoformat(), token="abc")
    assert send(early).json["code"] == "late"
    [held] = rows(Quarantined)
    assert held.received_at is None
    kept = json.loads(held.item)
    assert kept.keys() == {
        "version", "correction", "format", "language", "answers", "finished_on",
    }  # fmt: skip


@pytest.mark.parametrize("off", [timedelta(days=400), timedelta(days=-9000)])
def test_a_clock_set_wrong_is_kept_and_marked(field, send, rows, off: timedelta) -> None:
    field()
    assert send(item(finished_at=(NOW + off).isoformat())).status_code == 201
    [response] = rows(Response)
    assert response.clock_off
    assert response.submitted_at == NOW + off
    assert response.submitted_on == response.received_on


def test_two_workers_get_the_same_at_once(app: Flask, field, send, rows) -> None:
    field()
    batch = [item() for _ in range(20)]
    other = [each | {"answers": {"mark": 1}} for each in reversed(batch)]
    together = Barrier(4)

    def post(body: object) -> list[str]:
        together.wait(10)
        return [each["status"] for each in send(body).json]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(post, [batch, batch[::-1], other, other[::-1]]))
    said = [status for each in answers for status in each]
    assert (said.count("stored"), said.count("conflict"), said.count("same")) == (20, 20, 40)
    assert len(rows(Response)) == 40
    assert len(rows(Receipt)) == 20


def test_staff_send_interviews(app: Flask, field, rows) -> None:
    field(public=False)
    for role, channel, status in (
        (RoleName.INTERVIEWER, "interview", "stored"),
        (RoleName.EVALUATOR, "paper", "refused"),
    ):
        client = sign_in(app, role)
        answer = client.post("/api/v1/responses", json=item(channel=channel))
        assert answer.json["status"] == status, answer.json
    assert [response.channel for response in rows(Response)] == ["interview"]


def test_a_collection_that_people_do_not_answer_online_keeps_it_for_review(field, send) -> None:
    field(public=False)
    assert send(item()).json["code"] == "not_public"


# What is no response at all ---------------------------------------------------------------------

DEEP = json.loads("[" * 40 + "]" * 40)
HOSTILE = {
    "truncated": b'[{"instance_id": "',
    "nan": b'{"answers": {"mark": NaN}}',
    "infinity": b'{"answers": {"mark": -Infinity}}',
    "deep": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "not utf-8": b"\xff\xfe{}",
    "empty": b"",
    "digits": b"[" + b"9" * 5000 + b"]",
}


@sqlite
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_json(app: Flask, body: bytes) -> None:
    answer = app.test_client().post(
        "/api/v1/responses", data=body, content_type="application/json", query_string="lang=en"
    )
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "not_json"


@sqlite
@pytest.mark.parametrize(
    "wrong",
    [
        {"instance_id": "1b4e28ba2fa14d3ba3f5ef19b5a7633b"},
        {"instance_id": None},
        {"finished_at": "ayer"},
        {"finished_at": "0001-01-01T00:00:00+00:00"},
        {"correction": True},
        {"correction": -1},
        {"correction": 10**30},
        {"version": "a\0b"},
        {"collection": ["barrio"]},
        {"answers": [1]},
        {"answers": {"a": DEEP}},
        {"channel": "carrier pigeon"},
        {"format": "xml"},
        {"token": "x" * 300},
    ],
    ids=str,
)
def test_a_malformed_item_is_refused_in_words(field, send, rows, wrong: dict) -> None:
    field()
    answer = send(item(**wrong))
    assert (answer.status_code, answer.json["status"]) == (422, "refused")
    assert next(iter(wrong)) in answer.json["remedy"]
    assert rows(Quarantined) == rows(Response) == []


@sqlite
def test_sizes(app: Flask, field, send) -> None:
    field()
    big = item(answers={"mark": 6, "why": "x" * 1_100_000})
    answer = send(big)
    assert answer.json["code"] == "item_too_large", answer.json
    answer = send([item(), big])
    assert [each["status"] for each in answer.json] == ["stored", "refused"]
    answer = send([{}] * 501)
    assert (answer.status_code, answer.json["code"]) == (413, "too_many_items")
    answer = send([big] * 16)
    assert (answer.status_code, answer.json["code"]) == (413, "list_too_large")


@sqlite
def test_another_site_and_a_form_are_refused(app: Flask, field, send) -> None:
    field()
    answer = send(item(), headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.json["code"]) == (403, "cross_site")
    answer = app.test_client().post("/api/v1/responses", data={"a": "b"})
    assert (answer.status_code, answer.json["code"]) == (415, "wrong_media_type")


@sqlite
def test_the_description_names_what_is_sent(app: Flask) -> None:
    found = app.test_client().get("/api/v1/openapi.json").json
    operation = found["paths"]["/api/v1/responses"]["post"]
    one, several = operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert one == several["items"] == {"$ref": "#/components/schemas/Item"}
    assert set(item()) <= set(found["components"]["schemas"]["Item"]["properties"])
    assert {"200", "201", "202", "409", "422"} <= set(operation["responses"])


@sqlite
def test_pages_keep_their_own_errors(app: Flask) -> None:
    answer = app.test_client().get("/e/ninguna", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<h1>" in answer.text

"""What one item of a batch is like takes none of the others with it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask

from app.models import FieldContact, Response
from tests.field import test_handing_over
from tests.field.test_handing_over import Phone, contact, interview, rows, seal

collection, secret, phone = (
    test_handing_over.collection, test_handing_over.secret, test_handing_over.phone,
)  # fmt: skip


def _deep(levels: int) -> Any:
    nested: Any = "x"
    for _ in range(levels):
        nested = [nested]
    return nested


BAD_ITEMS = [
    interview(id="none"),
    interview(id="\ud800"),
    interview(finished_at="9999-12-31T23:59:59-23:00"),
    interview(started_at="0001-01-01T00:00:00+23:00"),
    interview(finished_at=["2026"]),
    interview(correction=10**40),
    interview(correction="0"),
    interview(answers=_deep(40)),
    interview(answers={"gender": _deep(40)}),
    interview(answers=[]),
    interview(zone=7),
    interview(collection="x" * 65),
    interview(version="\0"),
    interview(language={"a": 1}),
    contact("interview", at="9999-12-31T23:59:59-23:00"),
    contact("interview", at="2026-12-01T10:00:00"),
    contact("interview", place="here"),
    contact("interview", place=[10**400, 1, 1]),
    contact("interview", case_id=3),
    contact("interview", note="x" * 5000),
    contact("shrug"),
    contact("interview", collection="nobody's"),
]


def test_the_others_of_the_batch_are_received(app: Flask, phone: Phone) -> None:
    good, met = interview(), contact("interview")
    verdicts = phone.hand_over(good, *BAD_ITEMS, met)
    assert [v["status"] for v in verdicts] == ["stored", *["refused"] * len(BAD_ITEMS), "stored"]
    assert len(rows(app, Response)) == len(rows(app, FieldContact)) == 1


def test_strange_answers_are_held_and_not_refused(phone: Phone) -> None:
    strange = [
        interview(answers={"\ud800": ["\0"], "gender": 3}),
        interview(answers={"gender": [{"a": 1}, None, 1e300]}),
        interview(answers={str(n): ["x"] for n in range(5000)}),
    ]
    verdicts = phone.hand_over(*strange)
    assert [v["status"] for v in verdicts] == ["quarantined"] * 3


def test_what_is_nested_too_deep_to_be_read_is_refused(phone: Phone) -> None:
    name = str(uuid.uuid4())
    items = [{"id": name, "sealed": seal(phone.key, b"[" * 100_000, name)}]
    answer = phone.client.post("/field/sync", json={"items": items}, headers=phone.headers)
    assert [verdict["status"] for verdict in answer.json["verdicts"]] == ["refused"]
    body = '{"items": ' + "[" * 100_000
    assert phone.client.post("/field/sync", data=body, headers=phone.headers).status_code == 400

"""Many who send at the same moment: each gets their own verdict, from few transactions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.models import Quarantined, Receipt, Response
from app.services.receiving import receipts
from tests.api.conftest import item

CROWD = 12


@pytest.fixture
def send_at_once(app: Flask) -> Callable[..., list]:
    """Sends each from a thread of its own, all in the same moment; gives the answers in order."""

    def send_all(items: list[dict[str, object]]) -> list:
        ready = Barrier(len(items))

        def send(each: dict[str, object]) -> object:
            ready.wait(20)
            return app.test_client().post("/api/v1/responses", json=each)

        with ThreadPoolExecutor(len(items)) as threads:
            return list(threads.map(send, items))

    return send_all


def test_each_gets_their_own_verdict(
    app: Flask, field: Callable[..., None], send_at_once: Callable[..., list], rows: Callable
) -> None:
    field()
    good = [item(answers={"mark": n % 7 + 1}) for n in range(CROWD)]
    bad = [item(answers={"mark": 9}), item(version="7"), item(collection="otra")]
    again = [good[0], good[1] | {"answers": {"mark": 7, "why": "Cambié."}}]
    answers = send_at_once([*good, *bad, *again])
    verdicts = [answer.json["status"] for answer in answers]
    said = [answer.json["instance_id"] for answer in answers]
    assert said == [each["instance_id"] for each in [*good, *bad, *again]]
    assert verdicts[CROWD : CROWD + 3] == ["quarantined", "quarantined", "refused"]
    assert sorted([verdicts[0], verdicts[-2]]) == ["same", "stored"]
    assert sorted([verdicts[1], verdicts[-1]]) == ["conflict", "stored"]
    assert set(verdicts[2:CROWD]) == {"stored"}
    assert len(rows(Response)) == CROWD + 1
    assert len(rows(Quarantined)) == 2
    receipts = {answer.json["receipt"] for answer in answers if "receipt" in answer.json}
    assert receipts == {receipt.code for receipt in rows(Receipt)}


def test_what_stops_one_stops_no_other(
    app: Flask,
    field: Callable[..., None],
    send_at_once: Callable[..., list],
    rows: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    field()
    bad = item()
    row = receipts._row

    def fail_for_one(collection, key, kept, **more):
        if kept.instance_id == bad["instance_id"]:
            raise OperationalError("INSERT", {}, Exception("the disk is full"))
        return row(collection, key, kept, **more)

    monkeypatch.setattr(receipts, "_row", fail_for_one)
    good = [item() for _ in range(CROWD)]
    answers = send_at_once([bad, *good])
    assert answers[0].status_code == 503
    assert {answer.status_code for answer in answers[1:]} == {201}
    assert {row.instance_id for row in rows(Response)} == {each["instance_id"] for each in good}

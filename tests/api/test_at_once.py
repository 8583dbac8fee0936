"""What is new is kept at once; what clashes with something goes the careful way, beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import postgres
from app.extensions import db
from app.models import Quarantined, Receipt, Response
from app.services.receiving import at_once, receipts
from tests.api.conftest import item


@pytest.fixture
def kept_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many were kept at once, each time. The first that a process meets of a version asks what
    it is, in a session, and so do those that follow it there."""
    keep, counts = at_once.keep, []

    def counted(responses, given):
        kept = keep(responses, given)
        counts.append(sum(kept.values()))
        return kept

    monkeypatch.setattr(at_once, "keep", counted)
    return counts


def test_of_a_list_the_new_ones_are_kept_at_once(field, send, rows, kept_at_once) -> None:
    field()
    old = item()
    assert send(old).status_code == 201
    (stored,) = rows(Response)
    changed, bad = old | {"answers": {"mark": 1}}, item(answers={})
    new = [item() for _ in range(5)]
    answer = send([*new[:2], changed, bad, *new[2:]])
    verdicts = [each["status"] for each in answer.json]
    assert verdicts == [
        "stored", "stored", "conflict", "quarantined", "stored", "stored", "stored",
    ]  # fmt: skip
    assert kept_at_once == [5]
    assert len(rows(Response)) == 7
    assert len(rows(Quarantined)) == 1
    assert len({each["receipt"] for each in answer.json}) == 7
    alike = {row.id[:4] for row in rows(Response, Response.state == "submitted")} - {stored.id[:4]}
    assert len(alike) == 1
    again = send([old, *new])
    assert {each["status"] for each in again.json} == {"same"}
    assert kept_at_once == [5, 0]
    assert len(rows(Response)) == 7


def test_of_two_with_one_instance_in_a_list_the_first_counts(
    field, send, rows, kept_at_once
) -> None:
    field()
    first = item(answers={"mark": 3})
    answer = send([first, first | {"answers": {"mark": 4}}, first])
    assert [each["status"] for each in answer.json] == ["stored", "conflict", "same"]
    assert not kept_at_once
    assert {row.answers["mark"]: row.state for row in rows(Response)} == {
        3: "submitted",
        4: "conflict",
    }


def test_a_code_that_is_taken_is_drawn_anew(
    field, send, rows, kept_at_once, monkeypatch: pytest.MonkeyPatch
) -> None:
    field()
    taken = send(item()).json["receipt"]
    draw = receipts.receipt_code
    codes = iter([taken])
    monkeypatch.setattr(receipts, "receipt_code", lambda length: next(codes, None) or draw(length))
    sent = item()
    answer = send(sent)
    assert answer.json["status"] == "stored"
    assert kept_at_once == [0]
    assert len(rows(Response)) == 2
    assert {row.code for row in rows(Receipt)} == {taken, answer.json["receipt"]}
    assert send(sent).json["receipt"] == answer.json["receipt"]


def test_anonymous_ones_are_not_kept_so(field, send, rows, kept_at_once) -> None:
    """Their keys do not tell what came together."""
    field(mode="anonymous")
    assert send([item(), item()]).status_code == 200
    assert not kept_at_once
    assert len({row.id[:4] for row in rows(Response)}) == 2
    assert {row.response_id for row in rows(Receipt)} == {None}


def test_a_connection_that_was_looked_at_first_keeps_what_it_is_given(
    field, send, rows, kept_at_once, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look begins a transaction, and what is kept must not end with it."""
    field()
    assert send(item()).status_code == 201
    monkeypatch.setattr(postgres, "_IDLE_SECONDS", -1.0)
    answers = [send(item()) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {201}
    assert kept_at_once == [1, 1, 1]
    assert len(rows(Response)) == len(rows(Receipt)) == 4


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_connections_that_died_lose_nothing(
    app: Flask, field, send, rows: Callable[..., list], kept_at_once
) -> None:
    field()
    assert send(item()).status_code == 201
    with app.app_context(), db.engine.connect() as other:
        other.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert send(item()).status_code == 201
    assert len(rows(Response)) == len(rows(Receipt)) == 2

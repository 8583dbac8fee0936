"""Who has a vote: the register's organisations until a collection closes, and never after."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import (
    AuditEntry,
    Channel,
    Collection,
    CollectionRoll,
    Organisation,
    Response,
    Territory,
)
from app.models.columns import random_key, utc_now
from app.services import collections, surveys
from app.services.analytics import analyse
from app.services.receiving.rule import Submission, Verdict, receive
from app.services.register import register_edit, rolls
from app.services.register.places import Noun
from encuestas import Source
from tests.analytics.conftest import NOW, answer, ballot, field, make_plan


@pytest.fixture
def plan(in_app: Flask) -> Collection:
    return make_plan()


def roll(collection: Collection) -> dict[str, str]:
    """The territory of each organisation on the roll, by codes."""
    db.session.expire_all()
    query = (
        select(Organisation.code, Territory.code)
        .join(CollectionRoll, CollectionRoll.organisation_id == Organisation.id)
        .join(Territory, Territory.id == CollectionRoll.territory_id)
        .where(CollectionRoll.collection_id == collection.id)
    )
    return dict(db.session.execute(query).all())


def change(code: str, **values: object) -> None:
    """What a page or a file does: change an organisation, and let the rolls follow."""
    row = register_edit.find(Noun.ORGANISATIONS, code)
    for name, value in values.items():
        setattr(row, name, value)
    rolls.follow_register()
    db.session.commit()


def add(code: str, territory: str) -> None:
    place = db.session.scalars(select(Territory).where(Territory.code == territory)).one()
    db.session.add(Organisation(code=code, name=code, kind="club", territory_id=place.id))
    rolls.follow_register()
    db.session.commit()


def place(code: str) -> Territory:
    return db.session.scalars(select(Territory).where(Territory.code == code)).one()


def closed_by_command(collection: Collection) -> None:
    collections.close_collection(collection.slug)


def closed_by_the_clock(collection: Collection) -> None:
    collection.closes_at = utc_now() - timedelta(seconds=1)
    db.session.commit()


CLOSINGS = (closed_by_command, closed_by_the_clock)


def test_an_open_roll_follows_the_register(plan: Collection) -> None:
    assert len(roll(plan)) == 45
    add("O-99", "T-2")
    change("O-1", active=False)
    change("O-2", territory=place("T-3"))
    found = roll(plan)
    assert (found["O-99"], "O-1" in found, found["O-2"]) == ("T-2", False, "T-3")
    change("O-1", active=True)
    assert roll(plan)["O-1"] == "T-1"


def test_who_voted_stays_where_it_voted(plan: Collection) -> None:
    answer(plan, [ballot(1, 7), ballot(2, 2)])
    change("O-1", active=False)
    change("O-2", territory=place("T-3"))
    assert [roll(plan)[code] for code in ("O-1", "O-2")] == ["T-1", "T-1"]
    analysis = analyse.analyse("plan", by="territory")
    assert [domain.population for domain in analysis.domains] == [20, 15, 10]
    assert [domain.responses for domain in analysis.domains] == [2, 0, 0]
    # A vote that review turned down keeps no place.
    row = db.session.scalars(
        select(Response).join(Response.organisation).where(Organisation.code == "O-1")
    ).one()
    row.state = "rejected"
    change("O-1", name="Otra")
    assert "O-1" not in roll(plan)


@pytest.mark.parametrize("close", CLOSINGS)
def test_a_closed_roll_is_that_of_the_closing_moment(
    plan: Collection, close: Callable[[Collection], None]
) -> None:
    answer(plan, [ballot(1, 7)])
    change("O-45", active=False)
    assert analyse.analyse("plan").provisional is True
    close(plan)
    before = roll(plan)
    figures = analyse.analyse("plan", by="territory").to_dict()
    assert (figures["population"], figures["provisional"]) == (44, False)
    add("O-99", "T-1")
    change("O-1", active=False)
    change("O-2", territory=place("T-3"))
    change("O-45", active=True)
    assert roll(plan) == before
    assert analyse.analyse("plan", by="territory").to_dict() == figures


def test_closing_takes_a_last_look(plan: Collection) -> None:
    register_edit.find(Noun.ORGANISATIONS, "O-3").active = False
    db.session.commit()
    collections.close_collection("plan")
    assert "O-3" not in roll(plan)


def test_closing_again_looks_no_more(plan: Collection) -> None:
    collections.close_collection("plan")
    register_edit.find(Noun.ORGANISATIONS, "O-3").active = False
    db.session.commit()
    collections.close_collection("plan")
    assert "O-3" in roll(plan)


def test_a_vote_on_its_way_is_waited_for(app: Flask) -> None:
    """Who is taken off the register while voting keeps the seat, or never had the vote."""
    with app.app_context():
        make_plan()
    voting = threading.Event()

    def vote() -> None:
        with app.app_context():
            assert receive(_ballot("plan", 1)).verdict is Verdict.STORED
            voting.set()
            time.sleep(0.5)
            db.session.commit()

    voter = threading.Thread(target=vote)
    voter.start()
    assert voting.wait(20)
    with app.app_context():
        change("O-1", active=False)
        found = roll(collections.find("plan"))
        assert db.session.query(Response).count() == 1
        assert found["O-1"] == "T-1"
    voter.join()


def _ballot(slug: str, number: int) -> Submission:
    collection = collections.find(slug)
    text = surveys.newest_text(collection.version_id)
    return Submission(
        collection=collection,
        survey=collections.fielded(collection),
        version_id=text.version_id,
        correction=text.correction,
        instance_id=random_key(),
        answers=ballot(number, 7),
        source=Source.JSON,
        channel=Channel.IMPORT,
        language="es",
        finished_at=NOW,
    )


def test_each_collection_has_its_own_roll(plan: Collection) -> None:
    second = field("pdt-quality", "segunda", selection="census", territories=["T-3"])
    assert len(roll(second)) == 10
    collections.close_collection("plan")
    add("O-99", "T-3")
    assert ("O-99" in roll(plan), "O-99" in roll(second)) == (False, True)


def test_the_audit_tells_who_came_and_went(plan: Collection) -> None:
    change("O-1", active=False)
    add("O-99", "T-2")
    change("O-2", territory=place("T-3"))
    change("O-4", name="Sin cambio de lugar")
    query = select(AuditEntry).where(AuditEntry.action == "roll.follow").order_by(AuditEntry.id)
    told = [(entry.subject, entry.details) for entry in db.session.scalars(query)]
    assert told == [
        ("plan", {"removed": ["O-1"]}),
        ("plan", {"added": ["O-99"]}),
        ("plan", {"moved": ["O-2"]}),
    ]


def test_the_words_say_that_figures_are_provisional(plan: Collection) -> None:
    from app.reports import summary

    answer(plan, [ballot(1, 7)])
    assert "provisionales" in summary.chosen_how(analyse.analyse("plan"))
    collections.close_collection("plan")
    assert "provisionales" not in summary.chosen_how(analyse.analyse("plan"))

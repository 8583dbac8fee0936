"""On SQLite one writes at a time: who read first and then writes waits for its turn."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.extensions import WRITES, db, reading
from app.models import Territory


@pytest.fixture(params=["sqlite"])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


def _renamed_elsewhere() -> None:
    """Somebody else writes, in a transaction of their own that ends."""
    with db.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("UPDATE territories SET name = 'otro'")


def _first() -> None:
    db.session.add(Territory(code="T-1", name="uno"))
    db.session.commit()


def _renamed_by_a_flush() -> None:
    db.session.add(Territory(code="T-2", name="dos"))
    db.session.flush()


def _renamed_by_a_statement() -> None:
    db.session.execute(update(Territory).where(Territory.code == "T-1").values(name="tres"))


@pytest.mark.parametrize("write", [_renamed_by_a_flush, _renamed_by_a_statement])
def test_who_read_may_write_though_somebody_wrote_in_between(
    in_app: Flask, write: Callable[[], None]
) -> None:
    _first()
    with reading():
        assert db.session.scalars(select(Territory.name)).all() == ["uno"]
        assert not db.session.connection().info[WRITES]
        _renamed_elsewhere()
        write()
        assert db.session.connection().info[WRITES]
        db.session.commit()
    assert db.session.scalars(select(Territory.name)).all() != ["uno"]


def test_who_read_waits_for_whoever_writes(in_app: Flask) -> None:
    """Somebody holds the lock, and lets go of it: nothing is refused meanwhile."""
    _first()
    held, let_go, waiting = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with in_app.app_context(), db.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("UPDATE territories SET name = 'otro'")
            held.set()
            waiting.wait(30)
            let_go.wait(0.3)  # the other one is at it by then; if not, nothing is lost

    with reading():
        assert db.session.scalars(select(Territory.name)).all() == ["uno"]
        thread = threading.Thread(target=hold)
        thread.start()
        assert held.wait(30)
        waiting.set()
        _renamed_by_a_flush()
        db.session.commit()
    thread.join()
    assert sorted(db.session.scalars(select(Territory.name))) == ["dos", "otro"]


def test_waiting_has_an_end(in_app: Flask) -> None:
    _first()
    with reading():
        db.session.scalars(select(Territory.name)).all()
        db.session.connection().exec_driver_sql("PRAGMA busy_timeout = 20")
        with db.engine.connect() as other, other.begin():
            other.exec_driver_sql("UPDATE territories SET name = 'otro'")
            with pytest.raises(OperationalError, match="locked"):
                _renamed_by_a_flush()
            db.session.rollback()
    assert db.session.scalars(select(Territory.name)).all() == ["otro"]

"""What noting a change costs a response that is written: with the database's triggers and without.

Both are measured in turns, on the same database, each response in a transaction of its own.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import Connection, insert

from app import create_app
from app.extensions import db
from app.models import Response
from benchmarks.analyses import rows
from benchmarks.faults import service
from benchmarks.faults.service import Postgres
from benchmarks.loads.items import SLUG

Took = tuple[float, float]
"""Seconds, and those of this process: on SQLite all but waiting for the disk."""
_BLOCK = 50
_TRIGGER = "responses_added"


def measure(count: int) -> None:
    """Print the medians of each database."""
    print("\n| database | noted, ms | not noted, ms | more | the same, processor's ms | |")
    print("|---|---|---|---|---|---|")
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="cabildo-i-") as name:
            data = Path(name)
            postgres = Postgres(data / "pg") if kind == "postgresql" else None
            try:
                app = create_app(service.prepare(data, postgres).settings)
                (noted, spent), (plain, least) = _both(app, count)
            finally:
                if postgres:
                    postgres.stop()
        print(
            f"| {kind} | {noted * 1000:.3f} | {plain * 1000:.3f} | {noted / plain - 1:+.1%} "
            f"| {spent * 1000:.3f} and {least * 1000:.3f} | {spent / least - 1:+.1%} |",
            flush=True,
        )


def _both(app: Flask, count: int) -> tuple[Took, Took]:
    times: dict[bool, list[Took]] = {True: [], False: []}
    with app.app_context():
        waiting = [_typed(row) for row in rows.rows(SLUG, count, seed=3)]
        with db.engine.connect() as connection:
            for block in range(count // _BLOCK):
                noted = block % 2 == 0
                switch = _switch(connection, noted=noted)
                for row in waiting[block * _BLOCK : (block + 1) * _BLOCK]:
                    times[noted].append(_written(connection, row))
                switch()
        db.engine.dispose()
    return _median(times[True]), _median(times[False])


def _median(times: Sequence[Took]) -> Took:
    waited, spent = zip(*times, strict=True)
    return median(waited), median(spent)


def _written(connection: Connection, row: dict[str, Any]) -> Took:
    begin, spent = time.perf_counter(), time.process_time()
    with connection.begin():
        connection.execute(insert(Response.__table__), row)
    return time.perf_counter() - begin, time.process_time() - spent


def _switch(connection: Connection, *, noted: bool) -> Callable[[], None]:
    """Have changes not be noted; gives what has them noted again."""

    def run(statement: str) -> None:
        with connection.begin():
            connection.exec_driver_sql(statement)

    if noted:
        return lambda: None
    if connection.dialect.name == "postgresql":
        run(f"ALTER TABLE responses DISABLE TRIGGER {_TRIGGER}")
        return lambda: run(f"ALTER TABLE responses ENABLE TRIGGER {_TRIGGER}")
    with connection.begin():
        known = f"SELECT sql FROM sqlite_master WHERE name = '{_TRIGGER}'"  # noqa: S608 ours
        again = connection.exec_driver_sql(known).scalar_one()
    run(f"DROP TRIGGER {_TRIGGER}")
    return lambda: run(again)


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """As the table's types take it, where the driver would take texts."""
    moments = {name: datetime.fromisoformat(row[name]).replace(tzinfo=UTC) for name in _MOMENTS}
    days = {name: date.fromisoformat(row[name]) for name in _DAYS}
    return row | moments | days | {"answers": json.loads(row["answers"])}


_MOMENTS = ("started_at", "submitted_at")
_DAYS = ("submitted_on", "received_on", "changed_on")

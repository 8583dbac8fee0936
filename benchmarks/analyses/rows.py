"""Responses to the satisfaction survey, simulated: as many as are asked for, straight into SQLite.

Each says what one of the demonstration's people says, in one of its territories; three in ten have
a comment of their own.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from app.extensions import db
from app.models import Response, Territory
from app.services import collections, surveys
from benchmarks.faults.work import people

AT_ONCE = 10_000
BEGAN = datetime(2026, 5, 5, 12, tzinfo=UTC)
_COMMENT = "(simulado) comentario {number}: faltó información sobre el proyecto de la plaza"


def fill(slug: str, count: int, *, seed: int) -> None:
    """Within an app: write them through the driver, as fast as the database takes them."""
    columns = [column.name for column in Response.__table__.columns]
    places = ", ".join("?" * len(columns))
    statement = f"INSERT INTO responses ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
    made = rows(slug, count, seed=seed)
    with db.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA cache_size = -1000000")  # keys are random
        while part := [row for _, row in zip(range(AT_ONCE), made, strict=False)]:
            values = [tuple(row.get(name) for name in columns) for row in part]
            connection.exec_driver_sql(statement, values)


def rows(slug: str, count: int, *, seed: int) -> Iterator[dict[str, Any]]:
    """Each as the table has it."""
    collection = collections.find(slug)
    text = surveys.newest_text(collection.version_id)
    known = dict(db.session.query(Territory.code, Territory.id).all())
    said = [{name: each[name] for name in each if name != "comment"} for each in people()]
    fixed = {
        "collection_id": collection.id,
        "mode": collection.mode,
        "version_id": text.version_id,
        "correction": text.correction,
        "state": "submitted",
        "channel": "web",
        "language": "es",
        "preview": False,
        "simulated": True,
        "over_quota": False,
        "clock_off": False,
        "content_hash": "0" * 64,
    }
    db.session.rollback()
    return _rows(fixed, said, known, count, Random(seed))  # noqa: S311 simulated answers


def _rows(
    fixed: Mapping[str, Any],
    said: Sequence[dict[str, Any]],
    known: Mapping[str, str],
    count: int,
    random: Random,
) -> Iterator[dict[str, Any]]:
    for number in range(count):
        answers = said[random.randrange(len(said))]
        if random.random() < 0.3:
            answers = answers | {"comment": _COMMENT.format(number=number)}
        moment = BEGAN + timedelta(seconds=number)
        yield dict(fixed) | {
            "id": str(UUID(int=random.getrandbits(128), version=4)),
            "instance_id": str(UUID(int=random.getrandbits(128), version=4)),
            "territory_id": known[answers["territory"]],
            "answers": json.dumps(answers, ensure_ascii=False),
            "started_at": _moment(moment - timedelta(minutes=4)),
            "submitted_at": _moment(moment),
            "submitted_on": moment.date().isoformat(),
            "received_on": moment.date().isoformat(),
            "changed_on": moment.date().isoformat(),
        }


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.000000")


def size(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def settled(path: Path) -> int:
    """The size of a database file with all that was written in it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size

"""Responses to the satisfaction survey, simulated: as many as are asked for, straight into SQLite.

Each says what one of the demonstration's people says, in one of its territories; three in ten have
a comment of their own.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from app.extensions import db
from app.models import Response, Territory
from app.services import collections, surveys
from benchmarks.faults.work import people

AT_ONCE = 10_000
BEGAN = datetime(2026, 5, 5, 12, tzinfo=UTC)
_COMMENT = "(simulado) comentario {number}: faltó información sobre el proyecto de la plaza"


def fill(slug: str, count: int, *, seed: int) -> None:
    """Within an app: write them through the driver, as fast as the database takes them."""
    _write(slug, count, seed)


def fill_first(slug: str, count: int, *, seed: int) -> None:
    """The first ones: in the order of their keys, with no index and no trigger kept up meanwhile,
    since nothing was read yet that a note could be about.
    """
    with db.engine.connect() as connection:
        query = (
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'responses'"
            " AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type"
        )
        beside = connection.exec_driver_sql(query).all()
        connection.rollback()
        for kind, name, _sql in beside:
            connection.exec_driver_sql(f"DROP {kind} {name}")
        connection.commit()
    _write(slug, count, seed, sorted_keys=True)
    with db.engine.connect() as connection:
        for _kind, _name, sql in beside:
            connection.exec_driver_sql(sql)
        connection.commit()


def _write(slug: str, count: int, seed: int, *, sorted_keys: bool = False) -> None:
    columns = [column.name for column in Response.__table__.columns]
    places = ", ".join("?" * len(columns))
    statement = f"INSERT INTO responses ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
    made = rows(slug, count, seed=seed, sorted_keys=sorted_keys)
    with db.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA cache_size = -1000000")  # keys are random
        while part := [row for _, row in zip(range(AT_ONCE), made, strict=False)]:
            values = [tuple(row.get(name) for name in columns) for row in part]
            connection.exec_driver_sql(statement, values)


def rows(
    slug: str, count: int, *, seed: int, sorted_keys: bool = False
) -> Iterator[dict[str, Any]]:
    """Each as the table has it."""
    collection = collections.find(slug)
    text = surveys.newest_text(collection.version_id)
    known = dict(db.session.query(Territory.code, Territory.id).all())
    said = _said()
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
    }
    db.session.rollback()
    random = Random(seed)  # noqa: S311 simulated answers
    made = (random.getrandbits(128) for _ in range(count))
    keys = iter(sorted(made, key=_key)) if sorted_keys else made
    return _rows(fixed, said, known, keys, random)


@cache
def _said() -> Sequence[dict[str, Any]]:
    return [{name: each[name] for name in each if name != "comment"} for each in people()]


def _rows(
    fixed: Mapping[str, Any],
    said: Sequence[dict[str, Any]],
    known: Mapping[str, str],
    keys: Iterator[int],
    random: Random,
) -> Iterator[dict[str, Any]]:
    plain = [_told(answers) for answers in said]
    for number, key in enumerate(keys):
        place = random.randrange(len(said))
        told = plain[place]
        if random.random() < 0.3:
            told = _told(said[place] | {"comment": _COMMENT.format(number=number)})
        moment = BEGAN + timedelta(seconds=number)
        day = moment.date().isoformat()
        yield {
            **fixed,
            **told,
            "id": _key(key),
            "instance_id": _key(random.getrandbits(128)),
            "territory_id": known[said[place]["territory"]],
            "started_at": _moment(moment - timedelta(minutes=4)),
            "submitted_at": _moment(moment),
            "submitted_on": day,
            "received_on": day,
            "changed_on": day,
        }


def _told(answers: Mapping[str, Any]) -> dict[str, str]:
    text = json.dumps(answers, ensure_ascii=False)
    return {"answers": text, "content_hash": hashlib.sha256(text.encode()).hexdigest()}


def _key(number: int) -> str:
    """As a random UUID is written."""
    text = f"{number:032x}"
    variant = "89ab"[number >> 62 & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def _moment(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def size(folder: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def settled(path: Path) -> int:
    """The size of a database file with all that was written in it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size

"""The least that could be served: bytes that are always the same, and bytes put into a table.

Served as ``benchmarks.loads.bare:app`` by the server that serves Cabildo. The insert is as durable
as Cabildo's: a commit that is on the disk before the answer goes out.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from threading import local
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import make_url

app = Flask(__name__)
BODY = Path(os.environ["BARE_BODY"]).read_bytes()
DATABASE = make_url(os.environ["BARE_DATABASE"])
_own = local()


@app.get("/constant")
def constant() -> Response:
    return Response(BODY, headers={"Content-Encoding": "br"}, mimetype="text/html")


@app.post("/insert")
def insert() -> tuple[dict[str, str], int]:
    key = str(uuid.uuid4())
    _inserted()(key, request.get_data(as_text=True))
    return {"id": key}, 201


@app.get("/readyz")
def readyz() -> str:
    _inserted()
    return "ok"


def _inserted() -> Callable[[str, str], None]:
    """What inserts on this thread's own connection."""
    if not hasattr(_own, "insert"):
        _own.insert = _sqlite() if DATABASE.drivername == "sqlite" else _postgres()
    found: Callable[[str, str], None] = _own.insert
    return found


def _sqlite() -> Callable[[str, str], None]:
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(DATABASE.database, timeout=15, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, body TEXT)")
    # Without BEGIN and COMMIT each statement is a transaction of its own.
    return lambda *row: connection.execute("INSERT INTO bare VALUES (?, ?)", row).close()


def _postgres() -> Callable[[str, str], None]:
    import pg8000.native

    connection: Any = pg8000.native.Connection(
        DATABASE.username or "postgres",
        unix_sock=DATABASE.query["unix_sock"],
        database=DATABASE.database,
    )
    connection.run("SET synchronous_commit TO on")
    connection.run("CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, body TEXT)")
    statement = connection.prepare("INSERT INTO bare VALUES (:id, :body)")
    return lambda key, body: statement.run(id=key, body=body)

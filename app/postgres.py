"""PostgreSQL through pg8000 with as few round trips as the protocol allows.

By itself pg8000 has the server parse and plan each statement anew, in three trips.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pg8000
import pg8000.dbapi
from pg8000.converters import make_params
from pg8000.core import EXECUTE_MSG, SYNC_MSG, Context
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError

_PREPARED = "prepared"
_MINUS_ONE = struct.pack("!i", -1)
_BROKEN_RULE = "23"
"""How the server's codes for broken constraints begin."""
_IDLE_SECONDS = 1.0
"""A connection that was used within this time is taken to be alive still."""


@contextmanager
def _named() -> Iterator[None]:
    """pg8000 names every fault of the server alike: a broken rule gets its own name."""
    try:
        yield
    except pg8000.DatabaseError as error:
        said = error.args[0] if error.args else None
        if isinstance(said, dict) and str(said.get("C", "")).startswith(_BROKEN_RULE):
            raise pg8000.IntegrityError(said) from error
        raise


class _Connection(pg8000.dbapi.Connection):  # type: ignore[misc] # pg8000 has no types
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.plans: dict[str, tuple[Any, Any, Any]] = {}

    def cursor(self) -> _Cursor:
        return _Cursor(self)

    def run_prepared(self, operation: str, args: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """What a statement gives that is, outside of any other, a transaction of its own."""
        self.rollback()  # had anything begun one, the statement would not end it
        rows: Sequence[Sequence[Any]] = self.run_plan(operation, args).rows or ()
        return rows

    def run_plan(self, operation: str, args: Sequence[Any]) -> Any:
        if operation not in self.plans:
            text, _none = pg8000.dbapi.convert_paramstyle("format", operation, args)
            self.plans[operation] = self.prepare_statement(text, ())
        name, columns, readers = self.plans[operation]
        found = Context(columns=columns, input_funcs=readers, statement=operation)
        try:
            self._sock.write(_bound(name, make_params(self.py_types, args)))
            self._sock.flush()
        except (AttributeError, OSError, ValueError) as error:  # closed, by us or by the server
            raise pg8000.InterfaceError("network error") from error
        with _named():
            self.handle_messages(found)
        return found

    def commit(self) -> None:
        self.execute_simple("commit")

    def rollback(self) -> None:
        if self._in_transaction:
            self.execute_simple("rollback")


class _Cursor(pg8000.dbapi.Cursor):  # type: ignore[misc] # pg8000 has no types
    def execute(self, operation: str, args: Sequence[Any] = (), stream: Any = None) -> Any:
        with _named():
            return super().execute(operation, args, stream=stream)

    def execute_prepared(self, operation: str, args: Sequence[Any]) -> None:
        connection = self._c
        if not connection._in_transaction:
            connection.execute_simple("begin transaction")
        self._context = connection.run_plan(operation, args)
        self._row_iter = iter(self._context.rows or ())


def _bound(name: bytes, values: Sequence[str | None]) -> bytes:
    """Run a plan with these values, asked for and answered in one piece: pg8000 has the server send
    what it has after each step, which wakes both sides three times.
    """
    said = [b"\0", name, struct.pack("!hh", 0, len(values))]
    for value in values:
        data = None if value is None else value.encode()
        said += [_MINUS_ONE] if data is None else [struct.pack("!i", len(data)), data]
    said.append(struct.pack("!h", 0))
    body = b"".join(said)
    return b"".join((b"B", struct.pack("!i", len(body) + 4), body, EXECUTE_MSG, SYNC_MSG))


def run_prepared(connection: Connection, text: str, values: Sequence[Any]) -> Iterable[Any]:
    """Run a statement whose plan the server keeps for as long as the connection lasts."""
    options = {_PREPARED: True}
    return connection.exec_driver_sql(text, tuple(values), execution_options=options)


def prepare_postgres(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, args: Any, more: Any) -> _Connection:
        return _Connection(*args, **more)

    @event.listens_for(engine, "do_execute")
    def _execute(cursor: Any, statement: str, args: Sequence[Any], context: Any) -> bool:
        if not context.execution_options.get(_PREPARED):
            return False
        cursor.execute_prepared(statement, args)
        return True

    @event.listens_for(engine, "checkin")
    def _given_back(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _taken(connection: Any, record: Any, _fairy: Any) -> None:
        """Is the server still there? Asked of what was idle: it may have been restarted."""
        if time.monotonic() - record.info.get("used", time.monotonic()) < _IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
            connection.rollback()  # asking began a transaction
        except Exception as error:
            raise InvalidatePoolError from error

"""PostgreSQL through pg8000 with as few round trips as the protocol allows.

By itself pg8000 has the server parse and plan each statement anew, in three trips.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pg8000
import pg8000.dbapi
from pg8000.converters import make_params
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError

_PREPARED = "prepared"
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
        rows: Sequence[Sequence[Any]] = self.run_plan(operation, args).rows or ()
        return rows

    def run_plan(self, operation: str, args: Sequence[Any]) -> Any:
        if operation not in self.plans:
            text, _none = pg8000.dbapi.convert_paramstyle("format", operation, args)
            self.plans[operation] = self.prepare_statement(text, ())
        name, columns, readers = self.plans[operation]
        with _named():
            return self.execute_named(
                name, make_params(self.py_types, args), columns, readers, operation
            )

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
        except Exception as error:
            raise InvalidatePoolError from error

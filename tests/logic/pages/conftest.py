"""The application that draws pages for Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from app.extensions import db
from tests.conftest import test_settings


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app that never reads its database: nothing is kept of who answers here."""
    folder = tmp_path_factory.mktemp("pages")
    app = create_app(test_settings(f"sqlite:///{folder / 'none.sqlite3'}", folder))
    yield app
    with app.app_context():
        db.engine.dispose()

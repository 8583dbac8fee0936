"""The database that migrations build is the one that the models describe, on both engines."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from app.extensions import db


def test_models_and_migrations_are_equal(in_app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_there_is_one_line_of_migrations(in_app: Flask) -> None:
    scripts = ScriptDirectory(current_app.extensions["migrate"].directory)
    assert len(scripts.get_heads()) == 1


def test_migrations_go_down_to_nothing_and_up_again(in_app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert "responses" in inspect(db.engine).get_table_names()

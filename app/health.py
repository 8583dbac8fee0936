"""`/healthz`: the process is up. `/readyz`: its database answers and is migrated."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.permissions import public

health = Blueprint("health", __name__)


@health.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@health.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_revision()
    except SQLAlchemyError:
        return jsonify(status="unavailable", reason="database does not answer"), 503
    if current != newest_revision():
        return jsonify(status="unavailable", reason="database is not migrated"), 503
    return jsonify(status="ok", revision=current)


def newest_revision() -> str | None:
    return ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()

"""The API for programs and phones, under ``/api/v1``; its description is at ``openapi.json``."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from app.api.schemas import ProblemSchema


class _Api(Api):
    """flask-smorest's own handlers would answer every page's errors, and in English."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """None: `app.api.problems` registers them for the API's blueprint alone."""


def register_api(app: Flask) -> None:
    from app.api import (  # noqa: F401 their views add themselves to the blueprint
        answers,
        catalogue,
        description,
        explored,
        figures,
        jobs,
        registered,
        responses,
        webhooks,
    )
    from app.api.blueprint import v1
    from app.api.odata import odata

    app.config.from_mapping(API_TITLE="Cabildo", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = _Api(app)
    token = {"type": "http", "scheme": "bearer", "description": "Made at /account/tokens."}
    api.spec.components.security_scheme("token", token)
    session = {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]}
    api.spec.components.security_scheme("session", session)
    api.register_blueprint(v1)
    app.register_blueprint(odata)

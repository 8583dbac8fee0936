"""The API for programs and phones, under ``/api/v1``; its description is at ``openapi.json``."""

from __future__ import annotations

from flask import Flask


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

    app.register_blueprint(v1)
    app.register_blueprint(odata)

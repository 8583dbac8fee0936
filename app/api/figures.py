"""Figures of a collection, asked for as on its pages, and the programme's indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import abort, redirect, request, url_for
from flask_security import current_user

from app.api import shapes_figures as shapes
from app.api.blueprint import v1
from app.api.reading import reads
from app.config import smallest_cell
from app.errors import Problem, ProblemCode
from app.models import TokenScope
from app.permissions import Permission, scope_of
from app.services.analytics.analyse import analyse, of_some
from app.services.analytics.asked import Asked
from app.services.analytics.protecting import protected
from app.services.reading import indicators as service


@v1.get("/collections/<slug>/analysis")
@reads(
    Permission.ANALYSE,
    TokenScope.READ,
    shapes.AnalysisSchema,
    summary="Figures of a collection's measures",
    query=shapes.AnalysisQuery,
    problems=(404, 409),
    whole=True,
)
def analysis(_given: Mapping[str, Any], slug: str) -> Mapping[str, Any]:
    asked = Asked.of(request.args.to_dict(flat=False))
    if asked.filters:  # of some of the answers: who may, and what is too few, is told there
        query = of_some(slug, asked).query()
        abort(redirect(url_for("api.explored", slug=slug, **query), HTTPStatus.TEMPORARY_REDIRECT))
    if len(asked.questions) > 1 or len(asked.by) > 1:
        raise Problem(ProblemCode.TOO_MANY_PARAMETERS, name="measure, by", limit=1)
    scope = scope_of(current_user)
    found = analyse(
        slug,
        by=str(asked.by[0]) if asked.by else None,
        measure=asked.questions[0] if asked.questions else None,
        confidence=asked.confidence,
        scope=scope,
    )
    return protected(found, scope, threshold=smallest_cell()).to_dict()


@v1.get("/indicators")
@reads(
    Permission.ANALYSE,
    TokenScope.READ,
    shapes.IndicatorsSchema,
    summary="The programme's indicators, and the measures that give them",
)
def indicators() -> Mapping[str, Any]:
    return {
        "items": [
            asdict(indicator) | {"measures": [asdict(source) for source in sources]}
            for indicator, sources in service.listed()
        ]
    }

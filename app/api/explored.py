"""What evaluators' pages tell of any question, with the same parameters as their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, request
from flask_security import current_user
from marshmallow import INCLUDE, Schema, fields

from app.api.blueprint import v1
from app.api.reading import reads
from app.config import smallest_cell
from app.models import TokenScope
from app.permissions import Permission, scope_of
from app.services.analytics.asked import Asked
from app.services.analytics.comparing import compare
from app.services.analytics.crossing import crossing
from app.services.analytics.explore import explore
from app.services.analytics.overview import overview
from app.services.analytics.waves import waves

# Free groups and filters tell more than a table that was agreed on: they take the permission of
# who may download the responses.
_MAY = (Permission.EXPORT, TokenScope.READ)


class ExploredSchema(Schema):
    """Figures with their records, and what was asked. More is told by each address."""

    class Meta:
        unknown = INCLUDE

    collection = fields.String(required=True)
    survey = fields.String(required=True)
    responses = fields.Integer(required=True)
    simulated = fields.Boolean(required=True)
    selection = fields.String(required=True)
    population = fields.Integer(required=True, allow_none=True)


def _texts(told: str) -> fields.List:
    return fields.List(fields.String(), metadata={"description": told})


def _text(told: str) -> fields.String:
    return fields.String(metadata={"description": told})


class ExploreQuery(Schema):
    """Read by `app.services.analytics.asked`. Besides, ``f.NAME=VALUE``: only these answers."""

    question = _texts("Repeatable: questions or measures. Else: every closed one.")
    by = _texts("Two at most: what makes groups; of a number with classes, age:18,30,45.")
    confidence = _text("0.5 to 0.999. If missing: 0.95.")
    standard = _text("Whose standard of reliability: ine, cepal or nchs.")


class CrosstabQuery(Schema):
    """As `ExploreQuery`, of two things."""

    row = _text("What stands in the rows.")
    col = _text("What stands in the columns.")
    percent = _text("row, column or total.")
    confidence = _text("0.5 to 0.999. If missing: 0.95.")


class CompareQuery(Schema):
    """As `ExploreQuery`, of one question and one thing that makes groups."""

    question = _texts("The first one is compared.")
    by = _texts("The first one makes the groups.")
    category = _text("The answer that is compared. Else: the satisfied, or the mean.")
    adjust = _text("holm or bh.")
    confidence = _text("0.5 to 0.999. If missing: 0.95.")


class WavesQuery(Schema):
    """As `ExploreQuery`, over the collections of a survey."""

    question = _texts("Repeatable. Else: those that are measured.")
    category = _text("The answer that is followed. Else: the satisfied, or the mean.")
    base = _text("The wave that the others are compared with. Else: the first.")
    adjust = _text("holm or bh.")
    confidence = _text("0.5 to 0.999. If missing: 0.95.")


def _asked() -> Asked:
    given = request.args.to_dict(flat=False)
    if not any(given.get("standard", ())):
        given["standard"] = [current_app.config["CABILDO_STANDARD"]]
    return Asked.of(given)


def _limits() -> dict[str, Any]:
    return {"scope": scope_of(current_user), "threshold": smallest_cell()}


@v1.get("/collections/<slug>/analysis/explore")
@reads(
    *_MAY,
    ExploredSchema,
    summary="Figures of any closed question, by groups and filters",
    query=ExploreQuery,
    problems=(404, 409),
    whole=True,
)
def explored(_given: Mapping[str, Any], slug: str) -> Mapping[str, Any]:
    return explore(slug, _asked(), **_limits()).to_dict()


@v1.get("/collections/<slug>/analysis/crosstab")
@reads(
    *_MAY,
    ExploredSchema,
    summary="Two questions against each other, with a test by the design",
    query=CrosstabQuery,
    problems=(404, 409),
    whole=True,
)
def crossed(_given: Mapping[str, Any], slug: str) -> Mapping[str, Any]:
    return crossing(slug, _asked(), **_limits()).to_dict()


@v1.get("/collections/<slug>/analysis/compare")
@reads(
    *_MAY,
    ExploredSchema,
    summary="Differences between groups, adjusted for how many there are",
    query=CompareQuery,
    problems=(404, 409),
    whole=True,
)
def compared(_given: Mapping[str, Any], slug: str) -> Mapping[str, Any]:
    return compare(slug, _asked(), **_limits()).to_dict()


@v1.get("/collections/<slug>/analysis/waves")
@reads(
    *_MAY,
    ExploredSchema,
    summary="Questions over the collections of a survey, and their change against a base",
    query=WavesQuery,
    problems=(404, 409),
    whole=True,
)
def followed(_given: Mapping[str, Any], slug: str) -> Mapping[str, Any]:
    return waves(slug, _asked(), **_limits()).to_dict()


@v1.get("/collections/<slug>/analysis/overview")
@reads(
    *_MAY,
    ExploredSchema,
    summary="Response rates over time and by group, and responses to look at again",
    problems=(404,),
    whole=True,
)
def seen(slug: str) -> Mapping[str, Any]:
    return overview(slug, scope=scope_of(current_user)).to_dict()

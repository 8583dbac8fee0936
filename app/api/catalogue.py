"""Surveys, their versions and definitions, and collections."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask_security import current_user

from app.api import shapes
from app.api.blueprint import v1
from app.api.reading import reads
from app.models import TokenScope
from app.permissions import Permission, scope_of
from app.services.reading import catalogue


@v1.get("/surveys")
@reads(Permission.ANALYSE, TokenScope.READ, shapes.SurveysSchema, summary="Surveys")
def surveys() -> Mapping[str, Any]:
    lines = [_version(line) for line in catalogue.versions()]
    grouped = [(key, list(each)) for key, each in groupby(lines, lambda line: line["survey"])]
    return {
        "items": [
            {"id": key, "title": versions[-1]["title"], "versions": versions}
            for key, versions in grouped
        ]
    }


@v1.get("/surveys/<survey>/versions")
@reads(
    Permission.ANALYSE,
    TokenScope.READ,
    shapes.VersionsSchema,
    summary="Versions of a survey",
    problems=(404,),
)
def survey_versions(survey: str) -> Mapping[str, Any]:
    return {"items": [_version(line) for line in catalogue.versions(survey)]}


@v1.get("/surveys/<survey>/versions/<version>")
@reads(
    Permission.ANALYSE,
    TokenScope.READ,
    shapes.DefinitionSchema,
    summary="A version's whole definition",
    query=shapes.DefinitionQuery,
    problems=(404,),
)
def survey_definition(asked: Mapping[str, Any], survey: str, version: str) -> Mapping[str, Any]:
    text = catalogue.text(survey, version, asked.get("correction"))
    line = catalogue.VersionLine(text.version, text.correction, text.definition["title"])
    return _version(line) | {"definition": text.definition}


@v1.get("/collections")
@reads(Permission.ANALYSE, TokenScope.READ, shapes.CollectionsSchema, summary="Collections")
def collections() -> Mapping[str, Any]:
    return {"items": [_line(each) for each in catalogue.collections(scope=scope_of(current_user))]}


@v1.get("/collections/<slug>")
@reads(
    Permission.ANALYSE,
    TokenScope.READ,
    shapes.CollectionSchema,
    summary="A collection",
    problems=(404,),
)
def collection(slug: str) -> Mapping[str, Any]:
    return _line(catalogue.collection(slug, scope=scope_of(current_user)))


def _version(line: catalogue.VersionLine) -> dict[str, Any]:
    version = line.version
    return {
        "survey": version.survey_id,
        "version": version.name,
        "title": line.title,
        "state": version.state,
        "correction": line.correction,
        "structure_hash": version.structure_hash,
        "published_at": version.published_at,
    }


def _line(line: catalogue.CollectionLine) -> dict[str, Any]:
    row = line.collection
    same = ("slug", "respondent", "mode", "selection", "access", "population", "wave", "languages",
            "public", "simulated", "opens_at", "closes_at")  # fmt: skip
    return {name: getattr(row, name) for name in same} | {
        "title": line.title,
        "survey": row.version.survey_id,
        "version": row.version.name,
        "plan": row.plan.code if row.plan else None,
        "territories": [each.code for each in row.territories],
        "responses": line.responses,
    }

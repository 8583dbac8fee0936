"""The API's description, for programs and, as a page that needs no other site, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask_smorest import Api

from app.api.blueprint import v1
from app.api.schemas import ProblemSchema
from app.language import current_language, language_links
from app.permissions import public


class _Api(Api):
    """flask-smorest's own handlers would answer every page's errors, and in English."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """None: `app.api.problems` registers them for the API's blueprint alone."""


def described() -> dict[str, Any]:
    """Written when somebody asks: a third of what starting the service costs."""
    made = current_app.extensions
    if "api_description" not in made:
        made["api_description"] = _describe(current_app._get_current_object())
    return made["api_description"]


def _describe(app: Flask) -> dict[str, Any]:
    app.config.from_mapping(API_TITLE="Cabildo", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api = _Api(app)
    token = {"type": "http", "scheme": "bearer", "description": "Made at /account/tokens."}
    api.spec.components.security_scheme("token", token)
    session = {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]}
    api.spec.components.security_scheme("session", session)
    v1.register_views_in_doc(api, app, api.spec, name=v1.name, parameters=None)
    api.spec.tag({"name": v1.name, "description": v1.description})
    return api.spec.to_dict()


@v1.get("/openapi.json")
@v1.doc(summary="This description")
@v1.response(200)
@public
def openapi() -> Response:
    response = jsonify(described())
    response.add_etag(weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)


@v1.get("/docs")
@v1.doc(summary="This description as a page")
@v1.response(200, content_type="text/html")
@public
def docs() -> Response:
    """The description's words are English, as the parameters' names are."""
    spec = described()
    page = render_template(
        "api/docs.html",
        lang=current_language(),
        languages=language_links(),
        operations=list(_operations(spec)),
        schemas=[_schema(name, each) for name, each in spec["components"]["schemas"].items()],
    )
    return Response(page, mimetype="text/html")


def _operations(spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, item in spec["paths"].items():
        shared = item.get("parameters", [])
        for method in ("get", "post", "delete"):
            if (found := item.get(method)) is None:
                continue
            yield {
                "method": method.upper(),
                "path": path,
                "summary": found.get("summary", ""),
                "parameters": [
                    _parameter(each) for each in (*shared, *found.get("parameters", ()))
                ],
                "body": sorted(_named(found.get("requestBody"))),
                "responses": [
                    (status, each.get("description", ""), sorted(_named(each)))
                    for status, each in sorted(found["responses"].items())
                ],
            }


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    schema = parameter.get("schema", {})
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "type": _type(schema),
        "required": parameter.get("required", False),
        "description": parameter.get("description", ""),
    }


def _schema(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "description": schema.get("description", ""),
        "fields": [
            {
                "name": field,
                "type": _type(each),
                "required": field in schema.get("required", ()),
                "description": each.get("description", ""),
            }
            for field, each in schema.get("properties", {}).items()
        ],
    }


def _type(schema: Mapping[str, Any]) -> str:
    """In few words: ``array of Survey``, ``integer 1–1000``, ``string or null``."""
    if names := sorted(_named(schema)):
        return ("array of " if schema.get("type") == "array" else "") + " or ".join(names)
    kind = schema.get("type", "any")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if choices := schema.get("items", schema).get("enum"):
        words = " | ".join(str(each) for each in choices)
    if "minimum" in schema and "maximum" in schema:
        words += f" {schema['minimum']}–{schema['maximum']}"
    return f"{words} ({schema['format']})" if "format" in schema else words


def _named(part: object) -> set[str]:
    """The schemas that a part of the description refers to."""
    if isinstance(part, list):
        return {name for each in part for name in _named(each)}
    if not isinstance(part, dict):
        return set()
    own = {str(part["$ref"]).rsplit("/", 1)[-1]} if "$ref" in part else set()
    return own | {name for each in part.values() for name in _named(each)}

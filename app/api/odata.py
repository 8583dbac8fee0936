"""OData 4 of a collection's responses, for Excel, Power BI and whatever else reads it.

What is asked for is a part of OData: pages, counting, columns, and choosing by what is known of a
response. The description says so, and the rest is refused with 501, so that programs do it
themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, jsonify, request, url_for
from flask_security import current_user
from werkzeug.exceptions import HTTPException

from app.api.guard import allows, identify
from app.api.odata_description import described
from app.errors import Problem, ProblemCode, code_of_status
from app.extensions import DATABASE_ERRORS, DatabaseError, db
from app.language import LANGUAGES, current_language
from app.models import TokenScope
from app.permissions import Permission, scope_of
from app.services.exports.stream import note_export
from app.services.reading import feed
from app.services.reading.answers import Place
from app.words.messages import problem_words

odata = Blueprint("odata", __name__, url_prefix="/odata")

SETS: Mapping[str, bool] = {"responses": False, "labelled": True}
"""Entity sets: the answers as codes, and in words."""
KNOWN = frozenset({"$top", "$skip", "$count", "$filter", "$select", "$skiptoken", "$format"})
MOST = 10_000_000
_OPENED, _CLOSED, _JOINT = (re.compile(each) for each in (r"(?:\( *)*", r"(?: *\))*", r" +and +"))
_CONDITION = re.compile(r"(\w+) +(eq|ne|gt|ge|lt|le) +('(?:[^']|'')*'|[\w.:+-]+)", re.ASCII)


@odata.before_request
def _guard() -> None:
    if request.args.get("lang") not in LANGUAGES:
        g.language = request.accept_languages.best_match(LANGUAGES, "es")
    if "Authorization" in request.headers:
        identify()
    if any("\0" in str(value) for value in (request.view_args or {}).values()):
        raise Problem(ProblemCode.NOT_FOUND)


@odata.after_request
def _headers(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["OData-Version"] = "4.0"
    return response


@odata.get("/<slug>/")
@allows(Permission.EXPORT, TokenScope.EXPORT)
def service(slug: str) -> Response:
    feed.open_feed(slug, labels=False, lang=current_language(), scope=scope_of(current_user))
    sets = [{"name": name, "kind": "EntitySet", "url": name} for name in SETS]
    return _json({"@odata.context": f"{_root(slug)}$metadata", "value": sets})


@odata.get("/<slug>/$metadata")
@allows(Permission.EXPORT, TokenScope.EXPORT)
def metadata(slug: str) -> Response:
    columns = {name: _feed(slug, name).columns for name in SETS}
    text = described(columns, filtered=feed.FILTERED.keys())
    return Response(text, content_type="application/xml")


@odata.get("/<slug>/<entities>")
@allows(Permission.EXPORT, TokenScope.EXPORT)
def rows(slug: str, entities: str) -> Response:
    found = _feed(slug, entities)
    wanted = _wanted(found)
    page = found.page(wanted)
    if wanted.after is None:
        note_export(slug, actor=current_user, format="odata", entities=entities)
    body: dict[str, Any] = {"@odata.context": _context(slug, entities, wanted)}
    if page.count is not None:
        body["@odata.count"] = page.count
    body["value"] = page.rows
    if page.next is not None:
        body["@odata.nextLink"] = _next(slug, entities, wanted, page.next)
    return _json(body)


@odata.get("/<slug>/<entities>/$count")
@allows(Permission.EXPORT, TokenScope.EXPORT)
def count(slug: str, entities: str) -> Response:
    found = _feed(slug, entities)
    return Response(str(found.count(_wanted(found))), content_type="text/plain")


@odata.get("/<slug>/<entities>('<key>')")
@allows(Permission.EXPORT, TokenScope.EXPORT)
def row(slug: str, entities: str, key: str) -> Response:
    found = _feed(slug, entities)
    page = found.page(feed.Wanted(key=key))
    if not page.rows:
        raise Problem(ProblemCode.NOT_FOUND)
    note_export(slug, actor=current_user, format="odata", entities=entities, response=key)
    context = f"{_root(slug)}$metadata#{entities}/$entity"
    return _json({"@odata.context": context, **page.rows[0]})


def _feed(slug: str, entities: str) -> feed.Feed:
    if entities not in SETS:
        raise Problem(ProblemCode.NOT_FOUND)
    scope = scope_of(current_user)
    return feed.open_feed(slug, labels=SETS[entities], lang=current_language(), scope=scope)


def _wanted(found: feed.Feed) -> feed.Wanted:
    """Raises Problem ODATA_UNSUPPORTED or BAD_PARAMETERS."""
    given = {name: value for name, value in request.args.items() if name.startswith("$")}
    if unknown := sorted(given.keys() - KNOWN):
        raise _not_done(", ".join(unknown))
    if given.get("$format", "json").partition(";")[0] not in {"json", "application/json"}:
        raise _not_done("$format")
    if given.get("$count", "false") not in {"true", "false"}:
        raise _bad("$count")
    return feed.Wanted(
        where=_conditions(given.get("$filter", "")),
        top=_number(given, "$top"),
        skip=_number(given, "$skip") or 0,
        after=_place(given.get("$skiptoken")),
        columns=_columns(found, given.get("$select", "*")),
        count=given.get("$count") == "true",
    )


def _number(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= MOST):
        raise _bad(name)
    return int(text)


def _place(text: str | None) -> Place | None:
    try:
        return None if text is None else Place.read(text)
    except ValueError:
        raise _bad("$skiptoken") from None


def _columns(found: feed.Feed, text: str) -> list[str] | None:
    if text.strip() == "*":
        return None
    names = [name.strip() for name in text.split(",")]
    if not names or any(name not in found.columns for name in names):
        raise _bad("$select")
    return list(dict.fromkeys(names))


def _conditions(text: str) -> list[feed.Condition]:
    """``(_territory eq 'T-1') and _submitted_on ge 2026-05-04``; what is more is not done here.

    All are joined by ``and``, so brackets change nothing, as long as each is closed.
    """
    conditions, at, text, deep = [], 0, text.strip(), 0
    while at < len(text):
        opened = _matched(_OPENED, text, at)
        found = _matched(_CONDITION, text, opened.end())
        if found[1] not in feed.FILTERED:
            raise _not_done("$filter")
        conditions.append(_condition(*found.groups()))
        closed = _matched(_CLOSED, text, found.end())
        deep += opened[0].count("(") - closed[0].count(")")
        at = closed.end()
        ended = at == len(text)
        if deep < 0 or (ended and deep):
            raise _not_done("$filter")
        if not ended:
            at = _matched(_JOINT, text, at).end()
    return conditions


def _matched(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    """Raises Problem ODATA_UNSUPPORTED."""
    found = pattern.match(text, at)
    if found is None:
        raise _not_done("$filter")
    return found


def _not_done(names: str) -> Problem:
    return Problem(ProblemCode.ODATA_UNSUPPORTED, names=names)


def _condition(name: str, operator: str, literal: str) -> feed.Condition:
    if literal == "null" and operator in {"eq", "ne"}:
        return feed.Condition(name, operator, None)
    if name == "_submitted_on":
        try:
            return feed.Condition(name, operator, date.fromisoformat(literal))
        except ValueError:
            raise _bad("$filter") from None
    if not literal.startswith("'") or "\0" in literal:
        raise _bad("$filter")
    return feed.Condition(name, operator, literal[1:-1].replace("''", "'"))


def _bad(name: str) -> Problem:
    return Problem(ProblemCode.BAD_PARAMETERS, names=name)


def _root(slug: str) -> str:
    return url_for("odata.service", slug=slug, _external=True)


def _context(slug: str, entities: str, wanted: feed.Wanted) -> str:
    columns = f"({','.join(wanted.columns)})" if wanted.columns else ""
    return f"{_root(slug)}$metadata#{entities}{columns}"


def _next(slug: str, entities: str, wanted: feed.Wanted, place: Place) -> str:
    """The rest of what was asked for: what was skipped is behind, and so many are still to come."""
    left = dict(request.args.items()) | {"$skiptoken": str(place)}
    left.pop("$skip", None)
    if wanted.top is not None:
        left["$top"] = str(wanted.top - feed.PAGE)
    return f"{_root(slug)}{entities}?{urlencode(left)}"


def _json(body: Mapping[str, Any]) -> Response:
    response = jsonify(body)
    response.content_type = "application/json;odata.metadata=minimal"
    return response


def _fault(problem: Problem, status: int) -> Response:
    title, detail = problem_words(problem)
    response = _json({"error": {"code": problem.code, "message": f"{title} {detail}"}})
    response.status_code = status
    if status == 401:  # spreadsheets ask for a user and a password when they are told to
        response.headers["WWW-Authenticate"] = 'Basic realm="Cabildo"'
    return response


@odata.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    return _fault(problem, problem.status)


@odata.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    status = error.code or 500
    return _fault(Problem(code_of_status(status), limit_kb=0), status)


def _busy(error: DatabaseError) -> Response:
    db.session.rollback()
    current_app.logger.error("database: %s", type(getattr(error, "orig", error)).__name__)
    response = _fault(Problem(ProblemCode.BUSY), 503)
    response.headers["Retry-After"] = "5"
    return response


for kind in DATABASE_ERRORS:
    odata.register_error_handler(kind, _busy)

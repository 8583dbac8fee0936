"""The API's blueprint: what holds for each of its addresses. Its views add themselves to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from flask import Response, current_app, g, request
from flask_smorest import Blueprint
from marshmallow import ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from app.api.guard import identify
from app.errors import Problem, ProblemCode, code_of_status, problem_json
from app.extensions import DATABASE_ERRORS, DatabaseError, db
from app.language import COOKIE, LANGUAGES
from app.origin import refuse_cross_site


class _Parser(FlaskParser):
    """Parameters that cannot be used are named, as any other problem is."""

    def handle_error(self, error: ValidationError, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise Problem(ProblemCode.BAD_PARAMETERS, names=", ".join(sorted(_named(error.messages))))


def _named(messages: Any) -> Iterator[str]:
    """Names of what is wrong: ``{"query": {"limit": ["…"]}}`` or ``{"json": {"url": …}}``."""
    for inside in messages.values() if isinstance(messages, dict) else ():
        yield from (str(name) for name in inside) if isinstance(inside, dict) else ()


class _Blueprint(Blueprint):
    ARGUMENTS_PARSER = _Parser()


v1 = _Blueprint("api", __name__, url_prefix="/api/v1", description="Cabildo, version 1")


def hear_language() -> None:
    """A program says its language in a header, where neither address nor cookie does."""
    if request.args.get("lang") not in LANGUAGES and request.cookies.get(COOKIE) not in LANGUAGES:
        g.language = request.accept_languages.best_match(LANGUAGES, "es")


@v1.before_request
def _guard() -> None:
    hear_language()
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        refuse_cross_site()
    if "Authorization" in request.headers:
        identify()
    if any("\0" in str(value) for value in (request.view_args or {}).values()):
        raise Problem(ProblemCode.NOT_FOUND)  # PostgreSQL fails on a NUL, and nothing is called so


@v1.after_request
def _keep_private(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@v1.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    # What can be read and does not go with what is there: pages call that a bad request.
    unfit = problem.status == 400 and problem.code not in {
        ProblemCode.MALFORMED,
        ProblemCode.NOT_JSON,
    }
    response = problem_json(problem, status=409 if unfit else None)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Cabildo"'
    return response


@v1.errorhandler(HTTPException)
def _http(error: HTTPException) -> Response:
    status = error.code or 500
    limit = (request.max_content_length or 0) // 1024
    code = ProblemCode.LIST_TOO_LARGE if status == 413 else code_of_status(status)
    return problem_json(Problem(code, limit_kb=limit), status=status)


def _busy(error: DatabaseError) -> Response:
    db.session.rollback()
    # The error's own text has the statement's values, which are a person's answers.
    current_app.logger.error("database: %s", type(getattr(error, "orig", error)).__name__)
    response = problem_json(Problem(ProblemCode.BUSY))
    response.headers["Retry-After"] = "5"
    return response


for kind in DATABASE_ERRORS:
    v1.register_error_handler(kind, _busy)

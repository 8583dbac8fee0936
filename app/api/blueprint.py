"""The API's blueprint: what holds for each of its addresses. Its views add themselves to it."""

from __future__ import annotations

from flask import Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from werkzeug.exceptions import HTTPException

from app.errors import Problem, ProblemCode, code_of_status
from app.extensions import DATABASE_ERRORS, DatabaseError, db
from app.language import COOKIE, LANGUAGES
from app.origin import refuse_cross_site
from app.permissions import public
from app.words.messages import problem_words

v1 = Blueprint("api", __name__, url_prefix="/api/v1", description="Cabildo, version 1")


@v1.before_request
def _guard() -> None:
    if request.args.get("lang") not in LANGUAGES and request.cookies.get(COOKIE) not in LANGUAGES:
        g.language = request.accept_languages.best_match(LANGUAGES, "es")
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        refuse_cross_site()


@v1.after_request
def _keep_private(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@v1.get("/openapi.json")
@v1.doc(summary="This description")
@public
def openapi() -> ResponseReturnValue:
    return jsonify(current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict())


def problem_json(problem: Problem, *, status: int | None = None) -> Response:
    """The problem as RFC 9457 wants it, in the reader's language."""
    title, detail = problem_words(problem)
    code = int(status or problem.status)
    response = jsonify(
        {
            "type": "about:blank",
            "status": code,
            "title": title,
            "detail": detail,
            "code": problem.code,
        }
    )
    response.status_code = code
    response.content_type = "application/problem+json"
    return response


@v1.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    return problem_json(problem)


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

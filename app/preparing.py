"""What is told while a collection's responses are read: how far it is, and when to look again."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request
from flask_babel import format_decimal
from flask_security import current_user

from app.errors import FOR_PROGRAMS, Problem, ProblemCode, problem_response
from app.language import current_language
from app.services.columnar.waiting import Preparing

LOOK_AGAIN = 3
"""Seconds."""


def register_preparing(app: Flask) -> None:
    app.register_error_handler(Preparing, _told)


def _told(far: Preparing) -> Response:
    """People get a page that asks again by itself; programs a problem that says when to."""
    if _for_people():
        response = make_response(_page(far), HTTPStatus.ACCEPTED)
        response.headers["Refresh"] = str(LOOK_AGAIN)
        response.headers["Cache-Control"] = "no-store"
    else:
        response = problem_response(Problem(ProblemCode.PREPARING, done=far.done, of=far.of))
    response.headers["Retry-After"] = str(LOOK_AGAIN)
    return response


def _for_people() -> bool:
    if request.method not in {"GET", "HEAD"} or request.path.startswith(FOR_PROGRAMS):
        return False
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return wanted != "application/json"


def _page(far: Preparing) -> str:
    staff = current_user.is_authenticated
    return render_template(
        "preparing.html",
        layout="staff/base.html" if staff else "respond/base.html",
        lang=current_language(),
        far=far,
        done=format_decimal(far.done),
        of=format_decimal(far.of),
    )

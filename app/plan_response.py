"""The document of a plan on its way out."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, abort, request

from app.assets import A_DAY
from app.file_response import kept_response
from app.models import Plan
from app.services.register import plan_documents
from encuestas.attached.kinds import PDF


def plan_response(plan: Plan | None) -> Response:
    """The PDF, to be kept by the browser alone; 304 where it has it already, 404 without one."""
    if plan is None or plan.document_hash is None or plan.document_bytes is None:
        abort(HTTPStatus.NOT_FOUND)
    if plan.document_hash in request.if_none_match:
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        _ignore_stale_range(plan.document_hash)
        response = kept_response(
            plan_documents.key(plan),
            size=plan.document_bytes,
            kind=PDF.type,
            name=_file_name(plan),
            shown=False,
        )
    response.set_etag(plan.document_hash)
    response.headers["Cache-Control"] = f"private, max-age={A_DAY}"
    return response


def _ignore_stale_range(etag: str) -> None:
    """The rest of another document than the one half of which is there would make a broken one."""
    asked = request.headers.get("If-Range")
    if asked is not None and asked.strip() != f'"{etag}"':
        request.environ.pop("HTTP_RANGE", None)


def _file_name(plan: Plan) -> str:
    """What the file is called where it is downloaded; that of simulated data says so."""
    return f"{plan.code}{'-simulado' if plan.simulated else ''}.pdf"

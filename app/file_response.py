"""A file that somebody handed in, on its way out: shown or downloaded, never run."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import PurePath

from flask import Response, abort, request
from werkzeug.http import dump_options_header

from app.models import Attachment
from app.storage import Missing, store
from encuestas.attached.kinds import BY_TYPE

# A page of its own, where nothing runs and which reaches nothing; its player has a style inline.
_ALONE = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"


def file_response(row: Attachment) -> Response:
    """The content, or the part that was asked for. 404 where it has not arrived."""
    if not row.arrived or row.size is None or row.kind is None:
        abort(HTTPStatus.NOT_FOUND)
    shown = BY_TYPE[row.kind].is_shown
    return kept_response(
        row.key, size=row.size, kind=row.kind, name=download_name(row), shown=shown
    )


def kept_response(key: str, *, size: int, kind: str, name: str, shown: bool) -> Response:
    """What is kept under the key, or the part of it that was asked for."""
    start, stop, status = 0, size, HTTPStatus.OK
    asked = request.range.range_for_length(size) if request.range else None
    if asked is not None:
        (start, stop), status = asked, HTTPStatus.PARTIAL_CONTENT
    try:
        content = store().read(key, start, stop - start)
    except Missing:
        abort(HTTPStatus.NOT_FOUND)
    response = Response(content, status, mimetype=kind, direct_passthrough=True)
    headers = response.headers
    headers["Content-Length"] = str(stop - start)
    headers["Accept-Ranges"] = "bytes"
    if asked is not None:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    headers["Content-Security-Policy"] = _ALONE
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    way = "inline" if shown else "attachment"
    headers["Content-Disposition"] = dump_options_header(way, {"filename": name})
    headers["Cache-Control"] = "private, no-store"
    return response


def made_response(key: str, *, size: int, kind: str, name: str) -> Response:
    """A file that a job made, to be saved."""
    response = kept_response(key, size=size, kind=kind, name=name, shown=False)
    response.headers["Cache-Control"] = "no-store"
    return response


def download_name(row: Attachment) -> str:
    """What it was called, or our name for it, with the ending that its content has."""
    ending = BY_TYPE[row.kind].ending if row.kind else ""
    return f"{PurePath(row.original or row.name).stem}.{ending}" if ending else row.name

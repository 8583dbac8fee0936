"""Files that a phone sends after its answers, as the tus protocol 1.0 says: its core and creation.

``Arrived``, with the SHA-256 of what was sent, is our own word: the file is kept for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import cast

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from app.errors import Problem, ProblemCode
from app.file_response import file_response
from app.models import Collection
from app.origin import refuse_cross_site
from app.permissions import public
from app.respond.invited import respond
from app.respond.visit import arrive
from app.services import collections
from app.services.attachments import attachments, uploading
from app.services.attachments.attachments import MB
from app.services.attachments.uploading import Promise, Refused, State
from app.services.drafts import drafts
from app.services.fieldwork.sealing import SealError
from app.storage import BLOCK, largest_mb
from app.words.attached import refusal

TUS = "1.0.0"
PIECE = "application/offset+octet-stream"


@respond.post("/e/<slug>/files")
@public
def new_file(slug: str) -> ResponseReturnValue:
    """Begin to send a file, or learn where to go on."""
    _require_tus()
    size = _number("Upload-Length")
    told = uploading.read_metadata(request.headers.get("Upload-Metadata", ""))
    promise = Promise(
        told.get("instance", ""),
        told.get("name", ""),
        size,
        told.get("sha256", "").lower(),
        told.get("filename", ""),
    )
    state = uploading.begin(collections.find(slug), promise)
    response = _answer(state, HTTPStatus.CREATED)
    response.headers["Location"] = url_for("respond.file", slug=slug, key=state.key)
    response.autocorrect_location_header = False
    return response


@respond.route("/e/<slug>/files/<key>", methods=["GET", "HEAD", "PATCH"])
@public
def file(slug: str, key: str) -> ResponseReturnValue:
    """GET: a file of unfinished answers, for who holds them. HEAD and PATCH: an upload."""
    if request.method == "GET":
        return _own(slug, key)
    _require_tus()
    collection = collections.find(slug)
    if request.method == "HEAD":
        return _answer(uploading.look(collection, key), HTTPStatus.OK)
    refuse_cross_site()
    if request.mimetype != PIECE:
        raise Problem(ProblemCode.MALFORMED)
    request.max_content_length = largest_mb() * MB
    offset = _number("Upload-Offset")
    try:
        folder = current_app.config["CABILDO_DATA"]
        state = uploading.go_on(collection, key, offset=offset, body=_pieces(), data=folder)
    except (Refused, SealError) as error:
        raise refusal(error) from None
    return _answer(state, HTTPStatus.NO_CONTENT)


def _pieces() -> Iterator[bytes]:
    """The body as it comes. A connection that breaks ends it: what came is kept."""
    try:
        stream = request.stream
        while block := stream.read(BLOCK):
            yield block
    except RequestEntityTooLarge:
        raise Problem(ProblemCode.UPLOAD_TOO_LARGE, limit_mb=largest_mb()) from None
    except (ClientDisconnected, OSError):
        return


def _own(slug: str, key: str) -> ResponseReturnValue:
    visit = arrive(slug)
    collection = cast(Collection, visit.collection)
    draft = drafts.find(collection, visit.secret, now=visit.now) if visit.secret else None
    found = attachments.of_draft(draft, key) if draft else None
    return file_response(found) if found else abort(HTTPStatus.NOT_FOUND)


def _require_tus() -> None:
    # No form sends such a header, so that no other site can make a browser send one either.
    if request.headers.get("Tus-Resumable") != TUS:
        raise Problem(ProblemCode.MALFORMED)


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Problem(ProblemCode.MALFORMED)
    return int(text)


def _answer(state: State, status: HTTPStatus) -> Response:
    response = Response(status=status)
    headers = response.headers
    headers["Tus-Resumable"] = TUS
    headers["Upload-Offset"] = str(state.offset)
    headers["Upload-Length"] = str(state.size)
    headers["Cache-Control"] = "no-store"
    if state.sha256 is not None:
        headers["Arrived"] = state.sha256
    return response

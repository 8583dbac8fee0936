"""The short way in for an answer that arrives as it should: past the framework, not past the rule.

Most of what one small request costs is spent by Flask around the view. So the usual case, a phone
that sends one response or a list of them, is taken in before it: same reader, same rule, same
answer. Whatever is not usual, or could not be read or kept, goes on to the view with its body.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.api.blueprint import hear_language
from app.api.responses import answered
from app.config import MAX_BODY_BYTES
from app.forms.items import take_in
from app.models import Channel
from app.origin import is_foreign
from app.policy import HARDENED, policy
from app.services.receiving.rule import Verdict
from app.services.receiving.shape import MOST_ITEMS, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

ADDRESS = "/api/v1/responses"
_WORDLESS = {Verdict.STORED, Verdict.SAME}
_HEADERS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    *HARDENED.items(),
    ("Content-Security-Policy", policy(script="")),
]


class Door:
    """WSGI middleware in front of the whole service."""

    def __init__(self, app: Flask, inside: WSGIApplication) -> None:
        self._app, self._inside = app, inside
        self._own = urlsplit(app.config["CABILDO_URL"]).netloc.lower()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == ADDRESS and self._is_usual(environ):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = BytesIO(body)
            found = self._take(body, int(environ["CONTENT_LENGTH"]), environ)
            if found is not None:
                status, text = HTTPStatus(found[1]), _text(found[0])
                length = ("Content-Length", str(len(text)))
                start_response(f"{status.value} {status.phrase.upper()}", [*_HEADERS, length])
                return [text]
        return self._inside(environ, start_response)

    def _is_usual(self, environ: WSGIEnvironment) -> bool:
        """Whether there is nothing about it that only the view knows what to do with."""
        length = environ.get("CONTENT_LENGTH") or ""
        return (
            environ["REQUEST_METHOD"] == "POST"
            and environ.get("CONTENT_TYPE") == "application/json"
            and "HTTP_AUTHORIZATION" not in environ
            and length.isascii()
            and length.isdigit()
            and int(length) <= MAX_BODY_BYTES
            and not is_foreign(
                environ.get("HTTP_SEC_FETCH_SITE"),
                environ.get("HTTP_ORIGIN"),
                {self._own, environ.get("HTTP_HOST", "").lower()},
            )
        )

    def _take(
        self, body: bytes, length: int, environ: WSGIEnvironment
    ) -> tuple[object, int] | None:
        """What is answered, and the status; None: the view has to look at it."""
        if len(body) != length:
            return None
        try:
            raw = read_json(body)
            if isinstance(raw, dict) and _is_open(raw):
                return self._take_one(raw, environ)
            if isinstance(raw, list) and 0 < len(raw) <= MOST_ITEMS and all(map(_is_open, raw)):
                return self._take_list(raw, environ)
        except Exception:  # noqa: BLE001 the view meets it again, and tells it
            return None
        return None

    def _take_one(self, raw: dict[str, Any], environ: WSGIEnvironment) -> tuple[object, int] | None:
        with self._app.app_context():
            outcomes = take_in([raw], small=True)
        if outcomes[0].verdict in _WORDLESS:
            return answered(outcomes, several=False)
        if outcomes[0].verdict is Verdict.REFUSED:
            return None  # nothing was kept, and the words for it are not those of the request yet
        with self._app.request_context(environ):
            hear_language()
            return answered(outcomes, several=False)

    def _take_list(self, raw: list[dict[str, Any]], environ: WSGIEnvironment) -> tuple[object, int]:
        with self._app.request_context(environ):
            hear_language()
            return answered(take_in(raw, small=True), several=True)


def _is_open(raw: object) -> bool:
    """Whether anybody may send it."""
    return isinstance(raw, dict) and raw.get("channel", Channel.WEB) == Channel.WEB


def _text(said: object) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode() + b"\n"

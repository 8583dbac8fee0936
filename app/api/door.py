"""The short way in for an answer that arrives as it should: past the framework, not past the rule.

Most of what one small request costs is spent by Flask around the view. So the usual case, a phone
that sends one response, is taken in before it: same reader, same rule, same answer. Whatever is
not usual, or could not be read or kept, goes on to the view with its body.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.api.blueprint import hear_language
from app.api.responses import told
from app.config import MAX_BODY_BYTES
from app.forms.items import take_in
from app.models import Channel
from app.origin import is_foreign
from app.policy import HARDENED, policy
from app.services.receiving.inbox import Outcome
from app.services.receiving.rule import Verdict
from app.services.receiving.shape import read_json

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
            outcome = self._take(body, int(environ["CONTENT_LENGTH"]))
            if outcome is not None and outcome.verdict is not Verdict.REFUSED:
                status, text = self._tell(outcome, environ)
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

    def _take(self, body: bytes, length: int) -> Outcome | None:
        if len(body) != length:
            return None
        try:
            raw = read_json(body)
            if not isinstance(raw, dict) or raw.get("channel", Channel.WEB) != Channel.WEB:
                return None
            with self._app.app_context():
                return take_in([raw], small=True)[0]
        except Exception:  # noqa: BLE001 nothing was kept: the view meets it again, and tells it
            return None

    def _tell(self, outcome: Outcome, environ: WSGIEnvironment) -> tuple[HTTPStatus, bytes]:
        if outcome.verdict in _WORDLESS:
            said, status = told(outcome)
        else:
            with self._app.request_context(environ):
                hear_language()
                said, status = told(outcome)
        text = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return HTTPStatus(status), text.encode() + b"\n"

"""Pages that are the same for everybody: kept for a moment, so that a crowd costs one rendering.

Two hundred people at a meeting open one start page within a minute. Its view says with `share`
that there is nothing of anybody in it, and for a second whoever asks for it in the same way gets
the same bytes, packed already, before any of the framework runs. Whether one may answer is decided
where the form is posted to, so a page that is a second old promises nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_PAGES = 256
_SHARED = "cabildo.shared"
# Whoever holds another cookie may have answers here, or be somebody that a page should know.
_NOBODY = re.compile(r"(?:cabildo_lang=[a-z]{2,3})?")


@dataclass(frozen=True, slots=True)
class _Page:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    until: float


def share() -> None:
    """Say that the answer to this request is the same for whoever asks at this address."""
    request.environ[_SHARED] = True


class Shelf:
    """WSGI middleware. ``apart``: whether a browser of that name gets pages of its own."""

    def __init__(
        self, app: WSGIApplication, *, seconds: float, apart: Callable[[str], object]
    ) -> None:
        self._app, self._seconds, self._apart = app, seconds, apart
        self._pages: dict[tuple[str, ...], _Page] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._app(environ, start_response)
        page = self._pages.get(key)
        if page is not None and page.until > time.monotonic():
            start_response(page.status, list(page.headers))
            return [page.body]
        return self._ask(key, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> tuple[str, ...] | None:
        """What the page may depend on; None for a request that may get something of its own."""
        cookies = environ.get("HTTP_COOKIE", "")
        if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
            return None
        if not _NOBODY.fullmatch(cookies) or self._apart(environ.get("HTTP_USER_AGENT", "")):
            return None
        return environ["PATH_INFO"], cookies, environ.get("HTTP_ACCEPT_ENCODING", "")

    def _ask(
        self, key: tuple[str, ...], environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        said: list[Any] = []

        def note(status: str, headers: list[tuple[str, str]], *fault: Any) -> Any:
            said[:] = status, headers
            return start_response(status, headers, *fault)

        answer = self._app(environ, note)
        if _SHARED not in environ:
            return answer
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        status, headers = said
        if status.startswith("200") and not any(
            name.lower() == "set-cookie" for name, _ in headers
        ):
            if len(self._pages) >= MOST_PAGES:
                self._pages.clear()
            self._pages[key] = _Page(status, headers, body, time.monotonic() + self._seconds)
        return [body]

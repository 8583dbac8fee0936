"""Posts that another site made the browser send are refused, by their headers alone."""

from __future__ import annotations

from collections.abc import Container
from urllib.parse import urlsplit

from flask import current_app, request

from app.errors import Problem, ProblemCode


def is_foreign(site: str | None, origin: str | None, ours: Container[str]) -> bool:
    """Whether another site made the browser send it, by ``Sec-Fetch-Site`` and ``Origin``.

    ``same-site`` is another one too: a neighbour under our domain, or on another port. ``ours`` are
    our own hosts in small letters.
    """
    if site in {"cross-site", "same-site"}:
        return True
    # Our own pages send "null": they are served with `Referrer-Policy: no-referrer`.
    if origin in {None, "null"}:
        return False
    return origin.partition("://")[2].lower() not in ours


def refuse_cross_site() -> None:
    """Raises Problem CROSS_SITE for a post that another site made the browser send."""
    headers = request.headers
    own = urlsplit(current_app.config["CABILDO_URL"]).netloc
    ours = {request.host.lower(), own.lower()}
    if is_foreign(headers.get("Sec-Fetch-Site"), headers.get("Origin"), ours):
        raise Problem(ProblemCode.CROSS_SITE)

"""Posts that another site made the browser send are refused, by their headers alone."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request

from app.errors import Problem, ProblemCode


def refuse_cross_site() -> None:
    """Raises Problem CROSS_SITE for a post that another site made the browser send.

    ``same-site`` is another one too: a neighbour under our domain, or on another port.
    """
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        raise Problem(ProblemCode.CROSS_SITE)
    origin = request.headers.get("Origin")
    # Our own pages send "null": they are served with `Referrer-Policy: no-referrer`.
    if origin in {None, "null"}:
        return
    ours = {request.host, urlsplit(current_app.config["CABILDO_URL"]).netloc}
    if origin.partition("://")[2].lower() not in {host.lower() for host in ours}:
        raise Problem(ProblemCode.CROSS_SITE)

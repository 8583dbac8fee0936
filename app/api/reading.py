"""What the addresses that are read share: who may, what is described, what is kept for how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema

from app.api.blueprint import v1
from app.api.guard import allows
from app.api.schemas import ProblemSchema
from app.models import TokenScope
from app.permissions import Permission, View

PROBLEMS: Mapping[int, str] = {
    400: "no JSON",
    401: "no token, or one that does not open",
    403: "not allowed to the token or its owner, or not yet to anybody",
    404: "there is none",
    409: "what was asked for does not go with what is there",
    413: "too large",
    422: "parameters that cannot be used",
    429: "too many tokens that do not open were tried",
    503: "busy, or the figures are being prepared: ask again after Retry-After seconds",
}
_ALWAYS = (401, 403, 429, 503)
SECURITY = [{"token": []}, {"session": []}]


def reads(
    permission: Permission,
    scope: TokenScope,
    schema: type[Schema],
    *,
    summary: str,
    query: type[Schema] | None = None,
    problems: tuple[int, ...] = (),
    kept: bool = True,
    whole: bool = False,
) -> Callable[[View], View]:
    """A view that gives plain values for ``schema``; ``query``: the parameters it is called with.

    ``kept``: a program may keep the answer and ask whether it is still good. Answers of people are
    not to be kept by what stands in between, though their tag is told too. ``whole``: all that the
    view gives is told; the schema describes the part that is always there.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def told(*args: Any, **kwargs: Any) -> Response:
            found = view(*args, **kwargs)
            return _tagged(jsonify(found if whole else schema().dump(found)), kept=kept)

        made = v1.arguments(query, location="query")(told) if query else told
        made = v1.response(200, schema)(made)
        made = v1.alt_response(304, description="as the tag that was sent says")(made)
        made = described(*problems, *((422,) if query else ()))(made)
        return allows(permission, scope)(v1.doc(summary=summary, security=SECURITY)(made))

    return decorate


def described(*problems: int) -> Callable[[View], View]:
    """The problems that a view may answer with, besides those that all have."""

    def decorate(view: View) -> View:
        for status in sorted({*_ALWAYS, *problems}):
            view = v1.alt_response(
                status,
                schema=ProblemSchema,
                content_type="application/problem+json",
                description=PROBLEMS[status],
            )(view)
        return view

    return decorate


def _tagged(response: Response, *, kept: bool) -> Response:
    # Weak: what is sent may be compressed in one way or another.
    response.add_etag(weak=True)
    response.headers["Cache-Control"] = "private, no-cache" if kept else "no-store"
    response.vary.update(("Authorization", "Cookie", "Accept-Language"))
    return response.make_conditional(request)

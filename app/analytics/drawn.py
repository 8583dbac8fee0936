"""Pictures of an analysis as files: SVG for pages, PNG for documents, a specification to redraw."""

from __future__ import annotations

import json

from flask import Response, abort, request
from flask_security import current_user

from app.analytics.views import analytics
from app.language import current_language
from app.permissions import Permission, requires, scope_of
from app.reports import pictures
from app.services.analytics import analyse as service

MIMETYPES = {"svg": "image/svg+xml", "png": "image/png", "vl.json": "application/json"}


@analytics.get("/analysis/<slug>/<measure>.vl.json", defaults={"fmt": "vl.json"})
@analytics.get("/analysis/<slug>/<measure>.png", defaults={"fmt": "png"})
@analytics.get("/analysis/<slug>/<measure>.svg", defaults={"fmt": "svg"})  # what `url_for` gives
@requires(Permission.ANALYSE)
def picture(slug: str, measure: str, fmt: str) -> Response:
    """The measure's picture; with ``by``, group by group, and ``kind`` says how."""
    by, kind = request.args.get("by") or None, request.args.get("kind") or "dots"
    if kind not in list(pictures.Kind):
        abort(404)
    analysis = service.analyse(slug, by=by, measure=measure, scope=scope_of(current_user))
    drawn = pictures.picture_of(
        analysis, analysis.measures[0], current_language(), pictures.Kind(kind)
    )
    if drawn is None:
        abort(404)
    bodies = {
        "svg": lambda: drawn.svg,
        "png": lambda: drawn.png,
        "vl.json": lambda: json.dumps(drawn.spec, ensure_ascii=False, indent=1),
    }
    response = Response(bodies[fmt](), mimetype=MIMETYPES[fmt])
    if fmt != "svg" or request.args.get("download") == "1":
        name = "-".join(part for part in (slug, measure, by, _drawn_as(kind, by)) if part)
        simulated = "-simulado" if analysis.simulated else ""
        response.headers["Content-Disposition"] = f'attachment; filename="{name}{simulated}.{fmt}"'
    return response


def _drawn_as(kind: str, by: str | None) -> str:
    return kind if by and kind != pictures.Kind.DOTS else ""

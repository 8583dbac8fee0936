"""Responses as files, on their way to those who may take them along."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request, stream_with_context
from flask_security import current_user

from app.analytics.views import analytics
from app.language import current_language
from app.permissions import Permission, requires, scope_of
from app.reports import summary
from app.services.exports.bundle import package
from app.services.exports.export_plan import Options
from app.services.exports.stream import (
    TYPES,
    ExportFormat,
    blocks,
    export_bytes,
    export_name,
    marks_of,
    note_export,
)

_FLAGS = ("labels", "raw", "places")


@analytics.get("/analysis/<slug>/export.<fmt>")
@requires(Permission.EXPORT)
def export(slug: str, fmt: str) -> Response:
    """Every counted response; ``labels=1``: words for codes, ``raw=1``: cells just as typed."""
    if fmt not in set(ExportFormat):
        abort(404)
    wanted: dict[str, Any] = {name: request.args.get(name) == "1" for name in _FLAGS}
    wanted |= {"lang": current_language(), "scope": scope_of(current_user)}
    name = export_name(slug, fmt, scope=wanted["scope"])
    pieces = export_bytes(slug, fmt=fmt, **wanted)
    note_export(slug, actor=current_user, format=fmt, **Options(**wanted).noted())
    return _attached(pieces, name, TYPES[ExportFormat(fmt)])


@analytics.get("/analysis/<slug>/bundle.zip")
@requires(Permission.EXPORT)
def bundle(slug: str) -> Response:
    """Data, design, figures, and two programs that make the figures again."""
    scope = scope_of(current_user)
    name = f"{slug}-paquete{marks_of(slug, scope)}.zip"
    found = package.written(slug, chosen_how=summary.chosen_how, scope=scope)
    note_export(
        slug, actor=current_user, format="bundle", scope=Options(scope=scope).noted()["scope"]
    )
    return _attached(blocks(found), name, "application/zip")


def _attached(pieces: Any, name: str, mimetype: str) -> Response:
    return Response(
        stream_with_context(pieces),
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

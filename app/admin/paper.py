"""The printed form of a collection."""

from __future__ import annotations

from flask import Response, abort, current_app, request

from app.admin.blueprint import admin
from app.language import current_language
from app.permissions import Permission, requires
from app.reports.forms import collection_form
from app.reports.paper import SIZES, paper_pdf
from app.services import collections


@admin.get("/<slug>/paper.pdf")
@requires(Permission.PREVIEW)
def paper(slug: str) -> Response:
    """``size``: letter or a4; ``lang``: the language of the form."""
    size = request.args.get("size", "letter")
    if size not in SIZES:
        abort(404)
    form = collection_form(
        collections.find(slug),
        language=current_language(),
        size=size,
        site=current_app.config["CABILDO_URL"],
    )
    name = f"{slug}-{current_language()}.pdf"
    return Response(
        paper_pdf(form),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )

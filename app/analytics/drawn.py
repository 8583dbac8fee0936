"""Pictures of an analysis as files: SVG for pages, PNG for documents, a specification to redraw."""

from __future__ import annotations

import json

from flask import Response, abort, render_template, request
from flask_security import current_user

from app.analytics.views import analysed, analytics
from app.config import smallest_cell
from app.language import current_language, language_links
from app.models import TERRITORY_QUESTION
from app.permissions import Permission, may, requires, scope_of
from app.reports import exploring, pictures
from app.reports.charts import Picture
from app.services.analytics.asked import Asked
from app.services.analytics.explore import explore
from app.services.analytics.findings import Analysis
from app.services.register import places

MIMETYPES = {"svg": "image/svg+xml", "png": "image/png", "vl.json": "application/json"}


def as_picture(drawn: Picture, fmt: str, name: str) -> Response:
    """A picture for its page; in another form, a file to keep."""
    bodies = {
        "svg": lambda: drawn.svg,
        "png": lambda: drawn.png,
        "vl.json": lambda: json.dumps(drawn.spec, ensure_ascii=False, indent=1),
    }
    response = Response(bodies[fmt](), mimetype=MIMETYPES[fmt])
    if fmt != "svg" or request.args.get("download") == "1":
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{fmt}"'
    return response


@analytics.get("/analysis/<slug>/<measure>.vl.json", defaults={"fmt": "vl.json"})
@analytics.get("/analysis/<slug>/<measure>.png", defaults={"fmt": "png"})
@analytics.get("/analysis/<slug>/<measure>.svg", defaults={"fmt": "svg"})  # what `url_for` gives
@requires(Permission.ANALYSE)
def picture(slug: str, measure: str, fmt: str) -> Response:
    """The measure's picture; with ``by``, group by group, and ``kind`` says how.

    ``f.NAME=VALUE``: of those alone who gave this answer, as exploring draws them.
    """
    analysis, drawn = _drawn(slug, measure)
    kind = request.args.get("kind") if analysis.by else None
    simulated = "simulado" if analysis.simulated else None
    name = "-".join(part for part in (slug, measure, analysis.by, kind, simulated) if part)
    return as_picture(drawn, fmt, name)


@analytics.get("/analysis/<slug>/<measure>.html")
@requires(Permission.ANALYSE)
def picture_page(slug: str, measure: str) -> str:
    """A picture with its figures as a table, for who does not see it and who wants to copy them."""
    analysis, drawn = _drawn(slug, measure)
    lang = current_language()
    asked = {name: request.args.get(name) or None for name in ("by", "kind", "confidence")}
    filters = {name: some for name, some in request.args.lists() if name.startswith("f.")}
    return render_template(
        "analytics/picture.html",
        lang=lang,
        languages=language_links(**asked, **filters),
        filters=filters,
        simulated=analysis.simulated,
        name=analysis.definition.text(analysis.title, lang),
        slug=slug,
        measure=measure,
        picture=drawn,
        **asked,
    )


def _drawn(slug: str, measure: str) -> tuple[Analysis, Picture]:
    """What an address asks for; an address of no picture is not found."""
    kind = request.args.get("kind") or pictures.Kind.DOTS
    if kind not in list(pictures.Kind):
        abort(404)
    analysis = analysed(slug, measure)
    if any(name.startswith("f.") for name in request.args):
        return analysis, _of_some(analysis)
    found = pictures.picture_of(
        analysis,
        analysis.measures[0],
        current_language(),
        pictures.Kind(kind),
        comunas=_comunas(analysis) if kind == pictures.Kind.MAP else None,
    )
    if found is None:
        abort(404)
    return analysis, found


def _of_some(analysis: Analysis) -> Picture:
    """Of those whom the filters leave: the picture that exploring gives of the same question."""
    if not may(current_user, Permission.EXPORT):
        abort(403)
    asked = Asked.of(
        request.args.to_dict(flat=False) | {"question": [analysis.measures[0].measure.name]}
    )
    found = explore(
        analysis.collection, asked, scope=scope_of(current_user), threshold=smallest_cell()
    )
    if not exploring.drawn(found, found.questions[0]):
        abort(404)
    return exploring.picture(found, found.questions[0], current_language())


def _comunas(analysis: Analysis) -> dict[str, str]:
    """Where each group is: only territories are anywhere."""
    if analysis.by != TERRITORY_QUESTION:
        abort(404)
    return places.where(str(domain.value) for domain in analysis.domains)

"""Pictures of an analysis as files: SVG for pages, PNG for documents, a specification to redraw."""

from __future__ import annotations

import json

from flask import Response, abort, render_template, request
from flask_security import current_user

from app.analytics.views import analytics
from app.errors import Problem, ProblemCode
from app.language import current_language, language_links
from app.models import TERRITORY_QUESTION
from app.permissions import Permission, requires, scope_of
from app.reports import pictures, report_groups
from app.reports.charts import Picture
from app.services.analytics import analyse as service
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
    """The measure's picture; with ``by``, group by group, and ``kind`` says how."""
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
    asked = {name: request.args.get(name) or None for name in ("by", "kind", "protected")}
    return render_template(
        "analytics/picture.html",
        lang=lang,
        languages=language_links(**asked),
        simulated=analysis.simulated,
        name=analysis.definition.text(analysis.title, lang),
        slug=slug,
        measure=measure,
        picture=drawn,
        **asked,
    )


def _drawn(slug: str, measure: str) -> tuple[Analysis, Picture]:
    """What an address asks for; an address of no picture is not found. With ``protected=1``, as a
    report shows it: no figure of a group that rests on a handful of answers."""
    by, kind = request.args.get("by") or None, request.args.get("kind") or pictures.Kind.DOTS
    if kind not in list(pictures.Kind):
        abort(404)
    for name, value in request.args.items():
        if name.startswith("f."):  # not drawn here: everybody's figures must not pass for theirs
            context = {"name": name, "value": value, "allowed": "by, kind, lang"}
            raise Problem(ProblemCode.BAD_PARAMETER, **context)
    scope = scope_of(current_user)
    analysis = service.analyse(slug, by=by, measure=measure, scope=scope)
    if request.args.get("protected") == "1":
        analysis = report_groups.protected(analysis, scope)
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


def _comunas(analysis: Analysis) -> dict[str, str]:
    """Where each group is: only territories are anywhere."""
    if analysis.by != TERRITORY_QUESTION:
        abort(404)
    return places.where(str(domain.value) for domain in analysis.domains)

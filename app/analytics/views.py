"""Figures of collections, for those who evaluate: pages, pictures and files."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask_security import current_user

from app.analytics import sections
from app.language import current_language, language_links
from app.models.columns import utc_now
from app.permissions import Permission, requires, scope_of
from app.reports import summary, tables
from app.reports.report import report_data, report_pdf
from app.services.analytics import analyse as service
from app.services.analytics import fingerprint
from app.services.analytics.findings import Analysis
from app.services.exports.export_plan import Options
from app.services.exports.stream import export_bytes, export_name, note_export

analytics = Blueprint("analytics", __name__)
MIMETYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sav": "application/x-spss-sav",
    "dta": "application/x-stata-dta",
    "parquet": "application/vnd.apache.parquet",
}


@analytics.after_request
def _keep_no_copy(response: Response) -> Response:
    """What evaluators see stays out of shared caches, and the next answer changes it anyway."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@analytics.get("/analysis")
@requires(Permission.ANALYSE)
def index() -> str:
    lang = current_language()
    return render_template(
        "analytics/index.html",
        lang=lang,
        languages=language_links(**_asked()),
        lines=sections.index_lines(service.listed(scope=scope_of(current_user)), lang),
    )


@analytics.get("/analysis/<slug>")
@requires(Permission.ANALYSE)
def show(slug: str) -> str:
    lang, asked = current_language(), _asked()
    analysis = service.analyse(slug, **asked, scope=scope_of(current_user))
    return render_template(
        "analytics/show.html",
        lang=lang,
        languages=language_links(**_asked()),
        simulated=analysis.simulated,
        analysis=analysis,
        all_measures=analysis.definition.measures,
        sections=sections.sections(analysis, lang),
        key_figures=sections.key_figures(analysis, lang),
        notes=sections.notes(analysis),
        strict=tables.has_strict(analysis),
        summary=summary,
        by=asked["by"],
        measure=asked["measure"],
    )


@analytics.get("/analysis/<slug>.json")
@requires(Permission.ANALYSE)
def figures(slug: str) -> Response:
    analysis = service.analyse(slug, **_asked(), scope=scope_of(current_user))
    body = json.dumps(analysis.to_dict(), ensure_ascii=False, indent=2)
    name = f"{slug}-cifras{'-simulado' if analysis.simulated else ''}.json"
    return Response(
        body + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@analytics.get("/analysis/<slug>/report")
@requires(Permission.ANALYSE)
def report(slug: str) -> str:
    """The report as a page, with the same words as the PDF."""
    lang, asked = current_language(), _asked()
    analysis = service.analyse(slug, by=asked["by"], scope=scope_of(current_user))
    return render_template(
        "analytics/report.html",
        lang=lang,
        languages=language_links(by=asked["by"]),
        simulated=analysis.simulated,
        slug=slug,
        by=asked["by"],
        report=_report(analysis, lang),
    )


@analytics.get("/analysis/<slug>/report.pdf")
@requires(Permission.ANALYSE)
def report_file(slug: str) -> Response:
    lang = current_language()
    analysis = service.analyse(slug, by=_asked()["by"], scope=scope_of(current_user))
    name = f"{slug}-informe{'-simulado' if analysis.simulated else ''}.pdf"
    return Response(
        report_pdf(_report(analysis, lang)),
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _report(analysis: Analysis, lang: str) -> dict[str, Any]:
    data_hash = fingerprint.fingerprint(analysis.collection, scope=scope_of(current_user)).hex()
    return report_data(analysis, lang, data_hash=data_hash, now=utc_now())


@analytics.get("/analysis/<slug>/export.<fmt>")
@requires(Permission.EXPORT)
def export(slug: str, fmt: str) -> Response:
    """Every counted response; ``labels=1``: words for codes, ``raw=1``: cells just as typed."""
    if fmt not in MIMETYPES:
        abort(404)
    wanted: dict[str, Any] = {name: request.args.get(name) == "1" for name in ("labels", "raw")}
    wanted |= {"lang": current_language(), "scope": scope_of(current_user)}
    name = export_name(slug, fmt, scope=wanted["scope"])
    pieces = export_bytes(slug, fmt=fmt, **wanted)
    note_export(slug, actor=current_user, format=fmt, **Options(**wanted).noted())
    return Response(
        stream_with_context(pieces),
        mimetype=MIMETYPES[fmt],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _asked() -> dict[str, str | None]:
    """What the form asks for; an empty choice means everything."""
    return {name: request.args.get(name) or None for name in ("by", "measure")}

"""Figures of collections, for those who evaluate: pages, pictures and files."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, render_template, request
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

analytics = Blueprint("analytics", __name__)


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


def _asked() -> dict[str, str | None]:
    """What the form asks for; an empty choice means everything."""
    return {name: request.args.get(name) or None for name in ("by", "measure")}

"""Figures of collections, for those who evaluate: pages, pictures and files."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app import work
from app.analytics import sections
from app.config import smallest_cell
from app.language import LANGUAGES, current_language, language_links
from app.permissions import Permission, requires, scope_of
from app.reports import report as reports
from app.reports import summary, tables
from app.reports.words import number
from app.services import collections
from app.services.analytics import analyse as service
from app.services.analytics.asked import Asked
from app.services.analytics.findings import Analysis
from app.services.analytics.protecting import protected
from app.services.jobs import queue

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
def show(slug: str) -> ResponseReturnValue:
    """The figures of every measure; with filters, of those alone whom they leave."""
    if _filtered():
        return _explored(slug, "analytics.exploration")
    lang, asked = current_language(), _asked()
    analysis, confidence = analysed(slug), request.args.get("confidence") or None
    return render_template(
        "analytics/show.html",
        lang=lang,
        languages=language_links(**asked, confidence=confidence),
        simulated=analysis.simulated,
        confidence=confidence,
        share=number(100 * _confidence(), lang, digits=0 if _confidence() * 100 % 1 == 0 else 1),
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
def figures(slug: str) -> ResponseReturnValue:
    if _filtered():
        return _explored(slug, "analytics.exploration_data")
    analysis = analysed(slug)
    body = json.dumps(analysis.to_dict(), ensure_ascii=False, indent=2)
    name = f"{slug}-cifras{'-simulado' if analysis.simulated else ''}.json"
    return Response(
        body + "\n",
        mimetype="application/json",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@analytics.get("/analysis/<slug>/report")
@requires(Permission.ANALYSE, noted="report.read")
def report(slug: str) -> str:
    """The report as a page, with the same words as the PDF."""
    lang, by = current_language(), _asked()["by"]
    made = reports.report(slug, lang, by=by, scope=scope_of(current_user))
    return render_template(
        "analytics/report.html",
        lang=lang,
        languages=language_links(by=by),
        simulated=made.simulated,
        slug=slug,
        by=by,
        report=made.data,
    )


@analytics.post("/analysis/<slug>/report")
@requires(Permission.ANALYSE)
def ask_report(slug: str) -> ResponseReturnValue:
    """A worker makes it, since it draws every picture; the page of files tells how far it is."""
    collection, lang = collections.find(slug), request.form.get("lang") or current_language()
    wanted = {"format": request.form.get("format", "")}
    if by := request.form.get("by"):
        wanted["by"] = by
    if wanted["format"] not in reports.FORMATS or lang not in LANGUAGES:
        abort(HTTPStatus.BAD_REQUEST)
    work.check(work.REPORT, slug, wanted, user=current_user, language=lang)
    queue.ask(work.REPORT, collection, wanted, user=current_user, language=lang)
    return redirect(url_for("admin.exports", slug=slug, lang=lang), HTTPStatus.SEE_OTHER)


@analytics.get("/analysis/<slug>/report.pdf")
@requires(Permission.ANALYSE)
def report_file(slug: str) -> ResponseReturnValue:
    """Links that were kept lead to where it is asked for."""
    collections.find(slug)
    kept = {name: request.args.get(name) or None for name in ("by", "lang")}
    return redirect(url_for("analytics.report", slug=slug, **kept))


def _filtered() -> bool:
    return any(name.startswith("f.") for name in request.args)


def _explored(slug: str, endpoint: str) -> ResponseReturnValue:
    """Some of the answers are explored: there it is told who may, and what is too few to show."""
    query = service.of_some(slug, Asked.of(request.args.to_dict(flat=False))).query()
    return redirect(url_for(endpoint, slug=slug, **query, lang=request.args.get("lang") or None))


def analysed(slug: str, measure: str | None = None) -> Analysis:
    """What the address asks for, as it may be passed on: the page, its file and its pictures alike.

    Raises
    ------
    Problem
        BAD_PARAMETER, or as `service.analyse`.
    """
    asked, scope = _asked(), scope_of(current_user)
    found = service.analyse(
        slug,
        by=asked["by"],
        measure=measure or asked["measure"],
        confidence=_confidence(),
        scope=scope,
    )
    return protected(found, scope, threshold=smallest_cell())


def _confidence() -> float:
    return Asked.of({"confidence": request.args.getlist("confidence")}).confidence


def _asked() -> dict[str, str | None]:
    """What the form asks for; an empty choice means everything."""
    return {name: request.args.get(name) or None for name in ("by", "measure")}

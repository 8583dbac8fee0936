"""Responses as files, on their way to those who may take them along."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, abort, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app import work
from app.analytics.views import analytics
from app.extensions import reading
from app.language import LANGUAGES, current_language, language_links
from app.permissions import Permission, requires, scope_of
from app.reports import summary
from app.services import collections
from app.services.attachments import lists
from app.services.exports import asked, export_plan, made, places, workbook_words
from app.services.exports.export_plan import Options
from app.services.exports.stream import ExportFormat, marks_of, note_export
from app.services.jobs import queue
from app.words import downloads as words


@analytics.get("/analysis/<slug>/downloads")
@requires(Permission.EXPORT)
def downloads(slug: str) -> str:
    """Every format and option, each with what it is for."""
    lang, collection, scope = current_language(), collections.find(slug), scope_of(current_user)
    with reading():
        export = export_plan.prepare(slug, Options(scope=scope))
    survey = export.joined.newest
    return render_template(
        "analytics/downloads.html",
        lang=lang,
        languages=language_links(),
        simulated=collection.simulated,
        slug=slug,
        title=survey.text(collection.texts.get("title") or survey.title, lang),
        formats=[each for each in ExportFormat if each != ExportFormat.GEOJSON],
        words=words,
        texts=[(code, LANGUAGES.get(code, code)) for code in survey.languages],
        repeats=export.repeats(),
        places=any(places.asked(export).values()),
        versions=list(export.joined.versions),
        changes=summary.change_lines(export.joined.differences(), survey.id),
        limits=workbook_words.some_territories(export.territories),
        files=lists.count(collection, scope=scope).files,
    )


@analytics.post("/analysis/<slug>/download")
@requires(Permission.EXPORT)
def choose(slug: str) -> ResponseReturnValue:
    """What is quickly made comes at once; a worker makes the rest."""
    wanted, lang = asked.read(request.form), current_language()
    if _takes_long(slug, wanted):
        work.check(work.EXPORT, slug, wanted, user=current_user, language=lang)
        collection = collections.find(slug)
        queue.ask(work.EXPORT, collection, wanted, user=current_user, language=lang)
        return redirect(url_for("admin.exports", slug=slug), HTTPStatus.SEE_OTHER)
    spelled = {name: "1" if value is True else value for name, value in wanted.items() if value}
    return redirect(url_for("analytics.download", slug=slug, **spelled), HTTPStatus.SEE_OTHER)


@analytics.get("/analysis/<slug>/download")
@requires(Permission.EXPORT)
def download(slug: str) -> ResponseReturnValue:
    """What the page of downloads asks for: ``format``, and the options of `asked.AskedSchema`."""
    return _exported(slug, request.args.get("format", ""))


@analytics.get("/analysis/<slug>/export.<fmt>")
@requires(Permission.EXPORT)
def export(slug: str, fmt: str) -> ResponseReturnValue:
    """Every counted response, with the options of `asked.AskedSchema`; 1 is yes."""
    return _exported(slug, fmt)


def _exported(slug: str, fmt: str) -> ResponseReturnValue:
    if fmt not in set(ExportFormat):
        abort(404)
    wanted = asked.read(request.args | {"format": fmt})
    if _takes_long(slug, wanted):  # nothing is asked of a worker by following a link
        return redirect(url_for("analytics.downloads", slug=slug))
    told = _told()
    found = made.file(slug, wanted, **told)
    noted = {"format": fmt} | ({"notes": True} if wanted.get("notes") else {})
    noted |= Options(**asked.how(wanted, **told)).noted()
    note_export(slug, actor=current_user, **noted)
    return _attached(found.pieces, found.name, found.type)


def _takes_long(slug: str, wanted: dict[str, Any]) -> bool:
    return made.takes_long(slug, wanted, **_told())


def _told() -> dict[str, Any]:
    return {"lang": current_language(), "scope": scope_of(current_user)}


@analytics.get("/analysis/<slug>/attachments.csv")
@requires(Permission.EXPORT)
def attachments(slug: str) -> Response:
    """Which files were handed in with the responses that count, and which have not arrived."""
    scope = scope_of(current_user)
    pieces = lists.listing(slug, scope=scope)
    limits = Options(scope=scope).noted()["scope"]
    note_export(slug, actor=current_user, format="attachments", scope=limits)
    return _attached(pieces, f"{slug}-archivos{marks_of(slug, scope)}.csv", "text/csv")


@analytics.get("/analysis/<slug>/bundle.zip")
@requires(Permission.EXPORT)
def bundle(slug: str) -> ResponseReturnValue:
    """Links that were kept lead to where it is asked for."""
    collections.find(slug)
    return redirect(url_for("analytics.downloads", slug=slug))


def _attached(pieces: Any, name: str, mimetype: str) -> Response:
    return Response(
        stream_with_context(pieces),
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

"""Responses as files, on their way to those who may take them along."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request, stream_with_context
from flask_security import current_user

from app.analytics.views import analytics
from app.errors import Problem, ProblemCode
from app.extensions import reading
from app.language import LANGUAGES, current_language, language_links
from app.permissions import Permission, requires, scope_of
from app.reports import summary
from app.services import collections
from app.services.attachments import lists
from app.services.exports import annotated, export_plan, places, workbook_words
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
from app.words import downloads as words
from encuestas.export import Several

_FLAGS = ("labels", "raw", "places", "wide", "all_states", "keep_special")


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


@analytics.get("/analysis/<slug>/download")
@requires(Permission.EXPORT)
def download(slug: str) -> Response:
    """What the page of downloads asks for: ``format``, and any of the options of `export`."""
    return _exported(slug, request.args.get("format", ""))


@analytics.get("/analysis/<slug>/export.<fmt>")
@requires(Permission.EXPORT)
def export(slug: str, fmt: str) -> Response:
    """Every counted response; ``labels=1``: words for codes, ``raw=1``: cells just as typed.

    ``text``: the language of the words; ``several``: both, one or each; ``repeat``, ``wide=1``,
    ``all_states=1``, ``keep_special=1``, ``places=1``: as `Options`. ``notes=1``: in an archive
    with notes and the codebook.
    """
    return _exported(slug, fmt)


def _exported(slug: str, fmt: str) -> Response:
    if fmt not in set(ExportFormat):
        abort(404)
    wanted = _wanted(fmt)
    noted = Options(**wanted).noted()
    name = export_name(slug, fmt, wanted["repeat"], scope=wanted["scope"])
    if request.args.get("notes") == "1":
        found = annotated.written(slug, fmt=fmt, **wanted)
        note_export(slug, actor=current_user, format=fmt, notes=True, **noted)
        return _attached(blocks(found), f"{name.removesuffix('.zip')}.zip", "application/zip")
    pieces = export_bytes(slug, fmt=fmt, **wanted)
    note_export(slug, actor=current_user, format=fmt, **noted)
    return _attached(pieces, name, TYPES[ExportFormat(fmt)])


def _wanted(fmt: str) -> dict[str, Any]:
    """The options as `Options` takes them. Raises Problem BAD_PARAMETER."""
    asked = request.args
    found: dict[str, Any] = {name: asked.get(name) == "1" for name in _FLAGS}
    several = asked.get("several") or str(Several.BOTH)
    if several not in set(Several):
        raise _bad("several", several, ", ".join(Several))
    repeat = asked.get("repeat", "")
    if repeat and (fmt != ExportFormat.CSV or found["wide"]):
        raise _bad("repeat", repeat, "format=csv")
    text = asked.get("text") or current_language()
    shared = {"lang": text[:20], "scope": scope_of(current_user)}
    return found | shared | {"several": Several(several), "repeat": repeat}


def _bad(name: str, value: str, allowed: str) -> Problem:
    return Problem(ProblemCode.BAD_PARAMETER, name=name, value=value[:100], allowed=allowed)


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
def bundle(slug: str) -> Response:
    """Data, design, figures, and two programs that make the figures again."""
    scope = scope_of(current_user)
    name = f"{slug}-paquete{marks_of(slug, scope)}.zip"
    found = package.written(slug, chosen_how=summary.chosen_how, scope=scope)
    limits = Options(scope=scope).noted()["scope"]
    note_export(slug, actor=current_user, format="bundle", scope=limits)
    return _attached(blocks(found), name, "application/zip")


def _attached(pieces: Any, name: str, mimetype: str) -> Response:
    return Response(
        stream_with_context(pieces),
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

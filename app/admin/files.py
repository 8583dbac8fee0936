"""The files that people handed in: which are here, which are missing, and all of them at once."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app.admin.blueprint import admin
from app.file_response import file_response
from app.language import current_language, language_links
from app.permissions import Permission, requires, scope_of
from app.reports.words import number
from app.services import collections
from app.services.attachments import lists
from app.services.exports import stream


@admin.get("/<slug>/files")
@requires(Permission.EXPORT, noted="file.list")
def files(slug: str) -> str:
    """``from``: the place of the first one on the page."""
    collection = collections.find(slug)
    asked = request.args.get("from", "")
    first = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    found = lists.count(collection, scope=scope_of(current_user))
    rows = lists.listed(collection, first=first, scope=scope_of(current_user))
    after = first + len(rows)
    lang = current_language()
    survey = collections.fielded(collection)
    return render_template(
        "admin/files.html",
        lang=lang,
        languages=language_links(),
        simulated=collection.simulated,
        slug=slug,
        title=survey.text(collection.texts.get("title") or survey.title, lang),
        count=found,
        rows=[_line(slug, row, survey, lang) for row in rows],
        next_url=url_for("admin.files", slug=slug, **{"from": after})
        if rows and after < found.files
        else None,
        archive_url=url_for("admin.files_archive", slug=slug) if found.files else None,
    )


def _line(slug: str, row: lists.Listed, survey: Any, lang: str) -> dict[str, Any]:
    known = survey.has(row.question)
    return {
        "response": row.response[:8],
        "question": survey.text(survey.question(row.question).label, lang) if known else "",
        "name": row.original or row.name,
        "size": number(round((row.size or 0) / 1000) or 1, lang) if row.arrived else None,
        "url": url_for("admin.one_file", slug=slug, key=row.key) if row.arrived else None,
    }


@admin.get("/<slug>/files/<key>")
@requires(Permission.EXPORT, noted="file.read")
def one_file(slug: str, key: str) -> ResponseReturnValue:
    found = lists.find(collections.find(slug), key, scope=scope_of(current_user))
    return file_response(found) if found else abort(404)


@admin.get("/<slug>/files.zip")
@requires(Permission.EXPORT)
def files_archive(slug: str) -> Response:
    """All that are here, and the names of those that are missing."""
    pieces = lists.archive(slug, scope=scope_of(current_user))
    stream.note_export(slug, actor=current_user, format="files")
    return Response(
        stream_with_context(pieces),
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{slug}-archivos.zip"'},
    )

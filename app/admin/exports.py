"""Files of the responses that take a while: asked for, followed, and taken when they are done."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_security import current_user

from app import work
from app.admin.blueprint import admin
from app.file_response import made_response
from app.language import N_, current_language, language_links
from app.models import Job, JobState
from app.permissions import Permission, requires, scope_of
from app.reports.words import number
from app.services import collections
from app.services.exports import asked
from app.services.jobs import queue
from app.words.downloads import FORMATS
from app.words.messages import problem_words

STATES = {
    JobState.WAITING: N_("espera su turno"),
    JobState.RUNNING: N_("se está haciendo"),
    JobState.DONE: N_("listo"),
    JobState.FAILED: N_("no se pudo hacer"),
}
OTHERS = {work.BUNDLE: N_("Paquete reproducible"), "geojson": N_("Lugares (GeoJSON)")}
LOOK_AGAIN = 3
"""Seconds."""


@admin.get("/<slug>/exports")
@requires(Permission.EXPORT)
def exports(slug: str) -> Response:
    collection, lang = collections.find(slug), current_language()
    survey = collections.fielded(collection)
    jobs = [job for job in queue.listed(current_user, collection) if job.kind in work.FILES]
    page = render_template(
        "admin/exports.html",
        lang=lang,
        languages=language_links(),
        simulated=collection.simulated,
        slug=slug,
        title=survey.text(collection.texts.get("title") or survey.title, lang),
        lines=[_line(slug, job, lang) for job in jobs],
        days=queue.KEPT.days,
    )
    response = make_response(page)
    if any(job.state in {JobState.WAITING, JobState.RUNNING} for job in jobs):
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


@admin.post("/<slug>/exports")
@requires(Permission.EXPORT)
def ask_export(slug: str) -> ResponseReturnValue:
    collection, lang = collections.find(slug), current_language()
    if request.form.get("format") == work.BUNDLE:
        kind, wanted = work.BUNDLE, {}
    else:
        kind, wanted = work.EXPORT, asked.read(request.form)
    work.check(kind, slug, wanted, user=current_user, language=lang)
    queue.ask(kind, collection, wanted, user=current_user, language=lang)
    return redirect(url_for("admin.exports", slug=slug), HTTPStatus.SEE_OTHER)


@admin.get("/<slug>/exports/<key>")
@requires(Permission.EXPORT)
def export_file(slug: str, key: str) -> Response:
    job = queue.find(key, user=current_user)
    if job.collection.slug != slug or job.kind not in work.FILES:
        abort(HTTPStatus.NOT_FOUND)
    queue.require_file(job, scope=scope_of(current_user))
    response = made_response(
        queue.key_of(job), size=job.file_bytes or 0, kind=job.file_type, name=job.file_name
    )
    work.note_taken(job, actor=current_user)
    return response


def _line(slug: str, job: Job, lang: str) -> dict[str, Any]:
    problem = queue.problem_of(job)
    ends = queue.expires_at(job)
    return {
        "name": job.file_name or _wanted(job),
        "asked": format_datetime(job.created_at, "short"),
        "state": _(STATES[JobState(job.state)]),
        "done": job.done if job.state == JobState.RUNNING and job.total else None,
        "total": job.total,
        "far": _(
            "%(done)s de %(total)s", done=number(job.done, lang), total=number(job.total, lang)
        ),
        "problem": " ".join(problem_words(problem)) if problem else "",
        "size": f"{number(max(1, round((job.file_bytes or 0) / 1000)), lang)} kB",
        "url": url_for("admin.export_file", slug=slug, key=job.id)
        if job.state == JobState.DONE
        else None,
        "until": format_datetime(ends, "short") if ends else "",
    }


def _wanted(job: Job) -> str:
    """What was asked for, while it has no name yet."""
    fmt = str(job.parameters.get("format", ""))
    if job.kind == work.REPORT:
        return _("Informe (%(format)s)", format=fmt.upper())
    return FORMATS[fmt][0] if fmt in FORMATS else _(OTHERS.get(fmt or job.kind, fmt.upper()))

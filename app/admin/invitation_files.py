"""Invitations from a CSV, after a look at each row, and as files to be taken away."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from app.admin.blueprint import admin
from app.admin.invitations import frame, made_words
from app.config import MAX_BODY_BYTES
from app.errors import Problem, ProblemCode
from app.language import current_language
from app.permissions import Permission, requires, scope_of
from app.reports.cards import cards_pdf
from app.services import collections
from app.services.imports.faults import ImportRefused
from app.services.imports.table import open_csv
from app.services.invitations import invitation_files, inviting_many
from app.services.invitations.inviting_many import COLUMNS, Looked
from app.services.invitations.letters import Writer
from app.services.invitations.listing import Which
from app.uploads import let_file_in, let_text_in, on_disk
from app.words.imports import import_fault_text
from app.words.messages import problem_words

SHOWN = 200
FORMATS = {"csv": "text/csv", "txt": "text/plain", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class _File:
    """What was sent: its text, what it would do, and why it can't be read if it can't."""

    text: str = ""
    looked: Looked | None = None
    fault: str = ""


@admin.url_value_preprocessor
def _let_lists_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "admin.look_at_invitations":
        let_file_in(MAX_BODY_BYTES, body=4 * MAX_BODY_BYTES)
    elif endpoint == "admin.make_invitations":
        let_text_in(4 * MAX_BODY_BYTES)


@admin.get("/<slug>/invitations/import")
@requires(Permission.MANAGE)
def import_invitations(slug: str) -> str:
    return _html(slug, None)


@admin.post("/<slug>/invitations/import")
@requires(Permission.MANAGE)
def look_at_invitations(slug: str) -> ResponseReturnValue:
    """Who would be invited. Nothing is stored: the page holds the text until it is confirmed."""
    sent = request.files.get("file")
    if sent is not None and getattr(sent.stream, "cut", False):
        words = _("El archivo tiene más de 1 MB. Divídalo y cargue una parte tras otra.")
        return _html(slug, _File(fault=words)), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    file = _look(slug, sent.stream.read() if sent is not None else b"")
    good = file.looked is not None and not file.looked.faulty
    return _html(slug, file), HTTPStatus.OK if good else HTTPStatus.UNPROCESSABLE_ENTITY


@admin.post("/<slug>/invitations/import/confirm")
@requires(Permission.MANAGE)
def make_invitations(slug: str) -> ResponseReturnValue:
    """Invite those whom the good rows name; what became wrong meanwhile is left out."""
    file = _look(slug, request.form.get("text", "").encode("utf-8", "replace"))
    if file.looked is None:
        return _html(slug, file), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        count = inviting_many.make(slug, file.looked, actor=current_user)
    except Problem as problem:
        if problem.code is not ProblemCode.INVITED_MEANWHILE:
            raise
        flash(" ".join(problem_words(problem)), "error")
        return _html(slug, file), HTTPStatus.CONFLICT
    flash(made_words(count), "ok")
    return redirect(url_for("admin.invitations", slug=slug), HTTPStatus.SEE_OTHER)


@admin.post("/<slug>/invitations/export.<fmt>")
@requires(Permission.MANAGE)
def export_invitations(slug: str, fmt: str) -> Response:
    """A post: it is noted who took the links away."""
    if fmt not in FORMATS:
        abort(404)
    which = request.form.get("which", "")
    which = Which(which) if which in set(Which) else Which.SILENT
    collection, lines = invitation_files.lines_to_take(
        slug, fmt, which=which, actor=current_user, scope=scope_of(current_user)
    )
    url = current_app.config["CABILDO_URL"]
    if fmt == "pdf":
        body: str | bytes = cards_pdf(Writer(collection, url), lines, lang=current_language())
    elif fmt == "csv":
        body = invitation_files.as_csv(collection, lines, url=url)
    else:
        body = invitation_files.as_text(collection, lines, url=url)
    name = f"{slug}-invitaciones{'-simulado' if collection.simulated else ''}.{fmt}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=FORMATS[fmt], headers=headers)


def _look(slug: str, content: bytes) -> _File:
    if not content.strip():
        return _File(fault=_("Elija primero un archivo CSV."))
    try:
        with on_disk(content, "lista.csv") as path:
            file = open_csv(path, COLUMNS)
            looked = inviting_many.look(slug, file, scope=scope_of(current_user))
            return _File(content.decode(file.encoding), looked)
    except ImportRefused as refused:
        return _File(fault=" ".join(import_fault_text(fault) for fault in refused.faults))
    except Problem as problem:
        if problem.code is not ProblemCode.MISSING_COLUMNS:
            raise
        return _File(fault=" ".join(problem_words(problem)))


def _html(slug: str, file: _File | None) -> str:
    collection = collections.find(slug)
    columns = COLUMNS if collection.respondent == "organisation" else COLUMNS[1:]
    looked = file.looked if file else None
    return render_template(
        "admin/invitations_import.html",
        **frame(collection),
        file=file,
        looked=looked,
        faulty=[(each.row, *problem_words(each.problem)) for each in looked.faulty]
        if looked
        else [],
        shown=SHOWN,
        columns=",".join(columns),
    )

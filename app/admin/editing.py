"""Changing a response: a form with what was answered, as codes; what is saved is a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from app.admin.blueprint import admin
from app.admin.entry_page import FIELD, entry_data, rows
from app.admin.frame import frame, typed_text
from app.language import current_language
from app.models import Collection, Response
from app.models.columns import utc_now
from app.permissions import Permission, requires, scope_of
from app.services import collections
from app.services.review import deciding, looking, revising
from app.services.review.revising import Status
from app.words.messages import answer_fault_text
from encuestas import AnswerFault, Survey


@admin.get("/<slug>/responses/<key>/edit")
@requires(Permission.MANAGE, noted="response.read")
def edit_response(slug: str, key: str) -> str:
    """``from``: an earlier version of it, to go back to what it said."""
    collection, scope = collections.find(slug), scope_of(current_user)
    one = looking.find(collection, key, scope=scope)
    revising.require_change(one)
    survey = looking.survey_of(collection, one, scope=scope)
    shown = one
    if earlier := request.args.get("from"):
        shown = looking.find(collection, earlier, scope=scope)
    codes = revising.typed(survey, shown.answers)
    return _page(collection, one, survey, codes, ())


@admin.post("/<slug>/responses/<key>/edit")
@requires(Permission.MANAGE)
def save_response(slug: str, key: str) -> ResponseReturnValue:
    collection, scope = collections.find(slug), scope_of(current_user)
    codes = {
        name.removeprefix(FIELD): value
        for name, value in request.form.items()
        if name.startswith(FIELD)
    }
    reason = typed_text("reason", deciding.LONGEST_TEXT)
    if "more" not in request.form:
        done = revising.revise(
            collection, key, codes, reason, actor=current_user, scope=scope, now=utc_now()
        )
        if done.status is Status.SAVED:
            flash(_("Guardado. Desde ahora se cuenta esta versión."), "ok")
            return _see(slug, done.key)
        if done.status is Status.TAKEN:
            flash(_("Otra persona la cambió mientras tanto. Mire cómo quedó."), "warn")
            return _see(slug, key)
        if done.status in _SAID:
            flash(_SAID[done.status](), "error")
        faults = done.faults
    else:
        faults = ()
    one = looking.find(collection, key, scope=scope)
    survey = looking.survey_of(collection, one, scope=scope)
    html = _page(collection, one, survey, codes, faults)
    return html, HTTPStatus.OK if "more" in request.form else HTTPStatus.UNPROCESSABLE_ENTITY


_SAID = {
    Status.UNCHANGED: lambda: _("No cambió ninguna respuesta, así que no se guardó nada."),
    Status.NO_REASON: lambda: _("Escriba por qué la cambia: queda en su historia."),
}


def _page(
    collection: Collection,
    one: Response,
    survey: Survey,
    codes: Mapping[str, str],
    faults: Sequence[AnswerFault],
) -> str:
    lang = current_language()
    words: dict[str, str] = {}
    for fault in faults:
        question = survey.question(fault.name) if survey.has(fault.name) else None
        words.setdefault(fault.question, answer_fault_text(fault, question, lang))
    shown = rows(survey, lang, codes, words, more="more" in request.form)
    paths = {row.path for row in shown}
    before = revising.typed(survey, one.answers)
    return render_template(
        "admin/response_edit.html",
        **frame(collection),
        key=one.id,
        rows=shown,
        changed={path for path, code in codes.items() if code.strip() != before.get(path, "")},
        other_faults=[text for path, text in words.items() if path not in paths],
        data=entry_data(survey, lang),
        repeats=any("[" in row.path for row in shown),
        reason=request.form.get("reason", ""),
        longest=deciding.LONGEST_TEXT,
    )


def _see(slug: str, key: str) -> ResponseReturnValue:
    return redirect(url_for("admin.response", slug=slug, key=key), HTTPStatus.SEE_OTHER)

"""Paper forms typed in: one page with the whole questionnaire, and one for where two differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.admin.entry_page import FIELD, differing_rows, entry_data, rows
from app.errors import Problem, ProblemCode
from app.language import LANGUAGES, N_, current_language, language_links
from app.models import Collection, PaperState
from app.models.columns import random_key, utc_now
from app.permissions import Permission, may, requires, scope_of
from app.reports.words import percent
from app.services import collections
from app.services.paper import paper_entry
from app.services.paper.paper_entry import Outcome, Status, Typed
from app.words.messages import answer_fault_text
from encuestas import Survey
from encuestas.paths import name_of
from encuestas.types.date import day_in

_SAID = {
    Status.COUNTED: ("ok", N_("Folio %(folio)s guardado y contado.")),
    Status.WAITING: ("ok", N_("Folio %(folio)s guardado. Falta que otra persona lo digite.")),
    Status.DIFFERS: (
        "warn",
        N_("Folio %(folio)s guardado. No coincide con la primera vez: una tercera persona decide."),
    ),
    Status.REVIEW: ("warn", N_("Folio %(folio)s guardado. Queda en revisión y no se cuenta aún.")),
}
_REFUSED = {
    Status.NO_FOLIO: N_("Escriba el folio que está anotado en la hoja."),
    Status.DONE: N_("Ese folio ya está digitado. Revise el número en la hoja."),
    Status.OWN: N_("Usted ya digitó ese folio. La segunda vez lo digita otra persona."),
}


@admin.get("/<slug>/entry")
@requires(Permission.INTERVIEW)
def entry(slug: str) -> str:
    """``more``: blocks of repeats beside those that the printed form has."""
    return _page(collections.find(slug), {}, {})


@admin.post("/<slug>/entry")
@requires(Permission.INTERVIEW)
def type_in(slug: str) -> Response | tuple[str, int]:
    collection = collections.find(slug)
    survey = collections.fielded(collection, scope=scope_of(current_user))
    codes = _codes()
    if "more" in request.form:
        return _page(collection, codes, {}), 200
    day, faults = _day(request.form.get("date", ""))
    if not faults:
        typed = Typed(
            key=_key(),
            folio=request.form.get("folio", ""),
            codes=codes,
            filled_on=day,
            as_is="as_is" in request.form,
            language=current_language(),
        )
        scope = scope_of(current_user)
        outcome = paper_entry.type_in(
            collection, typed, user=current_user, now=utc_now(), scope=scope
        )
        if outcome.status in _SAID:
            category, words = _SAID[outcome.status]
            flash(_(words, folio=typed.folio), category)
            return redirect(url_for("admin.entry", slug=slug), 303)
        faults = _faults(outcome, survey)
    return _page(collection, codes, faults), 422


@admin.get("/<slug>/entry/<folio>")
@requires(Permission.INTERVIEW)
def differing(slug: str, folio: str) -> str:
    """Where two typists differ, field by field."""
    collection = collections.find(slug)
    return _differing_page(collection, folio, {})


@admin.post("/<slug>/entry/<folio>")
@requires(Permission.INTERVIEW)
def resolve(slug: str, folio: str) -> Response | tuple[str, int]:
    collection = collections.find(slug)
    codes = _codes()
    outcome = paper_entry.resolve(
        collection,
        folio,
        codes,
        user=current_user,
        now=utc_now(),
        language=current_language(),
        scope=scope_of(current_user),
    )
    if outcome.status in _SAID:
        category, words = _SAID[outcome.status]
        flash(_(words, folio=folio), category)
    else:
        flash(_(_REFUSED[outcome.status]), "warn")
    return redirect(url_for("admin.entry", slug=slug), 303)


@admin.post("/<slug>/entry-rule")
@requires(Permission.MANAGE, everywhere=True)
def entry_rule(slug: str) -> Response:
    """One typist for each form, or two."""
    paper_entry.set_double(slug, request.form.get("double") == "1", user=current_user)
    flash(_("Listo: vale para los formularios que se digiten desde ahora."), "ok")
    return redirect(url_for("admin.entry", slug=slug), 303)


def _key() -> str:
    """What tells one press of the button from the next: the page made it."""
    try:
        return str(UUID(request.form.get("key", "")))
    except ValueError:
        return random_key()


def _codes() -> dict[str, str]:
    return {
        name.removeprefix(FIELD): value
        for name, value in request.form.items()
        if name.startswith(FIELD)
    }


def _day(text: str) -> tuple[date | None, dict[str, str]]:
    """The day that the sheet has, typed as it is written: 04052026."""
    text = text.strip()
    if not text:
        return None, {}
    if len(text) == 8 and text.isascii() and text.isdigit():
        text = f"{text[:2]}-{text[2:4]}-{text[4:]}"
    found = day_in(text)
    if found is None or date.fromisoformat(found) > utc_now().date():
        return None, {"date": _("Escriba una fecha que exista y que ya haya pasado.")}
    return date.fromisoformat(found), {}


def _faults(outcome: Outcome, survey: Survey) -> dict[str, str]:
    if outcome.status in _REFUSED:
        return {"folio": _(_REFUSED[outcome.status])}
    found: dict[str, str] = {}
    for fault in outcome.faults:
        question = survey.question(fault.name) if survey.has(fault.name) else None
        words = answer_fault_text(fault, question, current_language())
        found.setdefault(fault.question, words)
    return found


def _page(collection: Collection, codes: Mapping[str, str], faults: Mapping[str, str]) -> str:
    scope, lang = scope_of(current_user), current_language()
    survey = collections.fielded(collection, scope=scope)
    shown = rows(survey, lang, codes, faults, more="more" in request.form)
    progress = paper_entry.progress(collection, current_user, now=utc_now(), scope=scope)
    paths = {row.path for row in shown}
    return render_template(
        "admin/entry.html",
        **_frame(collection, survey),
        papers=[(code, name) for code, name in LANGUAGES.items() if code in survey.languages],
        rows=shown,
        data=entry_data(survey, lang),
        folio=request.form.get("folio", ""),
        date=request.form.get("date", ""),
        key=_key(),
        faults=faults,
        other_faults=[words for path, words in faults.items() if path not in paths],
        can_be_as_is=any(path not in {"folio", "date"} for path in faults),
        repeats=any(row.path != name_of(row.path) for row in shown),
        double=collection.double_entry,
        manages=may(current_user, Permission.MANAGE) and not scope.limited,
        **_counts(collection, progress),
    )


def _counts(collection: Collection, progress: paper_entry.Progress) -> dict[str, Any]:
    agreement = progress.agreement
    return {
        "today": ngettext("Hoy lleva %(num)d hoja", "Hoy lleva %(num)d hojas", progress.today),
        "states": progress.states,
        "to_resolve": paper_entry.waiting(
            collection, PaperState.DIFFERS, scope=scope_of(current_user)
        ),
        "agreement": None if agreement is None else percent(agreement, current_language()),
        "compared": progress.compared,
        "agreed": progress.agreed,
    }


def _differing_page(collection: Collection, folio: str, faults: Mapping[str, str]) -> str:
    form = paper_entry.find(collection, folio, scope=scope_of(current_user))
    if form is None or form.state != PaperState.DIFFERS:
        raise Problem(ProblemCode.NOT_FOUND)
    survey = collections.fielded(collection, scope=scope_of(current_user))
    found = differing_rows(survey, current_language(), paper_entry.differences(form))
    own = current_user.id in {each.user_id for each in form.entries}
    return render_template(
        "admin/differing.html", **_frame(collection, survey), rows=found, folio=folio, own=own
    )


def _frame(collection: Collection, survey: Survey) -> dict[str, Any]:
    lang = current_language()
    return {
        "lang": lang,
        "languages": language_links(),
        "simulated": collection.simulated,
        "slug": collection.slug,
        "title": survey.text(collection.texts.get("title") or survey.title, lang),
    }

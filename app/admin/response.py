"""One response as it was answered: what was said, what staff did with it, and its versions."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime, gettext
from flask_babel import gettext as _
from flask_security import current_user

from app.admin.blueprint import admin
from app.admin.frame import frame, label, plain, typed_text
from app.errors import Problem, ProblemCode
from app.language import LANGUAGES, current_language
from app.models import Response, ResponseState, ReviewAction, ReviewNote
from app.permissions import Permission, requires, scope_of
from app.services import collections, watching
from app.services.review import deciding, erasing, looking
from app.services.review.looking import Answered, Given, Looked
from app.words.answers import answer_words
from app.words.audit import action_words
from app.words.responses import ACTIONS, CHANNELS, KINDS, STATE_HELP, STATES
from encuestas import Survey
from encuestas.paths import name_of


@admin.get("/<slug>/responses/<key>")
@requires(Permission.MANAGE, noted="response.read")
def response(slug: str, key: str) -> str:
    collection = collections.find(slug)
    found = looking.look(collection, key, scope=scope_of(current_user))
    one = found.response
    return render_template(
        "admin/response.html",
        **frame(collection),
        key=one.id,
        state=gettext(STATES[one.state]),
        state_help=gettext(STATE_HELP[one.state]),
        kind=KINDS[one.state],
        facts=_facts(found),
        answers=[_answer(slug, found.survey, each) for each in found.answers],
        unknown=[(plain(path), plain(value)) for path, value in found.unknown.items()],
        changes=_changes(found),
        versions=_versions(slug, found),
        notes=[_note(each) for each in found.notes],
        seen=_seen(slug, one.id),
        decidable=one.state in deciding.DECIDABLE,
        rejected=one.state == ResponseState.REJECTED,
        accepted=one.state == ResponseState.ACCEPTED,
        erased=one.state == ResponseState.ERASED,
        may_change=found.may_change,
        current=found.versions[-1].id,
        restorable=one.state == ResponseState.REPLACED and looking.may_change(found.versions[-1]),
        longest=deciding.LONGEST_TEXT,
    )


@admin.post("/<slug>/responses/<key>")
@requires(Permission.MANAGE)
def review_response(slug: str, key: str) -> ResponseReturnValue:
    """``action``: comment, accept or reject, with a text; rejecting wants one."""
    collection, scope = collections.find(slug), scope_of(current_user)
    text = typed_text("text", deciding.LONGEST_TEXT)
    action = request.form.get("action", "")
    if action not in set(ReviewAction) - {ReviewAction.EDIT}:
        raise Problem(ProblemCode.MALFORMED)
    looking.find(collection, key, scope=scope)
    if not text and action != ReviewAction.ACCEPT:
        flash(_("Escriba por qué."), "error")
    elif action == ReviewAction.COMMENT:
        deciding.comment(collection, key, text, actor=current_user, scope=scope)
        flash(_("Guardado."), "ok")
    else:
        chosen = ReviewAction(action)
        if deciding.decide(collection, [key], chosen, text, actor=current_user, scope=scope):
            flash(_("Guardado."), "ok")
        else:
            flash(_("No cambió: ya estaba así, u otra respuesta ocupa su lugar."), "warn")
    return redirect(url_for("admin.response", slug=slug, key=key), HTTPStatus.SEE_OTHER)


@admin.get("/<slug>/responses/<key>/erase")
@requires(Permission.MANAGE)
def erase_page(slug: str, key: str) -> str:
    """What erasing takes away, before it is done."""
    return _erase_html(slug, key)


@admin.post("/<slug>/responses/<key>/erase")
@requires(Permission.MANAGE)
def erase_response(slug: str, key: str) -> ResponseReturnValue:
    collection, scope = collections.find(slug), scope_of(current_user)
    looking.find(collection, key, scope=scope)
    if request.form.get("sure") != "1":
        flash(_("Marque que está de acuerdo: no se puede deshacer."), "error")
        return _erase_html(slug, key), HTTPStatus.UNPROCESSABLE_ENTITY
    erasing.erase(collection, key, actor=current_user, scope=scope)
    flash(_("Se borró su contenido. Las cifras ya no la cuentan."), "ok")
    return redirect(url_for("admin.response", slug=slug, key=key), HTTPStatus.SEE_OTHER)


def words_of(survey: Survey, path: str, value: object) -> str:
    """An answer in words."""
    if value is None:
        return "–"
    if not survey.has(name_of(path)):
        return plain(value)
    question = survey.question(name_of(path))
    said = answer_words(survey, question, value, raw=(), language=current_language())
    return plain(said or "–")


def change_rows(survey: Survey, found: Sequence[tuple[str, Any, Any]]) -> list[dict[str, str]]:
    """Where two versions differ, in words."""
    return [
        {
            "label": label(survey, path),
            "before": words_of(survey, path, before),
            "after": words_of(survey, path, after),
        }
        for path, before, after in found
    ]


def _erase_html(slug: str, key: str) -> str:
    collection = collections.find(slug)
    found = looking.look(collection, key, scope=scope_of(current_user))
    return render_template(
        "admin/response_erase.html",
        **frame(collection),
        key=key,
        versions=len(found.versions),
        files=sum(each.file is not None and each.file.arrived for each in found.answers),
        erased=found.response.state == ResponseState.ERASED,
    )


def _facts(found: Looked) -> list[tuple[str, str]]:
    one = found.response
    facts = [
        (_("Clave"), one.id),
        (_("Código de comprobante"), found.receipt),
        (_("Territorio"), one.territory.name if one.territory else ""),
        (_("Organización"), one.organisation.name if one.organisation else ""),
        (_("Cómo"), gettext(CHANNELS[one.channel])),
        (_("Versión de la encuesta"), found.survey.version),
        (_("Idioma"), LANGUAGES.get(one.language, one.language)),
        (_("Terminó de responder"), _moment(one)),
        (_("Llegó"), format_datetime(one.received_at, "medium") if one.received_at else ""),
        (_("Tardó"), _taken(one)),
        (_("Reloj"), _("La fecha del aparato estaba mal puesta.") if one.clock_off else ""),
        (_("Cuota"), _("Llegó cuando ya había suficientes como ella.") if one.over_quota else ""),
    ]
    return [(name, words) for name, words in facts if words]


def _moment(one: Response) -> str:
    if one.submitted_at is not None:
        return str(format_datetime(one.submitted_at, "medium"))
    return str(format_date(one.submitted_on, "medium"))


def _taken(one: Response) -> str:
    if one.started_at is None or one.submitted_at is None:
        return ""
    minutes = (one.submitted_at - one.started_at).total_seconds() / 60
    if minutes < 0:
        return ""
    return _("menos de un minuto") if minutes < 1 else _("%(num)s minutos", num=round(minutes))


def _answer(slug: str, survey: Survey, each: Answered) -> dict[str, Any]:
    said, file = "", each.file
    if each.given is Given.ANSWERED:
        said = words_of(survey, each.path, each.value)
    arrived = file is not None and file.arrived
    return {
        "label": label(survey, each.path),
        "given": each.given.value,
        "said": said,
        "special": isinstance(each.value, str) and each.value in each.question.special,
        "sent": words_of(survey, each.path, each.sent) if each.sent is not None else "",
        "file_url": url_for("admin.one_file", slug=slug, key=file.id) if file and arrived else None,
        "file_name": (file.original or file.name) if file else "",
        "missing": file is not None and not arrived,
    }


def _changes(found: Looked) -> list[dict[str, str]]:
    """What this version changed of the one before."""
    place = found.versions.index(found.response)
    if place == 0 or found.response.state == ResponseState.ERASED:
        return []
    before = found.versions[place - 1].answers
    return change_rows(found.survey, looking.changes(before, found.response.answers))


def _versions(slug: str, found: Looked) -> list[dict[str, Any]]:
    if len(found.versions) < 2:
        return []
    edited = {each.response_id for each in found.notes if each.action == ReviewAction.EDIT}
    by_staff, by_sender = _("cambiada por el equipo"), _("de quien respondió")
    return [
        {
            "name": _("Versión %(number)s", number=number),
            "url": url_for("admin.response", slug=slug, key=each.id),
            "here": each.id == found.response.id,
            "who": by_staff if each.id in edited else by_sender,
            "when": format_datetime(each.received_at, "medium") if each.received_at else "",
            "state": gettext(STATES[each.state]),
        }
        for number, each in enumerate(found.versions, start=1)
    ]


def _seen(slug: str, key: str) -> list[dict[str, str]]:
    """Who did what with it last, also who only looked."""
    return [
        {
            "what": action_words(each.action),
            "who": each.actor,
            "when": format_datetime(each.at, "medium"),
        }
        for each in watching.of_subject(f"{slug}/{key}")
    ]


def _note(each: ReviewNote) -> dict[str, str]:
    who = (each.user.name or each.user.email) if each.user else _("alguien que ya no está")
    return {
        "what": gettext(ACTIONS[each.action]),
        "who": who,
        "when": format_datetime(each.at, "medium"),
        "text": each.text,
    }

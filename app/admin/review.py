"""What could not simply be counted: looked at by a person, who decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime, gettext, ngettext
from flask_babel import gettext as _
from flask_security import current_user

from app.admin.blueprint import admin
from app.admin.frame import frame, label, plain, typed_text
from app.errors import Problem, ProblemCode
from app.language import N_, current_language
from app.models import Collection, Decision, Mode, Quarantined, Reason, Response
from app.models.response import COUNTED
from app.permissions import Permission, requires, scope_of
from app.services import collections
from app.services.receiving import review
from app.services.receiving.rule import Verdict
from app.words.answers import answer_words
from app.words.messages import answer_fault_text
from app.words.responses import CHANNELS
from app.words.verdicts import REASONS
from encuestas import AnswerFault, Survey
from encuestas.paths import flatten, name_of

LONGEST_COMMENT = 1000

DECISIONS: Mapping[str, str] = {
    Decision.WAITING: N_("Espera que alguien la revise."),
    Decision.ACCEPTED: N_("Se aceptó."),
    Decision.REJECTED: N_("Se rechazó."),
}


@admin.get("/<slug>/review")
@requires(Permission.MANAGE)
def review_list(slug: str) -> str:
    collection = collections.find(slug)
    found = review.waiting(collection, scope=scope_of(current_user))
    return render_template(
        "admin/review.html",
        **frame(collection),
        held=[_held_line(row) for row in found.held],
        held_in_all=found.held_in_all,
        conflicts=[_conflict_line(row) for row in found.conflicts],
        conflicts_in_all=found.conflicts_in_all,
        clocks_off=found.clocks_off,
        together=[
            (reason.value, gettext(REASONS[reason][0]), count)
            for reason in review.ADMISSIBLE
            if (count := found.by_reason.get(reason, 0)) > 1
        ],
    )


@admin.post("/<slug>/review/all")
@requires(Permission.MANAGE)
def review_all(slug: str) -> ResponseReturnValue:
    collection = collections.find(slug)
    reason = request.form.get("reason", "")
    if reason not in review.ADMISSIBLE:
        raise Problem(ProblemCode.MALFORMED)
    count = review.accept_all(
        collection, Reason(reason), actor=current_user, comment="", scope=scope_of(current_user)
    )
    flash(
        ngettext("Se aceptó %(num)s respuesta.", "Se aceptaron %(num)s respuestas.", count)
        + " "
        + _("Las que tienen respuestas con faltas se revisan una por una."),
        "ok",
    )
    return redirect(url_for("admin.review_list", slug=slug), 303)


@admin.get("/<slug>/review/<key>")
@requires(Permission.MANAGE, noted="review.read")
def review_held(slug: str, key: str) -> str:
    collection = collections.find(slug)
    held = review.find_held(collection, key, scope=scope_of(current_user))
    return render_template(
        "admin/review_held.html",
        **frame(collection),
        line=_held_line(held.row),
        finished=_finished(held.finished),
        answers=_given(slug, held),
        stored=len(held.stored),
        decided=None if held.row.state == Decision.WAITING else gettext(DECISIONS[held.row.state]),
        comment=held.row.comment,
    )


@admin.post("/<slug>/review/<key>")
@requires(Permission.MANAGE)
def review_decide(slug: str, key: str) -> ResponseReturnValue:
    collection = collections.find(slug)
    how: dict[str, Any] = {
        "actor": current_user,
        "comment": typed_text("comment", LONGEST_COMMENT),
        "scope": scope_of(current_user),
    }
    if "accept" in request.form:
        verdict = review.accept(collection, key, **how)
        _say(verdict is not None, _ACCEPTED.get(verdict, "") if verdict else "")
    else:
        done = review.reject(collection, key, **how)
        _say(done, N_("Se rechazó. Queda guardada y no se cuenta."))
    return redirect(url_for("admin.review_list", slug=slug), 303)


_ACCEPTED: Mapping[Verdict, str] = {
    Verdict.STORED: N_("Se aceptó y se cuenta."),
    Verdict.SAME: N_("Ya estaba guardada igual: se cuenta una sola vez."),
    Verdict.CONFLICT: N_("Se aceptó, pero ya hay otra en su lugar: decida cuál se cuenta."),
}


@admin.get("/<slug>/review/conflicts/<key>")
@requires(Permission.MANAGE, noted="review.read")
def review_conflict(slug: str, key: str) -> str:
    collection = collections.find(slug)
    rivals = review.find_rivals(collection, key, scope=scope_of(current_user))
    return render_template(
        "admin/review_conflict.html",
        **frame(collection),
        key=key,
        why=_why(rivals),
        rivals=[_rival(row, number) for number, row in enumerate(rivals, start=1)],
        rows=_side_by_side(collection, rivals),
        undecided=any(map(review.is_open, rivals)),
    )


@admin.post("/<slug>/review/conflicts/<key>")
@requires(Permission.MANAGE)
def review_choose(slug: str, key: str) -> ResponseReturnValue:
    collection = collections.find(slug)
    chosen = request.form.get("chosen", "")
    if not chosen:
        flash(_("Elija cuál se cuenta."), "error")
        return redirect(url_for("admin.review_conflict", slug=slug, key=key), 303)
    one = None if chosen == "none" else chosen
    done = review.decide(
        collection,
        key,
        one,
        actor=current_user,
        comment=typed_text("comment", LONGEST_COMMENT),
        scope=scope_of(current_user),
    )
    _say(done, N_("Quedó decidido cuál se cuenta. Lo demás queda guardado."))
    return redirect(url_for("admin.review_list", slug=slug), 303)


def _say(done: bool, words: str) -> None:
    if done:
        flash(gettext(words), "ok")
    else:
        flash(_("Otra persona ya lo había decidido. No se cambió nada."), "warn")


def _held_line(row: Quarantined) -> dict[str, str]:
    return {
        "key": row.id,
        "received": _when(row),
        "channel": gettext(CHANNELS[row.channel]),
        "reason": gettext(REASONS[Reason(row.reason)][0]),
    }


def _conflict_line(row: Response) -> dict[str, str]:
    why = N_("Llegó dos veces con respuestas distintas.")
    if row.organisation_id is not None:
        why = N_("Otra respuesta de la misma organización.")
    elif row.invitation_id is not None:
        why = N_("Otra respuesta con la misma invitación.")
    elif row.mode == Mode.ANONYMOUS:
        why = N_("Llegó dos veces con respuestas distintas, o con una invitación ya usada.")
    return {
        "key": row.id,
        "received": _when(row),
        "channel": gettext(CHANNELS[row.channel]),
        "reason": gettext(why),
    }


def _when(row: Quarantined | Response) -> str:
    if row.received_at:
        return str(format_datetime(row.received_at, "medium"))
    day = row.received_on or row.submitted_on
    return str(format_date(day, "medium"))


def _finished(said: datetime | date) -> str:
    """On the clock of whoever answered."""
    if isinstance(said, datetime):
        return str(format_datetime(said, "medium", rebase=False))
    return str(format_date(said, "medium"))


def _given(slug: str, held: review.Held) -> list[dict[str, Any]]:
    """Each answer as it was sent, what of it would be stored, and what is wrong with it."""
    faults: dict[str, list[AnswerFault]] = {}
    for fault in held.faults:
        faults.setdefault(fault.question, []).append(fault)
    lines = []
    for path in dict.fromkeys([*held.given, *faults]):
        known = held.survey.has(name_of(path))
        question = held.survey.question(name_of(path)) if known else None
        value = held.stored.get(path)
        words = None
        if question is not None and value is not None:
            words = answer_words(held.survey, question, value, raw=(), language=current_language())
        lines.append(
            {
                "label": label(held.survey, path) if path else _("Toda la respuesta"),
                "given": plain(words or held.given.get(path, "")),
                "file": _file(slug, held, held.given.get(path)),
                "kept": _kept_words(path in held.given, value is not None, known=known),
                "fault": plain(
                    " ".join(
                        answer_fault_text(fault, question, current_language())
                        for fault in faults.get(path, ())
                    )
                ),
            }
        )
    return lines


def _file(slug: str, held: review.Held, given: object) -> dict[str, str | None] | None:
    """The file that an answer names; without an address until it has arrived."""
    name = given[0] if isinstance(given, list) and len(given) == 1 else given
    found = held.files.get(name) if isinstance(name, str) else None
    if found is None:
        return None
    address = url_for("admin.one_file", slug=slug, key=found.id) if found.arrived else None
    return {"name": plain(found.original or found.name), "url": address}


def _kept_words(given: bool, stored: bool, *, known: bool) -> str:
    if stored:
        return ""
    if not given:
        return _("Falta.")
    return _("No se guarda.") if known else _("No se guarda: no hay esa pregunta.")


def _why(rivals: Sequence[Response]) -> str:
    if len(rivals) == 1:  # of an anonymous collection: nothing ties it to the other one
        return _("Se respondió con una invitación ya usada. No se puede saber cuál es la otra.")
    if len({row.instance_id for row in rivals}) == 1:
        return _("Es una misma respuesta que llegó más de una vez con contenido distinto.")
    return _("Son respuestas de una misma organización o invitación: se cuenta una sola.")


def _rival(row: Response, number: int) -> dict[str, Any]:
    state = _("No se cuenta")
    if row.state in COUNTED:
        state = _("Se cuenta hoy")
    elif review.is_open(row):
        state = _("En espera")
    return {
        "id": row.id,
        "name": _("Respuesta %(number)s", number=number),
        "received": _when(row),
        "channel": gettext(CHANNELS[row.channel]),
        "state": state,
    }


def _side_by_side(collection: Collection, rivals: Sequence[Response]) -> list[dict[str, Any]]:
    """A line for each question that any of them answers."""
    surveys = [collections.fielded(collection, row.version_id, row.correction) for row in rivals]
    answers = [dict(flatten(row.answers)) for row in rivals]
    lines = []
    for path in dict.fromkeys(path for each in answers for path in each):
        cells = [
            _cell(survey, path, each.get(path))
            for survey, each in zip(surveys, answers, strict=True)
        ]
        asker = next(each for each in surveys if each.has(name_of(path)))
        lines.append({"label": label(asker, path), "cells": cells, "differs": len(set(cells)) > 1})
    return lines


def _cell(survey: Survey, path: str, value: object) -> str:
    if value is None:
        return "–"
    if not survey.has(name_of(path)):
        return plain(value)
    question = survey.question(name_of(path))
    return answer_words(survey, question, value, raw=(), language=current_language()) or "–"

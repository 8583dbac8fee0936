"""Who has answered and who is still to be called. What they answered is not on these pages."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_security import current_user

from app.admin.blueprint import admin
from app.language import current_language, language_links
from app.models import Collection, ContactResult
from app.permissions import Permission, may, requires, scope_of
from app.reports.words import number, percent
from app.services import collections
from app.services import progress as service
from app.services.progress import LONGEST_NOTE, Rate, Silent
from app.services.register import contacts

SHOWN = 200
"""Organisations that the page lists; the file has all of them."""
_MOBILE = "+569"
_CHILE = "+56"


@admin.get("/<slug>/progress")
@requires(Permission.MANAGE, noted="contacts.read")
def progress(slug: str) -> str:
    lang, found = current_language(), service.progress(slug, scope=scope_of(current_user))
    territory = request.args.get("territory", "")
    silent = [one for one in found.silent if territory in ("", one.territory)]
    return render_template(
        "admin/progress.html",
        lang=lang,
        languages=language_links(territory=territory or None),
        simulated=found.collection.simulated,
        slug=slug,
        title=_title(found.collection),
        progress=found,
        at=format_datetime(found.at, "short"),
        shown=contacts.shown,
        said=lambda rate: _said(rate, lang),
        share=lambda rate: _share(rate, lang),
        territory=territory,
        silent=[(one, _reach(one, found.collection), _tried(one)) for one in silent[:SHOWN]],
        more=max(0, len(silent) - SHOWN),
        contacts=may(current_user, Permission.REGISTER),
    )


@admin.post("/<slug>/progress/calls.csv")
@requires(Permission.REGISTER)
def calls(slug: str) -> Response:
    """A post: it is noted who took contacts away."""
    header = [
        _("Territorio"), _("Código"), _("Organización"), _("Tipo"), _("Persona de contacto"),
        _("Teléfono"), _("Correo electrónico"), _("Último resultado"), _("Último intento"),
        _("Intentos"), _("Nota"),
    ]  # fmt: skip
    text = service.calls(slug, header, result_name, scope=scope_of(current_user))
    service.note_calls(slug, actor=current_user)
    return Response(
        text,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{slug}-llamar.csv"'},
    )


@admin.get("/<slug>/progress/<code>")
@requires(Permission.REGISTER, noted="contacts.read")
def contact_page(slug: str, code: str) -> str:
    return _contact_html(slug, code)


@admin.post("/<slug>/progress/<code>")
@requires(Permission.REGISTER)
def contact(slug: str, code: str) -> ResponseReturnValue:
    result, text = request.form.get("result", ""), request.form.get("note", "")
    if result not in set(ContactResult):
        fault = _("Elija qué pasó.")
    elif len(text) > LONGEST_NOTE:
        fault = _("La nota es muy larga: caben %(limit)s letras.", limit=LONGEST_NOTE)
    else:
        scope = scope_of(current_user)
        service.record(slug, code, result, text, actor=current_user, scope=scope)
        flash(_("Anotado."), "ok")
        return redirect(url_for("admin.progress", slug=slug), HTTPStatus.SEE_OTHER)
    html = _contact_html(slug, code, fault=fault, typed=text)
    return html, HTTPStatus.UNPROCESSABLE_ENTITY


def result_name(result: ContactResult) -> str:
    return {
        ContactResult.TALKED: _("Se habló"),
        ContactResult.PROMISED: _("Prometió responder"),
        ContactResult.REFUSED: _("No quiere responder"),
        ContactResult.NO_ANSWER: _("No contesta"),
        ContactResult.WRONG_NUMBER: _("El contacto no sirve"),
    }[result]


def _contact_html(slug: str, code: str, *, fault: str = "", typed: str = "") -> str:
    found = service.followed(slug, code, scope=scope_of(current_user))
    return render_template(
        "admin/contact.html",
        lang=current_language(),
        languages=language_links() if not fault else (),
        simulated=found.collection.simulated,
        slug=slug,
        title=_title(found.collection),
        followed=found,
        reach=_reach(found.organisation, found.collection),
        shown=contacts.shown,
        results=[(result, result_name(result)) for result in ContactResult],
        attempts=[
            (format_datetime(attempt.at, "short"), result_name(ContactResult(attempt.result)),
             attempt.note, who)
            for attempt, who in found.attempts
        ],
        fault=fault,
        typed=typed,
        longest=LONGEST_NOTE,
    )  # fmt: skip


def _title(collection: Collection) -> str:
    survey = collections.fielded(collection)
    return survey.text(collection.texts.get("title") or survey.title, current_language())


def _said(rate: Rate, lang: str) -> str:
    """How many of how many: 31 de 45."""
    answered = number(rate.answered, lang)
    if rate.of is None:
        return answered
    return _("%(answered)s de %(all)s", answered=answered, all=number(rate.of, lang))


def _share(rate: Rate, lang: str) -> str:
    """The same as a share; nothing where there is no share to speak of."""
    if not rate.of or rate.answered > rate.of:
        return ""
    return percent(rate.answered / rate.of, lang)


def _reach(whom: Silent | object, collection: Collection) -> dict[str, str]:
    """Addresses that a phone opens by itself: to dial, to write, to send the survey by message."""
    phone, email = str(getattr(whom, "phone", "")), str(getattr(whom, "email", ""))
    found: dict[str, str] = {}
    if phone:
        found["tel"] = f"tel:{phone}"
    if phone and (phone.startswith(_MOBILE) or not phone.startswith(_CHILE)):
        found["whatsapp"] = f"https://wa.me/{phone[1:]}?text={quote(_message(collection))}"
    if email:
        found["mail"] = f"mailto:{quote(email, safe='@+')}"
    return found


def _message(collection: Collection) -> str:
    address = url_for("respond.start_page", slug=collection.slug)
    return _(
        "Hola. Nos falta la respuesta de su organización a «%(title)s». Se responde aquí: %(url)s",
        title=_title(collection),
        url=current_app.config["CABILDO_URL"] + address,
    )


def _tried(one: Silent) -> str:
    if one.last is None:
        return ""
    when = format_datetime(one.last.at, "short")
    return _("%(result)s, %(when)s", result=result_name(one.last.result), when=when)

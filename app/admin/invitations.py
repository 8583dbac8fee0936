"""Who is invited: the list, one by one or many at once, and what can be done with each."""

from __future__ import annotations

from datetime import datetime, time
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.errors import Problem, ProblemCode
from app.language import LANGUAGES, current_language, language_links
from app.models import Access, Collection, LetterKind, LetterState, Mode
from app.permissions import Permission, requires, scope_of
from app.services import collections
from app.services.invitations import inviting, inviting_many, listing, mailing
from app.services.invitations.inviting import Invitee
from app.services.invitations.letters import Writer
from app.services.invitations.listing import PAGE, Line, Which
from app.services.invitations.postbox import Server
from app.services.receiving.rule import ZONE
from app.words.messages import problem_words

AT_ONCE = 50
"""Letters that one press of a button sends: a page should not take minutes."""


@admin.get("/<slug>/invitations")
@requires(Permission.MANAGE, noted="contacts.read")
def invitations(slug: str) -> str:
    return _list_html(slug)


@admin.post("/<slug>/invitations")
@requires(Permission.MANAGE)
def invite(slug: str) -> ResponseReturnValue:
    try:
        names = ("organisation", "name", "email", "phone", "language")
        typed = {name: request.form.get(name, "").replace("\0", "").strip() for name in names}
        made = inviting.invite(
            slug,
            Invitee(**typed, expires_at=_moment()),
            actor=current_user,
            scope=scope_of(current_user),
        )
    except Problem as problem:
        return _refused(slug, problem)
    flash(_("La invitación está lista."), "ok")
    return _see(url_for("admin.invitation", slug=slug, key=made.id))


@admin.post("/<slug>/invitations/roll")
@requires(Permission.MANAGE)
def invite_roll(slug: str) -> ResponseReturnValue:
    return _many(slug, lambda: inviting_many.from_roll(slug, **_who()))


@admin.post("/<slug>/invitations/wave")
@requires(Permission.MANAGE)
def invite_wave(slug: str) -> ResponseReturnValue:
    earlier = request.form.get("earlier", "")
    return _many(slug, lambda: inviting_many.from_wave(slug, earlier, **_who()))


@admin.post("/<slug>/invitations/access")
@requires(Permission.MANAGE, everywhere=True)
def access(slug: str) -> ResponseReturnValue:
    wanted = request.form.get("access", "")
    if wanted in set(Access):
        collections.change_access(slug, Access(wanted), actor=current_user)
        flash(_("Guardado."), "ok")
    return _see(url_for("admin.invitations", slug=slug))


@admin.post("/<slug>/invitations/send")
@requires(Permission.MANAGE)
def send_letters(slug: str) -> ResponseReturnValue:
    reminds = request.form.get("kind") == LetterKind.REMINDER
    kind = LetterKind.REMINDER if reminds else LetterKind.INVITATION
    try:
        done = mailing.send(slug, kind, server=_server(), url=_url(), most=AT_ONCE, **_who())
    except Problem as problem:
        if problem.code is ProblemCode.UNKNOWN_COLLECTION:
            raise
        return _refused(slug, problem)
    flash(" ".join(sent_words(done)), "ok" if not done.unsure + done.refused else "warn")
    return _see(url_for("admin.invitations", slug=slug))


@admin.get("/<slug>/invitations/messages")
@requires(Permission.MANAGE, noted="contacts.read")
def messages(slug: str) -> str:
    """A message for each who has not answered, to be sent from one's own telephone."""
    collection = collections.find(slug)
    page = _page_number()
    found = listing.listed(collection, which=Which.SILENT, page=page, scope=scope_of(current_user))
    writer = Writer(collection, _url())
    return render_template(
        "admin/messages.html",
        **frame(collection),
        lines=[(line, *_message(writer, line)) for line in found.lines],
        pages=_pages(found.found, page, "admin.messages", slug=slug),
    )


@admin.get("/<slug>/invitations/<key>")
@requires(Permission.MANAGE, noted="contacts.read")
def invitation(slug: str, key: str) -> str:
    return _one_html(slug, key)


@admin.post("/<slug>/invitations/<key>/<action>")
@requires(Permission.MANAGE)
def change_invitation(slug: str, key: str, action: str) -> ResponseReturnValue:
    try:
        if action == "revoke":
            inviting.revoke(slug, key, **_who())
            flash(_("La invitación ya no vale."), "ok")
        elif action == "renew":
            inviting.renew(slug, key, **_who())
            flash(_("Hay un enlace nuevo. El anterior ya no vale."), "ok")
        elif action == "extend":
            inviting.extend(slug, key, _moment(), **_who())
            flash(_("Guardado."), "ok")
        else:
            raise Problem(ProblemCode.NOT_FOUND)
    except Problem as problem:
        if problem.code is not ProblemCode.BAD_EXPIRY:
            raise
        flash(" ".join(problem_words(problem)), "error")
        return _one_html(slug, key), problem.status
    return _see(url_for("admin.invitation", slug=slug, key=key))


def sent_words(done: mailing.Sent) -> list[str]:
    """What became of a round of letters."""
    words = [ngettext("Se envió %(num)d correo.", "Se enviaron %(num)d correos.", done.sent)]
    if done.refused:
        words.append(
            ngettext("El servidor rechazó %(num)d.", "El servidor rechazó %(num)d.", done.refused)
        )
    if done.unsure:
        words.append(
            ngettext(
                "De %(num)d no se sabe si salió: no se repite.",
                "De %(num)d no se sabe si salieron: no se repiten.",
                done.unsure,
            )
        )
    if done.left:
        words.append(ngettext("Falta %(num)d.", "Faltan %(num)d.", done.left))
    return words


def state_words(line: Line) -> str:
    """How far an invitation has come."""
    if line.answered:
        return _("Respondió")
    if line.revoked:
        return _("Retirada")
    return _("Venció") if line.expired else _("Sin respuesta")


def _list_html(slug: str) -> str:
    collection = collections.find(slug)
    which = request.args.get("which", "")
    which = Which(which) if which in set(Which) else Which.ALL
    search, page = request.args.get("q", "")[:100], _page_number()
    found = listing.listed(
        collection, which=which, search=search, page=page, scope=scope_of(current_user)
    )
    kept = {"q": search or None, "which": which if which is not Which.ALL else None}
    return render_template(
        "admin/invitations.html",
        **frame(collection),
        names=LANGUAGES,
        found=found,
        lines=[(line, state_words(line), _mail_words(line)) for line in found.lines],
        which=which,
        search=search,
        pages=_pages(found.found, page, "admin.invitations", slug=slug, **kept),
        typed=request.form,
        earlier=_earlier(collection),
        mail=bool(current_app.config["CABILDO_SMTP_URL"]),
    )


def _one_html(slug: str, key: str) -> str:
    found = inviting.find(slug, key, scope=scope_of(current_user))
    line = listing.one(found)
    writer = Writer(found.collection, _url())
    try:
        said, reach = _message(writer, line)
    except Problem as problem:  # the key was changed: a new link can be made on this page
        said, reach = None, {}
        flash(" ".join(problem_words(problem)), "warn")
    ends = found.expires_at
    return render_template(
        "admin/invitation.html",
        **frame(found.collection),
        line=line,
        state=state_words(line),
        said=said,
        reach=reach,
        ends=format_date(ends.astimezone(ZONE), "long") if ends else "",
        letters=[
            (format_datetime(each.at, "short"), _kind(each.kind), each.email,
             _letter_state(each.state), each.reason)
            for each in listing.letters_of(found)
        ],
    )  # fmt: skip


def frame(collection: Collection) -> dict[str, object]:
    lang = current_language()
    return {
        "lang": lang,
        "languages": language_links(**request.args) if request.method == "GET" else (),
        "simulated": collection.simulated,
        "slug": collection.slug,
        "title": Writer(collection, "").title(lang),
        "collection": collection,
        "anonymous": collection.mode == Mode.ANONYMOUS,
        "organisations": collection.respondent == "organisation",
    }


def _message(writer: Writer, line: Line) -> tuple[object, dict[str, str]]:
    """What to tell somebody, and addresses that a phone opens to tell it."""
    said = writer.said(line)
    reach: dict[str, str] = {}
    if line.phone:
        text = quote(said.text, safe="")
        reach["whatsapp"] = f"https://wa.me/{line.phone.removeprefix('+')}?text={text}"
        reach["sms"] = f"sms:{line.phone}?body={text}"
    return said, reach


def _mail_words(line: Line) -> str:
    if line.last_letter is None:
        return ""
    when = format_date(line.last_letter.astimezone(ZONE), "short")
    words = ngettext("%(num)d, el %(when)s", "%(num)d, el último el %(when)s", line.letters,
                     when=when)  # fmt: skip
    return words + (" · " + _("uno sin confirmar") if line.unsure else "")


def _kind(kind: str) -> str:
    return _("Recordatorio") if kind == LetterKind.REMINDER else _("Invitación")


def _letter_state(state: str) -> str:
    return {
        LetterState.SENT: _("Enviado"),
        LetterState.REFUSED: _("Rechazado"),
        LetterState.SENDING: _("No se sabe si salió"),
    }[LetterState(state)]


def _earlier(collection: Collection) -> list[str]:
    """Collections whose people can be followed."""
    if collection.mode != Mode.CONFIDENTIAL:
        return []
    return [
        each.slug
        for each in collections.every()
        if each.id != collection.id
        and each.mode == Mode.CONFIDENTIAL
        and each.version.survey_id == collection.version.survey_id
    ]


def _many(slug: str, make: object) -> ResponseReturnValue:
    try:
        count = make()
    except Problem as problem:
        return _refused(slug, problem)
    flash(made_words(count), "ok")
    return _see(url_for("admin.invitations", slug=slug))


def made_words(count: int) -> str:
    if not count:
        return _("No había a quién más invitar.")
    return ngettext("Se hizo %(num)d invitación.", "Se hicieron %(num)d invitaciones.", count)


def _refused(slug: str, problem: Problem) -> ResponseReturnValue:
    if problem.code is ProblemCode.UNKNOWN_COLLECTION and problem.context.get("slug") == slug:
        raise problem
    flash(" ".join(problem_words(problem)), "error")
    status = problem.status
    return _list_html(slug), status if status >= 400 else HTTPStatus.UNPROCESSABLE_ENTITY


def _moment() -> datetime | None:
    """The end of the day that was typed. Raises Problem BAD_EXPIRY for what is no date."""
    text = request.form.get("expires", "").strip()
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError as error:
        raise Problem(ProblemCode.BAD_EXPIRY) from error
    if not 1900 <= day.year < 9999:
        raise Problem(ProblemCode.BAD_EXPIRY)
    return datetime.combine(day, time(23, 59, 59), ZONE)


def _page_number() -> int:
    text = request.args.get("page", "1")
    return min(max(1, int(text)), 100_000) if text.isascii() and text.isdigit() else 1


def _pages(found: int, page: int, endpoint: str, **kept: object) -> dict[str, object]:
    last = max(1, -(-found // PAGE))
    return {
        "here": page,
        "last": last,
        "before": url_for(endpoint, page=page - 1, **kept) if 1 < page <= last else None,
        "after": url_for(endpoint, page=page + 1, **kept) if page < last else None,
    }


def _see(address: str) -> Response:
    return redirect(address, HTTPStatus.SEE_OTHER)


def _who() -> dict[str, Any]:
    """Who does it, and of which territories."""
    return {"actor": current_user, "scope": scope_of(current_user)}


def _url() -> str:
    return str(current_app.config["CABILDO_URL"])


def _server() -> Server | None:
    url = current_app.config["CABILDO_SMTP_URL"]
    return Server(url, current_app.config["CABILDO_MAIL_FROM"]) if url else None

"""Results for the community: what to publish, how it would look, and taking it away again."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_security import current_user
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.admin.blueprint import admin
from app.errors import Problem
from app.language import current_language, language_links
from app.models import TERRITORY_QUESTION, Collection
from app.models.columns import utc_now
from app.permissions import Permission, requires, scope_of
from app.reports.public_words import results_page
from app.services import collections
from app.services.publication import publishing, released
from app.services.publication.publishing import Choice, Possible, Proposal
from app.words.messages import problem_words


@admin.get("/<slug>/publication")
@requires(Permission.MANAGE)
def publication(slug: str) -> str:
    """With a choice in the address, also how the page would look. Nothing is published."""
    collection = collections.find(slug)
    can = publishing.possible(collection)
    asked = "measure" in request.args or "look" in request.args
    choice = _choice(request.args) if asked else _usual(collection, can)
    return _html(collection, can, choice, look=asked)


@admin.post("/<slug>/publication")
@requires(Permission.MANAGE)
def publish(slug: str) -> ResponseReturnValue:
    collection, choice = collections.find(slug), _choice(request.form)
    try:
        publishing.publish(slug, choice, actor=current_user, scope=scope_of(current_user))
    except Problem as problem:
        html = _html(collection, publishing.possible(collection), choice, problem=problem)
        return html, problem.status
    flash(_("Publicado. Ya se puede ver y compartir."), "ok")
    return redirect(url_for("admin.publication", slug=slug), HTTPStatus.SEE_OTHER)


@admin.post("/<slug>/publication/withdraw")
@requires(Permission.MANAGE)
def withdraw(slug: str) -> ResponseReturnValue:
    publishing.withdraw(slug, actor=current_user, scope=scope_of(current_user))
    flash(_("La página se retiró. Puede volver a publicarla cuando quiera."), "ok")
    return redirect(url_for("admin.publication", slug=slug), HTTPStatus.SEE_OTHER)


@admin.get("/<slug>/publication/poster")
@requires(Permission.MANAGE)
def poster(slug: str) -> str:
    """A sheet to be put on a wall: what it is about, the QR code and the address."""
    found, lang = publishing.shown(slug), current_language()
    page = results_page(
        found.content, lang, data_hash=found.data_hash, published_at=found.published_at
    )
    address = _address(slug)
    return render_template(
        "admin/poster.html",
        lang=lang,
        languages=language_links(),
        simulated=page.simulated,
        slug=slug,
        page=page,
        address=address,
        code=_code(address),
    )


def _choice(said: MultiDict[str, str]) -> Choice:
    return Choice(
        measures=tuple(dict.fromkeys(said.getlist("measure"))),
        by=tuple(dict.fromkeys(said.getlist("by"))),
        unanimous="agreed" in said,
        agreed=said.get("agreed_by", ""),
    )


def _usual(collection: Collection, can: Possible) -> Choice:
    """What was published last; else every measure, overall and by territory."""
    before = publishing.releases(collection)
    if before:
        return Choice.from_data(before[-1].choice)
    return Choice(
        measures=tuple(each.name for each in can.measures),
        by=tuple(name for name in can.by if name == TERRITORY_QUESTION),
    )


def _html(
    collection: Collection,
    can: Possible,
    choice: Choice,
    *,
    look: bool = False,
    problem: Problem | None = None,
) -> str:
    lang, slug, survey = current_language(), collection.slug, can.survey
    proposal: Proposal | None = None
    if look and problem is None:
        try:
            proposal = publishing.propose(slug, choice, scope=scope_of(current_user))
        except Problem as fault:
            problem = fault
    before = publishing.releases(collection)
    shown = before[-1] if before and before[-1].withdrawn_at is None else None
    address = _address(slug)

    def called(name: str) -> str:
        if name == TERRITORY_QUESTION:
            return _("Territorio")
        return survey.text(survey.question(name).label, lang) or name

    return render_template(
        "admin/publication.html",
        lang=lang,
        languages=language_links(),
        simulated=collection.simulated,
        slug=slug,
        title=survey.text(collection.texts.get("title") or survey.title, lang),
        measures=[
            (each.name, survey.text(each.label, lang) or called(each.question))
            for each in can.measures
        ],
        questions=[(name, called(name)) for name in can.by],
        choice=choice,
        most=publishing.MOST_QUESTIONS,
        least=released.THRESHOLD,
        longest=publishing.LONGEST_NOTE,
        problem=problem_words(problem) if problem else None,
        proposal=proposal,
        page=_page(proposal, lang),
        hidden=_hidden(proposal),
        shown=shown,
        again=bool(before),
        when=format_datetime(shown.published_at, "short") if shown else "",
        address=address,
        code=_code(address),
    )


def _page(proposal: Proposal | None, lang: str) -> Any:
    if proposal is None:
        return None
    now = utc_now()
    return results_page(proposal.content, lang, data_hash=proposal.data_hash, published_at=now)


def _hidden(proposal: Proposal | None) -> list[tuple[str, int]]:
    """Why counts are hidden, for whoever publishes alone: to readers it would help an attack."""
    words = {
        "primary": _("menos de %(least)s personas u organizaciones", least=released.THRESHOLD),
        "unanimous": _("todas respondieron lo mismo"),
        "changed": _("cambió muy poco desde la publicación anterior"),
        "complementary": _("para que no se puedan calcular las otras"),
    }
    counts = proposal.released.hidden() if proposal else {}
    return [(text, counts[reason]) for reason, text in words.items() if counts.get(reason)]


def _address(slug: str) -> str:
    return f"{current_app.config['CABILDO_URL']}{url_for('results.page', slug=slug)}"


def _code(address: str) -> Markup:
    picture = io.BytesIO()
    made = segno.make(address, error="m")
    made.save(
        picture, kind="svg", border=4, xmldecl=False, omitsize=True, light="white", title=address
    )
    # It holds nothing but squares and the escaped address.
    return Markup(picture.getvalue().decode())  # noqa: S704

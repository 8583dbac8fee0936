"""Going on elsewhere: the code that every page shows, its page, and browsers inside other apps."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.respond import visit as at
from app.respond.visit import Visit
from app.services import collections
from app.services.drafts import drafts
from app.services.drafts.resuming import Found
from app.services.invitations.links import Found as FoundInvitation

# They lose what a page keeps, and cookies with it, as soon as the app that opened them closes.
inside_an_app = re.compile(r"FBAN|FBAV|FB_IAB|Instagram|WhatsApp|Line/|; wv\)").search


def form_html(visit: Visit, *, found: Found | None = None, typed: str = "") -> Response:
    """The page that asks for a code, with what was wrong with the one that was typed."""
    survey = collections.fielded(visit.collection)
    language = at.wanted_language(at.offered(visit.collection, survey))
    at.speak(language)
    html = render_template(
        "respond/resume.html",
        **at.frame(visit.collection, survey, language),
        languages=at.links(visit.collection, survey),
        fault=_fault(found) if found else None,
        typed=typed,
        here=url_for("respond.resume", slug=visit.slug),
    )
    return make_response(html, status(found))


def _fault(found: Found) -> str:
    if found.slip:
        return str(_("Revise el código: tiene 9 letras y números, como K7M-PQ4-RTX."))
    if found.wait:
        return wait_words(found.wait)
    if found.received:
        return str(_("Las respuestas de ese código ya se enviaron y están recibidas."))
    return str(
        _(
            "No encontramos respuestas con ese código. Revise que sea el de esta encuesta; "
            "las respuestas sin enviar se guardan 90 días."
        )
    )


def wait_words(wait: timedelta) -> str:
    return str(
        ngettext(
            "Hubo demasiados intentos con códigos equivocados. "
            "Espere %(num)s minuto y pruebe otra vez.",
            "Hubo demasiados intentos con códigos equivocados. "
            "Espere %(num)s minutos y pruebe otra vez.",
            _minutes(wait),
        )
    )


def _minutes(wait: timedelta) -> int:
    return max(1, -(-int(wait.total_seconds()) // 60))


def status(found: Found | FoundInvitation | None) -> HTTPStatus:
    """Of a page that asks for a code."""
    if found is None:
        return HTTPStatus.OK
    return HTTPStatus.TOO_MANY_REQUESTS if found.wait else HTTPStatus.UNPROCESSABLE_ENTITY


def ways(slug: str, secret: str, *, first: bool, path: str = "") -> dict[str, Any]:
    """What pages say about going on elsewhere: the ``code``, and ``inside`` another app on the
    ``first`` page how to leave it, for the ``path`` of a personal link if that is what was opened.
    """
    code = drafts.resume_code(secret)
    inside = first and bool(inside_an_app(request.user_agent.string))
    return {"code": code, "inside": _way_out(slug, code, path) if inside else None}


def _way_out(slug: str, code: str | None, path: str) -> dict[str, str | None]:
    """Addresses for the phone's own browser. A code is only behind the #, which no server sees."""
    endpoint = "respond.resume" if code else "respond.start_page"
    address = current_app.config["CABILDO_URL"] + (path or url_for(endpoint, slug=slug))
    address += f"#{code}" if code else ""
    intent = None
    if "Android" in request.user_agent.string:
        scheme = urlsplit(address).scheme
        intent = f"intent{address[len(scheme) :]}#Intent;scheme={scheme};end"
    return {"address": address, "intent": intent}

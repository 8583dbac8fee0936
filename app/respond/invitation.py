"""What pages say about invitations: asking for a code, and how long answers can be changed."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from app.language import current_language, language_links
from app.models import Collection, Invitation, Receipt
from app.respond import elsewhere
from app.respond.visit import Visit
from app.services.invitations import links
from app.services.invitations.links import Found


def typed_code() -> str:
    return request.form.get("code", "").replace("\0", "")[:40]


def code_html(
    *, found: Found | None = None, typed: str = "", here: str = "", draft: str = ""
) -> Response:
    """The page that asks for an invitation's code; with ``draft``, for answers that need one."""
    html = render_template(
        "respond/code.html",
        lang=current_language(),
        languages=language_links() if request.method == "GET" else [],
        fault=_fault(found) if found else None,
        typed=typed,
        here=here or url_for("respond.open_code"),
        draft=draft,
    )
    return make_response(html, elsewhere.status(found))


def ask_to_send(visit: Visit, *, found: Found | None = None) -> Response:
    """The answers are here, but only with a personal link can they be sent."""
    here = url_for("respond.send", slug=visit.slug)
    return code_html(found=found, typed=typed_code(), here=here, draft=visit.secret)


def changeable(collection: Collection, receipt: Receipt) -> str | None:
    """How long an answer given with a personal link may be changed; None for any other."""
    if receipt.conflict or receipt.response_id is None:
        return None
    found = links.of_response(receipt.response_id)
    return until(collection, found) if found else None


def until(collection: Collection, invitation: Invitation) -> str:
    """How long answers can be changed, in words."""
    ends = [moment for moment in (collection.closes_at, invitation.expires_at) if moment]
    if not ends:
        return str(_("Puede cambiarlas con este mismo enlace mientras la encuesta esté abierta."))
    moment = format_datetime(min(ends), "long").rpartition(" ")[0]
    return str(_("Puede cambiarlas con este mismo enlace hasta el %(moment)s.", moment=moment))


def _fault(found: Found) -> str:
    if found.slip:
        return str(_("Revise el código: tiene 12 letras y números, como K7MP-Q4RT-XACD."))
    if found.wait:
        return elsewhere.wait_words(found.wait)
    return str(_("No encontramos una invitación con ese código. Revíselo, o pida otra."))

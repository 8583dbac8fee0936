"""The document of a plan: handed in, read again, taken away."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from app.permissions import Permission, requires, scope_of
from app.plan_response import plan_response
from app.registry.blueprint import TAKES_FILES, registry
from app.registry.rows import plan_html
from app.services.attachments.attachments import MB
from app.services.register import plan_documents
from app.services.register.places import Noun
from app.services.register.plan_documents import DocumentFault


def limit() -> int:
    """How many bytes a document may have."""
    return int(current_app.config["CABILDO_PLAN_MB"]) * MB


TAKES_FILES["registry.attach"] = limit


@registry.get("/plans/<code>/document")
@requires(Permission.REGISTER)
def document(code: str) -> Response:
    return plan_response(plan_documents.find(code, scope=scope_of(current_user)))


@registry.post("/plans/<code>/document")
@requires(Permission.REGISTER)
def attach(code: str) -> ResponseReturnValue:
    sent = request.files.get("document")
    fault = plan_documents.attach(
        code,
        sent.stream if sent is not None and sent.filename else None,
        cut=bool(sent is not None and getattr(sent.stream, "cut", False)),
        limit=limit(),
        actor=current_user,
        scope=scope_of(current_user),
    )
    if fault is not None:
        return plan_html(code, _words(fault)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("El documento quedó guardado."), "ok")
    return redirect(_page(code), HTTPStatus.SEE_OTHER)


@registry.post("/plans/<code>/document/remove")
@requires(Permission.REGISTER)
def detach(code: str) -> ResponseReturnValue:
    plan_documents.detach(code, actor=current_user, scope=scope_of(current_user))
    flash(_("El plan ya no tiene documento."), "ok")
    return redirect(_page(code), HTTPStatus.SEE_OTHER)


def _page(code: str) -> str:
    return url_for("registry.edit_page", word=Noun.PLANS, code=code)


def _words(fault: DocumentFault) -> str:
    return {
        DocumentFault.MISSING: _("Elija primero el PDF del plan."),
        DocumentFault.TOO_LARGE: _(
            "El documento tiene más de %(limit)s MB. Guárdelo en un tamaño menor, por ejemplo con"
            " imágenes más livianas.",
            limit=current_app.config["CABILDO_PLAN_MB"],
        ),
        DocumentFault.NOT_PDF: _(
            "El archivo no es un PDF, aunque su nombre lo diga. Guárdelo como PDF desde el programa"
            " con que se escribió."
        ),
        DocumentFault.BROKEN: _(
            "El PDF llegó incompleto o está dañado. Ábralo para ver que esté entero, y súbalo otra"
            " vez."
        ),
    }[fault]

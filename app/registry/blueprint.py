"""The blueprint of the pages under ``/register``. Their modules add themselves to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from app.config import MAX_BODY_BYTES
from app.services.register.places import Noun
from app.uploads import let_file_in, let_text_in

registry = Blueprint("registry", __name__, url_prefix="/register")
TAKES_FILES: dict[str, Callable[[], int]] = {"registry.look": lambda: MAX_BODY_BYTES}
"""Views that take a file, and how many bytes it may have. A larger one is told beside its field."""


@registry.url_value_preprocessor
def _let_files_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if request.method != "POST":
        return
    if endpoint in TAKES_FILES:
        limit = TAKES_FILES[endpoint]()
        let_file_in(limit, body=4 * limit)
    elif endpoint == "registry.confirm":
        let_text_in(4 * MAX_BODY_BYTES)


@registry.after_request
def _keep_no_copy(response: Response) -> Response:
    """Contacts stay out of every cache."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def noun_of(word: str) -> Noun:
    """The noun of an address; any other word is no page."""
    if word not in set(Noun):
        abort(404)
    return Noun(word)


def title_of(noun: Noun) -> str:
    return {
        Noun.TERRITORIES: _("Territorios"),
        Noun.ORGANISATIONS: _("Organizaciones"),
        Noun.PLANS: _("Planes"),
    }[noun]


def column_name(column: str) -> str:
    """A column as people call it; a file has it by its own name."""
    return {
        "code": _("Código"),
        "name": _("Nombre"),
        "title": _("Título"),
        "kind": _("Tipo"),
        "comunas": _("Comunas"),
        "territory": _("Territorio"),
        "active": _("Vigente"),
        "contact_name": _("Persona de contacto"),
        "phone": _("Teléfono"),
        "email": _("Correo electrónico"),
        "notes": _("Notas"),
        "summary_es": _("Resumen en español"),
        "summary_en": _("Resumen en inglés"),
    }[column]

"""What a phone needs to open surveys without signal, and to show what it keeps."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.assets import asset
from app.permissions import public
from app.respond import visit as at
from app.services import collections
from app.services.attachments.attachments import asks_for_files
from app.words.attached import blanks, file_words
from encuestas import Survey

offline = Blueprint("offline", __name__)
PRIMARY, PAPER = "#0a5a6a", "#ffffff"


@offline.get("/sw.js")
@public
def worker() -> Response:
    """At the root, for its scope is the whole site; what it runs has hashes in its addresses."""
    scripts = ",".join(f'"{asset(name)}"' for name in ("keep.js", "keep-files.js", "worker.js"))
    response = Response(f"importScripts({scripts});\n", mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    return _revisited(response)


@offline.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    response = jsonify(
        name="Cabildo",
        short_name="Cabildo",
        start_url="/",
        scope="/",
        display="standalone",
        background_color=PAPER,
        theme_color=PRIMARY,
        icons=[{"src": asset("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    response.mimetype = "application/manifest+json"
    return _revisited(response)


@offline.get("/e/<slug>/mine")
@public
def mine(slug: str) -> ResponseReturnValue:
    """The same for everybody: what is on the phone is known to the phone alone."""
    collection = collections.find(slug)
    survey = collections.fielded(collection)
    language = at.wanted_language(at.offered(collection, survey))
    at.speak(language)
    html = render_template(
        "respond/mine.html",
        **at.frame(collection, survey, language),
        languages=at.links(collection, survey),
        words=_mine_words(),
        start_url=url_for("respond.start_page", slug=slug),
        later={name: _later(name, survey) for name in ("files.js", "carry.js")},
    )
    return _revisited(Response(html))


def _later(name: str, survey: Survey) -> str:
    """Of a script for answers with files, as static/mine.js loads it. Where the survey asks for
    none the worker does not see the address, and keeps it with a survey that does."""
    found = asset(name)
    return found if asks_for_files(survey) else "./" + found.rpartition("/")[2]


def _revisited(response: Response) -> Response:
    response.cache_control.no_cache = True
    response.add_etag()
    return response.make_conditional(request)


@offline.app_context_processor
def _context() -> dict[str, object]:
    return {"keeping_words": keeping_words, "blocked": _blocked, "rivals": _rivals}


def _blocked() -> str:
    """Where a page of an older release keeps what this one needs."""
    return _(
        "Esta página está abierta en otra pestaña, en una versión anterior. Cierre las otras "
        "pestañas: aquí sigue sola, y no se pierde nada."
    )


def _rivals() -> str:
    """To who sent the second of two responses of which one counts."""
    return _(
        "Ya había llegado otra respuesta en lugar de esta. Guardamos las dos: por ahora se cuenta "
        "la primera, y el equipo verá ambas y decidirá."
    )


def keeping_words() -> dict[str, str]:
    """What static/keeping.js may have to say."""
    return {
        "other_tab": _("Estas respuestas están abiertas en otra pestaña. Siga allá, o acá."),
        "take_over": _("Seguir aquí"),
        "diverged": _("Hay dos copias distintas de estas respuestas. Elija con cuál seguir."),
        "copy": _("La del %(when)s, con %(count)s respuestas", **blanks("when", "count")),
        "full": _("Este teléfono está lleno y no puede guardar más."),
        "refused": _("Este teléfono no pudo guardar lo último que escribió."),
        "careful": _("No cierre esta página. Libere espacio o busque señal, y siga escribiendo."),
        "on_server": _("Lo que escribe se guarda en el servidor mientras haya señal."),
        "code": _("Su código para seguir más tarde o en otro teléfono:"),
        "sent_elsewhere": _(
            "Estas respuestas ya se enviaron desde otro teléfono. "
            "Su código de comprobante es %(receipt)s.",
            **blanks("receipt"),
        ),
        "locale": _locale(),
    }


def _mine_words() -> dict[str, str]:
    return file_words() | {
        "waiting": _("Por enviar"),
        "kept": _("Guardado en este teléfono."),
        "sending": _("Enviando…"),
        "refused": _("No se pudo recibir. Guarde el archivo y entréguelo al equipo."),
        "alone": _("Se enviarán solas cuando haya señal."),
        "send": _("Enviar ahora"),
        "save": _("Guardar en un archivo"),
        "hand": _("Si no consigue señal, guárdelas en un archivo y entréguelo al equipo."),
        "not_packed": _("No se pudo preparar el archivo. Vuelva a intentarlo cuando tenga señal."),
        "file": _("respuestas-por-enviar"),
        "begun": _("Sin terminar"),
        "changed": _("Última vez: %(when)s", **blanks("when")),
        "go_on": _("Continuar donde quedé"),
        "remove": _("Borrar"),
        "sure": _("¿Borrar estas respuestas sin terminar? No se podrán recuperar."),
        "sent": _("Enviadas"),
        "finished": _("Terminada: %(when)s", **blanks("when")),
        "received": _("Recibido. Su código de comprobante es %(receipt)s", **blanks("receipt")),
        "got": _("Recibido."),
        "blocked": _blocked(),
        "conflict": _rivals(),
        "quarantined": _("El equipo la revisará antes de contarla."),
        "nothing": _("En este teléfono no hay respuestas guardadas ni enviadas."),
        "cannot": _("Este teléfono no deja ver lo que guarda. Pruebe con otro navegador."),
        "ahead": _(
            "El reloj de este teléfono está adelantado en %(minutes)s minutos. "
            "Sus respuestas se reciben igual.",
            **blanks("minutes"),
        ),
        "behind": _(
            "El reloj de este teléfono está atrasado en %(minutes)s minutos. "
            "Sus respuestas se reciben igual.",
            **blanks("minutes"),
        ),
        "locale": _locale(),
    }


def _locale() -> str:
    return str(get_locale()).replace("_", "-")

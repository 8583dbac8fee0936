"""The collections, and for each one the pages from which it is run."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_security import current_user

from app.admin.blueprint import admin
from app.language import N_, current_language, language_links
from app.permissions import Permission, may, requires, scope_of
from app.reports import summary
from app.reports.words import number
from app.services import collections
from app.services.analytics import analyse
from encuestas import localized

# endpoint, its permission, what it is called, what it is for
PAGES = (
    (
        "admin.progress",
        Permission.MANAGE,
        N_("Avance"),
        N_("Cuántas respuestas van, quién falta y a quién llamar."),
    ),
    (
        "admin.invitations",
        Permission.MANAGE,
        N_("Invitaciones"),
        N_("A quién se invita, con qué enlace, y quién respondió."),
    ),
    (
        "analytics.show",
        Permission.ANALYSE,
        N_("Análisis"),
        N_("Cifras con su intervalo, dibujos y descargas."),
    ),
    (
        "admin.design",
        Permission.MANAGE,
        N_("Cómo se eligió a quienes responden"),
        N_("Muestra, censo o enlace abierto; universo, estratos y pesos: de ahí sale el margen."),
    ),
    (
        "admin.publication",
        Permission.MANAGE,
        N_("Resultados para la comunidad"),
        N_("Una página pública y breve, para que quienes respondieron sepan qué se dijo."),
    ),
    (
        "respond.preview_page",
        Permission.PREVIEW,
        N_("Vista previa"),
        N_("Probar la encuesta. Lo que se responde así no se cuenta."),
    ),
    (
        "admin.files",
        Permission.EXPORT,
        N_("Archivos recibidos"),
        N_("Fotos, grabaciones y documentos que entregó la gente, y los que faltan."),
    ),
    (
        "admin.responses",
        Permission.MANAGE,
        N_("Respuestas"),
        N_("Buscarlas, ver una como se respondió, aceptarla, rechazarla o cambiarla."),
    ),
    (
        "admin.exports",
        Permission.EXPORT,
        N_("Archivos pedidos"),
        N_("Descargas grandes, que se hacen aparte y quedan listas para llevar."),
    ),
    (
        "admin.webhooks",
        Permission.MANAGE,
        N_("Avisos a otros sistemas"),
        N_("Para que otro sistema sepa cuando llega o cambia una respuesta."),
    ),
    (
        "admin.review_list",
        Permission.MANAGE,
        N_("Respuestas por revisar"),
        N_("Las que no se pudieron contar como llegaron, y el archivo de un teléfono."),
    ),
    (
        "admin.paper",
        Permission.PREVIEW,
        N_("Formulario en papel"),
        N_("Para imprimir, con los códigos que sigue quien digita."),
    ),
    (
        "admin.entry",
        Permission.INTERVIEW,
        N_("Digitar formularios en papel"),
        N_("Una vez, o dos veces por personas distintas y comparadas."),
    ),
    (
        "admin.field_work",
        Permission.MANAGE,
        N_("Visitas y cuotas"),
        N_("Resultado de las visitas, cuotas y teléfonos de quienes entrevistan."),
    ),
)
"""Pages of one collection. Each takes its ``slug``; a new theme adds its line here."""


@admin.get("")
@requires(Permission.PREVIEW)
def index() -> str:
    lang = current_language()
    return render_template(
        "admin/index.html",
        lang=lang,
        languages=language_links(),
        lines=[
            {
                "slug": each.slug,
                "title": localized(each.title, lang, "es"),
                "responses": number(each.responses, lang),
                "state": summary.period(each.opens_at, each.closes_at),
                "simulated": each.simulated,
            }
            for each in analyse.listed(scope=scope_of(current_user))
        ],
    )


@admin.get("/<slug>")
@requires(Permission.PREVIEW)
def hub(slug: str) -> str:
    collection = collections.find(slug)
    lang = current_language()
    survey = collections.fielded(collection)
    title = collection.texts.get("title") or survey.title
    pages = [
        (url_for(endpoint, slug=slug), _(name), _(purpose))
        for endpoint, permission, name, purpose in PAGES
        if may(current_user, permission)
    ]
    return render_template(
        "admin/hub.html",
        lang=lang,
        languages=language_links(),
        simulated=collection.simulated,
        slug=slug,
        title=survey.text(title, lang),
        public=collection.public,
        pages=pages,
    )

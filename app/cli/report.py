"""``cabildo report``: the report of a collection as a PDF."""

from __future__ import annotations

import click
from flask import g
from flask_babel import force_locale
from flask_babel import gettext as _

from app.cli.files import new_file
from app.language import LANGUAGES, N_, current_language, locale_of
from app.reports import report as reports


@click.command(help=N_("Hacer el informe de una recolección, en PDF."))
@click.argument("slug")
@click.option("-o", "--output", default="", help=N_("El archivo; si no se dice, SLUG-informe.pdf."))
@click.option("--by", help=N_("Comparar por esta pregunta."))
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help=N_("El idioma del informe."))
def report(slug: str, output: str, by: str | None, lang: str | None) -> None:
    g.language = language = lang or current_language()
    with force_locale(locale_of(language)):
        made = reports.report(slug, language, by=by)
        pdf = made.pdf()
    name = output or f"{made.name}.pdf"
    with new_file(name) as file:
        file.write(pdf)
    if name != "-":
        click.echo(_("Listo: %(name)s", name=name), err=True)

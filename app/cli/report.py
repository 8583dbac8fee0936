"""``cabildo report``: the report of a collection as a PDF, or as a page in one file."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from app.cli.files import new_file
from app.language import LANGUAGES, N_, current_language, speaking
from app.reports import report as reports


@click.command(help=N_("Hacer el informe de una recolección, en PDF o como página."))
@click.argument("slug")
@click.option(
    "-o", "--output", default="", help=N_("El archivo; si no se dice, SLUG-informe.FORMATO.")
)
@click.option(
    "--format",
    "fmt",
    type=click.Choice(reports.FORMATS),
    default="pdf",
    show_default=True,
    help=N_("El formato del archivo."),
)
@click.option("--by", help=N_("Comparar por esta pregunta."))
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help=N_("El idioma del informe."))
def report(slug: str, output: str, fmt: str, by: str | None, lang: str | None) -> None:
    language = lang or current_language()
    with speaking(language):
        made = reports.report(slug, language, by=by)
        content = made.content(fmt)
    name = output or made.file_name(fmt)
    with new_file(name) as file:
        file.write(content)
    if name != "-":
        click.echo(_("Listo: %(name)s", name=name), err=True)

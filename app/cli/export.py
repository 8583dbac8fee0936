"""``cabildo responses export``, also called ``cabildo collection export``: answers taken out."""

from __future__ import annotations

from typing import Any

import click
from flask_babel import gettext as _

from app.cli.files import new_file
from app.errors import Problem
from app.language import LANGUAGES, N_, current_language
from app.services.exports import asked, made
from app.services.exports.export_plan import Options
from app.services.exports.stream import ExportFormat, note_export, write_export
from app.services.scope import EVERYWHERE
from app.words.messages import problem_words
from encuestas.export import Several


@click.command(
    help=N_(
        "Exportar las respuestas que cuentan: CSV, JSON, XLSX, SPSS, Stata, Parquet, R, GeoJSON; o "
        "su descripción en DDI."
    )
)
@click.argument("slug")
@click.option(
    "--format",
    type=click.Choice([word.value for word in ExportFormat]),
    default="csv",
    show_default=True,
    help=N_("El formato del archivo."),
)
@click.option(
    "-o", "--output", help=N_("El archivo; «-» es la salida. Si no se dice, SLUG.FORMATO.")
)
@click.option("--labels", is_flag=True, help=N_("Palabras en vez de códigos."))
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help=N_("El idioma de las palabras."))
@click.option("--raw", is_flag=True, help=N_("No proteger celdas que parecen fórmulas (= + - @)."))
@click.option(
    "--all-states", is_flag=True, help=N_("También vistas previas y lo que está en revisión.")
)
@click.option(
    "--repeat",
    default="",
    metavar="NAME",
    help=N_("Solo en CSV: una fila por cada vez que se respondió ese grupo que se repite."),
)
@click.option(
    "--wide",
    is_flag=True,
    help=N_("Columnas para cada vez que se respondió un grupo: así se puede importar de nuevo."),
)
@click.option(
    "--places",
    is_flag=True,
    help=N_("Solo en GeoJSON: sé que un lugar puede decir quién respondió."),
)
@click.option(
    "--several",
    type=click.Choice([word.value for word in Several]),
    default=Several.BOTH.value,
    show_default=True,
    help=N_(
        "Preguntas con varias respuestas: en una columna (one), una por alternativa (each), o las "
        "dos (both)."
    ),
)
@click.option(
    "--keep-special",
    is_flag=True,
    help=N_("En SPSS y Stata: «no sabe» y parecidos son valores como los demás."),
)
@click.option("--notes", is_flag=True, help=N_("En un .zip, con notas y libro de códigos."))
def export(slug: str, output: str | None, lang: str | None, **said: Any) -> None:
    wanted = {name: value for name, value in said.items() if value}
    told = {"lang": lang or current_language(), "scope": EVERYWHERE}
    try:
        how = asked.how(wanted, **told)
    except Problem as problem:
        raise click.UsageError(" ".join(problem_words(problem))) from problem
    name = output or made.name(slug, wanted)
    adjusted: list[str] = []
    with new_file(name) as file:
        if wanted.get("notes"):
            made.write(slug, wanted, file.write, **told)
            note_export(slug, format=wanted["format"], notes=True, **Options(**how).noted())
        else:
            adjusted = write_export(slug, file.write, fmt=wanted["format"], **how)
    for line in adjusted:
        click.echo(line, err=True)
    if name != "-":
        click.echo(_("Listo: %(name)s", name=name), err=True)

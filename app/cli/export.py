"""``cabildo responses export``, also called ``cabildo collection export``: answers taken out."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from app.cli.files import new_file
from app.language import LANGUAGES, N_, current_language
from app.services.exports import stream


@click.command(
    help=N_(
        "Exportar las respuestas que cuentan: CSV, JSON, XLSX, SPSS, Stata, Parquet, R, GeoJSON; o "
        "su descripción en DDI."
    )
)
@click.argument("slug")
@click.option(
    "--format",
    "fmt",
    type=click.Choice([word.value for word in stream.ExportFormat]),
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
def export(
    slug: str,
    fmt: str,
    output: str | None,
    labels: bool,
    lang: str | None,
    raw: bool,
    all_states: bool,
    repeat: str,
    wide: bool,
    places: bool,
) -> None:
    if repeat and (fmt != "csv" or wide):
        raise click.UsageError(_("--repeat es para CSV, y sin --wide."))
    if wide and fmt == "json":
        raise click.UsageError(_("--wide es para tablas: el JSON ya trae todo."))
    name = output or stream.export_name(slug, fmt, repeat)
    with new_file(name) as file:
        adjusted = stream.write_export(
            slug,
            file.write,
            fmt=fmt,
            labels=labels,
            lang=lang or current_language(),
            raw=raw,
            all_states=all_states,
            repeat=repeat,
            wide=wide,
            places=places,
        )
    for line in adjusted:
        click.echo(line, err=True)
    if name != "-":
        click.echo(_("Listo: %(name)s", name=name), err=True)

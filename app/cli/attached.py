"""``cabildo responses files`` and ``cabildo collection files``: what people handed in."""

from __future__ import annotations

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from app.cli.files import new_file
from app.extensions import reading
from app.language import N_
from app.services import collections
from app.services.attachments import attachments, lists
from app.services.register import plan_documents


@click.command("files", help=N_("Ver qué archivos faltan por llegar; con --all, todos."))
@click.argument("slug")
@click.option("--all", "every", is_flag=True, help=N_("También los que ya llegaron."))
def list_files(slug: str, every: bool) -> None:
    with reading():
        collection = collections.find(slug)
        count = lists.count(collection)
        first = 0
        while rows := lists.listed(collection, missing=not every, first=first):
            for row in rows:
                mark = row.size if row.arrived else _("falta")
                click.echo(f"{row.response}\t{row.question}\t{row.name}\t{mark}")
            first += len(rows)
    words = ngettext("%(num)d archivo", "%(num)d archivos", count.files)
    missing = ngettext("falta %(num)d", "faltan %(num)d", count.missing)
    click.echo(f"{words}, {missing}.", err=True)


@click.command("files", help=N_("Guardar los archivos recibidos en un ZIP."))
@click.argument("slug")
@click.option("-o", "--output", help=N_("El archivo; «-» es la salida. Si no se dice, SLUG.zip."))
def save_files(slug: str, output: str | None) -> None:
    with new_file(output or f"{slug}.zip") as file:
        lists.write_archive(slug, file.write)


@click.command(
    "sweep", help=N_("Borrar los archivos que ninguna respuesta, borrador ni plan nombra.")
)
def sweep() -> None:
    strays = plan_documents.unnamed()
    attachments.forget(strays)
    gone = attachments.sweep() + len(strays)
    click.echo(ngettext("%(num)d archivo borrado.", "%(num)d archivos borrados.", gone))

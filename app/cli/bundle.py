"""``cabildo bundle``: all that it takes to make a collection's figures again, in one file."""

from __future__ import annotations

import shutil

import click
from flask_babel import gettext as _

from app.cli.files import new_file
from app.language import N_
from app.reports.summary import chosen_how
from app.services.exports.bundle import package
from app.services.exports.stream import marks_of, note_export


@click.command(
    help=N_(
        "Hacer el paquete reproducible: datos, diseño, cifras, y programas en R y en Python que "
        "las vuelven a calcular."
    )
)
@click.argument("slug")
@click.option("-o", "--output", default="", help=N_("El archivo; si no se dice, SLUG-paquete.zip."))
def bundle(slug: str, output: str) -> None:
    with package.written(slug, chosen_how=chosen_how) as found:
        note_export(slug, format="bundle")
        name = output or f"{slug}-paquete{marks_of(slug)}.zip"
        with new_file(name) as file:
            shutil.copyfileobj(found, file, 1 << 16)
    if name != "-":
        click.echo(_("Listo: %(name)s", name=name), err=True)

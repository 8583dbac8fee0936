"""`cabildo demo`: the simulated programme."""

from __future__ import annotations

import click
from flask import current_app
from flask_babel import gettext as _

from app.language import N_
from app.services import setup


@click.group(help=N_("El programa de demostración: datos simulados y marcados como tales."))
def demo() -> None:
    pass


@demo.command(help=N_("Agregar el programa de demostración."))
def add() -> None:
    setup.add_demo(current_app.config["CABILDO_DATA"])
    click.echo(_("El programa de demostración está listo. Todos sus datos son simulados."))


@demo.command(help=N_("Quitar todo lo simulado."))
def remove() -> None:
    setup.remove_demo(current_app.config["CABILDO_DATA"])
    click.echo(_("Se quitó todo lo simulado."))

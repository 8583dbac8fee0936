"""`cabildo user`: who may sign in."""

from __future__ import annotations

import click
from flask import current_app
from flask_babel import gettext as _

from app.language import N_
from app.models import RoleName
from app.services import accounts


@click.group(help=N_("Personas que pueden entrar."))
def user() -> None:
    pass


@user.command(help=N_("Agregar a una persona; se muestra su contraseña."))
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([role.value for role in RoleName]),
    required=True,
    help=N_("Su función."),
)
@click.option("--name", default="", help=N_("Su nombre."))
def add(email: str, role: str, name: str) -> None:
    password = accounts.add_user(email, RoleName(role), name=name)
    click.echo(_("Contraseña de %(email)s: %(password)s", email=email, password=password))


@user.command(help=N_("Dar una contraseña nueva; se cierran sus sesiones abiertas."))
@click.argument("email")
def password(email: str) -> None:
    made = accounts.renew_password(email, current_app.config["CABILDO_DATA"])
    click.echo(_("Contraseña de %(email)s: %(password)s", email=email, password=made))


@user.command("list", help=N_("Ver quiénes pueden entrar."))
def list_() -> None:
    for person in accounts.list_users():
        click.echo(f"{person.email}\t{', '.join(role.name for role in person.roles)}")

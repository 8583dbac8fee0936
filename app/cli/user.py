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
@click.option(
    "--territory",
    "territories",
    multiple=True,
    metavar="CODE",
    help=N_("Limitar a ese territorio: ve y cuenta solo sus respuestas. Se puede repetir."),
)
def add(email: str, role: str, name: str, territories: tuple[str, ...]) -> None:
    password = accounts.add_user(email, RoleName(role), name=name, territories=territories)
    click.echo(_("Contraseña de %(email)s: %(password)s", email=email, password=password))


@user.command(help=N_("Dar una contraseña nueva; se cierran sus sesiones abiertas."))
@click.argument("email")
def password(email: str) -> None:
    made = accounts.renew_password(email, current_app.config["CABILDO_DATA"])
    click.echo(_("Contraseña de %(email)s: %(password)s", email=email, password=made))


@user.command(
    help=N_("Ver a qué territorios está limitada una persona, o limitarla a los que se nombren.")
)
@click.argument("email")
@click.argument("code", nargs=-1)
@click.option("--all", "everywhere", is_flag=True, help=N_("Quitar el límite: ve todos."))
def territories(email: str, code: tuple[str, ...], everywhere: bool) -> None:
    if code and everywhere:
        raise click.UsageError(_("Nombre territorios o use --all, no ambos."))
    changes = bool(code) or everywhere
    found = accounts.limit_user(email, code) if changes else accounts.find_user(email)
    for each in found.territories:
        click.echo(f"{each.code}\t{each.name}")
    if not found.territories:
        click.echo(_("Sin límite: ve todos los territorios."))


@user.command("list", help=N_("Ver quiénes pueden entrar."))
def list_() -> None:
    for person in accounts.list_users():
        roles = ", ".join(role.name for role in person.roles)
        places = " ".join(each.code for each in person.territories)
        click.echo(f"{person.email}\t{roles}" + (f"\t{places}" if places else ""))

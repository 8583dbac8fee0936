"""`cabildo token`: keys with which somebody's programs use the API."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from app.language import N_
from app.models import TokenScope
from app.models.columns import today
from app.permissions import SCOPES, may
from app.services import accounts, tokens


@click.group(help=N_("Claves con que los programas de una persona usan la API."))
def token() -> None:
    pass


@token.command(help=N_("Hacer una clave; se muestra una sola vez."))
@click.argument("email")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([str(scope) for scope in TokenScope]),
    multiple=True,
    required=True,
    help=N_("Para qué es; se puede repetir."),
)
@click.option("--name", default="", help=N_("Para reconocerla."))
@click.option(
    "--days",
    type=click.IntRange(1, tokens.MOST_DAYS),
    default=tokens.USUAL_DAYS,
    show_default=True,
    help=N_("Por cuántos días abre."),
)
def add(email: str, scopes: tuple[str, ...], name: str, days: int) -> None:
    owner = accounts.find_user(email)
    row, secret = tokens.add(
        owner, name=name, scopes=scopes, days=days, day=today(), actor=None
    )  # fmt: skip
    click.echo(secret)
    idle = [scope for scope in row.scopes if not may(owner, SCOPES[TokenScope(scope)])]
    if idle:
        words = _("Con las funciones que tiene esa cuenta, no sirve para: %(uses)s.")
        click.echo(words % {"uses": ", ".join(idle)}, err=True)


@token.command("list", help=N_("Ver las claves de una persona, o las de todas."))
@click.argument("email", required=False)
def list_(email: str | None) -> None:
    for row in tokens.listed(accounts.find_user(email) if email else None):
        ended = row.revoked_on or row.expires_on
        used = row.used_on.isoformat() if row.used_on else "–"
        line = (row.id, row.user.email, row.name, ",".join(row.scopes), used, ended.isoformat())
        click.echo("\t".join(line))


@token.command(help=N_("Retirar una clave: no abre nada desde ahora."))
@click.argument("key")
def revoke(key: str) -> None:
    tokens.revoke(key, day=today())
    click.echo(_("La clave ya no abre nada."))

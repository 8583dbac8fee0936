"""`cabildo invitations`: personal links made, taken out, ended and sent."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app
from flask_babel import gettext as _

from app.cli.collection import MOMENT
from app.language import N_
from app.services import invitations as links
from app.services import inviting
from app.services.inviting import Invitee


@click.group(help=N_("Invitaciones: hacerlas, sacarlas, terminarlas y enviarlas."))
def invitations() -> None:
    pass


@invitations.command(help=N_("Invitar a una persona u organización; muestra su enlace y código."))
@click.argument("slug")
@click.option("--name", default="", help=N_("Cómo se llama."))
@click.option("--email", default="", help=N_("Su correo."))
@click.option("--phone", default="", help=N_("Su teléfono."))
@click.option("--organisation", default="", metavar="CODE", help=N_("Una de la lista, por código."))
@click.option("--language", default="", help=N_("El idioma en que se le habla."))
@click.option("--expires", type=MOMENT, help=N_("Hasta cuándo vale; si no, hasta el cierre."))
def make(
    slug: str,
    name: str,
    email: str,
    phone: str,
    organisation: str,
    language: str,
    expires: datetime | None,
) -> None:
    invitee = Invitee(
        organisation=organisation,
        name=name,
        email=email,
        phone=phone,
        language=language,
        expires_at=expires,
    )
    made = inviting.invite(slug, invitee)
    url = current_app.config["CABILDO_URL"]
    click.echo(f"{made.id}\t{url}/i/{links.token_of(made)}\t{links.code_of(made)}")


@invitations.command(help=N_("Terminar una invitación. Lo que se respondió con ella queda."))
@click.argument("slug")
@click.argument("invitation")
def revoke(slug: str, invitation: str) -> None:
    inviting.revoke(slug, invitation)
    click.echo(_("La invitación ya no vale."))

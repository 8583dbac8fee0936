"""``cabildo responses erase``: what somebody answered, deleted because they ask for it."""

from __future__ import annotations

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from app.language import N_
from app.services import collections
from app.services.review import erasing, finding


@click.command(
    help=N_("Borrar el contenido de una respuesta, por su clave o su código de comprobante.")
)
@click.argument("slug")
@click.argument("key")
@click.option("--yes", is_flag=True, help=N_("No preguntar si está de acuerdo."))
def erase(slug: str, key: str, yes: bool) -> None:
    collection = collections.find(slug)
    found = finding.key_of(collection, key)
    if not yes:
        asked = _("Se borra para siempre la respuesta %(key)s. ¿Seguir?", key=found)
        click.confirm(asked, abort=True)
    count = erasing.erase(collection, found)
    if not count:
        click.echo(_("Ya estaba borrada."))
        return
    click.echo(ngettext("Se borró %(num)d versión.", "Se borraron %(num)d versiones.", count))

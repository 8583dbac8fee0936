"""`cabildo invitations`: personal links made, taken out, ended and sent."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from flask import current_app, g
from flask_babel import gettext as _
from flask_babel import ngettext

from app.cli.collection import MOMENT
from app.cli.files import readable
from app.language import N_
from app.models import LetterKind
from app.reports.cards import cards_pdf
from app.services.imports.faults import ImportRefused
from app.services.imports.table import open_csv
from app.services.invitations import invitation_files, inviting, inviting_many, links, mailing
from app.services.invitations.inviting import Invitee
from app.services.invitations.letters import Writer
from app.services.invitations.listing import Which
from app.services.invitations.postbox import Server
from app.words.imports import import_fault_text
from app.words.messages import problem_words


@click.group(help=N_("Invitaciones: hacerlas, sacarlas, terminarlas y enviarlas."))
def invitations() -> None:
    pass


@invitations.command(help=N_("Invitar a una persona u organización, o a muchas."))
@click.argument("slug")
@click.option("--name", default="", help=N_("Cómo se llama."))
@click.option("--email", default="", help=N_("Su correo."))
@click.option("--phone", default="", help=N_("Su teléfono."))
@click.option("--organisation", default="", metavar="CODE", help=N_("Una de la lista, por código."))
@click.option("--language", default="", help=N_("El idioma en que se le habla."))
@click.option("--expires", type=MOMENT, help=N_("Hasta cuándo vale; si no, hasta el cierre."))
@click.option("--roll", is_flag=True, help=N_("A todas las organizaciones de la lista."))
@click.option("--csv", "file", metavar="FILE", help=N_("A quienes nombra un archivo CSV."))
@click.option("--from", "earlier", metavar="SLUG", help=N_("A los mismos de otra recolección."))
@click.option("--yes", is_flag=True, help=N_("Invitar a las filas buenas; sin esto, solo mirar."))
def make(
    slug: str,
    expires: datetime | None,
    roll: bool,
    file: str | None,
    earlier: str | None,
    yes: bool,
    **one: str,
) -> None:
    alone = any(one.values())
    if alone + roll + (file is not None) + (earlier is not None) != 1:
        raise click.UsageError(_("Diga a quién: con su nombre o contacto, --roll, --csv o --from."))
    if alone:
        _make_one(slug, Invitee(**one, expires_at=expires))
    elif roll:
        _made(inviting_many.from_roll(slug, expires_at=expires))
    elif earlier is not None:
        _made(inviting_many.from_wave(slug, earlier, expires_at=expires))
    else:
        _from_file(slug, str(file), expires, yes=yes)


@invitations.command(help=N_("Sacar enlaces, códigos y mensajes de quienes no han respondido."))
@click.argument("slug")
@click.option(
    "--format", "fmt", type=click.Choice(["csv", "txt", "pdf"]), default="csv",
    help=N_("Una planilla, un mensaje por línea, o tarjetas para imprimir."),
)  # fmt: skip
@click.option("--all", "all_", is_flag=True, help=N_("También de quienes ya respondieron."))
@click.option("-o", "--output", metavar="FILE", help=N_("Guardar en este archivo."))
def export(slug: str, fmt: str, all_: bool, output: str | None) -> None:
    if fmt == "pdf" and output is None:
        raise click.UsageError(_("Un PDF se guarda en un archivo: agregue -o FILE."))
    which = Which.ALL if all_ else Which.SILENT
    collection, lines = invitation_files.lines_to_take(slug, fmt, which=which)
    if fmt == "pdf":
        content = cards_pdf(Writer(collection, _url()), lines, lang=g.get("language", "es"))
    else:
        write = invitation_files.as_csv if fmt == "csv" else invitation_files.as_text
        content = (write(collection, lines, url=_url()) + "\n").encode()
    if output is None:
        click.echo(content.decode(), nl=False)
    else:
        Path(output).write_bytes(content)
        click.echo(ngettext("%(num)d invitación.", "%(num)d invitaciones.", len(lines)), err=True)


@invitations.command(help=N_("Terminar una invitación. Lo que se respondió con ella queda."))
@click.argument("slug")
@click.argument("invitation")
def revoke(slug: str, invitation: str) -> None:
    inviting.revoke(slug, invitation)
    click.echo(_("La invitación ya no vale."))


@invitations.command(help=N_("Enviar por correo a quienes no han respondido; a nadie dos veces."))
@click.argument("slug")
@click.option("--reminder", is_flag=True, help=N_("Un recordatorio, a quienes ya se escribió."))
def send(slug: str, reminder: bool) -> None:
    kind = LetterKind.REMINDER if reminder else LetterKind.INVITATION
    url = current_app.config["CABILDO_SMTP_URL"]
    server = Server(url, current_app.config["CABILDO_MAIL_FROM"]) if url else None
    done = mailing.send(slug, kind, server=server, url=_url())
    click.echo(_("Enviados: %(num)s.", num=done.sent))
    if done.refused:
        click.echo(_("Rechazados por el servidor: %(num)s.", num=done.refused))
    if done.unsure:
        click.echo(_("No se sabe si salieron: %(num)s. No se repiten.", num=done.unsure))


def _make_one(slug: str, invitee: Invitee) -> None:
    made = inviting.invite(slug, invitee)
    click.echo(f"{made.id}\t{_url()}/i/{links.token_of(made)}\t{links.code_of(made)}")


def _made(count: int) -> None:
    click.echo(_("Invitaciones hechas: %(num)s.", num=count))


def _from_file(slug: str, name: str, expires: datetime | None, *, yes: bool) -> None:
    """Tell what is wrong with each row; the good ones are made once that is asked for."""
    try:
        file = open_csv(readable(name), inviting_many.COLUMNS)
        looked = inviting_many.look(slug, file, expires_at=expires)
    except ImportRefused as refused:
        for fault in refused.faults:
            click.echo(f"{name}: [{fault.code}] {import_fault_text(fault)}", err=True)
        sys.exit(1)
    _tell(name, looked, click.echo)
    if yes:
        _made(inviting_many.make(slug, looked))
    else:
        count = len(looked.ready)
        click.echo(_("Se invitaría a %(num)s. Para hacerlo, agregue --yes.", num=count))


def _tell(name: str, looked: inviting_many.Looked, say: Callable[..., None]) -> None:
    if looked.unused:
        names = ", ".join(looked.unused)
        say(_("Columnas que no se usan: %(names)s.", names=names), err=True)
    for each in looked.faulty:
        row = _("fila %(row)s", row=each.row)
        say(f"{name}: {row}: " + " ".join(problem_words(each.problem)), err=True)


def _url() -> str:
    return str(current_app.config["CABILDO_URL"])

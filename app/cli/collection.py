"""`cabildo collection`: a survey fielded, closed, and its answers taken out."""

from __future__ import annotations

import sys
from datetime import datetime

import click
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from app.cli.attached import save_files
from app.cli.export import export
from app.cli.files import fault_lines, read_text
from app.extensions import reading
from app.language import N_
from app.models import Access, Mode, Selection
from app.models.columns import utc_now
from app.services import collections
from app.services.analytics import analyse
from app.services.analytics.findings import Listed
from app.services.analytics.sampling import Sampling, read_sampling
from app.services.receiving.rule import ZONE
from encuestas import DefinitionErrors
from encuestas.source import read_source
from encuestas.writing import write_data

LONGEST_WAVE = 64


class MomentType(click.ParamType):
    """A moment in ISO 8601; without a zone it is Chile's."""

    name = "ISO"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            moment = None
        if moment is None or not 1900 <= moment.year < 9999:
            self.fail(
                _("«%(value)s» no es una fecha. Escríbala así: 2026-11-30T18:00", value=value),
                param,
                ctx,
            )
        return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


MOMENT = MomentType()


@click.group(help=N_("Recolecciones: abrir, cerrar, ver y exportar respuestas."))
def collection() -> None:
    pass


@collection.command("open", help=N_("Abrir una recolección de la versión publicada más nueva."))
@click.argument("survey_id", metavar="ID")
@click.option("--slug", required=True, help=N_("Su nombre en la dirección: /e/SLUG."))
@click.option(
    "--selection",
    type=click.Choice([word.value for word in Selection]),
    help=N_("Cómo se eligió a quienes responden: por sorteo, toda una lista, o abierta."),
)
@click.option(
    "--mode",
    type=click.Choice([word.value for word in Mode]),
    help=N_("Si una respuesta se puede asociar a quien la dio (confidencial) o no (anónima)."),
)
@click.option(
    "--territory",
    "territories",
    multiple=True,
    metavar="CODE",
    help=N_("Un territorio; se repite."),
)
@click.option("--plan", metavar="CODE", help=N_("El plan del que trata."))
@click.option(
    "--population",
    type=click.IntRange(min=1, max=2**31 - 1),
    help=N_("Cuántas personas u organizaciones podrían responder."),
)
@click.option("--design", metavar="FILE", help=N_("Cómo se sorteó la muestra, en YAML."))
@click.option("--opens", type=MOMENT, help=N_("Cuándo abre; si no se dice, ahora."))
@click.option("--closes", type=MOMENT, help=N_("Cuándo cierra; si no se dice, cuando se cierre."))
@click.option("--wave", default="", help=N_("La ola de la encuesta, por ejemplo 2026."))
@click.option(
    "--access",
    type=click.Choice([word.value for word in Access]),
    help=N_("Cómo se entra: por la dirección de todos, con enlaces personales, o de ambos modos."),
)
@click.option("--staff-only", is_flag=True, help=N_("Solo la completa el equipo; no se publica."))
def open_(
    survey_id: str,
    slug: str,
    selection: str | None,
    mode: str | None,
    territories: tuple[str, ...],
    plan: str | None,
    population: int | None,
    design: str | None,
    opens: datetime | None,
    closes: datetime | None,
    wave: str,
    access: str | None,
    staff_only: bool,
) -> None:
    if closes is not None and closes <= (opens or utc_now()):
        raise click.UsageError(_("El cierre debe ser después de la apertura y de este momento."))
    if len(wave) > LONGEST_WAVE:
        raise click.UsageError(_("--wave admite hasta %(limit)s letras.", limit=LONGEST_WAVE))
    fielding = collections.Fielding(
        selection=Selection(selection) if selection else None,
        mode=Mode(mode) if mode else None,
        territories=territories or None,
        plan=plan,
        population=population,
        design=_read_design(design) if design else None,
        wave=wave,
        access=Access(access) if access else None,
        public=not staff_only,
        opens_at=opens,
        closes_at=closes,
    )
    opened = collections.open_collection(survey_id, slug, fielding)
    if opened.public:
        click.echo(f"{current_app.config['CABILDO_URL']}/e/{opened.slug}")
    else:
        click.echo(_("La recolección %(slug)s está lista; solo la completa el equipo.", slug=slug))


def _read_design(name: str) -> Sampling:
    """The design in a file, every scalar as text."""
    try:
        data, _marks = read_source(read_text(name))
    except DefinitionErrors as errors:
        for line in fault_lines(name, errors.faults):
            click.echo(line)
        sys.exit(1)
    return read_sampling(data)


@collection.command("design", help=N_("Decir cómo se sorteó la muestra, o ver lo que se dijo."))
@click.argument("slug")
@click.argument("file", required=False)
@click.option("--show", is_flag=True, help=N_("Ver el diseño declarado."))
@click.option("--clear", is_flag=True, help=N_("Borrarlo: se calcula como muestra simple."))
def design_(slug: str, file: str | None, show: bool, clear: bool) -> None:
    if (file is not None) + show + clear != 1:
        raise click.UsageError(_("Indique un archivo, --show o --clear."))
    if show:
        found = collections.find(slug).design
        if found is None:
            click.echo(_("La recolección %(slug)s no tiene diseño declarado.", slug=slug))
        else:
            click.echo(write_data(found), nl=False)
        return
    collections.declare_design(slug, _read_design(file) if file else None)
    words = (
        _("El diseño de %(slug)s quedó declarado. Sus cifras lo toman en cuenta.", slug=slug)
        if file
        else _("%(slug)s ya no tiene diseño: se calcula como muestra aleatoria simple.", slug=slug)
    )
    click.echo(words)


@collection.command(help=N_("Cerrar una recolección: no recibe más respuestas de la gente."))
@click.argument("slug")
def close(slug: str) -> None:
    collections.close_collection(slug)
    click.echo(_("La recolección %(slug)s está cerrada.", slug=slug))


@collection.command("list", help=N_("Ver las recolecciones y cuántas respuestas tienen."))
def list_() -> None:
    with reading():
        found = analyse.listed()
    for row in found:
        count = ngettext("%(num)d respuesta", "%(num)d respuestas", row.responses)
        marks = [_state(row), row.selection.value, count]
        if row.simulated:
            marks.append(_("simulada"))
        click.echo("\t".join([row.slug, *marks]))
    if not found:
        click.echo(_("Todavía no hay recolecciones. Abra una: cabildo collection open"))


def _state(row: Listed) -> str:
    now = utc_now()
    if row.opens_at > now:
        return _("por abrir")
    return _("cerrada") if row.closes_at is not None and row.closes_at <= now else _("abierta")


@collection.command("use-version", help=N_("Seguir con otra versión publicada de la encuesta."))
@click.argument("slug")
@click.argument("version")
def use_version(slug: str, version: str) -> None:
    collections.use_version(slug, version)
    click.echo(
        _(
            "Desde ahora, quienes comiencen %(slug)s responden la versión %(version)s.",
            slug=slug,
            version=version,
        )
    )


collection.add_command(export)
collection.add_command(save_files)

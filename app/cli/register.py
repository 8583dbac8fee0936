"""`cabildo register`: the programme's own territories, organisations and plans."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from app.cli.files import readable
from app.extensions import reading
from app.language import N_
from app.services.imports.faults import ImportRefused
from app.services.register import register_files
from app.services.register.cells import RegisterFault
from app.services.register.places import COLUMNS, Noun, cell, registered
from app.services.register.register_files import Change, Outcome, RegisterRefused
from app.words.imports import import_fault_text
from app.words.register import register_fault_text


@click.group(help=N_("Registro: territorios, organizaciones y planes."))
def register() -> None:
    pass


@register.command(help=N_("Registrar los territorios de un CSV: code, name, comunas."))
@click.argument("file")
def territories(file: str) -> None:
    _bring_in(Noun.TERRITORIES, file)


@register.command(
    help=N_("Registrar las organizaciones de un CSV: code, name, kind, territory, active.")
)
@click.argument("file")
def organisations(file: str) -> None:
    _bring_in(Noun.ORGANISATIONS, file)


@register.command(help=N_("Registrar los planes de un CSV: code, title, territory."))
@click.argument("file")
def plans(file: str) -> None:
    _bring_in(Noun.PLANS, file)


@register.command("list", help=N_("Ver lo registrado."))
@click.argument("noun", type=click.Choice([noun.value for noun in Noun]))
def list_(noun: str) -> None:
    columns = COLUMNS[Noun(noun)]
    with reading():
        lines = [
            [*(_shown(cell(getattr(row, name))) for name in columns), *_mark(row.simulated)]
            for row in registered(Noun(noun))
        ]
    for line in lines:
        click.echo("\t".join(line))
    if not lines:
        command = f"cabildo register {noun} FILE.csv"
        click.echo(_("Todavía no hay nada registrado. Para agregar: %(command)s", command=command))


def _bring_in(noun: Noun, name: str) -> None:
    try:
        file = register_files.open_file(noun, readable(name))
        found = _(
            "%(file)s: codificación %(encoding)s, columnas %(columns)s.",
            file=file.path.name,
            encoding=file.encoding,
            columns=", ".join(file.header),
        )
        click.echo(found, err=True)
        if unused := register_files.unused_columns(noun, file):
            words = _("Columnas que no se usan: %(names)s.", names=", ".join(unused))
            click.echo(words, err=True)
        outcome = register_files.register_file(noun, file)
    except ImportRefused as refused:
        _refuse([f"{name}: [{item.code}] {import_fault_text(item)}" for item in refused.faults])
    except RegisterRefused as refused:
        _refuse(
            [
                f"{name}: {_place(item)}: [{item.code}] {register_fault_text(item)}"
                for item in refused.faults
            ]
        )
    for line in _report(outcome):
        click.echo(line)


def _refuse(lines: list[str]) -> None:
    for line in lines:
        click.echo(line, err=True)
    click.echo(_("No se guardó nada."), err=True)
    sys.exit(1)


def _place(fault: RegisterFault) -> str:
    if fault.column is None:
        return _("fila %(row)s", row=fault.row)
    return _("fila %(row)s, columna %(column)s", row=fault.row, column=fault.column)


def _fault(fault: RegisterFault) -> str:
    return f"[{fault.code}] {register_fault_text(fault)}"


def _report(outcome: Outcome) -> Iterator[str]:
    for change in outcome.changed:
        yield from _change(change)
    counts = [
        ngettext("%(num)d agregada", "%(num)d agregadas", len(outcome.added)),
        ngettext("%(num)d cambiada", "%(num)d cambiadas", len(outcome.changed)),
        ngettext("%(num)d sin cambios", "%(num)d sin cambios", outcome.unchanged),
    ]
    yield ", ".join(counts) + "."


def _change(change: Change) -> Iterator[str]:
    for column, (before, after) in change.columns.items():
        yield f"{change.code}: {column}: {_shown(before)} → {_shown(after)}"


def _shown(value: str | bool) -> str:
    if isinstance(value, bool):
        return _("sí") if value else _("no")
    return value


def _mark(simulated: bool) -> list[str]:
    return [_("simulado")] if simulated else []

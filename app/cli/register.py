"""`cabildo register`: the programme's own territories, organisations and plans."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from app.cli.files import readable
from app.cli.import_words import import_fault_text
from app.extensions import reading
from app.language import N_
from app.services import register_import
from app.services.import_faults import ImportRefused
from app.services.register import COLUMNS, Noun, cell, registered
from app.services.register_import import (
    Change,
    Outcome,
    RegisterCode,
    RegisterFault,
    RegisterRefused,
)

WORDS: Mapping[RegisterCode, str] = {
    RegisterCode.MISSING_COLUMN: N_("Falta esta columna. La primera fila debe tener: %(columns)s."),
    RegisterCode.DUPLICATE_COLUMN: N_("Esta columna está más de una vez. Borre una."),
    RegisterCode.ROW_LENGTH: N_("La fila tiene %(cells)s celdas y el encabezado %(columns)s."),
    RegisterCode.EMPTY: N_("Está vacía. Complétela, o borre la fila entera."),
    RegisterCode.INVISIBLE: N_("Hay un signo invisible en el lugar %(position)s. Bórrelo."),
    RegisterCode.TOO_LONG: N_("Es muy largo: caben %(limit)s letras."),
    RegisterCode.BAD_CODE: N_(
        "«%(value)s» no sirve como código. Use letras, números, puntos y guiones, sin espacios,"
        " hasta 32; el primer signo es una letra o un número."
    ),
    RegisterCode.DUPLICATE_CODE: N_(
        "El código «%(value)s» ya está en la fila %(first)s. Deje una sola de las dos."
    ),
    RegisterCode.SIMULATED_CODE: N_(
        "«%(value)s» es de la demostración, que es simulada. Use otro código, o quítela antes:"
        " cabildo demo remove"
    ),
    RegisterCode.LOST_ZERO: N_(
        "«%(value)s» tiene 4 dígitos y los códigos de comuna tienen 5: la planilla suele borrar el"
        " cero inicial. Si es %(name)s, escriba %(comuna)s y dé a la columna formato de texto."
    ),
    RegisterCode.BAD_COMUNA: N_(
        "«%(value)s» no es un código de comuna: son 5 dígitos, como 05402. Separe varios con"
        " espacios o punto y coma."
    ),
    RegisterCode.UNKNOWN_COMUNA: N_("No hay una comuna con el código %(value)s. Revíselo."),
    RegisterCode.UNKNOWN_TERRITORY: N_(
        "No está en el registro el territorio «%(value)s». Revise el código, o regístrelo antes:"
        " cabildo register territories"
    ),
    RegisterCode.SIMULATED_TERRITORY: N_(
        "El territorio «%(value)s» es de la demostración, que es simulada. Use uno propio."
    ),
    RegisterCode.BAD_ACTIVE: N_("«%(value)s» no se entiende. Escriba sí o no."),
}


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
        file = register_import.open_file(noun, readable(name))
        found = _(
            "%(file)s: codificación %(encoding)s, columnas %(columns)s.",
            file=file.path.name,
            encoding=file.encoding,
            columns=", ".join(file.header),
        )
        click.echo(found, err=True)
        if unused := register_import.unused_columns(noun, file):
            words = _("Columnas que no se usan: %(names)s.", names=", ".join(unused))
            click.echo(words, err=True)
        outcome = register_import.register_file(noun, file)
    except ImportRefused as refused:
        _refuse([f"{name}: [{item.code}] {import_fault_text(item)}" for item in refused.faults])
    except RegisterRefused as refused:
        _refuse([f"{name}: {_place(item)}: {_words(item)}" for item in refused.faults])
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


def _words(fault: RegisterFault) -> str:
    context = {
        key: ", ".join(value) if isinstance(value, tuple) else value
        for key, value in fault.context.items()
    }
    return f"[{fault.code}] " + _(WORDS[fault.code]) % context


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

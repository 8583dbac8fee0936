"""`cabildo survey`: definitions checked, kept, published and shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from app.cli.files import fault_lines, read_text
from app.cli.words import N_
from app.extensions import reading
from app.language import current_language
from app.services import surveys
from app.services.setup import LIBRARY
from encuestas import (
    DefinitionErrors,
    Group,
    Page,
    Question,
    Survey,
    read_survey,
    survey_to_data,
    type_of,
)


@click.group(help=N_("Encuestas: revisar, guardar, publicar y ver."))
def survey() -> None:
    pass


@survey.command(help=N_("Revisar una definición y decir todo lo que tiene mal, sin guardarla."))
@click.argument("file")
def check(file: str) -> None:
    name, source = _definition(file)
    try:
        found = read_survey(source)
    except DefinitionErrors as errors:
        _show_faults(name, errors)
    click.echo(_("%(file)s: sin errores.", file=name) + " " + _contents(found))


@survey.command(help=N_("Guardar una definición: un archivo, o un instrumento de la biblioteca."))
@click.argument("file")
def load(file: str) -> None:
    name, source = _definition(file)
    try:
        version = surveys.save_definition(source)
    except DefinitionErrors as errors:
        _show_faults(name, errors)
    click.echo(
        _(
            "Guardada: %(id)s, versión %(version)s, corrección %(correction)s.",
            id=version.survey_id,
            version=version.name,
            correction=version.texts[-1].correction,
        )
    )
    if version.published_at is None:
        command = f"cabildo survey publish {version.survey_id}"
        click.echo(_("Es un borrador. Para publicarla: %(command)s", command=command))


@survey.command(help=N_("Ver una encuesta guardada."))
@click.argument("survey_id", metavar="ID")
@click.option("--version", help=N_("Otra versión que la más nueva."))
@click.option("--json", "as_json", is_flag=True, help=N_("La definición completa en JSON."))
def show(survey_id: str, version: str | None, as_json: bool) -> None:
    with reading():
        found = surveys.find_version(survey_id, version)
        text = surveys.newest_text(found.id)
        definition = surveys.definition_of(found.id, text.correction)
        state = _state(found.published_at is not None)
    if as_json:
        click.echo(json.dumps(survey_to_data(definition), ensure_ascii=False, indent=2))
        return
    language = current_language()
    click.echo(definition.text(definition.title, language))
    click.echo(f"{survey_id} {definition.version} · {state} · {_contents(definition)}")
    for line in _outline(definition, language):
        click.echo(line)


@survey.command(help=N_("Publicar la versión más nueva: desde ahí su estructura no cambia."))
@click.argument("survey_id", metavar="ID")
@click.option("--version", help=N_("Otra versión que la más nueva."))
def publish(survey_id: str, version: str | None) -> None:
    found = surveys.publish(survey_id, version)
    click.echo(_("Publicada: %(id)s, versión %(version)s.", id=survey_id, version=found.name))


@survey.command("list", help=N_("Ver las encuestas guardadas y sus versiones."))
def list_() -> None:
    with reading():
        versions = surveys.list_versions()
        lines = [
            f"{row.survey_id}\t{row.name}\t{_state(row.published_at is not None)}"
            for row in versions
        ]
    click.echo("\n".join(lines) or _("Todavía no hay encuestas. Guarde una: cabildo survey load"))


def _definition(file: str) -> tuple[str, str]:
    """A file's name and text; a plain name may also be an instrument of the library."""
    instruments = {path.stem: path for path in sorted(LIBRARY.glob("*.yaml"))}
    if file in instruments and not Path(file).is_file():
        return instruments[file].name, instruments[file].read_text(encoding="utf-8")
    if not Path(file).suffix and not Path(file).exists():
        raise click.ClickException(
            _(
                "No hay un archivo «%(name)s», ni un instrumento con ese nombre. Los que hay:"
                " %(known)s.",
                name=file,
                known=", ".join(instruments),
            )
        )
    return file, read_text(file)


def _show_faults(name: str, errors: DefinitionErrors) -> NoReturn:
    for line in fault_lines(name, errors):
        click.echo(line)
    sys.exit(1)


def _state(published: bool) -> str:
    return _("publicada") if published else _("borrador")


def _contents(found: Survey) -> str:
    questions = sum(type_of(question).has_answer for question in found.questions)
    counts = [
        ngettext("%(num)d página", "%(num)d páginas", len(found.pages)),
        ngettext("%(num)d pregunta", "%(num)d preguntas", questions),
        ngettext("%(num)d medición", "%(num)d mediciones", len(found.measures)),
    ]
    return ", ".join(counts)


def _outline(found: Survey, language: str) -> Iterator[str]:
    """The questions under their pages, each with what decides if it is asked."""
    for page in found.pages:
        yield ""
        yield f"{page.id}{_condition(page)}"
        yield from _items(found, page.questions, language, indent="  ")
    yield ""
    for measure in found.measures:
        label = found.text(measure.label, language) or measure.name
        yield _("Medición %(name)s, de %(question)s: %(label)s", name=measure.name,
                question=measure.question, label=label)  # fmt: skip


def _items(
    found: Survey, items: Sequence[Question | Group], language: str, *, indent: str
) -> Iterator[str]:
    for item in items:
        label = found.text(item.label, language)
        if isinstance(item, Group):
            yield f"{indent}{item.name} (group) {label}{_condition(item)}"
            yield from _items(found, item.questions, language, indent=indent + "  ")
            continue
        required = " *" if item.required else ""
        yield f"{indent}{item.name} ({item.type}){required} {label}{_condition(item)}"
        for choice in (*item.choices, *found.special_choices(item)):
            yield f"{indent}    {choice.value}: {found.text(choice.label, language)}"


def _condition(item: Page | Group | Question) -> str:
    return f"  [{item.relevant.text}]" if item.relevant else ""

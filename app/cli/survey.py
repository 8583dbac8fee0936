"""`cabildo survey`: definitions checked, kept, published and shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence

import click
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.cli import definitions
from app.cli.files import fault_lines, new_file, warning_lines
from app.extensions import reading
from app.language import LANGUAGES, N_, current_language, locale_of
from app.reports.forms import survey_form
from app.reports.paper import SIZES, paper_pdf
from app.services import surveys
from app.services.analytics.findings import change_record
from app.words.messages import definition_fault_text
from app.words.surveys import change_text, effect_text, warning_text
from encuestas import (
    DefinitionErrors,
    DefinitionFault,
    Group,
    Page,
    Question,
    Survey,
    survey_to_data,
    type_of,
)
from encuestas.changes import Change, Effect
from encuestas.diff import diff as changes_between
from encuestas.warnings import DefinitionWarning
from encuestas.writing import write_survey


@click.group(help=N_("Encuestas: revisar, guardar, publicar y ver."))
def survey() -> None:
    pass


@survey.command(help=N_("Revisar una definición y decir todo lo que tiene mal, sin guardarla."))
@click.argument("file")
@click.option("--strict", is_flag=True, help=N_("Fallar también si hay advertencias."))
@click.option("--json", "as_json", is_flag=True, help=N_("El resultado en JSON."))
def check(file: str, strict: bool, as_json: bool) -> None:
    given = definitions.from_file(file)
    try:
        found, warnings = given.read()
        faults: Sequence[DefinitionFault] = given.missing_media(found)
    except DefinitionErrors as errors:
        found, warnings, faults = None, (), errors.faults
    if as_json:
        click.echo(json.dumps(_as_json(given.name, faults, warnings), ensure_ascii=False, indent=2))
    else:
        for line in (*fault_lines(given.name, faults), *warning_lines(given.name, warnings)):
            click.echo(line)
        if found is not None and not faults:
            click.echo(_summary(given.name, warnings) + " " + _contents(found))
    if faults or (strict and warnings):
        sys.exit(1)


@survey.command(help=N_("Guardar una definición: un archivo, o un instrumento de la biblioteca."))
@click.argument("file")
def load(file: str) -> None:
    given = definitions.from_file(file)
    try:
        found, warnings = given.read()
        if missing := given.missing_media(found):
            raise DefinitionErrors(missing)
        media = given.media(found)
        version = surveys.save_definition(given.text, files=given.files, media=media)
    except DefinitionErrors as errors:
        for line in fault_lines(given.name, errors.faults):
            click.echo(line)
        sys.exit(1)
    click.echo(
        _(
            "Guardada: %(id)s, versión %(version)s, corrección %(correction)s.",
            id=version.survey_id,
            version=version.name,
            correction=version.texts[-1].correction,
        )
    )
    if warnings:
        command = f"cabildo survey check {file}"
        click.echo(_("Tiene advertencias. Para verlas: %(command)s", command=command))
    if version.published_at is None:
        command = f"cabildo survey publish {version.survey_id}"
        click.echo(_("Es un borrador. Para publicarla: %(command)s", command=command))


@survey.command(help=N_("Ver una encuesta guardada."))
@click.argument("survey_id", metavar="ID")
@click.option("--version", help=N_("Otra versión que la más nueva."))
@click.option("--json", "as_json", is_flag=True, help=N_("La definición completa en JSON."))
@click.option("--yaml", "as_yaml", is_flag=True, help=N_("La definición completa en YAML."))
@click.option("--source", "as_loaded", is_flag=True, help=N_("El texto tal como se guardó."))
def show(
    survey_id: str, version: str | None, as_json: bool, as_yaml: bool, as_loaded: bool
) -> None:
    with reading():
        found = surveys.find_version(survey_id, version)
        text = surveys.newest_text(found.id)
        definition = surveys.definition_of(found.id, text.correction)
        state = _state(found.published_at is not None)
        source = text.source
    if as_loaded:
        click.echo(source, nl=False)
        return
    if as_yaml:
        click.echo(write_survey(definition), nl=False)
        return
    if as_json:
        click.echo(json.dumps(survey_to_data(definition), ensure_ascii=False, indent=2))
        return
    language = current_language()
    click.echo(definition.text(definition.title, language))
    click.echo(f"{survey_id} {definition.version} · {state} · {_contents(definition)}")
    for line in _outline(definition, language):
        click.echo(line)


@survey.command(
    help=N_(
        "Decir qué cambió de A a B y qué se deja de comparar: archivos, instrumentos, ID,"
        " ID@VERSIÓN."
    )
)
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option("--json", "as_json", is_flag=True, help=N_("El resultado en JSON."))
def diff(old: str, new: str, as_json: bool) -> None:
    before, after = (_any_definition(name) for name in (old, new))
    changes = changes_between(before, after)
    if as_json:
        found = [change_record(change) | {"message": change_text(change)} for change in changes]
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    if not changes:
        click.echo(_("No hay cambios."))
    for effect in reversed(Effect):
        same = [change for change in changes if change.effect is effect]
        if same:
            click.echo(f"{effect_text(effect)}:")
        for change in same:
            click.echo(f"  {change.where or after.id}: {change_text(change)}{_touched(change)}")


@survey.command(help=N_("Imprimir una encuesta como formulario en papel (PDF)."))
@click.argument("name", metavar="SURVEY")
@click.option("-o", "--output", required=True, metavar="FILE", help=N_("Dónde guardar el PDF."))
@click.option(
    "--size", type=click.Choice(list(SIZES)), default="letter", help=N_("Tamaño de hoja.")
)
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help=N_("Idioma del formulario."))
def paper(name: str, output: str, size: str, lang: str | None) -> None:
    definition = _any_definition(name)
    with force_locale(locale_of(lang or current_language())):
        form = survey_form(definition, language=lang or current_language(), size=size)
        pdf = paper_pdf(form)
    with new_file(output) as file:
        file.write(pdf)


def _any_definition(name: str) -> Survey:
    """A file, an instrument of the library, or a survey that is kept: ``id`` or ``id@version``."""
    if definitions.is_file(name):
        given = definitions.from_file(name)
        try:
            return given.read()[0]
        except DefinitionErrors as errors:
            for line in fault_lines(given.name, errors.faults):
                click.echo(line)
            sys.exit(1)
    survey_id, _at, version = name.partition("@")
    with reading():
        found = surveys.find_version(survey_id, version or None)
        return surveys.definition_of(found.id, surveys.newest_text(found.id).correction)


def _touched(change: Change) -> str:
    """The questions that a list, a page or a group changes."""
    if not change.questions or change.questions == (change.where,):
        return ""
    return " (" + ", ".join(change.questions) + ")"


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


def _summary(name: str, warnings: Sequence[DefinitionWarning]) -> str:
    if not warnings:
        return _("%(file)s: sin errores.", file=name)
    number = ngettext("%(num)d advertencia", "%(num)d advertencias", len(warnings))
    return _("%(file)s: sin errores, %(warnings)s.", file=name, warnings=number)


def _as_json(
    name: str, faults: Sequence[DefinitionFault], warnings: Sequence[DefinitionWarning]
) -> dict[str, object]:
    return {
        "file": name,
        "faults": [_one_as_json(fault, definition_fault_text(fault)) for fault in faults],
        "warnings": [_one_as_json(warning, warning_text(warning)) for warning in warnings],
    }


def _one_as_json(found: DefinitionFault | DefinitionWarning, message: str) -> dict[str, object]:
    return {
        "code": str(found.code),
        "path": list(found.path),
        "line": found.line,
        "column": found.column,
        "message": message,
    }


def _state(published: bool) -> str:
    return _("publicada") if published else _("borrador")


def _contents(found: Survey) -> str:
    kinds = [type_of(question) for question in found.questions]
    questions = sum(kind.has_answer and kind.has_label for kind in kinds)
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
            yield f"{indent}{item.name} ({item.kind}) {label}{_condition(item)}"
            yield from _items(found, item.questions, language, indent=indent + "  ")
            continue
        required = " *" if item.required else ""
        yield f"{indent}{item.name} ({item.type}){required} {label}{_condition(item)}"
        for choice in (*item.choices, *found.special_choices(item)):
            yield f"{indent}    {choice.value}: {found.text(choice.label, language)}"


def _condition(item: Page | Group | Question) -> str:
    return f"  [{item.relevant.text}]" if item.relevant else ""
